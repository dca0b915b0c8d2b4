"""ScubaGear's exports and reports."""

from __future__ import annotations

from typing import Any

from tenant_writers import ID, OBJECTS, TAKEN, Variants, Written, text

_KEYS = {
    "Get-AcceptedDomain": "accepted_domains",
    "Get-InboundConnector": "inbound_connectors",
    "Get-OutboundConnector": "outbound_connectors",
    "Get-HostedContentFilterPolicy": "hosted_content_filter_policies",
    "Get-MgIdentityConditionalAccessPolicy": "conditional_access_policies",
}
_COMMANDS = [each.replace("-MgIdentity", "-MgBetaIdentity") for each in _KEYS]


def _settings(**changes: Any) -> dict[str, Any]:
    return {
        "module_version": "1.8.0",
        "date": "11/20/2026 06:00:00 Coordinated Universal Time",
        "timestamp_zulu": TAKEN,
        "tenant_id": ID,
        **{key: OBJECTS[name] or [None] for name, key in _KEYS.items()},
        "exo_successful_commands": _COMMANDS,
        "exo_unsuccessful_commands": [],
        **changes,
    }


def _single() -> Written:
    """One object stands for a list of one."""
    listed = _settings()
    loose = {
        key: each[0] if isinstance(each, list) and len(each) == 1 else each for key, each in listed.items()
    }
    return {"a.json": text(loose | {"outbound_connectors": [None]})}, "a.json"


def _old() -> Written:
    """A byte order mark, no ISO date, the id among the details, the old name of a key."""
    old = _settings(tenant_details=[{"TenantId": ID}], all_domains=OBJECTS["Get-AcceptedDomain"])
    for key in ("timestamp_zulu", "tenant_id", "accepted_domains"):
        del old[key]
    return {"a.json": b"\xef\xbb\xbf" + text(old)}, "a.json"


def _results() -> Written:
    return {"a.json": text({"MetaData": {}, "Summary": {}, "Results": {}, "Raw": _settings()})}, "a.json"


VARIANTS: Variants = {
    "lists": lambda: ({"a.json": text(_settings())}, "a.json"),
    "single objects": _single,
    "an old version": _old,
    "results": _results,
    "twice in a folder": lambda: ({"x/a.json": text(_settings()), "x/b.json": _results()[0]["a.json"]}, "x"),
}
