"""What one cmdlet gave, as JSON: `Get-InboundConnector | ConvertTo-Json -Depth 10` of PowerShell 5.1 or 7.

The file is named after the cmdlet; without such a name its objects must tell what they are. ConvertTo-Json
writes one object as itself, many as a list, and of none nothing at all, as it does when the cmdlet failed: so
nothing, `null` and `[null]` are no answer, and only `[]` says that there is none. PowerShell 5.1 may wrap a
list as `{"value": [...], "Count": n}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.tenant import Export, Listing
from mfpolicy.sources.tenants._cmdlets import Cmdlet
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._kinds import by_name, by_properties
from mfpolicy.sources.tenants._listing import Found, items, lacking, listing
from mfpolicy.sources.tenants._part import Part

_ENDINGS = (".json", ".jsonl", ".ndjson")
# Marks of other formats, whatever a file is called.
_OTHERS = frozenset(
    ("@odata.context", "@odata.nextLink", "@adminapi.warnings", "error", "resources", "cmdlets", "MetaData")
)


def recognises(document: Document) -> bool:
    """Whether a file is of this form."""
    return _is_ours(document) and _cmdlet(document) is not None


def read(document: Document) -> Part:
    """The listing of the cmdlet."""
    cmdlet = _cmdlet(document)
    if cmdlet is None:
        return Part(export=Export(document.file))
    found, faults = _listing(cmdlet, document)
    return Part({cmdlet.name: found}, Export(document.file), faults)


def how_to_name(document: Document) -> str:
    """What to do with JSON of which nobody knows the cmdlet; empty for anything else."""
    if not any(isinstance(each, list | dict) for each in document.documents):
        return ""
    return "; if one cmdlet gave it, name it after that, such as Get-InboundConnector.json"


def _is_ours(document: Document) -> bool:
    documents = document.documents
    if not documents and not document.file.lower().endswith(_ENDINGS):
        return False
    return not any(isinstance(each, dict) and _is_other(each) for each in documents)


def _is_other(value: dict[str, Any]) -> bool:
    return bool(_OTHERS & value.keys()) or any(key.endswith("_successful_commands") for key in value)


def _cmdlet(document: Document) -> Cmdlet | None:
    return by_name(document.file) or by_properties(_objects(document))


def _objects(document: Document) -> list[dict[str, Any]]:
    return [value for _, value in _found(document) if isinstance(value, dict)]


def _listing(cmdlet: Cmdlet, document: Document) -> tuple[Listing, tuple[Fault, ...]]:
    file, found = document.file, _found(document)
    if document.fault and not document.is_empty:
        kept = listing(cmdlet, file, found, whole=False)
        return kept if kept.objects else lacking(file, Reason.CUT_SHORT), (document.fault,)
    if not _says(document):
        return lacking(file), (_fault(document, _silent(cmdlet)),)
    kept = listing(cmdlet, file, found, whole=all(map(_is_all, document.documents)))
    return kept, (_fault(document, _worthless(cmdlet, kept.lacking)),) if kept.lacking else ()


def _worthless(cmdlet: Cmdlet, lacking: Reason) -> str:
    if lacking is Reason.CUT_SHORT:
        return "holds no object, only texts where some were cut off; export it again with -Depth 10"
    return f"is an empty list, but every tenant has what {cmdlet.name} gives: it failed, or lacked a right"


def _silent(cmdlet: Cmdlet) -> str:
    return (
        f"says nothing: a {cmdlet.name} that failed leaves the same file as one that found none; write "
        f"`ConvertTo-Json -InputObject @({cmdlet.name}) -Depth 10`, which gives [] where there is none"
    )


def _says(document: Document) -> bool:
    """Whether it is an answer at all."""
    return any(each is not None and each != [None] for each in document.documents)


def _is_all(value: Any) -> bool:
    """Whether a list that counts its objects holds them."""
    return not _is_wrapper(value) or value.get("Count", len(value["value"])) == len(value["value"])


def _is_wrapper(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("value"), list)
        and value.keys() <= {"value", "Count"}
    )


def _found(document: Document) -> list[Found]:
    """The values in all documents; the same one in two is one, as Out-File -Append may write it again."""
    if len(document.pieces) == 1:
        return _inside(document.file, document.documents[0])
    distinct = {msgspec.json.encode(value): (place, value) for place, value in _each(document)}
    return list(distinct.values())


def _inside(file: str, value: Any) -> list[Found]:
    return items(value["value"], file, "value") if _is_wrapper(value) else items(value, file)


def _each(document: Document) -> Iterator[Found]:
    """The values of documents, each at the place of its document: no pointer reaches into one of several."""
    for piece in document.pieces:
        yield from ((document.span(piece), value) for _, value in _inside(document.file, piece.value))


def _fault(document: Document, words: str) -> Fault:
    return Fault("unreadable-file", words, Span(document.file, 0, 0))
