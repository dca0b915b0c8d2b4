"""What everybody may allow applications to do for them, without an administrator.

The built-in policies are described, and said to be the same in all tenants, on
https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies and
https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent.
"""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe, part, texts
from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject

_POLICY = "Get-MgPolicyAuthorizationPolicy"
# Graph 1.0 has it inside; its beta, which ScubaGear exports, and Microsoft365DSC have it beside.
_INSIDE, _BESIDE = "permissionGrantPoliciesAssigned", "permissionGrantPolicyIdsAssignedToDefaultUserRole"
# What owners of teams and groups may allow there (ManagePermissionGrantsForOwnedResource) reads no mailbox.
_SELF = "managepermissiongrantsforself."
_BUILT_IN, _EVERYTHING = "microsoft-", "microsoft-user-default-legacy"


class ConsentFacts(msgspec.Struct, frozen=True):
    """A consent policy that holds for everybody. `mail`: by it, somebody can let any application read their
    mail. Microsoft's own ask an administrator for that, or are for verified publishers and permissions that
    an administrator chose, or for a list of mail clients; all but the oldest. What others let is in no
    export."""

    name: str
    mail: bool | Unknown


def consents(held: Held) -> tuple[ConsentFacts, ...] | Unknown:
    """The consent policies of everybody; none where people may allow nothing."""
    found = _assigned(held.one(_POLICY))
    if isinstance(found, Unknown):
        return found
    own = (each[len(_SELF) :] for each in found if each.lower().startswith(_SELF))
    return tuple(ConsentFacts(each, _mail(each)) for each in own)


def _assigned(policy: Maybe) -> tuple[str, ...] | Unknown:
    if isinstance(policy, TenantObject) and policy.has(_BESIDE):
        return texts(policy, _BESIDE)
    return texts(part(policy, "defaultUserRolePermissions"), _INSIDE)


def _mail(name: str) -> bool | Unknown:
    if not name.lower().startswith(_BUILT_IN):
        return unknown(f"the conditions of the consent policy {name}", EXPORT, Reason.NOT_EXPORTED)
    return name.lower() == _EVERYTHING
