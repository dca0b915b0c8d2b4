"""Answers of Exchange Online's admin API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenant_writers import ID, OBJECTS, Variants, Written, beside, manifest, text

_BASE = f"https://outlook.office365.com/adminapi/beta/{ID}"
_GRAPH = "Get-MgIdentityConditionalAccessPolicy"


def _answer(objects: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "@odata.context": f"{_BASE}/$metadata#Collection(Exchange.GenericHashTable)",
        "adminapi.warnings@odata.type": "#Collection(String)",
        "@adminapi.warnings": [],
        **more,
        "value": [_with_types(each) for each in objects],
    }


def _with_types(values: dict[str, Any]) -> dict[str, Any]:
    """What the service writes beside properties, and one of its slips."""
    return {
        **{
            f"{key}@odata.type": "#Collection(String)"
            for key, value in values.items()
            if isinstance(value, list)
        },
        **{f"{key}@data.type": "System.String" for key in values},
        "LastUsedDate(DateTime])": None,
        **values,
    }


def _pages(objects: list[dict[str, Any]]) -> bytes:
    """A page per object, one after the other in a file."""
    further = [
        _answer([each], **{"@odata.nextLink": f"{_BASE}/InvokeCommand?$skiptoken=1"}) for each in objects[:-1]
    ]
    return b"\n".join(text(each) for each in (*further, _answer(objects[-1:])))


def _folder(write: Callable[[list[dict[str, Any]]], bytes]) -> Written:
    answers = {f"{name}.json": write(objects) for name, objects in OBJECTS.items() if name != _GRAPH}
    files = answers | manifest() | beside([_GRAPH])
    return {f"x/{file}": data for file, data in files.items()}, "x"


VARIANTS: Variants = {
    "a page each": lambda: _folder(lambda objects: text(_answer(objects))),
    "many pages": lambda: _folder(_pages),
}
