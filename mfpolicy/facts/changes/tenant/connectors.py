"""Connectors that a change removes, switches off, narrows or takes for others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.changes.tenant.compared import Changed, Compared
from mfpolicy.facts.tenant.values import all_unknown, flag, name_of
from mfpolicy.model.dns import Unknown, all_of
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

CMDLETS = {"inbound": "Get-InboundConnector", "outbound": "Get-OutboundConnector"}


class ConnectorChangeFacts(msgspec.Struct, frozen=True):
    """A connector that was there before. `removed`: it took mail, and is not there any more."""

    direction: str = ""
    removed: bool | Unknown = False
    place: Place | None = None


def connector_changes(found: Compared) -> Iterator[Changed]:
    """Every connector that the change touches; one stand-in for all of a direction that only one side has."""
    for direction, cmdlet in CMDLETS.items():
        pairs = found.pairs(cmdlet)
        if isinstance(pairs, Unknown):
            facts = all_unknown(ConnectorChangeFacts, pairs, {"direction": direction})
            yield Changed(f"all {direction} connectors", facts)
            continue
        for was, now in pairs:
            if was is not None:
                yield Changed(name_of(was), _facts(direction, was, now))


def _facts(direction: str, was: TenantObject, now: TenantObject | None) -> ConnectorChangeFacts:
    return ConnectorChangeFacts(
        direction=direction,
        removed=all_of((now is None, flag(was, "Enabled"))),
        place=(now or was).place,
    )
