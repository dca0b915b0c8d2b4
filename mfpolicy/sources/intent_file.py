"""The shape of `mailflow.yaml`, key by key: what the reader takes, and what editors show.

The reader asks these types which keys and words there are; `intent.schema.json` is made from them, so that an
editor completes and explains every key.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from mfpolicy.model.intent import Via
from mfpolicy.sources.intent_basics import Day, Names, Part
from mfpolicy.sources.intent_connector_file import AcceptedDomainPart, CertificatePart, ConnectorPart
from mfpolicy.sources.intent_domain_file import DefaultsPart, DomainPart, GroupPart
from mfpolicy.sources.intent_tenant_file import (
    ForwardingPart,
    IdentityPart,
    OnPremisesPart,
    ProtectionPart,
    ReviewsPart,
    TenantPart,
    TransportRulesPart,
)
from mfpolicy.sources.zones import FORMATS


class ZonePart(Part):
    """Zones of the repository, and the format they are written in."""

    format: Annotated[str, Meta(description="A zone format.", examples=[*FORMATS])]
    path: Annotated[
        str, Meta(description="A folder or file, seen from this file.", examples=["zones", "example.com.txt"])
    ]


class DnsPart(Part):
    """The DNS records that the repository proposes."""

    zones: Annotated[list[ZonePart], Meta(description="Sources of zones.")] | UnsetType = UNSET


class PathsPart(Part):
    """The hops that mail takes, in order: services, senders and address sets by name."""

    inbound: (
        Annotated[
            Names,
            Meta(
                description="From the world to the mailboxes. The first hop is what MX has to name, where a"
                " domain says nothing else.",
                examples=[["mimecast", "exchange-online"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    outbound: (
        Annotated[
            Names,
            Meta(
                description="From the mailboxes to the world. The last hop is what receivers see, so SPF of"
                " every domain that sends has to authorise it.",
                examples=[["exchange-online", "datacentre", "mimecast"]],
            ),
        ]
        | UnsetType
    ) = UNSET


class SenderPart(Part):
    """A service or system that sends. What is left out comes from the catalogue, if it has the name."""

    title: Annotated[str, Meta(description="As findings name it.", examples=["Salesforce"])] | UnsetType = (
        UNSET
    )
    from_: (
        Annotated[
            str,
            Meta(
                description="The domain it sends as; {domain} stands for the domain that lists it.",
                examples=["{domain}", "crm.{domain}"],
            ),
        ]
        | UnsetType
    ) = field(name="from", default=UNSET)
    include: (
        Annotated[
            Names,
            Meta(
                description=(
                    "Names that SPF includes for it; any one of them authorises it. An empty list: none of "
                    "the catalogue's, as in a flattened record."
                ),
                examples=[["_spf.salesforce.com"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    dkim: (
        Annotated[
            Names,
            Meta(
                description="The selectors it signs with; an empty list: it does not sign.",
                examples=[["selector1", "selector2"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    ip: (
        Annotated[
            str | Names,
            Meta(
                description=(
                    "Its addresses: CIDR ranges, and names of address sets. SPF has to let all of them "
                    "pass; where no include stands beside them, that is all it has to do."
                ),
                examples=["datacentre", ["192.0.2.0/28"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    via: (
        Annotated[
            Via,
            Meta(
                description="How its mail leaves. direct (the default): from its own addresses, which SPF"
                " then has to authorise. Otherwise it is handed on, and SPF needs nothing for it.",
            ),
        ]
        | UnsetType
    ) = UNSET
    until: (
        Annotated[Day, Meta(description="Its last day; afterwards nothing may authorise it.")] | UnsetType
    ) = UNSET
    owner: Annotated[str, Meta(description="Who answers for it.", examples=["Sales"])] | UnsetType = UNSET
    critical: (
        Annotated[bool, Meta(description="Whether its mail may never rest on SPF alone.")] | UnsetType
    ) = UNSET


class WaiverPart(Part):
    """A deviation that somebody accepts, until a day."""

    rule: Annotated[str, Meta(description="A rule's id or slug.", examples=["dmarc-policy-none"])]
    subject: Annotated[str, Meta(description="What the finding is about.", examples=["legacy.contoso.com"])]
    reason: Annotated[str, Meta(description="Why it is accepted.")]
    owner: Annotated[str, Meta(description="Who mends it.")]
    approved_by: Annotated[str, Meta(description="Who accepted it.")]
    expires: Annotated[Day, Meta(description="The last day on which it holds.")]
    ticket: Annotated[str, Meta(description="Where it is followed up.")] | UnsetType = UNSET
    compensating: Annotated[str, Meta(description="What limits the risk meanwhile.")] | UnsetType = UNSET


class IntentFile(Part, kw_only=True):
    """mailflow.yaml: how mail should flow."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")]
    extends: (
        Annotated[
            str,
            Meta(
                description="An intent whose values this one takes, seen from this file: a provider's or a"
                " group's base. Mappings are merged key by key; a list or a word replaces the base's.",
                examples=["../house.yaml"],
            ),
        ]
        | UnsetType
    ) = UNSET
    organization: Annotated[str, Meta(description="Whose mail it is.", examples=["Contoso"])] | UnsetType = (
        UNSET
    )
    profile: (
        Annotated[
            str,
            Meta(
                description="baseline, recommended, hardened, or a file of your own: severities, parameters.",
                examples=["recommended", "profile.yaml"],
            ),
        ]
        | UnsetType
    ) = UNSET
    rules: (
        Annotated[Names, Meta(description="Folders of rules of your own.", examples=[["policies/ours"]])]
        | UnsetType
    ) = UNSET
    dns: DnsPart | UnsetType = UNSET
    addresses: (
        Annotated[
            dict[str, Names],
            Meta(
                description="Named sets of addresses of your own, in CIDR form: SPF may authorise them,"
                " and senders and paths refer to them.",
                examples=[{"datacentre": ["203.0.113.0/28"]}],
            ),
        ]
        | UnsetType
    ) = UNSET
    paths: PathsPart | UnsetType = UNSET
    senders: (
        Annotated[
            dict[str, SenderPart | None],
            Meta(
                description="Who sends; one entry a service or system.",
                examples=[{"printers": {"ip": "office"}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    defaults: DefaultsPart | UnsetType = UNSET
    domains: (
        Annotated[
            dict[str, DomainPart | None],
            Meta(
                description="Your domains, one by one.",
                examples=[{"contoso.com": {"senders": ["exchange-online"]}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    groups: (
        Annotated[
            dict[str, GroupPart],
            Meta(
                description="Your domains, by the dozen.",
                examples=[{"parked": {"domains": {"file": "parked.txt"}, "mail": "none"}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    tenant: TenantPart | UnsetType = UNSET
    on_premises: OnPremisesPart | UnsetType = UNSET
    certificates: (
        Annotated[
            dict[str, CertificatePart],
            Meta(
                description="Certificates of your own, by names that connectors refer to.",
                examples=[{"hybrid": {"current": "certs/2026.cer", "owner": "Messaging"}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    accepted_domains: (
        Annotated[
            dict[str, AcceptedDomainPart | None],
            Meta(
                description="Domains that the tenant accepts mail for in another way than most, or that are"
                " not among the domains here.",
                examples=[{"contoso.mail.onmicrosoft.com": {"because": "hybrid routing"}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    connectors: (
        Annotated[
            dict[str, ConnectorPart],
            Meta(
                description="Connectors of the tenant; one that is not declared is a finding.",
                examples=[{"hybrid-in": {"direction": "inbound", "match": "Inbound from *"}}],
            ),
        ]
        | UnsetType
    ) = UNSET
    protection: ProtectionPart | UnsetType = UNSET
    transport_rules: TransportRulesPart | UnsetType = UNSET
    forwarding: ForwardingPart | UnsetType = UNSET
    identity: IdentityPart | UnsetType = UNSET
    reviews: ReviewsPart | UnsetType = UNSET
    waivers: Annotated[list[WaiverPart], Meta(description="Accepted deviations.")] | UnsetType = UNSET
