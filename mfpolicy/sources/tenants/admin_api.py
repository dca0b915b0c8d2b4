"""Raw answers of Exchange Online's admin API (`adminapi/beta/<tenant>/InvokeCommand`).

Its `@odata.context` says only that these are objects (`#Collection(Exchange.GenericHashTable)`), so the file
is named after the cmdlet. The first page of some cmdlets holds one object, and a warning (the collector of
mailboxes in rknightion/graph2otel).
"""

from __future__ import annotations

from typing import Any

from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._pages import part
from mfpolicy.sources.tenants._part import Part

_MARKS = frozenset(("@adminapi.warnings", "adminapi.warnings@odata.type"))


def recognises(document: Document) -> bool:
    """Whether a file is of this form."""
    documents = document.documents
    return (
        bool(documents)
        and all(isinstance(each, dict) for each in documents)
        and any(map(is_answer, documents))
    )


def is_answer(page: dict[str, Any]) -> bool:
    """Whether a page is from this service."""
    said = (page.get("@odata.context"), page.get("@odata.nextLink"))
    return bool(_MARKS & page.keys()) or any(
        isinstance(each, str) and "/adminapi/" in each.lower() for each in said
    )


def read(document: Document) -> Part:
    """The listing of the cmdlet."""
    return part(document, None, "Exchange Online admin API")
