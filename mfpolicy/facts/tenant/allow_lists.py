"""The Tenant Allow/Block List: what it lets pass, for how long, and whose mail it blocks.

https://learn.microsoft.com/defender-office-365/tenant-allow-block-list-email-spoof-configure
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.addresses import networks_in
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import day_of, is_before, number, text, time, word
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import ancestors, is_within, normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_HASH = re.compile(r"[0-9a-fA-F]{64}")
_KINDS = {"sender": "sender", "url": "url", "filehash": "file", "ip": "address"}


class ListEntryFacts(msgspec.Struct, frozen=True):
    """An entry of Get-TenantAllowBlockListItems. `kind` is sender, url, file or address; empty for a bare
    domain of which the export does not say which it is.

    `allows` or it blocks. `ends` is its last day, `ended` whether that is over, `lasting` whether it has none
    and is not removed after it was last used either. `whole_domain`: it is no single address. `ours` is a
    domain of the tenant or the intent that it holds, empty for none.
    """

    value: str
    kind: str
    allows: bool | Unknown
    whole_domain: bool | Unknown
    ends: str | Unknown
    ended: bool | Unknown
    lasting: bool | Unknown
    noted: bool | Unknown
    ours: str | Unknown
    place: Place | None = None


class SpoofEntryFacts(msgspec.Struct, frozen=True):
    """An entry of Get-TenantAllowBlockListSpoofItems: who may be spoofed (or may not), from which
    infrastructure. Such entries never expire. `ours` is the domain of
    ours that the user belongs to."""

    user: str | Unknown
    infrastructure: str | Unknown
    allows: bool | Unknown
    ours: str | Unknown
    place: Place | None = None


class AllowListFacts(msgspec.Struct, frozen=True):
    """Both lists."""

    entries: tuple[ListEntryFacts, ...] | Unknown = ()
    spoofs: tuple[SpoofEntryFacts, ...] | Unknown = ()


def allow_list_facts(held: Held) -> AllowListFacts:
    """The facts of a tenant's list."""
    entries = held.objects("Get-TenantAllowBlockListItems")
    spoofs = held.objects("Get-TenantAllowBlockListSpoofItems")
    accepted = held.accepted
    ours = frozenset((*held.declared.names, *(accepted if isinstance(accepted, tuple) else ())))
    return AllowListFacts(
        entries if isinstance(entries, Unknown) else tuple(_entries(held, entries, ours)),
        spoofs if isinstance(spoofs, Unknown) else tuple(_spoof(held, each, ours) for each in spoofs),
    )


def _entries(held: Held, found: tuple[TenantObject, ...], ours: frozenset[str]) -> Iterator[ListEntryFacts]:
    """Without those of the advanced delivery policy, which has an overview of its own."""
    for each in found:
        if str(each.value("ListSubType")).lower() != "advanceddelivery":
            yield _entry(held, each, ours)


def _entry(held: Held, of: TenantObject, ours: frozenset[str]) -> ListEntryFacts:
    said = text(of, "Value")
    value = "" if isinstance(said, Unknown) else said.strip()
    kind, end = _kind(of, value), time(of, "ExpirationDate")
    notes, is_domain = text(of, "Notes"), kind in ("sender", "") and "@" not in value
    return ListEntryFacts(
        value=value,
        kind=kind,
        allows=_allows(of),
        whole_domain=said if isinstance(said, Unknown) else is_domain,
        ends=day_of(end),
        ended=is_before(end, held.today),
        lasting=_lasting(of, end),
        noted=notes if isinstance(notes, Unknown) else bool(notes.strip()),
        ours=_ours(held, said, _blocked(ours, value)) if is_domain else "",
        place=of.place,
    )


def _spoof(held: Held, of: TenantObject, ours: frozenset[str]) -> SpoofEntryFacts:
    user, infrastructure = text(of, "SpoofedUser"), text(of, "SendingInfrastructure")
    return SpoofEntryFacts(
        user=user,
        infrastructure=infrastructure,
        allows=_allows(of),
        ours="" if user == "*" else _ours(held, user, _spoofed(ours, user)),
        place=of.place,
    )


def _plain(of: TenantObject, name: str) -> str:
    found = text(of, name)
    return "" if isinstance(found, Unknown) else found.strip()


def _allows(of: TenantObject) -> bool | Unknown:
    action = word(of, "Action")
    return action if isinstance(action, Unknown) else action.lower() == "allow"


def _kind(of: TenantObject, value: str) -> str:
    """ListType is a parameter of the cmdlet, which its objects do not repeat; some exports add it."""
    said = _KINDS.get(_plain(of, "ListType").lower())
    if said:
        return said
    if _HASH.fullmatch(value):
        return "file"
    if networks_in(value):
        return "address"
    return "sender" if "@" in value else "url" if "/" in value or "~" in value else ""


def _lasting(of: TenantObject, end: datetime.datetime | Unknown | None) -> bool | Unknown:
    if end is not None:
        return end if isinstance(end, Unknown) else False
    if of.has("RemoveAfter") and of.value("RemoveAfter") in (None, ""):
        return True
    days = number(of, "RemoveAfter")
    return days if isinstance(days, Unknown) else days <= 0


def _blocked(known: frozenset[str], value: str) -> str:
    """The domain of ours that an entry holds: itself, or one below `*.contoso.com`. An entry for contoso.com
    leaves its subdomains alone, and one for a subdomain that nobody uses leaves ours alone."""
    domain = normal(value.removeprefix("*.").lower())
    if not value.startswith("*."):
        return domain if domain in known else ""
    return next((each for each in sorted(known) if is_within(each, domain)), "")


def _spoofed(known: frozenset[str], user: str | Unknown) -> str:
    """The domain of ours that an address or a domain belongs to."""
    domain = "" if isinstance(user, Unknown) else normal(user.rpartition("@")[2].lower())
    return next((each for each in ancestors(domain) if each in known), "")


def _ours(held: Held, said: str | Unknown, found: str) -> str | Unknown:
    """Where the accepted domains were not exported, more may be ours than the intent tells."""
    if isinstance(said, Unknown):
        return said
    return held.accepted if not found and isinstance(held.accepted, Unknown) else found
