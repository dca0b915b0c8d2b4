"""Raw answers of Microsoft Graph: lists of a resource, and single objects such as the security defaults.

`@odata.context` names the resource: `https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies`,
with `/$entity` where it is one object, and with the chosen properties in parentheses.
"""

from __future__ import annotations

import re
from typing import Any

from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._kinds import by_path
from mfpolicy.sources.tenants._pages import NEXT, part
from mfpolicy.sources.tenants._part import Part
from mfpolicy.sources.tenants.admin_api import is_answer

_TYPE = re.compile(r"Collection\(microsoft\.graph\.(\w{1,100})\)")
_CHOSEN = re.compile(r"\([^()]{0,10000}\)")
# What Unified Tenant Configuration Management answers is about the configuration of many resources.
_ELSEWHERE = "configurationmanagement"


def recognises(document: Document) -> bool:
    """Whether a file is of this form."""
    documents = document.documents
    return bool(documents) and all(isinstance(each, dict) and _is_answer(each) for each in documents)


def read(document: Document) -> Part:
    """The listing of the resource."""
    contexts = {_path(each) for each in document.documents} - {""}
    told = by_path(contexts.pop()) if len(contexts) == 1 else None
    return part(document, told, "Microsoft Graph")


def _is_answer(page: dict[str, Any]) -> bool:
    if is_answer(page) or "resources" in page or _ELSEWHERE in _path(page).lower():
        return False
    error = page.get("error")
    return bool(_path(page)) or NEXT in page or (isinstance(error, dict) and "code" in error)


def _path(page: dict[str, Any]) -> str:
    """The resource that a page is of; empty where it does not say."""
    context = page.get("@odata.context")
    if not isinstance(context, str):
        return ""
    said = context.partition("$metadata#")[2].removesuffix("/$entity")
    kind = _TYPE.fullmatch(said)
    return kind[1] if kind else _CHOSEN.sub("", said)
