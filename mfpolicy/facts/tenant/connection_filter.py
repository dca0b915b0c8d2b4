"""The connection filter: which addresses pass the filters by, and whether unknown recipients are refused."""

from __future__ import annotations

from typing import Any

import msgspec

from mfpolicy.facts.tenant.addresses import around, count_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import flag, place_at, texts, word
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

CMDLET = "Get-HostedConnectionFilterPolicy"
# What an intent may have a value of its own for.
DECLARABLE = ("IPAllowList", "EnableSafeList", "DirectoryBasedEdgeBlockMode")
# Microsoft.Exchange.Data.Directory.SystemConfiguration.DirectoryBasedEdgeBlockMode, in its order.
_MODES = ("Default", "Off", "On")


class AllowedAddressFacts(msgspec.Struct, frozen=True):
    """An entry of IPAllowList. `addresses` is how many it holds (0: it is none), `within` are the networks
    that hold all of it, `declared` whether the intent has it under protection: connection_filter."""

    entry: str
    addresses: int
    within: tuple[str, ...]
    declared: bool
    place: Place | None = None


class ConnectionFilterFacts(msgspec.Struct, frozen=True):
    """Get-HostedConnectionFilterPolicy, of which a tenant has one. `edge_block` is Default, On or Off,
    `edge_block_declared` whether the intent wants it off; `safe_list_declared`: the intent wants it on."""

    allowed: tuple[AllowedAddressFacts, ...] | Unknown = ()
    safe_list: bool | Unknown = False
    safe_list_declared: bool = False
    edge_block: str | Unknown = ""
    edge_block_declared: bool = False


def connection_filter_facts(held: Held) -> ConnectionFilterFacts:
    """The facts of a tenant's connection filter."""
    found = held.objects(CMDLET)
    declared = _declared(held)
    safe_list = declared.get("enablesafelist") is True
    edge_block = str(declared.get("directorybasededgeblockmode")).lower() == "off"
    if isinstance(found, Unknown):
        return ConnectionFilterFacts(found, found, safe_list, found, edge_block)
    return ConnectionFilterFacts(
        allowed=_allowed(held, found),
        safe_list=any_of(flag(each, "EnableSafeList") for each in found),
        safe_list_declared=safe_list,
        edge_block=_edge_block(found),
        edge_block_declared=edge_block,
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
    entries: dict[str, Place | None] = {}
    for policy, listed in zip(found, lists, strict=True):
        for each in listed:
            entries.setdefault(each, place_at(policy, "IPAllowList"))
    return tuple(
        AllowedAddressFacts(each, count_of(each), around(each), each.strip() in declared, place)
        for each, place in entries.items()
    )


def _edge_block(found: tuple[TenantObject, ...]) -> str | Unknown:
    modes = [word(each, "DirectoryBasedEdgeBlockMode", _MODES) for each in found]
    return next(iter(modes), "")
