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
from mfpolicy.model.tenant import Export, Listing, Tenant
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._part import Part
from mfpolicy.sources.zones import SourceFiles

MAX_EXPORT = 128 * 2**20  # bytes of one file; 5,000 accounts with all their properties take about 20 MB
MAX_FILES = 1000


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


def read_tenant(path: str, files: SourceFiles, named: Place | None = None) -> TenantSet:
    """The tenant at a path, a file or a folder of files of any formats; `named` is where an intent names it.
    Never raises for what a file holds: of what cannot be read nothing is known."""
    place = named or Span(path, 0, 0)
    if not files.inside(path):
        fault = Fault("unreadable-file", f"{path} lies outside the repository, so it is not read", place)
        return TenantSet(Tenant(place=place), (fault,))
    paths = list(_paths(path, files))
    parts = [_part(each, files) for each in paths]
    tenant, faults = _united(parts)
    return TenantSet(
        msgspec.structs.replace(tenant, place=place),
        (*(fault for each in parts for fault in each.faults), *faults),
        tuple(paths),
    )


def _paths(path: str, files: SourceFiles) -> Iterator[str]:
    """The file, or all files below the folder, without hidden ones."""
    listed = files.listing(path)
    if not listed:
        yield path
    for each in listed[:MAX_FILES]:
        if not each.rstrip("/").rpartition("/")[2].startswith("."):
            yield from _paths(each.rstrip("/"), files) if each.endswith("/") else (each,)


def _part(path: str, files: SourceFiles) -> Part:
    text = files.text(path, MAX_EXPORT, marked=True)
    if isinstance(text, Fault):
        return Part(export=Export(path), faults=(text,))
    document = Document(path, text)
    for name in FORMATS:
        if format_of(name).recognises(document):
            return format_of(name).read(document)
    why = f": {document.error}" if document.error else ""
    words = f"is no export of a tenant that this version reads{why}"
    return Part(export=Export(path), faults=(Fault("unreadable-file", words, Span(path, 0, 0)),))


def _united(parts: Sequence[Part]) -> tuple[Tenant, tuple[Fault, ...]]:
    """All files as one tenant. Where two list the same, the one that knows it counts, then the newer one."""
    listings: dict[str, Listing] = {}
    for part in sorted(parts, key=lambda each: str(each.export.taken or "")):
        for name, each in part.listings.items():
            if name not in listings or each.lacking is None:
                listings[name] = each
    return Tenant(listings, tuple(part.export for part in parts)), ()
