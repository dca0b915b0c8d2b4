"""The world as files: zones for a name server, an intent for mfpolicy, a list for peers.

    python -m benchmarks.world_files FOLDER COUNT

A process of its own: a program's peak of memory is inherited by what it starts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.world import Item, Tenant, questions, shared, tenants

_HEAD = (
    "$TTL 3600\n{apex} SOA ns1.hosts.test. h.hosts.test. 1 3600 600 86400 300\n{apex} NS ns1.hosts.test.\n"
)
_INTENT = """version: 1
organization: Contoso
defaults: {mail: send-and-receive, senders: [tenant]}
senders:
  tenant: {title: Tenant, include: [spf.protection.test], dkim: [selector1, selector2]}
domains:
"""


def write(folder: Path, count: int) -> None:
    """Make `zones/`, `mailflow.yaml`, `domains.txt` and `questions.txt` below a folder."""
    found = tenants(count)
    (folder / "zones").mkdir(parents=True)
    for name, text in zones(found).items():
        (folder / "zones" / (name or "root")).write_text(text, encoding="ascii")
    (folder / "mailflow.yaml").write_text(_INTENT + _lines(f"  {each.name}: {{}}" for each in found))
    (folder / "domains.txt").write_text(_lines(each.name for each in found))
    asked = (f"{name} {type}" for each in found for name, type in questions(each))
    (folder / "questions.txt").write_text(_lines(asked))


def zones(found: Iterable[Tenant]) -> dict[str, str]:
    """Zone name -> text. The root and both top-level domains are served too, so that no name is refused."""
    found = tuple(found)
    hosted = [*shared(), *(item for each in found for item in each.hosted)]
    return {
        "": zone_text("", [_delegation("example"), _delegation("test")]),
        "example": zone_text("example", [_delegation(each.name) for each in found]),
        "test": zone_text("test", hosted),
        **{each.name: zone_text(each.name, each.zone) for each in found},
    }


def zone_text(apex: str, items: Iterable[Item]) -> str:
    """One zone in presentation format (RFC 1035, 5.1)."""
    head = _HEAD.format(apex=f"{apex}.")
    return head + _lines(f"{item.owner}. {item.type} {_value(item)}" for item in items)


def _value(item: Item) -> str:
    """A TXT record's text in strings of at most 255 octets."""
    if item.type != "TXT":
        return item.value
    return " ".join(f'"{item.value[start : start + 255]}"' for start in range(0, len(item.value), 255))


def _delegation(name: str) -> Item:
    return Item(name, "NS", "ns1.hosts.test.")


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
