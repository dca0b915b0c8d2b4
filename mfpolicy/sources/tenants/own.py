"""Our own form of a tenant, tenant.v1: what `mfpolicy tenant normalise` writes, and any tool may."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import Export, Listing, Tenant, TenantObject
from mfpolicy.model.unusable import Unusable
from mfpolicy.records.moment import EXPECTED, in_utc
from mfpolicy.sources.interchange import lowered
from mfpolicy.sources.tenants._cmdlets import named
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._listing import plain
from mfpolicy.sources.tenants._part import Part, pointer


class TenantV1(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An exported tenant, by cmdlet. One that is not listed was not exported; an empty list is no object."""

    tenant: Annotated[int, Meta(description="The version of this format.", ge=1, le=1)]
    id: Annotated[str, Meta(description="The tenant's id, a GUID.")] = ""
    name: Annotated[str, Meta(description="Its initial domain.", examples=["contoso.onmicrosoft.com"])] = ""
    taken: Annotated[datetime.datetime | None, Meta(description="When it was exported.")] = None
    tool: Annotated[str, Meta(description="What exported it.")] = ""
    cmdlets: Annotated[
        dict[str, list[dict[str, Any]]], Meta(description="The objects that each cmdlet gave.")
    ] = {}
    failed: Annotated[list[str], Meta(description="Cmdlets that failed.")] = []
    part: Annotated[
        bool,
        Meta(description="Whether the lists leave out objects: in a proposal, those that stay as they are."),
    ] = False
    removed: Annotated[
        dict[str, list[str]], Meta(description="Of a proposal, by cmdlet: the names of objects that go.")
    ] = {}


def recognises(document: Document) -> bool:
    """Whether a file is of this form."""
    return document.whole.get("tenant") == 1


def read(document: Document) -> Part:
    """What stands in it; a file that does not fit says nothing, and why."""
    try:
        found = msgspec.convert(document.whole, TenantV1)
    except msgspec.ValidationError as error:
        fault = Fault("wrong-type", _misfit(error), Pointer(document.file, ""))
        return Part(export=Export(document.file), faults=(fault,))
    cmdlets = {**dict.fromkeys(found.removed, []), **found.cmdlets}
    listings = {named(name): _listing(document.file, name, each, found) for name, each in _told(cmdlets)}
    failed = {named(name): Listing(lacking=Reason.EXPORT_FAILED, file=document.file) for name in found.failed}
    export = Export(document.file, found.tool, in_utc(found.taken), found.id, found.name, found.part)
    return Part({**listings, **failed}, export)


def _told(cmdlets: Mapping[str, list[dict[str, Any]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Where two names of one cmdlet are listed, the one that we call it by counts: it stands last."""
    return sorted(cmdlets.items(), key=lambda each: each[0] == named(each[0]))


def _misfit(error: msgspec.ValidationError) -> str:
    """What does not fit, and where it stands; no people know a time by the number of its standard."""
    words = lowered(error)
    return words.replace("invalid RFC3339 encoded datetime", EXPECTED)


def _listing(file: str, name: str, objects: list[dict[str, Any]], said: TenantV1) -> Listing:
    return Listing(
        tuple(
            TenantObject(named(name), plain(each), Pointer(file, pointer("cmdlets", name, at)))
            for at, each in enumerate(objects)
        ),
        file=file,
        # Who names what goes says nothing of what else there is.
        whole=name in said.cmdlets,
        removed=tuple(
            TenantObject(named(name), {"Name": each}, Pointer(file, pointer("removed", name, at)))
            for at, each in enumerate(said.removed.get(name, ()))
        ),
    )


def written(tenant: Tenant) -> str:
    """A tenant in this form, the same bytes for the same tenant. What is known of some objects only is not
    in it. Raises Unusable for files of several tenants, which would be one in it."""
    _refuse_several(tenant)
    first = next(iter(tenant.exports), Export(""))
    known = {name: each for name, each in sorted(tenant.listings.items()) if each.whole}
    form = TenantV1(
        tenant=1,
        id=next((each.id for each in tenant.exports if each.id), ""),
        name=next((each.name for each in tenant.exports if each.name), ""),
        taken=tenant.taken,
        tool=first.tool,
        cmdlets={name: _plain(each) for name, each in known.items() if each.lacking is None},
        failed=[name for name, each in known.items() if each.lacking is Reason.EXPORT_FAILED],
    )
    return msgspec.json.format(msgspec.json.encode(form), indent=2).decode() + "\n"


def _refuse_several(tenant: Tenant) -> None:
    """GUIDs and names of domains compare without case."""
    for kind in ("id", "name"):
        told = dict.fromkeys(getattr(each, kind).lower() for each in tenant.exports)
        told.pop("", None)
        if len(told) > 1:
            raise Unusable(
                f"the files are of several tenants: {', '.join(told)}; give those of one at a time"
            )


def _plain(listing: Listing) -> list[dict[str, Any]]:
    return [dict(_sorted(each.values)) for each in listing.objects]


def _sorted(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(values.items())
