"""Connectors: whose mail comes in by which, and where mail goes out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.study import Look, Study, given
from mfpolicy.facts.tenant.connector_intent import (
    ConnectorDeviationFacts,
    DeclaredConnectorFacts,
    declared_for,
    deviations,
)
from mfpolicy.facts.tenant.connector_values import domain_of, is_named
from mfpolicy.facts.tenant.gateway import Gateway, takes_everything
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.inbound import InboundFacts, inbound_facts
from mfpolicy.facts.tenant.outbound import OutboundFacts, outbound_facts
from mfpolicy.facts.tenant.values import all_unknown, flag, name_of, texts, word
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent_tenant import ConnectorIntent
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_CMDLETS = {"inbound": "Get-InboundConnector", "outbound": "Get-OutboundConnector"}
_DOMAINS = {"inbound": "SenderDomains", "outbound": "RecipientDomains"}


class ConnectorFacts(msgspec.Struct, frozen=True):
    """A connector. `direction` is inbound or outbound; one that is declared and is not in the tenant is
    `missing`, and has no other facts. `type` is OnPremises or Partner. `by_wizard`: the Hybrid Configuration
    Wizard made it. `cloud_services`: headers of one's own Exchange servers are believed. `domains` are
    those of its senders or recipients, and `everything` is whether these are all."""

    name: str
    direction: str
    declared: DeclaredConnectorFacts
    missing: bool = False
    enabled: bool | Unknown = False
    type: str | Unknown = ""
    by_wizard: bool | Unknown = False
    cloud_services: bool | Unknown = False
    domains: tuple[str, ...] | Unknown = ()
    everything: bool | Unknown = False
    deviations: tuple[ConnectorDeviationFacts, ...] | Unknown = ()
    inbound: InboundFacts = InboundFacts()
    outbound: OutboundFacts = OutboundFacts()
    place: Place | None = None


def connector_studies(held: Held) -> Iterator[Study]:
    """Every connector of both directions, and those that are declared and not there."""
    gateway = Gateway(held)
    for direction, cmdlet in _CMDLETS.items():
        found = held.objects(cmdlet)
        if isinstance(found, Unknown):
            yield _unknown(held, direction, found)
            continue
        for each in found:
            yield _study(held, gateway, direction, each)
    for said in held.intent.connectors:
        if _is_missing(held, said):
            yield Study(Subject("connector", said.name), given(_missing(said)))


def connector_facts(
    held: Held, gateway: Gateway, view: View, direction: str, of: TenantObject
) -> ConnectorFacts:
    """The facts of one connector."""
    said, declared = declared_for(held.intent.connectors, direction, name_of(of))
    source, domains = word(of, "ConnectorSource"), texts(of, _DOMAINS[direction])
    is_inbound = direction == "inbound"
    return ConnectorFacts(
        name=name_of(of),
        direction=direction,
        declared=declared,
        enabled=flag(of, "Enabled"),
        type=word(of, "ConnectorType"),
        by_wizard=source if isinstance(source, Unknown) else source.lower() == "hybridwizard",
        cloud_services=flag(of, "CloudServicesMailEnabled"),
        domains=domains if isinstance(domains, Unknown) else tuple(map(domain_of, domains)),
        everything=takes_everything(of, _DOMAINS[direction]),
        deviations=deviations(said, direction, of),
        inbound=inbound_facts(held, gateway, view, of) if is_inbound else InboundFacts(),
        outbound=OutboundFacts() if is_inbound else outbound_facts(held, view, of),
        place=of.place,
    )


def _study(held: Held, gateway: Gateway, direction: str, of: TenantObject) -> Study:
    def look(view: View, spf: SpfStudy) -> ConnectorFacts:
        return connector_facts(held, gateway, view, direction, of)

    asked: Look = look
    return Study(Subject("connector", name_of(of)), asked, (asked,))


def _unknown(held: Held, direction: str, why: Unknown) -> Study:
    name = f"all {direction} connectors"
    declared = DeclaredConnectorFacts(any=bool(held.intent.connectors))
    known = {"name": name, "direction": direction, "missing": False, "declared": declared}
    other = {"outbound": OutboundFacts()} if direction == "inbound" else {"inbound": InboundFacts()}
    return Study(Subject("connector", name), given(all_unknown(ConnectorFacts, why, {**known, **other})))


def _is_missing(held: Held, said: ConnectorIntent) -> bool:
    """Of a direction that nobody exported nothing is missed."""
    directions = [each for each in _CMDLETS if said.direction in (None, each)]
    found = [held.objects(_CMDLETS[each]) for each in directions]
    return not any(
        isinstance(each, Unknown) or any(is_named(name_of(of), said.match) for of in each) for each in found
    )


def _missing(said: ConnectorIntent) -> ConnectorFacts:
    return ConnectorFacts(
        name=said.match or said.name,
        direction=said.direction or "",
        declared=DeclaredConnectorFacts(any=True, present=True, name=said.name),
        missing=True,
        place=said.place,
    )
