"""The canonical zones as plans that change nothing, or make everything, by provider."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from terraform_plans import aws, aws_change, aws_zone, change, data, google_zone, plan

from mfpolicy.model.dns import Record
from zone_writers import ZONES, Variants, Written, quoted, record_sets, relative

_PATH = "plan.json"
_GOOGLE = "projects/example/managedZones"


def _id(zone: str) -> str:
    return f"Z{zone.encode().hex().upper()}"[:32]


def _written(changes: list[dict[str, Any]], held: list[dict[str, Any]]) -> Written:
    return {_PATH: plan(*changes, held=held)}, _PATH


def _escaped(record: Record) -> str:
    """The strings of a text without the first and the last quote, as Route 53 reads them."""
    return quoted(record)[1:-1].replace('" "', '""') if record.type == "TXT" else record.value


def _aws_name(zone: str, owner: str) -> str:
    """Relative names and whole ones, in turn."""
    return owner if len(owner) % 2 else relative(owner, zone, apex="")


def _aws() -> Written:
    """Nothing changes: names beside their `fqdn`."""
    changes = []
    for number, ((zone, owner, type), ours) in enumerate(record_sets().items()):
        values = aws(
            _aws_name(zone, owner), type, [_escaped(each) for each in ours], _id(zone), ttl=ours[0].ttl
        )
        values |= {"fqdn": owner, "id": f"{_id(zone)}_{owner}_{type}"}
        changes.append(aws_change(f"r{number}", values, values))
    return _written(changes, [])


def _aws_created() -> Written:
    """Everything is new: only data sources tell the zones."""
    changes = [
        aws_change(
            f"r{number}",
            None,
            aws(
                relative(owner, zone, apex=""),
                type,
                [_escaped(each) for each in ours],
                _id(zone),
                ttl=ours[0].ttl,
            ),
        )
        for number, ((zone, owner, type), ours) in enumerate(record_sets().items())
    ]
    return _written(changes, [aws_zone(f"{zone}.", _id(zone)) for zone in ZONES])


def _aws_exclusive() -> Written:
    """One resource with all record sets of each zone."""
    changes = []
    for zone in ZONES:
        sets = [
            {
                "name": f"{owner}.", "type": type, "ttl": ours[0].ttl, "set_identifier": None,
                "alias_target": [], "multi_value_answer": None,
                "resource_records": [{"value": quoted(each)} for each in ours],
            }
            for (of, owner, type), ours in record_sets().items()
            if of == zone
        ]  # fmt: skip
        values = {"zone_id": _id(zone), "resource_record_set": sets, "timeouts": None}
        changes.append(change("aws_route53_records_exclusive", zone.replace(".", "_"), values, values))
    return _written(changes, [aws_zone(zone, _id(zone)) for zone in ZONES])


_DATA = {
    "CAA": ("flags", "tag", "value"),
    "SRV": ("priority", "weight", "port", "target"),
    "TLSA": ("usage", "selector", "matching_type", "certificate"),
}


def _cloudflare(record: Record) -> dict[str, Any]:
    """The attributes that hold a record's value: `data` is not in a list yet."""
    words = record.value.split(" ")
    if record.type in _DATA:
        found = dict(
            zip(_DATA[record.type], (word.strip('"').removesuffix(".") for word in words), strict=True)
        )
        numbers = {
            key: int(word) if word.isdigit() and key != "flags" else word for key, word in found.items()
        }
        return {"data": numbers, "content": None}
    if record.type == "MX":
        return {"priority": int(words[0]), "content": words[1].removesuffix(".") or "."}
    if record.type == "TXT":
        return {"content": quoted(record)}
    return {"content": record.value.removesuffix(".")}


def _cloudflare_4() -> Written:
    """`value` and `hostname`; everything is there, but for the name servers, which are new."""
    changes = []
    for number, (zone, each) in enumerate((zone, each) for zone, ours in ZONES.items() for each in ours):
        found = _cloudflare(each)
        values = {
            "allow_overwrite": False, "comment": None, "data": [found["data"]] if "data" in found else [],
            "name": relative(each.name, zone), "priority": found.get("priority"), "proxied": False,
            "tags": [], "timeouts": None, "ttl": each.ttl, "type": each.type, "zone_id": _id(zone).lower(),
        }  # fmt: skip
        content = {} if found["content"] is None else {"value": found["content"], "content": found["content"]}
        there = {"hostname": each.name, "id": f"{number:032x}", "proxiable": False, "metadata": {}}
        whole = {**values, **content, **there}
        if each.type != "NS":
            changes.append(change("cloudflare_record", f"r{number}", whole, whole))
            continue
        computed = {
            "hostname": True,
            "id": True,
            "value": True,
            "metadata": True,
            "proxiable": True,
            "tags": [],
        }
        made = {**values, "content": content["content"]}
        changes.append(change("cloudflare_record", f"r{number}", None, made, computed))
    return _written(changes, [])


def _cloudflare_5() -> Written:
    """Texts without quotes, `data` without its list, zones as data sources; everything is new."""
    changes = []
    for number, (zone, each) in enumerate((zone, each) for zone, ours in ZONES.items() for each in ours):
        found = _cloudflare(each)
        if each.type == "TXT" and '"' not in each.value:
            found["content"] = each.value
        values = {
            "comment": None, "content": found["content"], "data": found.get("data"),
            "name": relative(each.name, zone),
            "priority": found.get("priority"), "proxied": False, "ttl": each.ttl, "type": each.type,
            "zone_id": _id(zone).lower(),
        }  # fmt: skip
        computed = {
            key: True for key in ("created_on", "id", "meta", "modified_on", "proxiable", "settings", "tags")
        }
        changes.append(change("cloudflare_dns_record", f"r{number}", None, values, computed))
    held = [data("cloudflare_zone", zone, {"id": _id(zone).lower(), "name": zone}) for zone in ZONES]
    return _written(changes, held)


_AZURE = {
    "CAA": ("flags", "tag", "value"),
    "MX": ("preference", "exchange"),
    "SRV": ("priority", "weight", "port", "target"),
    "TLSA": ("usage", "selector", "matching_type", "certificate_association_data"),
}


def _azure_record(record: Record) -> dict[str, Any]:
    words = record.value.split(" ")
    if record.type == "TXT":
        return {"value": record.value}
    found: dict[str, Any] = dict(zip(_AZURE[record.type], (word.strip('"') for word in words), strict=True))
    return {key: int(word) if word.isdigit() and key != "preference" else word for key, word in found.items()}


def _azure() -> Written:
    """A resource type for each record type; nothing changes."""
    changes = []
    for number, ((zone, owner, type), ours) in enumerate(record_sets().items()):
        values = {
            "fqdn": f"{owner}.", "id": f"/subscriptions/0/resourceGroups/dns/{number}", "tags": {},
            "name": relative(owner, zone), "resource_group_name": "dns", "timeouts": None, "ttl": ours[0].ttl,
            "zone_name": zone,
        }  # fmt: skip
        if type in ("TXT", *_AZURE):
            values["record"] = [_azure_record(each) for each in ours]
        elif type == "CNAME":
            values |= {"record": ours[0].value, "target_resource_id": None}
        else:
            values |= {"records": [each.value for each in ours], "target_resource_id": None}
        if type == "TLSA":
            values["dns_zone_id"] = (
                f"/subscriptions/0/providers/Microsoft.Network/dnsZones/{values.pop('zone_name')}"
            )
        changes.append(change(f"azurerm_dns_{type.lower()}_record", f"r{number}", values, values))
    return _written(changes, [])


def _google() -> Written:
    """Zones by name and project; nothing changes."""
    changes = []
    for number, ((zone, owner, type), ours) in enumerate(record_sets().items()):
        name = zone.replace(".", "-")
        values = {
            "id": f"{_GOOGLE}/{name}/rrsets/{owner}./{type}", "managed_zone": name, "name": f"{owner}.",
            "project": "example", "routing_policy": [], "rrdatas": [quoted(each) for each in ours],
            "ttl": ours[0].ttl, "type": type,
        }  # fmt: skip
        changes.append(change("google_dns_record_set", f"r{number}", values, values))
    return _written(changes, [google_zone(zone) for zone in ZONES])


def _indented(write: Callable[[], Written]) -> Callable[[], Written]:
    def written() -> Written:
        files, path = write()
        return {path: json.dumps(json.loads(files[path]), indent=2)}, path

    return written


VARIANTS: Variants = {
    "aws": _aws,
    "aws-created": _aws_created,
    "aws-exclusive": _aws_exclusive,
    "cloudflare-v4": _cloudflare_4,
    "cloudflare-v5": _cloudflare_5,
    "azure": _azure,
    "google": _indented(_google),
}
