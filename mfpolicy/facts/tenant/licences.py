"""What a tenant has bought, as far as rules depend on it.

Names of service plans: learn.microsoft.com/entra/identity/users/licensing-service-plan-reference. A plan
counts where its subscription is enabled, or in its days of grace (capabilityStatus), and where it was not
switched off for the tenant (provisioningStatus).
"""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import Maybe, flag, number, part, parts, text
from mfpolicy.model.dns import Unknown, any_of, joined
from mfpolicy.model.tenant import TenantObject

SKUS = "Get-MgSubscribedSku"
# Defender for Office 365, plan 1 and plan 2; Entra ID P1 and P2.
DEFENDER = frozenset(
    ("ATP_ENTERPRISE", "ATP_ENTERPRISE_GOV", "THREAT_INTELLIGENCE", "THREAT_INTELLIGENCE_GOV")
)
ENTRA_P1 = frozenset(("AAD_PREMIUM", "AAD_PREMIUM_P2"))
ENTRA_P2 = frozenset(("AAD_PREMIUM_P2",))
# Customer Lockbox; the second is that of newer subscriptions.
LOCKBOX = frozenset(("LOCKBOX_ENTERPRISE", "CUSTOMERLOCKBOXA_ENTERPRISE", "LOCKBOX_ENTERPRISE_GOV"))
# A mailbox: Exchange Online (plan 1), (plan 2), Kiosk and Essentials.
_MAILBOX = tuple(f"EXCHANGE_S_{each}" for each in ("STANDARD", "ENTERPRISE", "DESKLESS", "ESSENTIALS"))
MAILBOXES = frozenset(_MAILBOX) | {f"{each}_GOV" for each in _MAILBOX}
# Their cmdlets are not there without Defender for Office 365.
_OF_DEFENDER = ("Get-SafeLinksPolicy", "Get-SafeAttachmentPolicy", "Get-ATPProtectionPolicyRule")
_STATES = {"enabled: true": True, "enabled: false": False}
_LIVE = ("", "enabled", "warning")


def has_plan(held: Held, names: frozenset[str]) -> bool | Unknown:
    """Whether the tenant has one of some service plans."""
    found = held.objects(SKUS)
    if isinstance(found, Unknown):
        return found
    return any_of(_holds(each, names) for each in found)


def mailbox_licences(held: Held) -> int | Unknown:
    """How many licences with a mailbox the tenant has, trials included: Graph does not tell them apart."""
    found = held.objects(SKUS)
    if isinstance(found, Unknown):
        return found
    counts = gathered(_mailboxes(each) for each in found)
    return counts if isinstance(counts, Unknown) else sum(counts)


def _mailboxes(sku: TenantObject) -> int | Unknown:
    """ScubaGear, which leaves the status out, does not tell which plan is of which subscription, either."""
    status, holds = text(sku, "CapabilityStatus"), _holds(sku, MAILBOXES)
    if isinstance(status, Unknown) or isinstance(holds, Unknown):
        return status if isinstance(status, Unknown) else holds
    return number(part(sku, "PrepaidUnits"), "Enabled") if holds else 0


def delays_delicensing(config: Maybe) -> bool | Unknown:
    """Whether a mailbox outlives its licence by 30 days. Microsoft365DSC has the name of the parameter, and
    Get-OrganizationConfig a text that begins with `Enabled: True` (maester365/maester,
    Test-MtExoDelicensingResiliency)."""
    if isinstance(config, Unknown):
        return config
    if config.has("DelayedDelicensingEnabled"):
        return flag(config, "DelayedDelicensingEnabled")
    said = text(config, "DelayedDelicensingEnabledState")
    state = _STATES.get(said.partition(";")[0].lower()) if isinstance(said, str) else None
    return config.lacks("DelayedDelicensingEnabledState") if state is None else state


def has_defender(held: Held) -> bool | Unknown:
    """Whether the tenant has Defender for Office 365: by its plans, or because its policies are there."""
    shown = any(isinstance(each, tuple) and each for each in map(held.objects, _OF_DEFENDER))
    return True if shown else has_plan(held, DEFENDER)


def _holds(sku: TenantObject, names: frozenset[str]) -> bool | Unknown:
    """Some exports list subscriptions without their plans; of these nobody knows."""
    status = text(sku, "CapabilityStatus") if sku.has("CapabilityStatus") else ""
    if isinstance(status, str) and status.lower() not in _LIVE:
        return False
    plans = parts(sku, "ServicePlans")
    if isinstance(plans, Unknown):
        return plans
    unknowns = [each for each in _names(plans) if isinstance(each, Unknown)]
    if any(each in names for each in _names(plans)):
        return True
    return joined(unknowns) if unknowns else False


def _names(plans: tuple[TenantObject, ...]) -> Iterator[str | Unknown]:
    for each in plans:
        status = text(each, "ProvisioningStatus") if each.has("ProvisioningStatus") else ""
        if not isinstance(status, str) or status.lower() != "disabled":
            name = text(each, "ServicePlanName")
            yield name if isinstance(name, Unknown) else name.upper()
