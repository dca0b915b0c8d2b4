"""Whom an anti-spam policy lets in unseen, and whom it turns away: each entry, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator

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


def entries(held: Held, of: AntiSpamSettings, begun: str) -> tuple[EntryFacts, ...] | Unknown:
    """The entries of both lists whose names begin so, Allowed or Blocked."""
    lists = {
        each.encode_name: getattr(of, each.name)
        for each in msgspec.structs.fields(AntiSpamSettings)
        if each.type is SendersSetting and each.encode_name.startswith(begun)
    }
    for setting in lists.values():
        if isinstance(setting.value, Unknown):
            return setting.value
    return tuple(entry for name, setting in lists.items() for entry in _of_list(held, name, setting))


def _of_list(held: Held, name: str, setting: SendersSetting) -> Iterator[EntryFacts]:
    assert not isinstance(setting.value, Unknown)
    folded = {
        key.lower(): value for key, value in held.intent.protection.settings.get("anti_spam", {}).items()
    }
    declared = folded.get(name.lower(), [])
    known = {str(each).lower() for each in (declared if isinstance(declared, list | tuple) else [declared])}
    for entry in dict.fromkeys(setting.value):
        domain = normal(entry.rpartition("@")[2])
        own = _is_own(held, domain)
        ours = f"our domain {domain}" if own is True else _partner(held, domain)
        yield EntryFacts(name, entry, domain, entry in known, ours, own, setting.place)


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
