"""The shape of what `mailflow.yaml` says of domains, key by key."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mfpolicy.model.intent import Alignment, DmarcPolicy, Mail, MtaStsMode, SpfAll
from mfpolicy.sources.intent_basics import Day, Duration, Names, Part

ReportUris = Annotated[
    Names,
    Meta(description="Where reports go, as URIs.", examples=[["mailto:dmarc@contoso.com"]]),
]


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
