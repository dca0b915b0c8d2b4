"""Who may sign in to the tenant, and with what: security defaults, conditional access, methods, old
protocols."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.conditional_access import (
    CMDLET,
    FLOWS,
    LOCATIONS,
    AccessPolicy,
    AccessPolicyFacts,
    access_policy,
)
from mfpolicy.facts.tenant.coverage import CoverageFacts, coverage, no_coverage
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.old_clients import old_clients_stopped
from mfpolicy.facts.tenant.sign_in import (
    BasicAuthFacts,
    MethodFacts,
    basic_auth,
    methods,
    migrated,
)
from mfpolicy.facts.tenant.values import flag, text
from mfpolicy.model.dns import Unknown, all_of, any_of
from mfpolicy.model.places import Place

SECURITY_DEFAULTS = "Get-MgPolicyIdentitySecurityDefaultEnforcementPolicy"
_RESTRICTED = "Get-BlockedSenderAddress"


class ExemptionFacts(msgspec.Struct, frozen=True):
    """An entry of the intent's exemptions. `account`: it is the name of an account; `known`: that exists."""

    name: str
    account: bool
    known: bool | Unknown = False
    place: Place | None = None


class RestrictedFacts(msgspec.Struct, frozen=True):
    """An account that may not send, because it sent too much or spam."""

    address: str | Unknown
    place: Place | None = None


class IdentityFacts(msgspec.Struct, frozen=True):
    """Who signs in, and how. `federated`: the intent says that another identity provider asks for several
    factors. `more` (than a password: several factors, or a managed device), `mfa`, `resistant` (to phishing),
    `legacy` (clients without a second factor are blocked) and `device_code` (that flow is blocked) tell what
    holds for everybody. `old_clients_stopped`: clients without a second factor never get in, for policies for
    all clients ask for what these cannot show, or each kind is blocked by another one. `guarded`: several
    factors cannot be registered from anywhere. `accounts` counts the exempt accounts."""

    federated: bool = False
    security_defaults: bool | Unknown = False
    policies: tuple[AccessPolicyFacts, ...] | Unknown = ()
    more: CoverageFacts = CoverageFacts()
    mfa: CoverageFacts = CoverageFacts()
    resistant: CoverageFacts = CoverageFacts()
    legacy: CoverageFacts = CoverageFacts()
    device_code: CoverageFacts = CoverageFacts()
    old_clients_stopped: bool | Unknown = False
    guarded: bool | Unknown = False
    methods: tuple[MethodFacts, ...] | Unknown = ()
    migrated: bool | Unknown = False
    basic_auth: tuple[BasicAuthFacts, ...] | Unknown = ()
    exempt: tuple[ExemptionFacts, ...] = ()
    accounts: int = 0
    restricted: tuple[RestrictedFacts, ...] | Unknown = ()
    place: Place | None = None


def identity_facts(held: Held) -> IdentityFacts:
    """The facts of a tenant's sign-in."""
    found = access_policies(held)
    policies = found if isinstance(found, Unknown) else tuple(each.facts for each in found)
    exempt = tuple(_exempt(held))
    return IdentityFacts(
        federated=held.intent.identity.by == "federation",
        security_defaults=security_defaults(held, policies),
        policies=policies,
        more=_covered(policies, "more"),
        mfa=_covered(policies, "mfa"),
        resistant=_covered(policies, "resistant"),
        legacy=_covered(policies, "legacy"),
        device_code=_covered(policies, "device_code"),
        old_clients_stopped=old_clients_stopped(
            held.objects(CMDLET), () if isinstance(found, Unknown) else found
        ),
        guarded=_guarded(policies),
        methods=methods(held),
        migrated=migrated(held),
        basic_auth=basic_auth(held),
        exempt=exempt,
        accounts=sum(each.account for each in exempt),
        restricted=_restricted(held),
        place=held.intent.identity.place,
    )


def access_policies(held: Held) -> tuple[AccessPolicy, ...] | Unknown:
    """All conditional access policies."""
    found = held.objects(CMDLET)
    if isinstance(found, Unknown):
        return found
    return tuple(access_policy(each, held.directory.exempt) for each in found)


def security_defaults(held: Held, policies: tuple[AccessPolicyFacts, ...] | Unknown) -> bool | Unknown:
    """Whether security defaults are on. They cannot be while a conditional access policy is enabled:
    https://learn.microsoft.com/entra/fundamentals/security-defaults"""
    if not isinstance(policies, Unknown) and any(each.enabled is True for each in policies):
        return False
    return False if held.objects(SECURITY_DEFAULTS) == () else flag(held.one(SECURITY_DEFAULTS), "isEnabled")


def guards(policy: AccessPolicyFacts) -> bool | Unknown:
    """Whether a policy stands before the registration of methods, be it outside some locations alone:
    https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-security-info-registration"""
    narrowed = policy.narrowed
    always = narrowed if isinstance(narrowed, Unknown) else {*narrowed} <= {LOCATIONS}
    return all_of((policy.enabled, policy.registration, any_of((policy.asks_mfa, policy.blocks)), always))


def _guarded(policies: tuple[AccessPolicyFacts, ...] | Unknown) -> bool | Unknown:
    if isinstance(policies, Unknown):
        return policies
    return any_of(all_of((each.all_users, guards(each))) for each in policies)


def _covered(policies: tuple[AccessPolicyFacts, ...] | Unknown, what: str) -> CoverageFacts:
    if isinstance(policies, Unknown):
        return no_coverage(policies)
    if what == "more":
        return coverage(policies, lambda each: each.asks_more, lambda each: each.modern)
    if what == "mfa":
        return coverage(policies, lambda each: each.asks_mfa, lambda each: each.modern)
    if what == "resistant":
        return coverage(policies, lambda each: each.asks_resistant, lambda each: each.modern)
    if what == "legacy":
        return coverage(policies, lambda each: all_of((each.blocks, each.legacy)))
    return coverage(map(_of_flows, policies), lambda each: all_of((each.blocks, each.device_code)))


def _of_flows(policy: AccessPolicyFacts) -> AccessPolicyFacts:
    """A policy for a flow of authentication is not narrowed by being that."""
    if isinstance(policy.narrowed, Unknown):
        return policy
    return msgspec.structs.replace(policy, narrowed=tuple(each for each in policy.narrowed if each != FLOWS))


def _exempt(held: Held) -> Iterator[ExemptionFacts]:
    """An entry with an @ names an account; groups, roles and applications have none in their names and
    ids."""
    identity, users = held.intent.identity, held.directory.by_user
    for name in identity.exempt:
        known: bool | Unknown = users if isinstance(users, Unknown) else name.lower() in users
        yield ExemptionFacts(name, "@" in name, known, identity.place)


def _restricted(held: Held) -> tuple[RestrictedFacts, ...] | Unknown:
    found = held.objects(_RESTRICTED)
    if isinstance(found, Unknown):
        return found
    return tuple(RestrictedFacts(text(each, "SenderAddress"), each.place) for each in found)
