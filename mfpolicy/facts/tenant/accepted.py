"""Accepted domains: those that a tenant takes mail for and sends as, against those that are declared."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, word
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.names import is_within, labels
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

# A tenant's names of its own, in each of Microsoft's clouds.
_INITIAL = ("onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn")
_TYPES = {
    "authoritative": "authoritative",
    "internalrelay": "internal-relay",
    "externalrelay": "external-relay",
}


class AcceptedFacts(msgspec.Struct, frozen=True):
    """An accepted domain. `kind` is initial for a name that Microsoft gives, coexistence for the one that
    hybrid servers route by (`<tenant>.mail.onmicrosoft.com`), else custom. `declared`: the intent speaks of
    it, as a domain or as an accepted one. `default`: new mailboxes get their address in it."""

    name: str
    kind: str
    declared: bool
    default: bool | Unknown
    place: Place | None = None


class MissingFacts(msgspec.Struct, frozen=True):
    """A domain that the intent lists as accepted, and the tenant does not accept; one that is declared as a
    domain has facts of its own."""

    name: str
    place: Place | None = None


class AcceptedDomainsFacts(msgspec.Struct, frozen=True):
    """All of a tenant. `declaring`: the intent declares domains, or lists accepted ones. `ours`: one of these
    at least is declared; a name that Microsoft gives tells nothing. `custom`: there are others than those."""

    declaring: bool
    ours: bool | Unknown
    custom: bool | Unknown
    domains: tuple[AcceptedFacts, ...] | Unknown
    missing: tuple[MissingFacts, ...] | Unknown


def accepted_domains_facts(held: Held) -> AcceptedDomainsFacts:
    """The accepted domains of a tenant against an intent."""
    found, listed = by_name(held), held.intent.accepted_domains
    declaring = bool(held.declared.names or listed)
    if isinstance(found, Unknown):
        return AcceptedDomainsFacts(declaring, found, found, found, found)
    domains = tuple(_accepted(held, name, each) for name, each in found.items())
    custom = [each for each in domains if each.kind == "custom"]
    return AcceptedDomainsFacts(
        declaring=declaring,
        ours=any(each.declared for each in custom),
        custom=bool(custom),
        domains=domains,
        missing=tuple(
            MissingFacts(each.name, each.place)
            for each in listed
            if each.name not in found and held.declared.of(each.name) is None
        ),
    )


def _accepted(held: Held, name: str, of: TenantObject) -> AcceptedFacts:
    listed = {each.name for each in held.intent.accepted_domains}
    declared = held.declared.of(name) is not None or name in listed
    return AcceptedFacts(name, kind_of(name), declared, flag(of, "Default"), of.place)


def kind_of(name: str) -> str:
    """Whose name an accepted domain is, by itself: Microsoft's are below a name of its cloud."""
    suffix = next((each for each in _INITIAL if is_within(name, each)), "")
    if not suffix:
        return "custom"
    own = labels(name)[: -len(labels(suffix))]
    return "coexistence" if len(own) == 2 and own[1] == "mail" else "initial"


def type_of(of: TenantObject | Unknown) -> str | Unknown:
    """The type of an accepted domain, as an intent spells it."""
    found = word(of, "DomainType")
    return found if isinstance(found, Unknown) else _TYPES.get(found.lower(), found)


def takes_below(of: TenantObject) -> bool | Unknown:
    """Whether a domain stands for the names below it, too; MatchSubDomains is false unless it is set
    (MicrosoftDocs/office-docs-powershell, Set-AcceptedDomain)."""
    return False if of.value("MatchSubDomains") is None else flag(of, "MatchSubDomains")


def is_taken(name: str, accepted: Mapping[str, TenantObject]) -> bool | Unknown:
    """Whether mail for a name is accepted, by a domain of that name or by one above it."""
    above = (each for parent, each in accepted.items() if parent != name and is_within(name, parent))
    return name in accepted or any_of(takes_below(each) for each in above)


def by_name(held: Held) -> dict[str, TenantObject] | Unknown:
    """The accepted domains by their normal names."""
    found, names = held.objects("Get-AcceptedDomain"), held.accepted
    if isinstance(found, Unknown):
        return found
    return names if isinstance(names, Unknown) else dict(zip(names, found, strict=True))
