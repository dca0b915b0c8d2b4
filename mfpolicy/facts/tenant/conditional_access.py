"""What conditional access policies ask for, of whom, and where they do not hold.

Shapes and words: https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy and the pages below
it. There devices, locations, platforms and risks are optional conditions: one that is not said narrows
nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.authentication_strength import (
    FACTORS,
    MORE,
    PHISHING_RESISTANT,
    asked_by,
    several_factors,
)
from mfpolicy.facts.tenant.exempt import Exempt
from mfpolicy.facts.tenant.optional import gathered, lower, optional, optional_part
from mfpolicy.facts.tenant.values import Maybe, name_of, part, text
from mfpolicy.model.dns import Unknown, all_of, joined
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

CMDLET = "Get-MgIdentityConditionalAccessPolicy"
# Exchange Online itself, and the group of applications that it is one of:
# https://learn.microsoft.com/entra/identity/conditional-access/reference-office-365-application-contents
MAIL_APPLICATIONS = frozenset(("all", "office365", "00000002-0000-0ff1-ce00-000000000000"))
OLD_CLIENTS = ("other", "exchangeactivesync")
_RISKS = {
    "signInRiskLevels": "sign-in risk",
    "userRiskLevels": "user risk",
    "insiderRiskLevels": "insider risk",
}
_EXCLUDED = (("user", "excludeUsers"), ("group", "excludeGroups"), ("role", "excludeRoles"))
_GUESTS = "guestsorexternalusers"
# Words for conditions that some policies are made of.
LOCATIONS, FLOWS = "locations", "authentication flows"


class ExclusionFacts(msgspec.Struct, frozen=True):
    """Who or what a policy leaves out: a user, group, role, application or guest (a type of guests), by the
    id or name that the policy has. `exempt`: the intent says so too."""

    kind: str
    name: str
    exempt: bool = False


class AccessPolicyFacts(msgspec.Struct, frozen=True):
    """A conditional access policy. `asks_mfa` and `asks_resistant`: nobody gets past it without several
    factors, or without such as cannot be phished; `asks_more`: nor with a password alone, for it wants
    several factors or a device that the organisation manages. `narrowed` are conditions under which alone it
    holds. `legacy`: it is for clients that know no second factor; `modern`: for browsers and applications."""

    name: str
    enabled: bool | Unknown = False
    report_only: bool | Unknown = False
    asks_more: bool | Unknown = False
    asks_mfa: bool | Unknown = False
    asks_resistant: bool | Unknown = False
    blocks: bool | Unknown = False
    all_users: bool | Unknown = False
    all_applications: bool | Unknown = False
    legacy: bool | Unknown = False
    modern: bool | Unknown = False
    device_code: bool | Unknown = False
    registration: bool | Unknown = False
    roles: tuple[str, ...] | Unknown = ()
    narrowed: tuple[str, ...] | Unknown = ()
    excluded: tuple[ExclusionFacts, ...] | Unknown = ()
    place: Place | None = None


class People(msgspec.Struct, frozen=True):
    """Whom a policy names, in lower case, by id or name."""

    users: frozenset[str] | Unknown = frozenset()
    groups: frozenset[str] | Unknown = frozenset()
    roles: frozenset[str] | Unknown = frozenset()


class AccessPolicy(msgspec.Struct, frozen=True):
    """A policy with whom it is for, for the question whether it covers one account. `mail`: it is for
    mail."""

    facts: AccessPolicyFacts
    included: People
    excluded: People
    mail: bool | Unknown = False


def access_policy(of: TenantObject, exempt: Exempt) -> AccessPolicy:
    """One policy as it was exported."""
    conditions, grant = part(of, "conditions"), optional_part(of, "grantControls")
    users, applications = part(conditions, "users"), part(conditions, "applications")
    clients, flows = lower(optional(conditions, "clientAppTypes")), _flows(conditions)
    controls, state = lower(optional(grant, "builtInControls")), text(of, "state")
    included = lower(optional(applications, "includeApplications"))
    facts = AccessPolicyFacts(
        name=name_of(of),
        enabled=_is(state, "enabled"),
        report_only=_is(state, "enabledForReportingButNotEnforced"),
        asks_more=asked_by(grant, several_factors, MORE),
        asks_mfa=asked_by(grant, several_factors, FACTORS),
        asks_resistant=asked_by(grant, PHISHING_RESISTANT.issuperset),
        blocks=_holds(controls, "block"),
        all_users=_holds(lower(optional(users, "includeUsers")), "all"),
        all_applications=_holds(included, "all"),
        legacy=all_of(_holds(clients, each) for each in OLD_CLIENTS),
        modern=_modern(clients),
        device_code=_holds(flows, "devicecodeflow"),
        registration=_holds(
            lower(optional(applications, "includeUserActions")), "urn:user:registersecurityinfo"
        ),
        roles=lower(optional(users, "includeRoles")),
        narrowed=gathered(_narrowed(conditions, applications)),
        excluded=gathered(_exclusions(users, applications, exempt)),
        place=of.place,
    )
    left = lower(optional(applications, "excludeApplications"))
    mail = _mail(included, left, exempt)
    return AccessPolicy(facts, _people(users, "include"), _left(_people(users, "exclude"), exempt), mail)


def _is(state: str | Unknown, wanted: str) -> bool | Unknown:
    return state if isinstance(state, Unknown) else state.lower() == wanted.lower()


def _holds(found: tuple[str, ...] | Unknown, wanted: str) -> bool | Unknown:
    return found if isinstance(found, Unknown) else wanted in found


def _modern(clients: tuple[str, ...] | Unknown) -> bool | Unknown:
    if isinstance(clients, Unknown):
        return clients
    return not clients or "all" in clients or {"browser", "mobileappsanddesktopclients"} <= set(clients)


def _flows(conditions: Maybe) -> tuple[str, ...] | Unknown:
    """Graph writes the flags of an enumeration as one text with commas."""
    found = lower(optional(optional_part(conditions, "authenticationFlows"), "transferMethods"))
    if isinstance(found, Unknown):
        return found
    return tuple(flow.strip() for each in found for flow in each.split(",") if flow.strip() != "none")


def _mail(
    included: tuple[str, ...] | Unknown, left: tuple[str, ...] | Unknown, exempt: Exempt
) -> bool | Unknown:
    if isinstance(included, Unknown) or isinstance(left, Unknown):
        return joined(each for each in (included, left) if isinstance(each, Unknown))
    kept = (each for each in left if each not in exempt)
    return not MAIL_APPLICATIONS.isdisjoint(included) and MAIL_APPLICATIONS.isdisjoint(kept)


def _people(users: Maybe, side: str) -> People:
    return People(*(_set(optional(users, f"{side}{each}")) for each in ("Users", "Groups", "Roles")))


def _left(people: People, exempt: Exempt) -> People:
    """Whoever is in an exempt group is exempt, so that it takes nobody else out."""
    return People(people.users, _others(people.groups, exempt), _others(people.roles, exempt))


def _others(listed: frozenset[str] | Unknown, exempt: Exempt) -> frozenset[str] | Unknown:
    return listed if isinstance(listed, Unknown) else frozenset(each for each in listed if each not in exempt)


def _set(found: tuple[str, ...] | Unknown) -> frozenset[str] | Unknown:
    return found if isinstance(found, Unknown) else frozenset(each.lower() for each in found)


def _narrowed(conditions: Maybe, applications: Maybe) -> Iterator[str | Unknown]:
    """What has to hold besides who signs in to what. Nobody sees which applications a filter stands for."""
    for name, words in _RISKS.items():
        yield from _named(optional(conditions, name), words)
    platforms, locations = optional_part(conditions, "platforms"), optional_part(conditions, "locations")
    yield from _named(_some(platforms, "includePlatforms", "excludePlatforms"), "platforms")
    yield from _named(_some(locations, "includeLocations", "excludeLocations"), LOCATIONS)
    yield from _named(_devices(optional_part(conditions, "devices")), "devices")
    yield from _named(_flows(conditions), FLOWS)
    yield from _named(
        optional(optional_part(applications, "applicationFilter"), "rule"), "application filter"
    )


def _named(found: tuple[str, ...] | Unknown, words: str) -> Iterator[str | Unknown]:
    if isinstance(found, Unknown):
        yield found
    elif found:
        yield words


def _some(of: Maybe, included: str, excluded: str) -> tuple[str, ...] | Unknown:
    """What a condition holds that does not hold of everything."""
    only, but = lower(optional(of, included)), lower(optional(of, excluded))
    if isinstance(only, Unknown) or isinstance(but, Unknown):
        return only if isinstance(only, Unknown) else but
    return but if "all" in only else (*only, *but)


def _devices(of: Maybe) -> tuple[str, ...] | Unknown:
    rule = optional_part(of, "deviceFilter")
    filtered = optional(rule, "rule")
    listed = _some(of, "includeDevices", "excludeDevices")
    if isinstance(filtered, Unknown) or isinstance(listed, Unknown):
        return filtered if isinstance(filtered, Unknown) else listed
    return (*filtered, *listed)


def _exclusions(users: Maybe, applications: Maybe, exempt: Exempt) -> Iterator[ExclusionFacts | Unknown]:
    for kind, name in _EXCLUDED:
        yield from _excluded(kind, optional(users, name), exempt)
    yield from _excluded("application", optional(applications, "excludeApplications"), exempt)
    guests = optional(optional_part(users, "excludeGuestsOrExternalUsers"), "guestOrExternalUserTypes")
    if isinstance(guests, Unknown):
        yield guests
        return
    types = (type.strip() for each in guests for type in each.split(","))
    yield from _excluded("guest", tuple(each for each in types if each and each.lower() != "none"), exempt)


def _excluded(
    kind: str, found: tuple[str, ...] | Unknown, exempt: Exempt
) -> Iterator[ExclusionFacts | Unknown]:
    if isinstance(found, Unknown):
        yield found
        return
    for each in found:
        yield ExclusionFacts("guest" if each.lower() == _GUESTS else kind, each, each in exempt)
