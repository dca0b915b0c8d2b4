"""Snapshots of Microsoft Graph's configuration management."""

from __future__ import annotations

from typing import Any

from tenant_writers import OBJECTS, Variants, Written, beside, manifest, text

# What it lists nothing for (no object), and what it knows in another shape.
_BESIDE = ("Get-OutboundConnector", "Get-MgIdentityConditionalAccessPolicy")
_CONTEXT = (
    "https://graph.microsoft.com/beta/$metadata#admin/configurationManagement/configurationSnapshots/$entity"
)


def _resource(cmdlet: str, values: dict[str, Any]) -> dict[str, Any]:
    said = {name: each for name, each in values.items() if each is not None}
    kind = cmdlet.removeprefix("Get-").lower()
    return {
        "displayName": values["Name"],
        "resourceType": f"microsoft.exchange.{kind}",
        "properties": {
            "Identity": values["Name"],
            **said,
            "BulkThreshold@odata.type": "#Int64",
            "Ensure": "Present",
        },
    }


def _written() -> Written:
    resources = [_resource(name, each) for name in OBJECTS if name not in _BESIDE for each in OBJECTS[name]]
    snapshot = {
        "@odata.context": _CONTEXT,
        "displayName": "Nightly",
        "parameters": [],
        "resources": resources,
    }
    files = {"snapshot.json": text(snapshot), **beside(_BESIDE), **manifest()}
    return {f"tenant/{name}": each for name, each in files.items()}, "tenant"


VARIANTS: Variants = {"snapshot": _written}
