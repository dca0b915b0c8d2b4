"""The canonical zones as Route 53 exports them, and as change batches make them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mfpolicy.model.dns import Record
from zone_writers import ZONES, Variants, Written, quoted, record_sets


def _sets(zone: str, value: Callable[[Record], str] = quoted) -> list[dict[str, Any]]:
    return [
        {
            "Name": name.replace("*", "\\052") + ".",
            "Type": type,
            "TTL": found[0].ttl,
            "ResourceRecords": [{"Value": value(each)} for each in found],
        }
        for (of, name, type), found in record_sets().items()
        if of == zone
    ]


def _own(zone: str) -> list[dict[str, Any]]:
    """What Route 53 makes in every zone."""
    soa = "ns-1.example.com. hostmaster.example.com. 1 7200 900 1209600 86400"
    return [
        {"Name": f"{zone}.", "Type": type, "TTL": 172800, "ResourceRecords": [{"Value": value}]}
        for type, value in (("NS", "ns-1.example.com."), ("SOA", soa))
    ]


def exported() -> Written:
    """Both zones in one document, as jq puts pages together."""
    sets = [each for zone in ZONES for each in (*_own(zone), *_sets(zone))]
    return {"zones.json": json.dumps({"ResourceRecordSets": sets})}, "zones.json"


def weighted() -> Written:
    """Every record set in two variants that say the same."""
    sets = [{**each, "SetIdentifier": name, "Weight": 1} for each in _sets("example.org") for name in "ab"]
    every = [*_own("example.org"), *sets, *_own("example.net"), *_sets("example.net")]
    return {"zones.json": json.dumps({"ResourceRecordSets": every})}, "zones.json"


def _escaped(record: Record) -> str:
    """Octal escapes for every character that is neither letter, digit nor blank."""
    if record.type != "TXT":
        return record.value
    spelt = ("".join(c if c.isalnum() or c == " " else f"\\{ord(c):03o}" for c in s) for s in record.strings)
    return " ".join(f'"{each}"' for each in spelt)


def escaped() -> Written:
    """Every odd character of a text in octal."""
    sets = [each for zone in ZONES for each in (*_own(zone), *_sets(zone, _escaped))]
    return {"zones.json": json.dumps({"ResourceRecordSets": sets})}, "zones.json"


VARIANTS: Variants = {"exported": exported, "weighted": weighted, "escaped": escaped}
