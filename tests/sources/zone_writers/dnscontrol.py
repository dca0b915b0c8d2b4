"""The canonical zones as DNSControl's versions print them."""

from __future__ import annotations

import json
from typing import Any

from mfpolicy.model.dns import Record
from zone_writers import ZONES, Variants, Written, quoted, relative

_PATH = "ir.json"


def document(domains: list[dict[str, Any]], **more: Any) -> str:
    """An IR with these domains."""
    return json.dumps({"registrars": [], "dns_providers": [], "domains": domains, **more})


def _written(domains: list[dict[str, Any]]) -> Written:
    return {_PATH: document(domains)}, _PATH


def _domain(zone: str, records: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"name": zone, "registrar": "none", "dnsProviders": {}, "records": records, **more}


def _keyed(record: Record, zone: str) -> dict[str, Any]:
    """A record as its type's keys, zeros left out."""
    words = record.value.split()
    found: dict[str, Any] = {"target": words[-1]}
    if record.type == "MX":
        found["mxpreference"] = int(words[0])
    elif record.type == "SRV":
        found |= dict(zip(("srvpriority", "srvweight", "srvport"), map(int, words), strict=False))
    elif record.type == "TLSA":
        found |= dict(zip(("tlsausage", "tlsaselector", "tlsamatchingtype"), map(int, words), strict=False))
    elif record.type == "CAA":
        found |= {"caaflag": int(words[0]), "caatag": words[1], "target": words[2].strip('"')}
    elif record.type == "TXT":
        found["target"] = record.value
    kept = {key: value for key, value in found.items() if value != 0}
    return {"type": record.type, "name": relative(record.name, zone), "ttl": record.ttl, **kept}


def version_3() -> Written:
    """TXT records with their strings, no positions."""
    return _written([_domain(zone, [_three(each, zone) for each in ours]) for zone, ours in ZONES.items()])


def _three(record: Record, zone: str) -> dict[str, Any]:
    texts = {"txtstrings": list(record.strings)} if record.type == "TXT" else {}
    return {**_keyed(record, zone), **texts}


def version_4() -> Written:
    """One text per TXT record, positions, the unique name in the metadata."""
    return _written(
        [
            _domain(
                zone,
                [{**_keyed(each, zone), "filepos": f"[line:{at}:5]"} for at, each in enumerate(ours, 1)],
                meta={"dnscontrol_uniquename": zone},
                uniquename=zone,
                auto_dnssec="on",
            )
            for zone, ours in ZONES.items()
        ]
    )


def raw_version_4() -> Written:
    """As `--raw` prints it: D_EXTEND gave names and targets their subdomain, targets are relative to it."""
    return _written([_domain(zone, [_raw(each, zone) for each in ours]) for zone, ours in ZONES.items()])


def _raw(record: Record, zone: str) -> dict[str, Any]:
    found = {**_keyed(record, zone), "filepos": "[line:3:5]", "meta": {}}
    target = found["target"]
    if record.type in ("CNAME", "MX", "SRV") and target in (f"mail.{zone}.", f"{zone}."):
        found["target"] = relative(target.rstrip("."), zone)
    if record.name.endswith(f".two.levels.{zone}"):
        found["subdomain"] = "two.levels"
    return found


def late_version_4() -> Written:
    """The data as an object too, which says no more than their presentation format."""
    return _written([_domain(zone, [_late(each, zone) for each in ours]) for zone, ours in ZONES.items()])


def _late(record: Record, zone: str) -> dict[str, Any]:
    return {**_five(record, zone), "rdata": {"any": "thing"}, "target": record.value.split()[-1]}


def version_5() -> Written:
    """Everything but name and type in presentation format."""
    return _written(
        [_domain(zone, [_five(each, zone) for each in ours], uniquename=zone) for zone, ours in ZONES.items()]
    )


def _five(record: Record, zone: str) -> dict[str, Any]:
    owner = relative(record.name, zone)
    return {
        "type": record.type,
        "typenum": 1,
        "comparablev3": quoted(record),
        "rdata": quoted(record),
        "ttl": record.ttl,
        "name": owner,
        "name_unicode": owner,
        "filepos": "[line:7:5]",
    }


def split_horizon() -> Written:
    """Beside each public domain another one of the same name for the inside."""
    domains = [_domain(zone, [_keyed(each, zone) for each in ours]) for zone, ours in ZONES.items()]
    inside = [{**_keyed(Record("www.example.org", "A", "192.0.2.1", 300), "example.org")}]
    return _written([_domain("example.org!inside", inside), *domains])


VARIANTS: Variants = {
    "version 3": version_3,
    "version 4": version_4,
    "version 4, raw": raw_version_4,
    "version 4, late": late_version_4,
    "version 5": version_5,
    "split horizon": split_horizon,
}
