"""SPF terms: one word of a record to a mechanism, a modifier or a fault, and back (RFC 7208, 5, 6 and 12)."""

from __future__ import annotations

import ipaddress
import re

import msgspec

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_macro import domain_fault, has_macro, macro_fault

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")

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


def read_term(text: str, start: int) -> Term | Fault:
    """One term of a record, `start` characters into it; a fault if receivers could not read it."""
    end = start + len(text)
    if not _VISIBLE.match(text):
        code = "control-character" if text.isascii() else "non-ascii"
        first = next(each for each in text if not "!" <= each <= "~")
        return Fault(code, f"holds U+{ord(first):04X}, which may not stand in an SPF record", start, end)
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
    """The prefix length, `most` if none is given, None if invalid; no leading zero (RFC 7208, 5.6)."""
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


def written(term: Term) -> str:
    """A term as text, without a needless qualifier or prefix length."""
    if isinstance(term, Modifier):
        return f"{term.name}={term.value}"
    qualifier = "" if term.qualifier == "+" else term.qualifier
    value = f":{term.value}" if term.value else ""
    if term.name not in ("a", "mx"):
        return f"{qualifier}{term.name}{value}"
    cidr4 = f"/{term.cidr4}" if term.cidr4 != 32 else ""
    cidr6 = f"//{term.cidr6}" if term.cidr6 != 128 else ""
    return f"{qualifier}{term.name}{value}{cidr4}{cidr6}"
