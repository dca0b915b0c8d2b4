"""The canonical zones as octoDNS's YAML; JSON is YAML."""

from __future__ import annotations

import json
from typing import Any

from mfpolicy.model.dns import Record
from zone_writers import ZONES, Variants, Written, record_sets, relative

_KEYS = {
    "MX": ("preference", "exchange"),
    "SRV": ("priority", "weight", "port", "target"),
    "CAA": ("flags", "tag", "value"),
    "TLSA": ("certificate_usage", "selector", "matching_type", "certificate_association_data"),
}
_CONFIG = "providers: {config: {class: octodns.provider.yaml.YamlProvider, directory: zones%s}}\n"


def _zones(escaped: bool) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {zone: {} for zone in ZONES}
    for (zone, name, type), records in record_sets().items():
        values = [_value(each, escaped) for each in records]
        held = {"value": values[0]} if len(values) == 1 else {"values": values}
        entry = {"type": type, "ttl": records[0].ttl, **held}
        found[zone].setdefault(relative(name, zone, ""), []).append(entry)
    return found


def _value(record: Record, escaped: bool) -> object:
    if record.type == "TXT":
        return record.value.replace(";", "\\;") if escaped else record.value
    words = record.value.split()
    keys = _KEYS.get(record.type)
    return dict(zip(keys, (each.strip('"') for each in words), strict=True)) if keys else words[0]


def folder() -> Written:
    """A folder of zone files, semicolons escaped as they are by default."""
    return {f"zones/{zone}.yaml": json.dumps(owners) for zone, owners in _zones(True).items()}, "zones"


def configured() -> Written:
    """A configuration that says that semicolons are not escaped."""
    files = {f"zones/{zone}.yaml": json.dumps(owners) for zone, owners in _zones(False).items()}
    return {**files, "config.yaml": _CONFIG % ", escaped_semicolons: false"}, "config.yaml"


def split() -> Written:
    """A folder per zone, a file per owner."""
    files = {
        f"zones/{zone}./{name or '$' + zone}.yaml": json.dumps({name: entries})
        for zone, owners in _zones(True).items()
        for name, entries in owners.items()
    }
    return {**files, "config.yaml": _CONFIG % ", split_extension: ."}, "config.yaml"


VARIANTS: Variants = {"folder": folder, "configured": configured, "split": split}
