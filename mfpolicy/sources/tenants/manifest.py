"""`export.json` beside files that do not say when and from which tenant they were exported.

    {"taken": "2026-11-20T06:00:00Z", "tenant": "<the tenant's id>", "name": "contoso.onmicrosoft.com"}

It speaks for all files in its folder and the folders below that do not tell it themselves. Every key may be
left out; a time without a zone is UTC, and a day is enough. With `"part": true` the files list only some
objects of each kind, as those of a proposal may.
"""

from __future__ import annotations

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import Export
from mfpolicy.records.moment import EXPECTED, moment
from mfpolicy.sources.interchange import lowered
from mfpolicy.sources.shape import shown
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._part import Part

NAME = "export.json"


class Manifest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """See the module."""

    taken: str = ""
    tenant: str = ""
    name: str = ""
    tool: str = ""
    part: bool = False


def recognises(document: Document) -> bool:
    """Whether a file is one: by its name, if it holds any of the keys and no cmdlets."""
    keys = document.whole.keys()
    return (
        document.file.rpartition("/")[2].lower() == NAME
        and bool(keys & {"taken", "tenant", "part"})
        and "cmdlets" not in keys
    )


def read(document: Document) -> Part:
    """What it says of the files beside it."""
    try:
        said = msgspec.convert(document.whole, Manifest)
    except msgspec.ValidationError as error:
        return _misfit(document, f"{lowered(error)}; it may hold taken, tenant, name, tool and part")
    taken = moment(said.taken)
    if said.taken and taken is None:
        return _misfit(document, f"taken is {shown(said.taken)}; {EXPECTED}")
    return Part(
        export=Export(document.file, said.tool, taken, said.tenant, said.name, said.part), speaks=True
    )


def _misfit(document: Document, words: str) -> Part:
    return Part(
        export=Export(document.file), faults=(Fault("wrong-type", words, Pointer(document.file, "")),)
    )
