"""Answers of Microsoft Graph."""

from __future__ import annotations

from typing import Any

from tenant_writers import OBJECTS, Variants, Written, beside, manifest, text

_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"
_NAME = "Get-MgIdentityConditionalAccessPolicy"


def _camel(values: dict[str, Any]) -> dict[str, Any]:
    return {f"{key[0].lower()}{key[1:]}": value for key, value in values.items()}


def _folder(name: str, context: str) -> Written:
    answer = {"@odata.context": context, "value": [_camel(each) for each in OBJECTS[_NAME]]}
    files = {name: text(answer)} | manifest() | beside(each for each in OBJECTS if each != _NAME)
    return {f"x/{file}": data for file, data in files.items()}, "x"


VARIANTS: Variants = {
    "by its context": lambda: _folder("answer-1.json", _CONTEXT),
    "chosen properties": lambda: _folder("answer-1.json", f"{_CONTEXT}(id,displayName)"),
    "by its file": lambda: _folder("Get-MgBetaIdentityConditionalAccessPolicy.json", f"{_CONTEXT}x"),
}
