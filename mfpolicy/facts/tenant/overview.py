"""The tenant as a whole: what holds for everybody in it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.export import ExportFacts
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.identity import IdentityFacts, identity_facts
from mfpolicy.facts.tenant.mailbox_rules import MailboxRuleFacts, mailbox_rules
from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place


class TenantFacts(msgspec.Struct, frozen=True):
    """A tenant. Every section is one module here; what the export does not tell is unknown."""

    name: str
    export: ExportFacts
    identity: IdentityFacts
    mailbox_rules: tuple[MailboxRuleFacts, ...] | Unknown
    place: Place | None = None


def overview_studies(held: Held) -> Iterator[Study]:
    """The tenant itself."""
    yield Study(Subject("tenant", name_of_tenant(held)), given(tenant_facts(held)))


def tenant_facts(held: Held) -> TenantFacts:
    """The facts of a tenant."""
    return TenantFacts(
        name=name_of_tenant(held),
        export=held.export,
        identity=identity_facts(held),
        mailbox_rules=mailbox_rules(held),
        place=held.tenant.place,
    )


def name_of_tenant(held: Held) -> str:
    """As people know it: the organisation of the intent, else its initial domain or its id."""
    told = [each.name for each in held.tenant.exports] + [each.id for each in held.tenant.exports]
    return held.declared.intent.organization or next(filter(None, told), "tenant")
