"""SPF records: text to terms, and back (RFC 7208, sections 4.5, 4.6 and 12)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_oddities import oddities
from mfpolicy.records.spf_terms import MECHANISMS, Mechanism, Modifier, Network, Term, read_term, written

__all__ = ["MECHANISMS", "Mechanism", "Modifier", "Network", "Spf", "Term", "format", "is_spf", "parse"]

# A TXT record holds no more octets than its length field can say.
_LONGEST = 65535
_TERM = re.compile(r"[^ ]+")


class Spf(msgspec.Struct, frozen=True):
    """A record as read. Every fault makes receivers return permerror (RFC 7208, 4.6); oddities do not."""

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


@lru_cache(maxsize=8192)
def parse(text: str) -> Spf:
    """Read a record that `is_spf`. Never raises; every unreadable term is a fault, the rest is read on."""
    if not is_spf(text):
        return Spf(text, faults=(Fault("no-version", "does not start with 'v=spf1'", 0, len(text)),))
    if len(text) > _LONGEST:
        fault = Fault("too-long", f"has {len(text)} octets; a TXT record holds {_LONGEST}", 0, len(text))
        return Spf(text, faults=(fault,))
    read = tuple(read_term(match[0], match.start()) for match in _TERM.finditer(text, 6))
    terms = tuple(item for item in read if not isinstance(item, Fault))
    faults = [item for item in read if isinstance(item, Fault)] + list(_repeated_modifiers(terms))
    return Spf(text, terms, _ordered(faults), _ordered(oddities(text, terms)))


def format(spf: Spf) -> str:
    """The record with names in lower case and no needless qualifier or space; unreadable terms stay."""
    known = {term.start: written(term) for term in spf.terms}
    tokens = _TERM.finditer(spf.text, 6) if is_spf(spf.text) else iter(())
    return " ".join(["v=spf1", *(known.get(match.start(), match[0]) for match in tokens)])


def _ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=_where))


def _where(fault: Fault) -> tuple[int, int]:
    return fault.start, fault.end


def _repeated_modifiers(terms: tuple[Term, ...]) -> Iterator[Fault]:
    """`redirect` and `exp` may stand once (RFC 7208, 6)."""
    seen: Counter[str] = Counter()
    for term in terms:
        if not isinstance(term, Modifier) or term.name not in ("redirect", "exp"):
            continue
        seen[term.name] += 1
        if seen[term.name] > 1:
            yield Fault("duplicate-modifier", f"'{term.name}' stands twice", term.start, term.end)
