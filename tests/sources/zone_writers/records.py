"""The canonical zones as records.v1."""

from __future__ import annotations

import json
from collections.abc import Callable

from mfpolicy.model.dns import Record
from zone_writers import Variants, Written, record_sets


def _written(value: Callable[[Record], object]) -> Written:
    entries = [
        {
            "zone": zone,
            "name": name,
            "type": type,
            "ttl": found[0].ttl,
            "values": [value(each) for each in found],
        }
        for (zone, name, type), found in record_sets().items()
    ]
    return {"records.json": json.dumps({"version": 1, "records": entries})}, "records.json"


def texts() -> Written:
    """A text as one value."""
    return _written(lambda record: record.value)


def lists() -> Written:
    """A text as the list of its character-strings."""
    return _written(lambda record: record.strings or record.value)


def places() -> Written:
    """With lines of files, which may be anywhere."""
    files, path = lists()
    document = json.loads(files[path])
    for at, each in enumerate(document["records"]):
        each |= {"file": "zones.js" if at % 2 else "../elsewhere.js", "line": at + 1}
    return {path: json.dumps(document), "zones.js": "\n" * 99}, path


VARIANTS: Variants = {"texts": texts, "lists": lists, "places": places}
