"""The connection filter: which addresses pass the filters by, and whether unknown recipients are refused."""

from __future__ import annotations

from typing import Any

import msgspec

from mfpolicy.facts.tenant.addresses import around, count_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import flag, texts, word
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.tenant import TenantObject

CMDLET = "Get-HostedConnectionFilterPolicy"
# Microsoft.Exchange.Data.Directory.SystemConfiguration.DirectoryBasedEdgeBlockMode, in its order.
_MODES = ("Default", "Off", "On")


class AllowedAddressFacts(msgspec.Struct, frozen=True):
    """An entry of IPAllowList. `addresses` is how many it holds (0: it is none), `within` are the networks
    that hold all of it, `declared` whether the intent has it under protection: connection_filter."""

    entry: str
    addresses: int
    within: tuple[str, ...]
    declared: bool


class ConnectionFilterFacts(msgspec.Struct, frozen=True):
    """Get-HostedConnectionFilterPolicy, of which a tenant has one. `edge_block` is Default, On or Off."""

    allowed: tuple[AllowedAddressFacts, ...] | Unknown = ()
    safe_list: bool | Unknown = False
    safe_list_declared: bool = False
    edge_block: str | Unknown = ""


def connection_filter_facts(held: Held) -> ConnectionFilterFacts:
    """The facts of a tenant's connection filter."""
    found = held.objects(CMDLET)
    declared = _declared(held)
    if isinstance(found, Unknown):
        return ConnectionFilterFacts(found, found, bool(declared.get("enablesafelist")), found)
    return ConnectionFilterFacts(
        allowed=_allowed(held, found),
        safe_list=any_of(flag(each, "EnableSafeList") for each in found),
        safe_list_declared=declared.get("enablesafelist") is True,
        edge_block=_edge_block(found),
    )


def _declared(held: Held) -> dict[str, Any]:
    said = held.intent.protection.settings.get("connection_filter", {})
    return {name.lower(): value for name, value in said.items()}


def _allowed(held: Held, found: tuple[TenantObject, ...]) -> tuple[AllowedAddressFacts, ...] | Unknown:
    lists = gathered(texts(each, "IPAllowList") for each in found)
    if isinstance(lists, Unknown):
        return lists
    said = _declared(held).get("ipallowlist")
    declared = {str(each).strip() for each in (said if isinstance(said, list) else [said])}
    entries = dict.fromkeys(each for listed in lists for each in listed)
    return tuple(
        AllowedAddressFacts(each, count_of(each), around(each), each.strip() in declared) for each in entries
    )


def _edge_block(found: tuple[TenantObject, ...]) -> str | Unknown:
    modes = [word(each, "DirectoryBasedEdgeBlockMode", _MODES) for each in found]
    return next(iter(modes), "")
