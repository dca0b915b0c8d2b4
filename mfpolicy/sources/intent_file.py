"""The shape of `mailflow.yaml`, key by key: what the reader takes, and what editors show.

The reader asks these types which keys and words there are (`keys`, `words`); `intent.schema.json` is made
from them, so that an editor completes and explains every key.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mfpolicy.model.intent import Alignment, DmarcPolicy, Mail, MtaStsMode, SpfAll, Via
from mfpolicy.sources.intent_basics import Day, Duration, Names, Part
from mfpolicy.sources.intent_tenant_file import (
    AcceptedDomainPart,
    CertificatePart,
    ConnectorPart,
    ForwardingPart,
    IdentityPart,
    ProtectionPart,
    ReviewsPart,
    TenantPart,
    TransportRulesPart,
)
from mfpolicy.sources.zones import FORMATS

ReportUris = Annotated[
    Names,
    Meta(description="Where reports go, as URIs.", examples=[["mailto:dmarc@contoso.com"]]),
]


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
    ) = msgspec.field(name="from", default=UNSET)
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


class SpfPart(Part):
    """The SPF record (RFC 7208)."""

    all: (
        Annotated[
            SpfAll, Meta(description="How the record ends: -all (fail), ~all (softfail) or ?all (neutral).")
        ]
        | UnsetType
    ) = UNSET


class DmarcPart(Part):
    """The DMARC record (RFC 9989)."""

    policy: (
        Annotated[DmarcPolicy, Meta(description="p: what receivers do with mail that fails.")] | UnsetType
    ) = UNSET
    subdomains: (
        Annotated[DmarcPolicy, Meta(description="sp: the same for subdomains that exist.")] | UnsetType
    ) = UNSET
    nonexistent: (
        Annotated[DmarcPolicy, Meta(description="np: for subdomains that do not exist.")] | UnsetType
    ) = UNSET
    rua: Annotated[ReportUris, Meta(description="Where aggregate reports go.")] | UnsetType = UNSET
    ruf: Annotated[ReportUris, Meta(description="Where failure reports go.")] | UnsetType = UNSET
    spf_alignment: (
        Annotated[Alignment, Meta(description="aspf: how SPF's domain has to match.")] | UnsetType
    ) = UNSET
    dkim_alignment: Annotated[Alignment, Meta(description="adkim: how a signature's has to.")] | UnsetType = (
        UNSET
    )
    until: (
        Annotated[
            Day,
            Meta(description="The policy is one step of a ramp, and ends on this day. A ramp is no waiver."),
        ]
        | UnsetType
    ) = UNSET
    then: (
        Annotated[
            DmarcPolicy,
            Meta(
                description="What follows: the policy of the defaults, or the next stronger one, if not said."
            ),
        ]
        | UnsetType
    ) = UNSET


class MtaStsPart(Part):
    """MTA-STS (RFC 8461): senders must use TLS."""

    mode: Annotated[MtaStsMode, Meta(description="What senders do where TLS fails.")] | UnsetType = UNSET
    max_age: (
        Annotated[Duration, Meta(description="The least time that senders keep the policy.")] | UnsetType
    ) = UNSET
    policy: (
        Annotated[
            str,
            Meta(
                description="The file that will be served as the policy, seen from this file.",
                examples=["mta-sts/contoso.com.txt"],
            ),
        ]
        | UnsetType
    ) = UNSET


class TlsRptPart(Part):
    """Reports about TLS (RFC 8460)."""

    rua: (
        Annotated[Names, Meta(description="Where they go.", examples=[["mailto:tls@contoso.com"]])]
        | UnsetType
    ) = UNSET


class BimiPart(Part):
    """The logo that mailboxes show beside the mail (BIMI)."""

    selector: Annotated[str, Meta(description="The record's selector.", examples=["default"])] | UnsetType = (
        UNSET
    )
    logo: (
        Annotated[str, Meta(description="l: the image.", examples=["https://contoso.com/logo.svg"])]
        | UnsetType
    ) = UNSET
    certificate: (
        Annotated[str, Meta(description="a: its certificate.", examples=["https://contoso.com/vmc.pem"])]
        | UnsetType
    ) = UNSET


class DefaultsPart(Part):
    """What holds for every domain that says nothing else. Mappings are merged key by key."""

    mail: (
        Annotated[
            Mail,
            Meta(description="What the domain is for. none: it is parked, and nobody may send as it."),
        ]
        | UnsetType
    ) = UNSET
    senders: (
        Annotated[
            Names,
            Meta(
                description="Who sends as the domain: names of the catalogue, or of senders above.",
                examples=[["exchange-online", "mailchimp"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    mx: (
        Annotated[
            str | Names,
            Meta(
                description="Where its mail goes: a service of the catalogue, or hosts; none is the null MX.",
                examples=["exchange-online", ["mx1.example.org", "mx2.example.org"], "none"],
            ),
        ]
        | UnsetType
    ) = UNSET
    spf: SpfPart | UnsetType = UNSET
    dkim: (
        Annotated[
            Names,
            Meta(
                description="Selectors that it publishes beside those of its senders.",
                examples=[["mail2026"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    dmarc: DmarcPart | UnsetType = UNSET
    mta_sts: MtaStsPart | UnsetType = UNSET
    tls_rpt: TlsRptPart | UnsetType = UNSET
    dane: (
        Annotated[bool, Meta(description="Whether its MX hosts publish TLSA records (RFC 7672).")] | UnsetType
    ) = UNSET
    bimi: BimiPart | UnsetType = UNSET


class DomainPart(DefaultsPart):
    """A domain, or a pattern such as *.brands.example: what it says of itself, over what it is like, over its
    group, over the defaults."""

    like: (
        Annotated[
            str,
            Meta(description="A domain or group whose values it takes.", examples=["contoso.com"]),
        ]
        | UnsetType
    ) = UNSET
    without: (
        Annotated[
            Names, Meta(description="Senders that it does not take from there.", examples=[["printers"]])
        ]
        | UnsetType
    ) = UNSET


class MembersFile(Part):
    """A text file with one domain or pattern in each line; # starts a comment."""

    file: Annotated[str, Meta(description="The file, seen from this file.", examples=["brands.txt"])]


class GroupPart(DomainPart, kw_only=True):
    """Domains that are declared together."""

    domains: Annotated[
        MembersFile | Names,
        Meta(
            description="Its members: names, patterns over the domains of the zones, or a file of them.",
            examples=[["fabrikam.com", "*.brands.example"], {"file": "brands.txt"}],
        ),
    ]


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


# Sections that the design has and this version does not judge: nobody may believe that they are looked at.
LATER = ("on_premises",)


@cache
def keys(part: type[msgspec.Struct]) -> tuple[str, ...]:
    """The keys that a mapping of this type may have, as they are written."""
    return part.__struct_encode_fields__


@cache
def words(part: type[msgspec.Struct], key: str) -> tuple[str, ...]:
    """The words that a key may have for a value."""
    hint: Any = get_type_hints(part)[key]
    word = next((each for each in get_args(hint) if get_origin(each) is Literal), hint)
    return tuple(str(each) for each in get_args(word))
