"""Connectors: whose mail comes in by which, and where mail goes out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import all_unknown, flag, name_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_CMDLETS = {"inbound": "Get-InboundConnector", "outbound": "Get-OutboundConnector"}


class ConnectorFacts(msgspec.Struct, frozen=True):
    """A connector. `direction` is inbound or outbound."""

    name: str
    direction: str
    enabled: bool | Unknown = False
    place: Place | None = None


def connector_studies(held: Held) -> Iterator[Study]:
    """Every connector of both directions."""
    for direction, cmdlet in _CMDLETS.items():
        found = held.objects(cmdlet)
        if isinstance(found, Unknown):
            name = f"all {direction} connectors"
            facts = all_unknown(ConnectorFacts, found, {"name": name, "direction": direction})
            yield Study(Subject("connector", name), given(facts))
            continue
        for each in found:
            facts = connector_facts(held, direction, each)
            yield Study(Subject("connector", facts.name), given(facts))


def connector_facts(held: Held, direction: str, of: TenantObject) -> ConnectorFacts:
    """The facts of one connector."""
    return ConnectorFacts(name=name_of(of), direction=direction, enabled=flag(of, "Enabled"), place=of.place)
