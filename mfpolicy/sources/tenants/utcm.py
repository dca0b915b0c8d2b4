"""Microsoft's tenant configuration management (UTCM): snapshots and baselines of Microsoft Graph.

Source: configurationSnapshot and configurationBaseline in Microsoft Graph beta; its resources are those of
Microsoft365DSC under other names. A snapshot has no date: its job has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import Export
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._dsc_resources import Resource, listings
from mfpolicy.sources.tenants._part import Part, pointer

_WORKLOADS = {"exchange": "exo", "entra": "aad", "securityandcompliance": "sc"}
_TYPE = re.compile(r"microsoft\.([a-z]+)\.([a-z0-9]+)")
_DRIFT = "tells what differs from a baseline, not what the tenant holds; export a snapshot instead"


def recognises(document: Document) -> bool:
    """Whether a file is a snapshot, a baseline, or a list of drifts."""
    return bool(_resources(document)) or _is_drift(document)


def read(document: Document) -> Part:
    """What a snapshot or a baseline holds; a list of drifts is refused."""
    export = Export(document.file, "Microsoft Graph configuration management")
    if _is_drift(document):
        return Part(export=export, faults=(Fault("unreadable-file", _DRIFT, Pointer(document.file, "")),))
    found = [_resource(document, at, each) for at, each in enumerate(_resources(document))]
    # A baseline says what somebody wants, which need not be all that there is.
    extracted = "configurationSnapshots" in str(document.whole.get("@odata.context", ""))
    proposed = document.proposed and not extracted
    return Part(listings(filter(None, found), document.file, extracted, proposed), export)


def _resources(document: Document) -> list[Any]:
    found = document.whole.get("resources")
    listed = found if isinstance(found, list) else []
    return listed if any(_type(each) for each in listed) else []


def _type(resource: Any) -> str:
    """The type of Microsoft365DSC, lower case; empty where it is none."""
    said = resource.get("resourceType") if isinstance(resource, dict) else None
    found = _TYPE.fullmatch(said.lower()) if isinstance(said, str) and len(said) < 200 else None
    return f"{_WORKLOADS.get(found[1], found[1])}{found[2]}" if found else ""


def _resource(document: Document, at: int, resource: Any) -> Resource | None:
    values = resource.get("properties") if isinstance(resource, dict) else None
    if not isinstance(values, dict):
        return None
    place = Pointer(document.file, pointer("resources", at, "properties"))
    return Resource(_type(resource), values, place, str(resource.get("displayName") or ""))


def _is_drift(document: Document) -> bool:
    return any("driftedProperties" in each for each in _objects(document))


def _objects(document: Document) -> Iterator[Mapping[str, Any]]:
    """The file as one object, and the first of each list that Graph may have wrapped around such objects."""
    yield document.whole
    listed = document.whole.get("value")
    yield from (each for each in (listed if isinstance(listed, list) else [])[:1] if isinstance(each, dict))
