"""By which methods and old protocols people may sign in."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe, flag, name_of, parts, text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

METHODS = "Get-MgPolicyAuthenticationMethodPolicy"
_POLICIES = "Get-AuthenticationPolicy"
_ORGANISATION = "Get-OrganizationConfig"
_CONFIGURATIONS = "authenticationMethodConfigurations"
# ScubaGear takes the policy apart into two properties, PowerShell/ScubaGear/Modules/Providers.
_SCUBAGEAR = ("authentication_method_policy", "authentication_method_feature_settings")


class MethodFacts(msgspec.Struct, frozen=True):
    """A method of signing in, by Graph's id, such as Sms."""

    name: str
    enabled: bool | Unknown = False
    place: Place | None = None


class BasicAuthFacts(msgspec.Struct, frozen=True):
    """An authentication policy of Exchange Online. `smtp`: it lets mail be submitted with a password alone;
    `default`: it holds for everybody without one of their own."""

    name: str
    smtp: bool | Unknown = False
    default: bool | Unknown = False
    place: Place | None = None


def methods(held: Held) -> tuple[MethodFacts, ...] | Unknown:
    """The methods that the tenant's policy speaks of."""
    policy = held.one(METHODS)
    name = (
        _SCUBAGEAR[1] if isinstance(policy, TenantObject) and policy.has(_SCUBAGEAR[1]) else _CONFIGURATIONS
    )
    found = parts(policy, name)
    return found if isinstance(found, Unknown) else tuple(_method(each) for each in found)


def migrated(held: Held) -> bool | Unknown:
    """Whether that policy alone decides; before, those of per-user MFA and of self-service do too. Empty is
    so in tenants that had no other:
    https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy"""
    policy: Maybe = held.one(METHODS)
    if isinstance(policy, TenantObject) and policy.has(_SCUBAGEAR[0]):
        inner = parts(policy, _SCUBAGEAR[0])
        policy = inner if isinstance(inner, Unknown) else next(iter(inner), policy)
    state = text(policy, "policyMigrationState")
    return state if isinstance(state, Unknown) else state.lower() in ("", "migrationcomplete")


def basic_auth(held: Held) -> tuple[BasicAuthFacts, ...] | Unknown:
    """All authentication policies of Exchange Online."""
    found = held.objects(_POLICIES)
    if isinstance(found, Unknown):
        return found
    return tuple(_policies(found, text(held.one(_ORGANISATION), "DefaultAuthenticationPolicy")))


def _method(of: TenantObject) -> MethodFacts:
    state = text(of, "state")
    return MethodFacts(
        name_of(of), state if isinstance(state, Unknown) else state.lower() == "enabled", of.place
    )


def _policies(found: tuple[TenantObject, ...], default: str | Unknown) -> Iterator[BasicAuthFacts]:
    for each in found:
        name = name_of(each)
        is_default = default if isinstance(default, Unknown) else default.lower() == name.lower()
        yield BasicAuthFacts(name, flag(each, "AllowBasicAuthSmtp"), is_default, each.place)
