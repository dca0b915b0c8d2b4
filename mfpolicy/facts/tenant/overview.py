"""The tenant as a whole: what holds for everybody in it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.study import Study
from mfpolicy.facts.tenant.accepted import AcceptedDomainsFacts, accepted_domains_facts
from mfpolicy.facts.tenant.alerts import AlertFacts, alert_facts
from mfpolicy.facts.tenant.allow_lists import AllowListFacts, allow_list_facts
from mfpolicy.facts.tenant.connection_filter import ConnectionFilterFacts, connection_filter_facts
from mfpolicy.facts.tenant.defender import DefenderFacts, defender_facts
from mfpolicy.facts.tenant.delivery_overrides import (
    OverrideFacts,
    TrustedSenderFacts,
    override_facts,
    trusted_senders,
)
from mfpolicy.facts.tenant.export import ExportFacts
from mfpolicy.facts.tenant.external_mail import ExternalMailFacts, external_mail_facts
from mfpolicy.facts.tenant.health import HealthFacts, health_facts
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.identity import IdentityFacts, identity_facts
from mfpolicy.facts.tenant.journal import JournalRuleFacts, journal_facts
from mfpolicy.facts.tenant.mailbox_rules import MailboxRuleFacts, mailbox_rules
from mfpolicy.facts.tenant.organization import OrganizationFacts, organization_facts
from mfpolicy.facts.tenant.principals import PrincipalFacts, principal_facts
from mfpolicy.facts.tenant.protected import ProtectedFacts, protected_facts
from mfpolicy.facts.tenant.quarantine import QuarantineFacts, quarantine_facts
from mfpolicy.facts.tenant.remote_domains import RemoteDomainFacts, remote_domain_facts
from mfpolicy.facts.tenant.routing import RoutingFacts, routing_facts
from mfpolicy.facts.tenant.submission import SubmissionFacts, submission_facts
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place


class TenantFacts(msgspec.Struct, frozen=True):
    """A tenant. Every section is one module here; what the export does not tell is unknown."""

    name: str
    export: ExportFacts
    protection: ProtectedFacts
    defender: DefenderFacts
    quarantine: QuarantineFacts
    connection_filter: ConnectionFilterFacts
    allow_list: AllowListFacts
    delivery_overrides: tuple[OverrideFacts, ...] | Unknown
    trusted_senders: tuple[TrustedSenderFacts, ...] | Unknown
    external_mail: ExternalMailFacts
    remote_domains: tuple[RemoteDomainFacts, ...] | Unknown
    journal: tuple[JournalRuleFacts, ...] | Unknown
    accepted: AcceptedDomainsFacts
    submission: SubmissionFacts
    organization: OrganizationFacts
    alerts: tuple[AlertFacts, ...] | Unknown
    health: HealthFacts
    routing: RoutingFacts
    identity: IdentityFacts
    principals: PrincipalFacts
    mailbox_rules: tuple[MailboxRuleFacts, ...] | Unknown
    place: Place | None = None


def overview_studies(held: Held) -> Iterator[Study]:
    """The tenant itself."""

    def whole(view: View, spf: SpfStudy) -> TenantFacts:
        return tenant_facts(held, view)

    def waits(view: View, spf: SpfStudy) -> RoutingFacts:
        return routing_facts(held, view)

    yield Study(Subject("tenant", name_of_tenant(held)), whole, (waits,))


def tenant_facts(held: Held, view: View) -> TenantFacts:
    """The facts of a tenant."""
    return TenantFacts(
        name=name_of_tenant(held),
        export=held.export,
        protection=protected_facts(held),
        defender=defender_facts(held),
        quarantine=quarantine_facts(held),
        connection_filter=connection_filter_facts(held),
        allow_list=allow_list_facts(held),
        delivery_overrides=override_facts(held),
        trusted_senders=trusted_senders(held),
        external_mail=external_mail_facts(held),
        remote_domains=remote_domain_facts(held),
        journal=journal_facts(held),
        accepted=accepted_domains_facts(held),
        submission=submission_facts(held),
        organization=organization_facts(held),
        alerts=alert_facts(held),
        health=health_facts(held),
        routing=routing_facts(held, view),
        identity=identity_facts(held),
        principals=principal_facts(held),
        mailbox_rules=mailbox_rules(held),
        place=held.tenant.place,
    )


def name_of_tenant(held: Held) -> str:
    """As people know it: the organisation of the intent, else its initial domain or its id."""
    told = [each.name for each in held.tenant.exports] + [each.id for each in held.tenant.exports]
    return held.declared.intent.organization or next(filter(None, told), "tenant")
