"""Exports of a tenant: one module per format, found because it exists; a file tells by itself what it is.

A module has `recognises(document)`, true for no file of another format, and `read(document)`, what it gave.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Place, Span
from mfpolicy.model.tenant import Export, Organization, Tenant
from mfpolicy.sources.tenants._document import Document, weight
from mfpolicy.sources.tenants._folder import MAX_FILES, Folder
from mfpolicy.sources.tenants._part import Part
from mfpolicy.sources.tenants._uniting import united
from mfpolicy.sources.tenants.cmdlet_json import how_to_name
from mfpolicy.sources.zones import SourceFiles

MAX_EXPORT = 128 * 2**20  # bytes of one file; 5,000 accounts with all their properties take about 20 MB
MAX_WEIGHT = 2 * MAX_EXPORT  # of all files


class TenantFormat(Protocol):
    """What a module here has to offer."""

    def recognises(self, document: Document) -> bool:
        """Whether a file is of this format; of two modules at most one may say so."""
        ...

    def read(self, document: Document) -> Part:
        """What the file gave. Never raises for what it holds."""
        ...


class TenantSet(msgspec.Struct, frozen=True):
    """A tenant, every fault with its place, and all files that had a say."""

    tenant: Tenant
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()


FORMATS = tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.name.startswith("_")))


def format_of(name: str) -> TenantFormat:
    """The module of a format in FORMATS."""
    return cast(TenantFormat, importlib.import_module(f"{__name__}.{name}"))


def read_tenant(
    path: str,
    files: SourceFiles,
    named: Place | None = None,
    proposed: bool = False,
    organization: Organization = "cloud",
) -> TenantSet:
    """The tenant at a path, a file or a folder of files of any formats; `named` is where an intent names it.
    `proposed`: the files say what is to be. Never raises for what a file holds: of what cannot be read
    nothing is known."""
    place = named or Span(path, 0, 0)
    if not files.inside(path):
        fault = Fault("unreadable-file", f"{path} lies outside the repository, so it is not read", place)
        return TenantSet(Tenant(place=place), (fault,))
    folder = Folder(path, files)
    read = list(_read(folder, files, proposed))
    parts = [part for _, part in read if part is not None]
    tenant, contradictions = united(parts)
    return TenantSet(
        _of(msgspec.structs.replace(tenant, place=place), organization),
        (
            *(fault for each in parts for fault in each.faults),
            *contradictions,
            *_left_out(folder, len(read), parts, place),
        ),
        tuple(each for each, part in read if part is not None),
    )


def _of(tenant: Tenant, organization: Organization) -> Tenant:
    """The tenant, with every object told whose it is: two organisations have cmdlets of one name."""
    if organization == tenant.organization:
        return tenant
    listings = {
        name: msgspec.structs.replace(
            each,
            objects=tuple(msgspec.structs.replace(of, organization=organization) for of in each.objects),
        )
        for name, each in tenant.listings.items()
    }
    return msgspec.structs.replace(tenant, listings=listings, organization=organization)


def _read(folder: Folder, files: SourceFiles, proposed: bool) -> Iterator[tuple[str, Part | None]]:
    """Each file with what it gave, as long as all together are no more than a machine can hold."""
    taken = 0
    for path in folder.paths:
        text = files.text(path, MAX_EXPORT, marked=True)
        yield path, _part(path, text, folder, proposed)
        taken += 0 if isinstance(text, Fault) else weight(text)
        if taken > MAX_WEIGHT:
            return


def _part(path: str, text: str | Fault, folder: Folder, proposed: bool) -> Part | None:
    """What a file gave; None where it is none of the export's."""
    if isinstance(text, Fault):
        return Part(export=Export(path), faults=(text,))
    document = Document(path, text, proposed)
    for name in FORMATS:
        if format_of(name).recognises(document):
            return format_of(name).read(document)
    if folder.may_be_other(path):
        return None
    return Part(export=Export(path), faults=(_unrecognised(document),))


def _unrecognised(document: Document) -> Fault:
    """Why a file is no export, at the place where it breaks off if it does; what begins like no JSON is not
    meant to be any."""
    if document.fault and document.text.lstrip()[:1] in ("", "{", "["):
        return msgspec.structs.replace(document.fault, text=f"is no export of a tenant: it {document.error}")
    words = f"is no export of a tenant that this version reads{how_to_name(document)}"
    return Fault("unreadable-file", words, Span(document.file, 0, 0))


def _left_out(folder: Folder, read: int, parts: Sequence[Part], place: Place) -> Iterator[Fault]:
    """What is wrong with a folder as a whole."""
    if folder.left_off or read < len(folder.paths):
        words = f"more than {MAX_FILES:,} files, or than {MAX_WEIGHT // 2**20} MiB; the rest is not read"
        yield Fault("too-large", f"{folder.path} holds {words}", place)
    if all(each.speaks for each in parts):
        yield Fault("unreadable-file", f"{folder.path} holds no export of a tenant", place)
