"""Exports of ScubaGear: ProviderSettingsExport.json of all versions, and ScubaResults_*.json that hold it.

Keys and what fills them: cisagov/ScubaGear, PowerShell/ScubaGear/Modules/Providers. Each product notes in two
lists which commands worked and which failed (CommandTracker.psm1). A command without output is written as
`[null]`, one that failed as `[]` or `[null]`, and a list of one as that one object: what a key holds means
nothing without these lists. Versions before 1.1 took every backslash out of the text; what that spoilt stays
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import Export, Listing
from mfpolicy.records.moment import moment
from mfpolicy.sources.tenants._cmdlets import CMDLETS, Cmdlet, command_of
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._listing import Found, items, lacking, listing
from mfpolicy.sources.tenants._part import Part, pointer

_WORKED, _FAILED = "_successful_commands", "_unsuccessful_commands"
# Since it calls the service without PowerShell, ScubaGear reads one page of so many objects and follows no
# link to the next (ProviderHelpers/EXORestHelper.psm1).
PAGE = 1000
# Where the id could not be found out, ScubaGear writes a sentence there.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_INITIAL = re.compile(r"[a-z0-9-]+\.(partner\.)?onmicrosoft\.[a-z]+", re.IGNORECASE)
NO_SETTINGS = (
    "holds results of ScubaGear without the settings that they were made from: give its "
    "ProviderSettingsExport.json, or a ScubaResults file with its Raw section"
)


def recognises(document: Document) -> bool:
    """Whether a file is of this form."""
    return _is_settings(document.whole) or _is_results(document.whole)


def read(document: Document) -> Part:
    """The listings of the cmdlets that ScubaGear ran."""
    file, whole = document.file, document.whole
    at: tuple[str, ...] = () if _is_settings(whole) else ("Raw",)
    held = whole if not at else whole.get("Raw")
    if not isinstance(held, dict) or not _is_settings(held):
        return Part(export=Export(file, "ScubaGear"), faults=(_no_settings(file),))
    commands = _Commands(held)
    found = {each.name: _listing(each, held, commands, file, at) for each in CMDLETS if each.keys}
    listings = {name: each for name, each in found.items() if each is not None}
    return Part(listings, _export(file, held))


class _Commands:
    """Which commands worked and which failed, in any product, as BY_NAME spells them. One that the tenant has
    no licence for stands in both lists (ExportSecuritySuiteProvider.psm1), and is missing for good."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        failed, worked = frozenset(_named(held, _FAILED)), frozenset(_named(held, _WORKED))
        self.failed, self.worked, self.missing = failed - worked, worked - failed, failed & worked


def _is_settings(held: Mapping[str, Any]) -> bool:
    return any(key.endswith(_WORKED) for key in held) and any(key.endswith(_FAILED) for key in held)


def _is_results(held: Mapping[str, Any]) -> bool:
    return "MetaData" in held and "Results" in held


def _no_settings(file: str) -> Fault:
    return Fault("unreadable-file", NO_SETTINGS, Pointer(file, ""))


def _named(held: Mapping[str, Any], suffix: str) -> Iterator[str]:
    """The commands in all lists of a sort."""
    for key, value in held.items():
        said = value if isinstance(value, list) else [value]
        yield from (command_of(each) for each in said if key.endswith(suffix) and isinstance(each, str))


def _listing(
    cmdlet: Cmdlet, held: Mapping[str, Any], commands: _Commands, file: str, at: tuple[str, ...]
) -> Listing | None:
    """What an export says of a cmdlet; None where it does not speak of it."""
    if commands.failed.intersection(cmdlet.names):
        return lacking(file, Reason.EXPORT_FAILED)
    if commands.missing.intersection(cmdlet.names):
        return lacking(file)
    key = next((each for each in cmdlet.keys if each in held), "")
    if not key:
        return None
    found = _items(key, held, file, *at, key)
    worked = bool(commands.worked.intersection(cmdlet.names))
    says = any(value is not None for _, value in found) or (worked and held[key] is not None)
    return listing(cmdlet, file, found, len(found) != PAGE) if says else lacking(file)


def _items(key: str, held: Mapping[str, Any], file: str, *steps: str) -> list[Found]:
    """The objects of a key."""
    value = held[key]
    if key == "privileged_users" and isinstance(value, dict):
        return [(Pointer(file, pointer(*steps, id)), _identified(id, each)) for id, each in value.items()]
    found = items(value, file, *steps)
    if key == "license_information":
        return [(place, _planned(each, held)) for place, each in found]
    return [(place, _methods(each)) for place, each in found] if key == "authentication_method" else found


def _identified(id: str, value: Any) -> Any:
    return {"Id": id, **value} if isinstance(value, dict) else value


def _planned(value: Any, held: Mapping[str, Any]) -> Any:
    """A subscription with the service plans of all: ScubaGear does not tell which plan is of which one."""
    plans = held.get("service_plans")
    if not isinstance(value, dict) or not isinstance(plans, list | dict):
        return value
    listed = plans if isinstance(plans, list) else [plans]
    return {"ServicePlans": [each for each in listed if each is not None], **value}


def _methods(value: Any) -> Any:
    """The policy of Graph, which ScubaGear takes apart into itself and its methods."""
    if not isinstance(value, dict) or "authentication_method_policy" not in value:
        return value
    policy = value["authentication_method_policy"]
    policy = policy[0] if isinstance(policy, list) and len(policy) == 1 else policy
    if not isinstance(policy, dict):
        return policy
    methods = value.get("authentication_method_feature_settings")
    return {**policy, "AuthenticationMethodConfigurations": methods}


def _export(file: str, held: Mapping[str, Any]) -> Export:
    version = held.get("module_version")
    return Export(
        file,
        f"ScubaGear {version}" if isinstance(version, str) else "ScubaGear",
        next(filter(None, map(moment, _texts(held, "timestamp_zulu", "date"))), None),
        next(filter(_ID.fullmatch, _ids(held)), ""),
        next(filter(_INITIAL.fullmatch, _names(held)), ""),
    )


def _texts(held: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """The values of some keys that are texts."""
    yield from (each for each in map(held.get, keys) if isinstance(each, str))


def _ids(held: Mapping[str, Any]) -> Iterator[str]:
    """What may be the id of the tenant; old versions have it in `tenant_details` only."""
    yield from _texts(held, "tenant_id")
    yield from _details(held, "TenantId")


def _names(held: Mapping[str, Any]) -> Iterator[str]:
    """What may be the initial domain, best first."""
    for key, name, initial in (
        ("accepted_domains", "DomainName", "InitialDomain"),
        ("all_domains", "DomainName", "InitialDomain"),
        ("domain_settings", "Id", "IsInitial"),
    ):
        for each in _objects(held, key):
            if each.get(initial) is True and isinstance(each.get(name), str):
                yield each[name]
    yield from _details(held, "DomainName")


def _details(held: Mapping[str, Any], name: str) -> Iterator[str]:
    for each in _objects(held, "tenant_details"):
        yield from _texts(each, name)


def _objects(held: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = held.get(key)
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
