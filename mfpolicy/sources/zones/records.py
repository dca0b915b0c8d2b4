"""The neutral zone source, `records.v1`: what any other tool resolved, as JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from mfpolicy.model.dns import Authority, Record, Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Line, Place, Pointer
from mfpolicy.sources.interchange import decoded, entry, is_octets
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._names import owner_name


class RecordsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file; entries are read one by one, so that a faulty one makes only its owner unreadable."""

    version: Literal[1]
    authority: Authority = "full"
    records: list[Any] = []


class _Where(msgspec.Struct, frozen=True):
    zone: str
    name: str


class RecordEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The records of one owner and type as they stand in the file."""

    zone: str
    name: str
    type: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9/_-]{1,60}\Z")]
    values: tuple[str | tuple[str, ...], ...]
    ttl: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    file: str = ""
    line: Annotated[int, msgspec.Meta(ge=1)] | None = None


class _Zone:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.unreadable: set[str] = set()


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of one file. An entry that does not fit is a fault, and its owner unreadable, not absent."""
    text = files.text(path)
    document = text if isinstance(text, Fault) else decoded(text, path, RecordsFile)
    if isinstance(document, Fault):
        return ZoneSet(faults=(document,), files=(path,))
    return _Reading(path, files, document.authority).zones(document.records)


class _Reading:
    def __init__(self, path: str, files: SourceFiles, authority: Authority) -> None:
        self.path = path
        self.files = files
        self.authority = authority
        self.found: dict[str, _Zone] = {}
        self.faults: list[Fault] = []
        self.known: dict[str, bool] = {}

    def zones(self, values: list[Any]) -> ZoneSet:
        for index, value in enumerate(values):
            self.entry(value, Pointer(self.path, f"/records/{index}"))
        zones = tuple(self.zone(name, found) for name, found in self.found.items())
        return ZoneSet(zones, tuple(self.faults), (self.path,))

    def zone(self, name: str, found: _Zone) -> Zone:
        return Zone(
            name=name,
            records=tuple(found.records),
            authority=self.authority,
            unreadable=frozenset(found.unreadable),
            file=self.path,
            place=Pointer(self.path, ""),
        )

    def entry(self, value: object, pointer: Pointer) -> None:
        where = entry(value, pointer, _Where)
        names = where if isinstance(where, Fault) else _names(where, pointer)
        if isinstance(names, Fault):
            self.faults.append(names)
            return
        zone = self.found.setdefault(names[0], _Zone())
        found = entry(value, pointer, RecordEntry)
        if not isinstance(found, Fault) and not _all_octets(found):
            found = Fault(
                "wrong-type", f"{pointer.pointer}: a character above U+00FF is not one octet", pointer
            )
        if isinstance(found, Fault):
            zone.unreadable.add(names[1])
            self.faults.append(found)
            return
        zone.records += [
            self.record(names[1], found, each, pointer, at) for at, each in enumerate(found.values)
        ]

    def record(
        self, name: str, found: RecordEntry, value: str | tuple[str, ...], pointer: Pointer, at: int
    ) -> Record:
        strings = value if isinstance(value, tuple) else ()
        return Record(
            name=name,
            type=found.type.upper(),
            value="".join(value),
            ttl=found.ttl,
            strings=strings,
            place=self.place(found, pointer, at),
        )

    def place(self, found: RecordEntry, pointer: Pointer, at: int) -> Place:
        """The line that the tool named, if it names a file of ours: nothing outside is ever shown."""
        if found.file and found.line is not None:
            if found.file not in self.known:
                self.known[found.file] = self.files.inside(found.file)
            if self.known[found.file]:
                return Line(found.file, found.line)
        return Pointer(self.path, f"{pointer.pointer}/values/{at}")


def _names(where: _Where, pointer: Pointer) -> tuple[str, str] | Fault:
    zone, name = owner_name(where.zone), owner_name(where.name)
    if not zone or not name:
        wrong = where.name if zone else where.zone
        return Fault("wrong-type", f"{pointer.pointer}: {shown(wrong)} is not a domain name", pointer)
    if not is_within(name, zone):
        return Fault("wrong-type", f"{pointer.pointer}: {name} lies outside the zone {zone}", pointer)
    return zone, name


def _all_octets(found: RecordEntry) -> bool:
    return found.type.upper() != "TXT" or all(is_octets("".join(each)) for each in found.values)
