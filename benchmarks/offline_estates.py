"""Estates for runs without a network: a small one, and one of any size out of the made-up world.

    python -m benchmarks.offline_estates FOLDER COUNT

A process of its own: a program's peak of memory is inherited by what it starts.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from benchmarks.world import Item, Tenant, shared, tenants

_SMALL = {
    "mailflow.yaml": """\
---
version: 1
dns: {zones: [{format: octodns, path: zones}]}
domains:
  example.org: {mail: send-and-receive, senders: [exchange-online, mailchimp], dmarc: {policy: quarantine}}
  example.net: {mail: none}
""",
    "zones/example.org.yaml": """\
---
"":
  - type: MX
    value: {exchange: example-org.mail.protection.outlook.com., preference: 0}
  - type: TXT
    value: v=spf1 include:spf.protection.outlook.com include:servers.mcsv.net -all
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=quarantine\\; rua=mailto:dmarc@example.org
www:
  type: A
  value: 192.0.2.25
""",
    "zones/example.net.yaml": """\
---
"":
  - type: MX
    value: {exchange: ., preference: 0}
  - type: TXT
    value: v=spf1 -all
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=reject
""",
}
_INTENT = """\
---
version: 1
dns: {zones: [{format: octodns, path: zones}]}
senders:
  tenant: {title: Tenant, include: [spf.protection.test], dkim: [selector1, selector2]}
defaults: {mail: send-and-receive, senders: [tenant], dmarc: {policy: quarantine}}
domains:
  d00000.example: {mta_sts: {mode: testing}}
groups:
  even: {domains: ["d*0.example", "d*2.example", "d*4.example", "d*6.example", "d*8.example"]}
  odd: {domains: {file: odd.txt}, like: d00000.example}
"""


def write_small(folder: Path) -> None:
    """Three files: an intent and two zones."""
    for name, text in _SMALL.items():
        _write(folder / name, text)


def write_large(folder: Path, count: int) -> None:
    """So many zones, an intent that declares half of them by patterns and half by a file, and what DNS says
    about everybody else's names."""
    found = tenants(count)
    for each in found:
        _write(folder / "zones" / f"{each.name}.yaml", zone_text(each))
    _write(folder / "mailflow.yaml", _INTENT)
    _write(folder / "odd.txt", "".join(f"{each.name}\n" for each in found[1::2]))
    _write(folder / "answers.json", answers(found))


def zone_text(tenant: Tenant) -> str:
    """One zone as octoDNS writes it."""
    owners: dict[str, list[Item]] = defaultdict(list)
    for item in tenant.zone:
        owners[item.owner.removesuffix(tenant.name).removesuffix(".")].append(item)
    return "---\n" + "".join(line for owner in sorted(owners) for line in _owner(owner, owners[owner]))


def answers(found: Iterable[Tenant]) -> str:
    """A recording of the names outside the zones; no other name exists."""
    sets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in (*shared(), *(item for each in found for item in each.hosted)):
        sets[item.owner, item.type].append(item.value)
    listed = [
        {"name": name, "type": type, "rcode": "NOERROR", "ttl": 300, "records": values}
        for (name, type), values in sets.items()
    ]
    return msgspec.json.encode({"version": 1, "otherwise": "NXDOMAIN", "answers": listed}).decode()


def _owner(owner: str, items: Iterable[Item]) -> Iterator[str]:
    yield f'"{owner}":\n'
    types: dict[str, list[str]] = defaultdict(list)
    for item in items:
        types[item.type].append(_value(item))
    for type, values in sorted(types.items()):
        yield f"  - type: {type}\n"
        if len(values) == 1:
            yield f"    value: {values[0]}\n"
        else:
            yield "    values:\n" + "".join(f"      - {value}\n" for value in values)


def _value(item: Item) -> str:
    """Quoted where YAML would take it for something else; octoDNS escapes semicolons."""
    if item.type == "MX":
        preference, exchange = item.value.split()
        return f"{{exchange: {exchange}, preference: {preference}}}"
    return item.value.replace(";", "\\;") if item.type == "TXT" else f'"{item.value}"'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_large(Path(sys.argv[1]), int(sys.argv[2]))
