"""Resources of Microsoft365DSC, from whichever file, as what the cmdlets list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import msgspec

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
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
_NONE: Mapping[str, str] = MappingProxyType({})
# What PowerShell writes in the place of an object that is not told.
_CUT = "System.Object"
_KEYS = frozenset(("name", "identity", "displayname", "id"))


class Resource(msgspec.Struct, frozen=True):
    """One resource: its type in lower case, its values, and where it stands. `sure`: it is there, whatever
    runs."""

    type: str
    values: Mapping[str, Any]
    place: Place
    title: str = ""
    sure: bool = True


def listings(
    found: Iterable[Resource], file: str, extracted: bool, proposed: bool = False
) -> dict[str, Listing]:
    """What the resources of one file say, by cmdlet. A file that people write may leave objects out, and one
    that a tool extracted leaves out a kind that has none as well as one that failed: only a kind that stands
    in an extraction is listed whole. One that is `proposed` is applied: what it does not list stays, and what
    it calls absent goes."""
    by_type: dict[str, list[Resource]] = {}
    for each in found:
        if each.type in RESOURCES:
            by_type.setdefault(each.type, []).append(each)
    read = partial(_proposal, file=file) if proposed else partial(_listing, file=file, extracted=extracted)
    return {RESOURCES[type].name: read(each) for type, each in by_type.items()}


def unsure(found: Iterable[Resource]) -> Iterator[Fault]:
    """What is wrong with the resources of a proposal of which nobody knows whether they are applied."""
    for each in found:
        if not each.sure and each.type in RESOURCES:
            words = f"{RESOURCES[each.type].resource} stands where it need not run: nobody knows what it does"
            yield Fault("unreadable-file", words, each.place)


def _proposal(found: list[Resource], file: str) -> Listing:
    cmdlet = RESOURCES[found[0].type]
    objects = [(each, _object(each, cmdlet.name, cmdlet.resource, False, _unread(each))) for each in found]
    return Listing(
        tuple(of for each, of in objects if not _is_absent(each)),
        file=file,
        whole=False,
        removed=tuple(of for each, of in objects if _is_absent(each)),
    )


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


def _unread(found: Resource) -> dict[str, str]:
    """The properties that are set to what nobody can tell: those of the tenant do not stay. What need not be
    applied at all may leave every one as it is."""
    return {
        name: _CUT
        for name, each in found.values.items()
        if name.lower() not in _KEYS and (isinstance(each, Unread) or not found.sure)
    }


def _is_absent(found: Resource) -> bool:
    """People write that of what is to be removed. An extraction lists only what is there: it says so where
    reading the object failed."""
    said = next((each for name, each in found.values.items() if name.lower() == "ensure"), "Present")
    return str(said).lower() == "absent"


def _object(
    found: Resource, cmdlet: str, resource: str, extracted: bool, unread: Mapping[str, str] = _NONE
) -> TenantObject:
    """`unread` are values in the place of those that nobody can tell, which are left out without it."""
    known = {name: each for name, each in found.values.items() if not isinstance(each, Unread)}
    values = properties(resource, {**known, **unread}, extracted)
    if _KEYS.isdisjoint(map(str.lower, values)):
        # Its name holds a variable, such as $OrganizationName: people still have to know which one is meant.
        values["Name"] = found.title
    return TenantObject(cmdlet, values, found.place)
