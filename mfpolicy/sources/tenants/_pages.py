"""Answers of Microsoft's services as OData writes them, `{"@odata.context": ..., "value": [...]}`, in pages.

A page that is not the last has `@odata.nextLink`. Pages saved one after the other in a file are one answer.
"""

from __future__ import annotations

from typing import Any

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.tenant import Export, Listing
from mfpolicy.sources.tenants._cmdlets import Cmdlet
from mfpolicy.sources.tenants._document import Document, Piece
from mfpolicy.sources.tenants._kinds import by_name, by_properties
from mfpolicy.sources.tenants._listing import Found, items, lacking, listing
from mfpolicy.sources.tenants._part import Part

NEXT = "@odata.nextLink"
MORE = (
    "shows only the first page of a listing: follow @odata.nextLink, or ask for all by -ResultSize Unlimited"
)


def part(document: Document, told: Cmdlet | None, tool: str) -> Part:
    """What the pages of a file give. `told` is the cmdlet that the service names; else the file's name or its
    objects must tell it."""
    export = Export(document.file, tool)
    cmdlet = told or by_name(document.file) or by_properties(_objects(document))
    if cmdlet is None:
        return Part(export=export, faults=(_fault(document, _nameless()),))
    found, faults = _listing(cmdlet, document)
    return Part({cmdlet.name: found}, export, faults)


def _listing(cmdlet: Cmdlet, document: Document) -> tuple[Listing, tuple[Fault, ...]]:
    file, pages = document.file, document.documents
    if any("error" in each for each in pages):
        return lacking(file, Reason.EXPORT_FAILED), ()
    if document.fault:
        return lacking(file, Reason.CUT_SHORT), (document.fault,)
    if not all(_has_values(each, cmdlet) for each in pages):
        return lacking(file), (_fault(document, "has no list of values, so it says nothing"),)
    whole = _is_whole(pages)
    cut = () if whole else (_fault(document, MORE),)
    return listing(cmdlet, file, _found(document), whole), cut


def _has_values(page: dict[str, Any], cmdlet: Cmdlet) -> bool:
    return isinstance(page["value"], list) if "value" in page else cmdlet.single


def _is_whole(pages: tuple[Any, ...]) -> bool:
    """Whether every page but the last names a next one. A listing that was cut short by its size says so in a
    warning, which names the parameter ResultSize."""
    follows = [NEXT in each or _warns(each) for each in pages]
    return follows == [True] * (len(pages) - 1) + [False]


def _warns(page: dict[str, Any]) -> bool:
    warnings = page.get("@adminapi.warnings")
    return isinstance(warnings, list) and any("ResultSize" in str(each) for each in warnings)


def _found(document: Document) -> list[Found]:
    return [each for piece in document.pieces for each in _on(document, piece)]


def _on(document: Document, piece: Piece) -> list[Found]:
    """The objects on a page; an answer about one thing is that thing."""
    steps = ("value",) if "value" in piece.value else ()
    found = items(piece.value.get("value", piece.value), document.file, *steps)
    if len(document.pieces) == 1:
        return found
    return [(document.span(piece), value) for _, value in found]


def _objects(document: Document) -> list[dict[str, Any]]:
    return [value for _, value in _found(document) if isinstance(value, dict)]


def _nameless() -> str:
    return "does not say which cmdlet gave it: name it after that, such as Get-InboundConnector.json"


def _fault(document: Document, words: str) -> Fault:
    return Fault("unreadable-file", words, Span(document.file, 0, 0))
