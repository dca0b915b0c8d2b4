"""Conditional Access policies of Microsoft365DSC, which knows them flat, in the shape of Microsoft Graph.

Sources: microsoft/Microsoft365DSC, MSFT_AADConditionalAccessPolicy; conditionalAccessPolicy in Microsoft
Graph v1.0. Users, groups, roles and locations stand there by their names, not by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_USERS = ("conditions", "users")
_APPLICATIONS = ("conditions", "applications")
_STRENGTH = ("grantControls", "authenticationStrength", "displayName")
_GUESTS = ("guestOrExternalUserTypes",)
_FREQUENCY = ("sessionControls", "signInFrequency")
_BROWSER = ("sessionControls", "persistentBrowser")
_CLOUD_APPS = ("sessionControls", "cloudAppSecurity")
# Microsoft365DSC's names in lower case; each with where Graph has it.
_PATHS: dict[str, tuple[str, ...]] = {
    "displayname": ("displayName",),
    "id": ("id",),
    "state": ("state",),
    "includeusers": (*_USERS, "includeUsers"),
    "excludeusers": (*_USERS, "excludeUsers"),
    "includegroups": (*_USERS, "includeGroups"),
    "excludegroups": (*_USERS, "excludeGroups"),
    "includeroles": (*_USERS, "includeRoles"),
    "excluderoles": (*_USERS, "excludeRoles"),
    "includeguestorexternalusertypes": (*_USERS, "includeGuestsOrExternalUsers", *_GUESTS),
    "excludeguestorexternalusertypes": (*_USERS, "excludeGuestsOrExternalUsers", *_GUESTS),
    "includeapplications": (*_APPLICATIONS, "includeApplications"),
    "excludeapplications": (*_APPLICATIONS, "excludeApplications"),
    "applicationsfilter": (*_APPLICATIONS, "applicationFilter", "rule"),
    "applicationsfiltermode": (*_APPLICATIONS, "applicationFilter", "mode"),
    "includeuseractions": (*_APPLICATIONS, "includeUserActions"),
    "authenticationcontexts": (*_APPLICATIONS, "includeAuthenticationContextClassReferences"),
    "includeplatforms": ("conditions", "platforms", "includePlatforms"),
    "excludeplatforms": ("conditions", "platforms", "excludePlatforms"),
    "includelocations": ("conditions", "locations", "includeLocations"),
    "excludelocations": ("conditions", "locations", "excludeLocations"),
    "devicefiltermode": ("conditions", "devices", "deviceFilter", "mode"),
    "devicefilterrule": ("conditions", "devices", "deviceFilter", "rule"),
    "transfermethods": ("conditions", "authenticationFlows", "transferMethods"),
    "clientapptypes": ("conditions", "clientAppTypes"),
    "userrisklevels": ("conditions", "userRiskLevels"),
    "signinrisklevels": ("conditions", "signInRiskLevels"),
    "serviceprincipalrisklevels": ("conditions", "servicePrincipalRiskLevels"),
    "grantcontroloperator": ("grantControls", "operator"),
    "builtincontrols": ("grantControls", "builtInControls"),
    "customauthenticationfactors": ("grantControls", "customAuthenticationFactors"),
    "termsofuse": ("grantControls", "termsOfUse"),
    "authenticationstrength": _STRENGTH,
    "applicationenforcedrestrictionsisenabled": (
        "sessionControls",
        "applicationEnforcedRestrictions",
        "isEnabled",
    ),
    "cloudappsecurityisenabled": (*_CLOUD_APPS, "isEnabled"),
    "cloudappsecuritytype": (*_CLOUD_APPS, "cloudAppSecurityType"),
    "signinfrequencyisenabled": (*_FREQUENCY, "isEnabled"),
    "signinfrequencytype": (*_FREQUENCY, "type"),
    "signinfrequencyvalue": (*_FREQUENCY, "value"),
    "signinfrequencyinterval": (*_FREQUENCY, "frequencyInterval"),
    "persistentbrowserisenabled": (*_BROWSER, "isEnabled"),
    "persistentbrowsermode": (*_BROWSER, "mode"),
}
# What Graph has as null where the policy does not speak of it.
_OPTIONAL = ("platforms", "locations", "devices", "authenticationFlows")
_EMPTY: tuple[Any, ...] = (None, "", [], False)


def conditional_access(values: Mapping[str, Any], extracted: bool) -> dict[str, Any]:
    """A policy as Graph gives it. An extraction leaves out what is null."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        # What is not among them is not known flat, so that it could only stand in the way.
        if name.lower() in _PATHS:
            _put(found, _PATHS[name.lower()], value)
    conditions = found.setdefault("conditions", {})
    for name in _OPTIONAL:
        if (extracted or name in conditions) and _is_empty(conditions.get(name)):
            conditions[name] = None
    for name in ("grantControls", "sessionControls"):
        if name in found and _is_empty(found[name]):
            found[name] = None
    if extracted and isinstance(found.get("grantControls"), dict):
        found["grantControls"].setdefault("authenticationStrength", None)
    return found


def _put(found: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        found = found.setdefault(step, {})
    found[path[-1]] = value


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return value in _EMPTY
