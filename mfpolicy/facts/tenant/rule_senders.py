"""The senders that a transport rule names, and which of them are the tenant's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.rule_shape import given
from mfpolicy.facts.tenant.values import texts
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.names import is_within, normal
from mfpolicy.model.tenant import TenantObject

_NAMED = ("SenderDomainIs", "From", "FromAddressContainsWords", "FromAddressMatchesPatterns")


class Ours(NamedTuple):
    """The tenant's own domains among the senders of a rule, as far as they are known, and whether there are
    any."""

    names: tuple[str, ...]
    any: bool | Unknown


def senders_of(of: TenantObject) -> tuple[str, ...]:
    """The domains, addresses, words and patterns that stand for senders, where they can be read."""
    found = (texts(of, name) for name in _NAMED)
    return tuple(each for values in found if isinstance(values, tuple) for each in values)


def ours_among(held: Held, of: TenantObject) -> Ours:
    """Where the accepted domains were not exported, the domains of the intent tell as much as they can."""
    accepted = held.accepted
    domains = held.declared.names if isinstance(accepted, Unknown) else accepted
    found = tuple(dict.fromkeys(_among(domains, of)))
    unclear = [accepted] if isinstance(accepted, Unknown) and senders_of(of) else []
    unclear += [each for name in _NAMED if (each := _unclear(of, name))]
    return Ours(found, True if found else joined(unclear) if unclear else False)


def named_domains(of: TenantObject) -> tuple[str, ...]:
    """The whole domains that SenderDomainIs names."""
    found = texts(of, "SenderDomainIs")
    return tuple(filter(None, map(_domain, found))) if isinstance(found, tuple) else ()


def _unclear(of: TenantObject, name: str) -> Unknown | None:
    """Why senders are not known that a rule does name."""
    found = texts(of, name)
    return found if isinstance(found, Unknown) and given(of, name) is not False else None


def _among(domains: tuple[str, ...], of: TenantObject) -> Iterator[str]:
    """SenderDomainIs is that domain and those below it: Microsoft's page on conditions reads as if it were
    the one alone, the predicate DomainIs of Exchange Server takes both."""
    named = named_domains(of)
    yield from (each for each in named if any(is_within(each, domain) for domain in domains))
    for domain in domains:
        if any(is_within(domain, each) for each in named) or any(_stands_for(domain, of)):
            yield domain


def _stands_for(domain: str, of: TenantObject) -> Iterator[bool]:
    for name in _NAMED[1:]:
        found = texts(of, name)
        for each in found if isinstance(found, tuple) else ():
            yield domain in _unescaped(each) if name.endswith("Patterns") else _holds(domain, each)


def _holds(domain: str, wanted: str) -> bool:
    """Whether an address in a domain has a word: whole labels in their order."""
    word = _domain(wanted.rpartition("@")[2])
    return bool(word) and f".{word}." in f".{domain}."


def _domain(text: str) -> str:
    return normal(text.strip().lstrip("@*.").lower())


def _unescaped(pattern: str) -> str:
    return pattern.lower().replace("\\", "")
