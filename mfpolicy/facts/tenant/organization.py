"""What is set for the whole organisation, and for what leaves it by other ways than mail."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.accepted import kind_of
from mfpolicy.facts.tenant.direct import rejects_direct_send
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.licences import delays_delicensing, mailbox_licences
from mfpolicy.facts.tenant.mailbox_plans import open_plans
from mfpolicy.facts.tenant.values import Maybe, flag, name_of, number, text, texts, word
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_TIPS = ("MailTipsAllTipsEnabled", "MailTipsExternalRecipientsTipsEnabled", "MailTipsGroupMetricsEnabled")
# From the shortest on; what keeps records for a year or longer.
_A_YEAR = ("TwelveMonths", "ThreeYears", "FiveYears", "SevenYears", "TenYears")


class SharingFacts(msgspec.Struct, frozen=True):
    """A sharing policy in force. `contacts` and `calendar`: it lets people show these to everybody."""

    name: str
    contacts: bool | Unknown
    calendar: bool | Unknown
    place: Place | None = None


class OwaFacts(msgspec.Struct, frozen=True):
    """A policy of Outlook on the web: whether people may add accounts and stores of files of their own."""

    name: str
    accounts: bool | Unknown
    storage: bool | Unknown
    place: Place | None = None


class OrganizationFacts(msgspec.Struct, frozen=True):
    """An organisation. `rejects_direct_send`: mail from its own domains is refused that no connector accounts
    for; `direct` names declared senders that depend on the contrary. `audit_log`: activities are recorded,
    and `audit_kept` for a year at least by a policy. `delays_delicensing`: a mailbox outlives its licence by
    30 days, which an organisation may ask for that has many `licences` for mailboxes. `open_plans` are the
    plans of mailboxes that open POP or IMAP to new ones. `tips_off` are MailTips that are off, `tips_from`
    the recipients from which on people are warned of many. `reports_to` are the mailboxes that get what
    people report as phishing. `arc_sealers` are domains whose word on authentication counts (ARC, RFC 8617),
    and `on_initial` the mailboxes that send as a name that Microsoft gave."""

    rejects_direct_send: bool | Unknown
    direct: tuple[str, ...]
    modern_auth: bool | Unknown
    audit_disabled: bool | Unknown
    audit_log: bool | Unknown
    audit_kept: bool | Unknown
    delays_delicensing: bool | Unknown
    licences: int | Unknown
    open_plans: tuple[str, ...] | Unknown
    tips_off: tuple[str, ...] | Unknown
    tips_from: int | Unknown
    reports_to: tuple[str, ...] | Unknown
    sharing: tuple[SharingFacts, ...] | Unknown
    owa: tuple[OwaFacts, ...] | Unknown
    arc_sealers: tuple[str, ...] | Unknown
    on_initial: tuple[str, ...] | Unknown
    place: Place | None = None


def organization_facts(held: Held) -> OrganizationFacts:
    """The facts of an organisation."""
    config = held.one("Get-OrganizationConfig")
    sharing, owa = held.objects("Get-SharingPolicy"), held.objects("Get-OwaMailboxPolicy")
    return OrganizationFacts(
        rejects_direct_send=rejects_direct_send(held),
        direct=_direct(held),
        modern_auth=flag(config, "OAuth2ClientProfileEnabled"),
        audit_disabled=flag(config, "AuditDisabled"),
        audit_log=flag(held.one("Get-AdminAuditLogConfig"), "UnifiedAuditLogIngestionEnabled"),
        audit_kept=_kept(held.objects("Get-UnifiedAuditLogRetentionPolicy")),
        delays_delicensing=delays_delicensing(config),
        licences=mailbox_licences(held),
        open_plans=open_plans(held),
        tips_off=_tips_off(config),
        tips_from=number(config, "MailTipsLargeAudienceThreshold"),
        reports_to=_reports_to(held.one("Get-ReportSubmissionPolicy")),
        sharing=sharing if isinstance(sharing, Unknown) else tuple(map(_sharing, filter(_in_force, sharing))),
        owa=owa if isinstance(owa, Unknown) else tuple(map(_owa, owa)),
        arc_sealers=texts(held.one("Get-ArcConfig"), "ArcTrustedSealers"),
        on_initial=_on_initial(held.objects("Get-EXOMailbox")),
        place=config.place if isinstance(config, TenantObject) else None,
    )


def _direct(held: Held) -> tuple[str, ...]:
    """Those that some domain names, and whose time is not over."""
    every = (each for name in held.declared.names for each in held.declared.senders(name) or ())
    found = (each for each in every if each.via == "direct-send" and not each.is_over(held.today))
    return tuple(sorted({each.title or each.name for each in found}))


def _on_initial(found: tuple[TenantObject, ...] | Unknown) -> tuple[str, ...] | Unknown:
    """Those whose address is known and is one; what searches leave behind sends nothing."""
    if isinstance(found, Unknown):
        return found
    senders = (each for each in found if text(each, "RecipientTypeDetails") != "DiscoveryMailbox")
    addresses = [text(each, "PrimarySmtpAddress") for each in senders]
    unsure = next((each for each in addresses if isinstance(each, Unknown)), None)
    return unsure or tuple(
        str(each) for each in addresses if kind_of(normal(str(each).rpartition("@")[2])) == "initial"
    )


def _kept(found: tuple[TenantObject, ...] | Unknown) -> bool | Unknown:
    if isinstance(found, Unknown):
        return found
    return any_of(_keeps(each) for each in found)


def _keeps(policy: TenantObject) -> bool | Unknown:
    if policy.has("Enabled") and flag(policy, "Enabled") is False:
        return False
    said = word(policy, "RetentionDuration")
    return said if isinstance(said, Unknown) else said in _A_YEAR


def _tips_off(config: Maybe) -> tuple[str, ...] | Unknown:
    values = {name: flag(config, name) for name in _TIPS}
    off = tuple(name for name, value in values.items() if value is False)
    unsure = next((each for each in values.values() if isinstance(each, Unknown)), None)
    return off if off or unsure is None else unsure


def _reports_to(policy: Maybe) -> tuple[str, ...] | Unknown:
    """Nobody, where they go to Microsoft alone. People may report by a tool of another maker, which has
    addresses of its own (MicrosoftDocs/office-docs-powershell, Set-ReportSubmissionPolicy)."""
    by_others = isinstance(policy, TenantObject) and policy.has("EnableThirdPartyAddress")
    if by_others and flag(policy, "EnableThirdPartyAddress") is True:
        return texts(policy, "ThirdPartyReportAddresses")
    sent = flag(policy, "ReportPhishToCustomizedAddress")
    return texts(policy, "ReportPhishAddresses") if sent is True else () if sent is False else sent


def _in_force(policy: TenantObject) -> bool:
    return flag(policy, "Enabled") is not False if policy.has("Enabled") else True


def _sharing(policy: TenantObject) -> SharingFacts:
    """The domain of an entry is * for every organisation, and Anonymous for every person at all
    (MicrosoftDocs/office-docs-powershell, Set-SharingPolicy)."""
    said = texts(policy, "Domains")
    return SharingFacts(name_of(policy), _shows(said, "contacts"), _shows(said, "calendar"), policy.place)


def _shows(said: tuple[str, ...] | Unknown, what: str) -> bool | Unknown:
    if isinstance(said, Unknown):
        return said
    everybody = (
        each.lower() for each in said if each.partition(":")[0].strip().lower() in ("*", "anonymous")
    )
    return any(what in each for each in everybody)


def _owa(policy: TenantObject) -> OwaFacts:
    accounts = flag(policy, "PersonalAccountsEnabled")
    return OwaFacts(
        name_of(policy), accounts, flag(policy, "AdditionalStorageProvidersAvailable"), policy.place
    )
