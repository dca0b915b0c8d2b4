"""The canonical tenant that every format of an export is held to; each module is a format.

A module has `VARIANTS`: by the name of a variant, a function that gives the files of an export by their
paths, and the path to read. A format that cannot hold a kind of object leaves it to `beside`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mfpolicy.model.tenant import Tenant

Written = tuple[dict[str, bytes], str]
Variants = dict[str, Callable[[], Written]]

TAKEN = "2026-11-20T06:00:00Z"
ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
NAME = "contoso.onmicrosoft.com"
OBJECTS: dict[str, list[dict[str, Any]]] = {
    "Get-AcceptedDomain": [
        {"Name": NAME, "DomainName": NAME, "DomainType": "Authoritative", "InitialDomain": True},
        {
            "Name": "contoso.com",
            "DomainName": "contoso.com",
            "DomainType": "InternalRelay",
            "InitialDomain": False,
        },
    ],
    "Get-InboundConnector": [
        {
            "Name": "From the gateway",
            "Enabled": True,
            "ConnectorType": "Partner",
            "SenderIPAddresses": ["192.0.2.1", "198.51.100.0/24"],
            "TlsSenderCertificateName": None,
            "Comment": 'Zürich, "<bridge>" & Søn\'s',
        }
    ],
    "Get-OutboundConnector": [],
    "Get-HostedContentFilterPolicy": [
        {
            "Name": "Default",
            "BulkThreshold": 6,
            "HighConfidenceSpamAction": "Quarantine",
            "AllowedSenders": [],
        }
    ],
    "Get-MgIdentityConditionalAccessPolicy": [
        {"Id": "1", "DisplayName": "MFA", "State": "enabled", "Conditions": {}, "GrantControls": {}}
    ],
}


def spelt(tenant: Tenant) -> dict[str, Any]:
    """What a tenant says of the canonical properties, without its places; PowerShell does not tell names
    apart by their case."""
    return {
        name: [_said(name, each.values) for each in listing.objects]
        if listing.lacking is None and listing.whole
        else listing.lacking
        for name, listing in tenant.listings.items()
    }


def _said(cmdlet: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Some formats hold more of an object, such as its Identity."""
    names = {key.lower() for each in OBJECTS.get(cmdlet, []) for key in each}
    return {key.lower(): value for key, value in values.items() if key.lower() in names}


def origin(tenant: Tenant) -> tuple[datetime.datetime | None, set[str], set[str]]:
    """When and from which tenant it is, as all its files say."""
    return tenant.taken, {each.id for each in tenant.exports}, {each.name for each in tenant.exports}


def canonical() -> dict[str, Any]:
    """What every format says."""
    return {
        name: [{key.lower(): value for key, value in each.items()} for each in objects]
        for name, objects in OBJECTS.items()
    }


def manifest() -> dict[str, bytes]:
    """The file that speaks for those that do not say what they are of."""
    return {"export.json": text({"taken": TAKEN, "tenant": ID, "name": NAME})}


def beside(names: Iterable[str]) -> dict[str, bytes]:
    """Some kinds of objects as our own form, in a file of its own."""
    document = {
        "tenant": 1,
        "taken": TAKEN,
        "id": ID,
        "name": NAME,
        "cmdlets": {each: OBJECTS[each] for each in names},
    }
    return {"others.json": text(document)} if document["cmdlets"] else {}


def text(value: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
