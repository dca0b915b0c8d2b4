"""The tenant as a whole: what holds for everybody in it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.study import Look, Study
from mfpolicy.facts.tenant.export import ExportFacts
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.routing import RoutingFacts, routing_facts
from mfpolicy.model.dns import View
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place


class TenantFacts(msgspec.Struct, frozen=True):
    """A tenant. Every section is one module here; what the export does not tell is unknown."""

    name: str
    export: ExportFacts
    routing: RoutingFacts
    place: Place | None = None


def overview_studies(held: Held) -> Iterator[Study]:
    """The tenant itself."""

    def look(view: View, spf: SpfStudy) -> TenantFacts:
        return tenant_facts(held, view)

    asked: Look = look
    yield Study(Subject("tenant", name_of_tenant(held)), asked, (asked,))


def tenant_facts(held: Held, view: View) -> TenantFacts:
    """The facts of a tenant."""
    return TenantFacts(name_of_tenant(held), held.export, routing_facts(held, view), held.tenant.place)


def name_of_tenant(held: Held) -> str:
    """As people know it: the organisation of the intent, else its initial domain or its id."""
    told = [each.name for each in held.tenant.exports] + [each.id for each in held.tenant.exports]
    return held.declared.intent.organization or next(filter(None, told), "tenant")
