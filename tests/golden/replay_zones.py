"""Zones as people keep them for octoDNS: what they hold, and the many ways to write the same down."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 _=./@+:;~?\\-]*\Z")
_T = TypeVar("_T")
_STRING = 200  # characters of one string where a long text is split


class Records(NamedTuple):
    """The records of one owner and type; an MX is `10 mail.example.org.`"""

    values: tuple[str, ...]
    ttl: int = 300


class Look(NamedTuple):
    """How a file is written; nothing of it changes what is served."""

    seed: int = 0  # of the order of owners, keys and values; 0: sorted
    quote: str = ""
    escaped: bool = False  # `\\;` for `;`
    split: bool = False
    flow: bool = False
    comment: str = ""
    start: bool = True
    newline: str = "\n"


@dataclass
class Zone:
    """One file: its records by owner (relative, empty for the apex) and type."""

    name: str
    folder: str
    records: dict[tuple[str, str], Records] = field(default_factory=dict)
    look: Look = Look()
    twice: str = ""  # the owner that somebody wrote a second time

    @property
    def path(self) -> str:
        """From the root of the repository."""
        return f"zones/{self.folder}/{self.name}.yaml"

    def add(self, owner: str, type: str, *values: str) -> None:
        """One more value of a set, or the first."""
        known = self.records.get((owner, type), Records(()))
        self.records[owner, type] = Records((*known.values, *values), known.ttl)

    def put(self, owner: str, type: str, *values: str) -> None:
        """These values instead of those that are there."""
        known = self.records.get((owner, type), Records(()))
        self.records[owner, type] = Records(values, known.ttl)

    def swap(self, owner: str, type: str, old: str, new: str) -> None:
        """One value for another."""
        self.put(owner, type, *(new if each == old else each for each in self.values(owner, type)))

    def drop(self, owner: str, type: str) -> None:
        """No such records."""
        del self.records[owner, type]

    def values(self, owner: str, type: str) -> tuple[str, ...]:
        """The values of a set; none where it is not there."""
        return self.records.get((owner, type), Records(())).values

    def owners(self) -> set[str]:
        """All relative names with records."""
        return {owner for owner, _ in self.records}

    @property
    def spf(self) -> str:
        """The first SPF record of the apex; empty where there is none."""
        return next((each for each in self.values("", "TXT") if each.startswith("v=spf1")), "")


def written(zone: Zone) -> bytes:
    """The zone's file."""
    lines = [
        *(["---"] if zone.look.start else []),
        *([f"# {zone.look.comment}"] if zone.look.comment else []),
    ]
    for owner in (*_ordered(sorted(zone.owners()), zone.look), *([zone.twice] if zone.twice else [])):
        lines += _owner(zone, owner)
    return zone.look.newline.join([*lines, ""]).encode()


def lines_of(zone: Zone, *texts: str) -> list[int]:
    """The lines of the zone's file that hold one of some texts, however they are written."""
    lines = written(zone).decode().replace("\\", "").splitlines()
    return [at for at, line in enumerate(lines, 1) if any(text in line for text in texts)]


def _owner(zone: Zone, owner: str) -> Iterator[str]:
    types = _ordered([type for name, type in sorted(zone.records) if name == owner], zone.look)
    yield f"{_key(owner)}:"
    dash = "- " if len(types) > 1 else ""
    for type in types:
        records = zone.records[owner, type]
        if zone.look.flow:
            yield f"  {dash}{{{', '.join(_flat(type, records, zone.look))}}}"
            continue
        block = [line for entry in _block(type, records, zone.look) for line in entry]
        yield f"  {dash}{block[0]}"
        yield from ("  " + " " * len(dash) + line for line in block[1:])


def _block(type: str, records: Records, look: Look) -> list[list[str]]:
    """The entries of a mapping, each of one or more lines."""
    values = [
        _fields(each) if type == "MX" else [_scalar(each, type, look)]
        for each in _ordered(records.values, look)
    ]
    if len(values) == 1:
        held = (
            ["value:", *(f"  {line}" for line in values[0])] if type == "MX" else [f"value: {values[0][0]}"]
        )
    else:
        held = ["values:"]
        for each in values:
            held += [f"  - {each[0]}", *(f"    {line}" for line in each[1:])]
    return _ordered([[f"ttl: {records.ttl}"], [f"type: {type}"], held], look)


def _flat(type: str, records: Records, look: Look) -> list[str]:
    quoted = look._replace(quote=look.quote or "'")
    values = [
        f"{{{', '.join(_fields(each))}}}" if type == "MX" else _scalar(each, type, quoted)
        for each in _ordered(records.values, look)
    ]
    held = f"value: {values[0]}" if len(values) == 1 else f"values: [{', '.join(values)}]"
    return _ordered([f"ttl: {records.ttl}", f"type: {type}", held], look)


def _fields(value: str) -> list[str]:
    preference, exchange = value.split()
    return [f"preference: {preference}", f"exchange: {exchange if exchange != '.' else repr(exchange)}"]


def _scalar(text: str, type: str, look: Look) -> str:
    if look.split and type == "TXT" and len(text) > _STRING:
        text = " ".join(f'"{text[at : at + _STRING]}"' for at in range(0, len(text), _STRING))
    if look.escaped and type == "TXT":
        text = text.replace(";", "\\;")
    if look.quote == '"':
        return json.dumps(text)
    if look.quote == "'" or not _PLAIN.match(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _key(owner: str) -> str:
    return owner if owner and owner[0] not in "*0123456789" else f"'{owner}'"


def _ordered(items: Sequence[_T], look: Look) -> list[_T]:
    """In the order of the file, which is the same for the same items."""
    if look.seed:
        return random.Random(f"{look.seed} {len(items)}").sample(items, len(items))
    return list(items)
