"""The shape of what `mailflow.yaml` says of the tenant itself, key by key."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from mfpolicy.model.intent_tenant import MfaBy, Preset
from mfpolicy.sources.intent_basics import Day, Duration, Names, Part

Settings = dict[str, bool | int | str | Names]


class TenantPart(Part):
    """The tenant, as it was exported."""

    live: Annotated[
        str,
        Meta(
            description="The export, a file or a folder of files, seen from this file.",
            examples=["tenant", "tenant/ProviderSettingsExport.json"],
        ),
    ]
    proposed: (
        Annotated[
            str,
            Meta(
                description="What a change would make of it, in any form that is read; what Microsoft365DSC,"
                " or a file that calls itself a part, does not mention stays as it is.",
                examples=["dsc", "dsc/M365TenantConfig.ps1"],
            ),
        ]
        | UnsetType
    ) = UNSET
    max_age: (
        Annotated[
            Duration,
            Meta(description="How old it may be: nothing passes by an export that is older, or undated."),
        ]
        | UnsetType
    ) = UNSET
    id: (
        Annotated[
            str,
            Meta(
                description="The tenant's id or its initial domain: an export of another one says nothing.",
                examples=["contoso.onmicrosoft.com"],
            ),
        ]
        | UnsetType
    ) = UNSET
    taken: Annotated[Day, Meta(description="The day of an export whose files do not say it.")] | UnsetType = (
        UNSET
    )


class OnPremisesPart(Part):
    """Your own Exchange servers, as they were exported."""

    export: Annotated[
        str,
        Meta(
            description="The export, a file or a folder of files, seen from this file; never that of the"
            " tenant, whose cmdlets have the same names.",
            examples=["onprem"],
        ),
    ]
    max_age: (
        Annotated[
            Duration,
            Meta(description="How old it may be: nothing passes by an export that is older, or undated."),
        ]
        | UnsetType
    ) = UNSET
    taken: Annotated[Day, Meta(description="The day of an export whose files do not say it.")] | UnsetType = (
        UNSET
    )


_SETTINGS = Meta(
    description="What deviates from the preset, by Microsoft's names of the properties.",
    examples=[{"BulkThreshold": 5}],
)
_QUARANTINE = Meta(
    description="How seldom people may hear of new mail in quarantine, by Microsoft's name of the property.",
    examples=[{"EndUserSpamNotificationFrequency": "7.00:00:00"}],
)
_CONNECTION_FILTER = Meta(
    description="What the connection filter may let pass, by Microsoft's names of the properties.",
    examples=[{"IPAllowList": ["192.0.2.1"]}],
)


class ProtectionPart(Part):
    """How mail is filtered: one of Microsoft's presets, and what deviates from it."""

    preset: (
        Annotated[Preset, Meta(description="What every policy has to reach for everyone it is for.")]
        | UnsetType
    ) = UNSET
    strict_for: (
        Annotated[
            Names,
            Meta(
                description="Addresses, groups or domains that the Strict preset is for.",
                examples=[["executives@contoso.com"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    anti_spam: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    anti_phish: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    malware: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    safe_links: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    safe_attachments: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    outbound: Annotated[Settings, _SETTINGS] | UnsetType = UNSET
    quarantine: Annotated[Settings, _QUARANTINE] | UnsetType = UNSET
    connection_filter: Annotated[Settings, _CONNECTION_FILTER] | UnsetType = UNSET


def _patterns(what: str) -> Any:
    return Meta(description=f"Names of rules that may {what}, * for any text.", examples=[["Scanner *"]])


class TransportRulesPart(Part):
    """Transport rules that may do what is a finding in any other."""

    may_bypass: (
        Annotated[
            Names, _patterns("let mail pass the filters by; also what the advanced delivery policy lets pass")
        ]
        | UnsetType
    ) = UNSET
    may_delete: Annotated[Names, _patterns("delete or reject mail")] | UnsetType = UNSET
    may_forward: Annotated[Names, _patterns("send mail or copies of it outside")] | UnsetType = UNSET
    may_journal: Annotated[Names, _patterns("send journals outside")] | UnsetType = UNSET


class ForwardingPart(Part):
    """Mail that is forwarded automatically."""

    domains: (
        Annotated[
            Names,
            Meta(description="Domains to which that is meant to be.", examples=[["partner.example"]]),
        ]
        | UnsetType
    ) = UNSET
    mailboxes: (
        Annotated[
            Names,
            Meta(description="Mailboxes that may forward outside.", examples=[["desk@contoso.com"]]),
        ]
        | UnsetType
    ) = UNSET


class IdentityPart(Part):
    """Who signs in, and how."""

    mfa: (
        Annotated[str, Meta(description="required: for every account with mail.", pattern="^required$")]
        | UnsetType
    ) = UNSET
    by: (
        Annotated[
            MfaBy,
            Meta(
                description="What asks for it. federation: another identity provider does, which no export"
                " of the tenant shows."
            ),
        ]
        | UnsetType
    ) = UNSET
    exempt: (
        Annotated[
            Names,
            Meta(
                description="Break-glass accounts, and groups, roles or applications, by id or name.",
                examples=[["breakglass@contoso.onmicrosoft.com"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    basic_auth: (
        Annotated[
            Names,
            Meta(
                description="Mailboxes that may still submit mail with a password alone (SMTP AUTH).",
                examples=[["scanner@contoso.com"]],
            ),
        ]
        | UnsetType
    ) = UNSET


class ReviewPart(Part):
    """A review that recurs."""

    every: (
        Annotated[
            Duration, Meta(description="How often; quarter means once in each quarter of the calendar.")
        ]
        | UnsetType
    ) = UNSET
    last: Annotated[Day, Meta(description="When it was last done.")] | UnsetType = UNSET
    by: Annotated[str, Meta(description="Who did it.", examples=["Mail operations"])] | UnsetType = UNSET
    record: Annotated[str, Meta(description="Where that is written.", examples=["CHG-4711"])] | UnsetType = (
        UNSET
    )
    settings: (
        Annotated[
            str,
            Meta(
                description="The digest of the settings that were looked at, as mfpolicy tenant check prints"
                " it: a change after the review is a finding."
            ),
        ]
        | UnsetType
    ) = UNSET


class ReviewsPart(Part):
    """What is looked at regularly."""

    anti_spam: ReviewPart | UnsetType = field(name="anti-spam", default=UNSET)
    allow_lists: ReviewPart | UnsetType = field(name="allow-lists", default=UNSET)
    connectors: ReviewPart | UnsetType = UNSET
    transport_rules: ReviewPart | UnsetType = field(name="transport-rules", default=UNSET)
    waivers: ReviewPart | UnsetType = UNSET
    mfa_exemptions: ReviewPart | UnsetType = field(name="mfa-exemptions", default=UNSET)
