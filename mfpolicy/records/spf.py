"""SPF records: text to terms, and back (RFC 7208, sections 4.5, 4.6, 5, 6 and 12)."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_macro import domain_fault, has_macro, macro_fault

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
# A TXT record holds no more octets than its length field can say.
_LONGEST = 65535

_TERM = re.compile(r"[^ ]+")
_VISIBLE = re.compile(r"[!-~]*\Z")
_MODIFIER = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)=(.*)\Z", re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)([:/].*)?\Z", re.DOTALL)
_PREFIXES = re.compile(r"(?:/([0-9]{1,9}))?(?://([0-9]{1,9}))?\Z")
_LEFTOVER_PREFIX = re.compile(r"/[^.}]*\Z")


class Mechanism(msgspec.Struct, frozen=True):
    """One mechanism. `value` is its domain-spec, or for ip4 and ip6 the network as written; "" if none.

    `cidr4` and `cidr6` are the prefix lengths. Characters `start` to `end` of the record are `text`.
    """

    name: str
    qualifier: str
    value: str = ""
    cidr4: int = 32
    cidr6: int = 128
    text: str = ""
    start: int = 0
    end: int = 0
    explicit_qualifier: bool = False

    @property
    def network(self) -> Network | None:
        """The network of an ip4 or ip6 mechanism, host bits cleared; None for others."""
        if self.name not in ("ip4", "ip6"):
            return None
        return ipaddress.ip_network(self.value, strict=False)

    @property
    def has_macro(self) -> bool:
        """Whether the target depends on the message."""
        return has_macro(self.value)


class Modifier(msgspec.Struct, frozen=True):
    """One modifier: `redirect`, `exp`, or one that receivers ignore (RFC 7208, 6)."""

    name: str
    value: str
    text: str = ""
    start: int = 0
    end: int = 0

    @property
    def has_macro(self) -> bool:
        """Whether the target depends on the message."""
        return has_macro(self.value)


Term = Mechanism | Modifier


class Spf(msgspec.Struct, frozen=True):
    """A record as read. Every fault makes receivers return permerror (RFC 7208, 4.6); oddities harm nobody."""

    text: str
    terms: tuple[Term, ...] = ()
    faults: tuple[Fault, ...] = ()
    oddities: tuple[Fault, ...] = ()

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The mechanisms in order."""
        return tuple(term for term in self.terms if isinstance(term, Mechanism))

    @property
    def all(self) -> Mechanism | None:
        """The first `all`: nothing behind it is reached (RFC 7208, 5.1)."""
        return next((term for term in self.mechanisms if term.name == "all"), None)

    @property
    def redirect(self) -> Modifier | None:
        """The first `redirect`, whether or not an `all` makes receivers ignore it (RFC 7208, 6.1)."""
        return self._modifier("redirect")

    @property
    def exp(self) -> Modifier | None:
        """The first `exp` (RFC 7208, 6.2)."""
        return self._modifier("exp")

    def _modifier(self, name: str) -> Modifier | None:
        return next((term for term in self.terms if isinstance(term, Modifier) and term.name == name), None)


def is_spf(text: str) -> bool:
    """Whether a TXT record's text is an SPF record (RFC 7208, 4.5)."""
    return text[:6].lower() == "v=spf1" and text[6:7] in ("", " ")


def parse(text: str) -> Spf:
    """Read a record that `is_spf`. Never raises; every unreadable term is a fault, the rest is read on."""
    if not is_spf(text):
        return Spf(text, faults=(Fault("no-version", "does not start with 'v=spf1'", 0, len(text)),))
    if len(text) > _LONGEST:
        fault = Fault("too-long", f"has {len(text)} octets; a TXT record holds {_LONGEST}", 0, len(text))
        return Spf(text, faults=(fault,))
    read = tuple(_term(match[0], match.start()) for match in _TERM.finditer(text, 6))
    terms = tuple(item for item in read if not isinstance(item, Fault))
    faults = [item for item in read if isinstance(item, Fault)] + list(_repeated_modifiers(terms))
    return Spf(text, terms, tuple(sorted(faults, key=_where)), tuple(sorted(_oddities(text, terms), key=_where)))


def format(spf: Spf) -> str:
    """The record with names in lower case and no needless qualifier or space; unreadable terms stay as written."""
    known = {term.start: _written(term) for term in spf.terms}
    tokens = _TERM.finditer(spf.text, 6) if is_spf(spf.text) else iter(())
    return " ".join(["v=spf1", *(known.get(match.start(), match[0]) for match in tokens)])


def _written(term: Term) -> str:
    if isinstance(term, Modifier):
        return f"{term.name}={term.value}"
    qualifier = "" if term.qualifier == "+" else term.qualifier
    value = f":{term.value}" if term.value else ""
    if term.name not in ("a", "mx"):
        return f"{qualifier}{term.name}{value}"
    cidr4 = f"/{term.cidr4}" if term.cidr4 != 32 else ""
    cidr6 = f"//{term.cidr6}" if term.cidr6 != 128 else ""
    return f"{qualifier}{term.name}{value}{cidr4}{cidr6}"


def _where(fault: Fault) -> tuple[int, int]:
    return fault.start, fault.end


def _term(text: str, start: int) -> Term | Fault:
    end = start + len(text)
    if not _VISIBLE.match(text):
        code = "control-character" if text.isascii() else "non-ascii"
        return Fault(code, "holds a character that may not stand in an SPF record", start, end)
    if found := _MODIFIER.match(text):
        return _modifier(found, text, start)
    found = _MECHANISM.match(text)
    if found is None or found[2].lower() not in MECHANISMS:
        return Fault("unknown-mechanism", f"'{text}' is no mechanism", start, end)
    term = Mechanism(
        found[2].lower(), found[1] or "+", text=text, start=start, end=end, explicit_qualifier=bool(found[1])
    )
    return _with_rest(term, found[3] or "")


def _modifier(found: re.Match[str], text: str, start: int) -> Modifier | Fault:
    qualifier, name, value = found[1], found[2].lower(), found[3]
    end = start + len(text)
    if qualifier:
        return Fault("qualifier-on-modifier", f"'{name}' is a modifier and takes no qualifier", start, end)
    if name in ("redirect", "exp") and (fault := _domain_spec_fault(value, text, start)):
        return fault
    if problem := macro_fault(value):
        return Fault("invalid-macro", problem, start, end)
    return Modifier(name, value, text, start, end)


def _with_rest(term: Mechanism, rest: str) -> Mechanism | Fault:
    if term.name == "all":
        return term if not rest else _fault(term, "unexpected-value", "'all' takes no value")
    if term.name in ("ip4", "ip6"):
        return _with_network(term, rest)
    if term.name in ("a", "mx"):
        return _with_target(term, rest)
    if not rest and term.name == "ptr":
        return term
    if not rest.startswith(":"):
        return _fault(term, "unexpected-value" if term.name == "ptr" else "missing-value", _wants(term))
    fault = _domain_spec_fault(rest[1:], term.text, term.start)
    return fault or msgspec.structs.replace(term, value=rest[1:])


def _with_target(term: Mechanism, rest: str) -> Mechanism | Fault:
    """`a` and `mx`: an optional domain-spec, then an optional dual-cidr-length (RFC 7208, 5.3 and 5.4)."""
    found = _PREFIXES.search(rest)
    target = rest[: found.start()] if found else rest
    cidr4 = _prefix(found[1] if found else None, 32)
    cidr6 = _prefix(found[2] if found else None, 128)
    if target.startswith(":"):
        left_over = _LEFTOVER_PREFIX.search(target) and domain_fault(target[1:])
        fault = _domain_spec_fault(target[1:], term.text, term.start)
    else:
        left_over, fault = target, None
    if left_over or cidr4 is None or cidr6 is None:
        return _fault(term, "invalid-prefix-length", f"'{term.text}' has no valid prefix length")
    return fault or msgspec.structs.replace(term, value=target[1:], cidr4=cidr4, cidr6=cidr6)


def _with_network(term: Mechanism, rest: str) -> Mechanism | Fault:
    if not rest.startswith(":") or rest == ":":
        return _fault(term, "missing-value", _wants(term))
    address, slash, prefix = rest[1:].partition("/")
    if not _is_address(address, term.name):
        return _fault(term, "invalid-address", f"'{address}' is no {_FAMILY[term.name]} address")
    length = _prefix(prefix if slash else None, 32 if term.name == "ip4" else 128)
    if length is None:
        return _fault(term, "invalid-prefix-length", f"'/{prefix}' is no prefix length for {term.name}")
    if term.name == "ip4":
        return msgspec.structs.replace(term, value=rest[1:], cidr4=length)
    return msgspec.structs.replace(term, value=rest[1:], cidr6=length)


_FAMILY = {"ip4": "IPv4", "ip6": "IPv6"}


def _is_address(text: str, name: str) -> bool:
    try:
        _ = ipaddress.IPv4Address(text) if name == "ip4" else ipaddress.IPv6Address(text)
    except ValueError:
        return False
    # A scope id is Python's, not the grammar's.
    return "%" not in text


def _prefix(digits: str | None, most: int) -> int | None:
    """The prefix length, `most` where none is given, None where it is invalid; no leading zero (RFC 7208, 5.6)."""
    if digits is None:
        return most
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 3 or (digits[0] == "0" and digits != "0"):
        return None
    return int(digits) if int(digits) <= most else None


def _domain_spec_fault(value: str, text: str, start: int) -> Fault | None:
    end = start + len(text)
    if not value:
        return Fault("missing-value", f"'{text}' needs a domain name", start, end)
    if problem := macro_fault(value):
        return Fault("invalid-macro", problem, start, end)
    if problem := domain_fault(value):
        return Fault("invalid-domain", problem, start, end)
    return None


def _fault(term: Mechanism, code: str, text: str) -> Fault:
    return Fault(code, text, term.start, term.end)


def _wants(term: Mechanism) -> str:
    if term.name in ("ip4", "ip6"):
        return f"'{term.name}' needs ':' and an address"
    if term.name == "ptr":
        return "'ptr' takes nothing but ':' and a domain name"
    return f"'{term.name}' needs ':' and a domain name"


def _repeated_modifiers(terms: tuple[Term, ...]) -> Iterator[Fault]:
    """`redirect` and `exp` may stand once (RFC 7208, 6)."""
    seen: Counter[str] = Counter()
    for term in terms:
        if not isinstance(term, Modifier) or term.name not in ("redirect", "exp"):
            continue
        seen[term.name] += 1
        if seen[term.name] > 1:
            yield Fault("duplicate-modifier", f"'{term.name}' stands twice", term.start, term.end)


def _oddities(text: str, terms: tuple[Term, ...]) -> Iterator[Fault]:
    yield from _spelling_oddities(text, terms)
    ended = False
    seen: set[str] = set()
    for term in terms:
        if isinstance(term, Modifier):
            if term.name not in ("redirect", "exp"):
                yield Fault("unknown-modifier", f"'{term.name}' is ignored", term.start, term.end)
            continue
        if ended:
            code = "duplicate-all" if term.name == "all" else "term-after-all"
            yield Fault(code, f"'{term.text}' stands behind 'all' and is never reached", term.start, term.end)
        elif _written(term).lstrip("+-~?").lower() in seen:
            yield Fault("duplicate-mechanism", f"'{term.text}' repeats an earlier term", term.start, term.end)
        seen.add(_written(term).lstrip("+-~?").lower())
        ended = ended or term.name == "all"
    redirects = [term for term in terms if isinstance(term, Modifier) and term.name == "redirect"]
    if ended and redirects:
        first = redirects[0]
        yield Fault("redirect-beside-all", "'redirect' is ignored because of 'all'", first.start, first.end)


def _spelling_oddities(text: str, terms: tuple[Term, ...]) -> Iterator[Fault]:
    if text[:6] != "v=spf1":
        yield Fault("uppercase", "the version is not written 'v=spf1'", 0, 6)
    for match in re.finditer(r"  +| \Z", text):
        yield Fault("extra-space", "has more spaces than it needs", match.start(), match.end())
    for term in terms:
        if not term.text.lstrip("+-~?").startswith(term.name):
            yield Fault("uppercase", f"'{term.name}' is not written in lower case", term.start, term.end)
        if isinstance(term, Mechanism) and (network := term.network) is not None and _has_host_bits(term, network):
            yield Fault("host-bits", f"'{term.text}' means {network}", term.start, term.end)


def _has_host_bits(term: Mechanism, network: Network) -> bool:
    return ipaddress.ip_address(term.value.partition("/")[0]) != network.network_address
