"""Resources of Microsoft365DSC, from whichever file, as what the cmdlets list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mfpolicy.model.dns import Reason
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import Listing, TenantObject
from mfpolicy.sources.tenants._cmdlets import CMDLETS
from mfpolicy.sources.tenants._dsc_properties import properties
from mfpolicy.sources.tenants._dsc_tokens import Unread

RESOURCES = {each.resource.lower(): each for each in CMDLETS if each.resource}
# Every tenant has exactly one of these, so that one that stands there is all of them.
_SINGLE = frozenset(
    [
        "EXOAdminAuditLogConfig",
        "EXOArcConfig",
        "EXOAtpPolicyForO365",
        "EXOExternalInOutlook",
        "EXOHostedConnectionFilterPolicy",
        "EXOOrganizationConfig",
        "EXOTransportConfig",
        "AADAuthenticationMethodPolicy",
        "AADAuthorizationPolicy",
        "AADSecurityDefaults",
    ]
)
_KEYS = frozenset(("name", "identity", "displayname", "id"))


class Resource(msgspec.Struct, frozen=True):
    """One resource: its type in lower case, its values, and where it stands. `sure`: it is there, whatever
    runs."""

    type: str
    values: Mapping[str, Any]
    place: Place
    title: str = ""
    sure: bool = True


def listings(found: Iterable[Resource], file: str, extracted: bool) -> dict[str, Listing]:
    """What the resources of one file say, by cmdlet. A file that people write may leave objects out, and one
    that a tool extracted leaves out a kind that has none as well as one that failed: only a kind that stands
    in an extraction is listed whole."""
    by_type: dict[str, list[Resource]] = {}
    for each in found:
        if each.type in RESOURCES:
            by_type.setdefault(each.type, []).append(each)
    return {RESOURCES[type].name: _listing(each, file, extracted) for type, each in by_type.items()}


def _listing(found: list[Resource], file: str, extracted: bool) -> Listing:
    cmdlet = RESOURCES[found[0].type]
    present = [each for each in found if each.sure and not _is_absent(each)]
    objects = tuple(_object(each, cmdlet.name, cmdlet.resource, extracted) for each in present)
    whole = extracted and len(present) == len(found)
    if cmdlet.resource in _SINGLE and len(objects) == 1:
        whole = True
    if not objects:
        return Listing(lacking=Reason.EXPORT_FAILED if extracted else Reason.CUT_SHORT, file=file)
    return Listing(objects, file=file, whole=whole)


def _is_absent(found: Resource) -> bool:
    """People write that of what is to be removed. An extraction lists only what is there: it says so where
    reading the object failed."""
    said = next((each for name, each in found.values.items() if name.lower() == "ensure"), "Present")
    return str(said).lower() == "absent"


def _object(found: Resource, cmdlet: str, resource: str, extracted: bool) -> TenantObject:
    known = {name: each for name, each in found.values.items() if not isinstance(each, Unread)}
    values = properties(resource, known, extracted)
    if _KEYS.isdisjoint(map(str.lower, values)):
        # Its name holds a variable, such as $OrganizationName: people still have to know which one is meant.
        values["Name"] = found.title
    return TenantObject(cmdlet, values, found.place)
