"""Whom an anti-spam policy lets in unseen, and whom it turns away: each entry, and whose it is."""

from __future__ import annotations

from typing import TypedDict

import msgspec

from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.scopes import names_domain
from mfpolicy.facts.tenant.settings import SendersSetting
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place


class EntryFacts(msgspec.Struct, frozen=True):
    """An entry of a list: an address or a domain, and its `domain`. `declared`: the intent has it for this
    list. `ours` says whose it is as far as that is known: our domain, a partner's, or empty. `own`: it is an
    accepted or a declared domain, or lies below one."""

    list: str
    entry: str
    domain: str
    declared: bool
    ours: str
    own: bool | Unknown
    place: Place | None = None


class SenderLists(TypedDict):
    """The lists of a policy, as fields of its facts."""

    allowed_senders: tuple[EntryFacts, ...] | Unknown
    allowed_domains: tuple[EntryFacts, ...] | Unknown
    blocked_senders: tuple[EntryFacts, ...] | Unknown
    blocked_domains: tuple[EntryFacts, ...] | Unknown


def sender_lists(held: Held, of: AntiSpamSettings) -> SenderLists:
    """All four."""
    return SenderLists(
        allowed_senders=_entries(held, "AllowedSenders", of.allowed_senders),
        allowed_domains=_entries(held, "AllowedSenderDomains", of.allowed_sender_domains),
        blocked_senders=_entries(held, "BlockedSenders", of.blocked_senders),
        blocked_domains=_entries(held, "BlockedSenderDomains", of.blocked_sender_domains),
    )


def _entries(held: Held, name: str, setting: SendersSetting) -> tuple[EntryFacts, ...] | Unknown:
    if isinstance(setting.value, Unknown):
        return setting.value
    known = _declared(held, name)
    return tuple(_entry(held, name, each, known, setting.place) for each in dict.fromkeys(setting.value))


def _entry(held: Held, name: str, entry: str, known: set[str], place: Place | None) -> EntryFacts:
    domain = normal(entry.rpartition("@")[2])
    own = _is_own(held, domain)
    ours = f"our domain {domain}" if own is True else _partner(held, domain)
    return EntryFacts(name, entry, domain, entry in known, ours, own, place)


def _declared(held: Held, name: str) -> set[str]:
    """What the intent has for a list, in lower case."""
    said = held.intent.protection.settings.get("anti_spam", {})
    values = next((value for key, value in said.items() if key.lower() == name.lower()), ())
    return {str(each).lower() for each in (values if isinstance(values, list | tuple) else (values,))}


def _is_own(held: Held, domain: str) -> bool | Unknown:
    if held.declared.is_ours(domain):
        return True
    accepted = held.accepted
    return accepted if isinstance(accepted, Unknown) else names_domain(frozenset(accepted), domain)


def _partner(held: Held, domain: str) -> str:
    for each in held.intent.connectors:
        if each.type == "partner" and names_domain(frozenset(each.domains or ()), domain):
            return f"the domain of the partner connector {each.name}"
    return ""
