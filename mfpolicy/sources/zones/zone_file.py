"""RFC 1035 zone files, also as providers export them: one file, or a folder of them."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._zone_file_bounds import Bounds
from mfpolicy.sources.zones._zone_file_names import (
    from_path,
    is_named_as_zone,
    looks_like_zone,
    may_be_zone,
    zone_name,
)
from mfpolicy.sources.zones._zone_file_reader import ZoneReader
from mfpolicy.sources.zones._zone_file_records import Scope

_UNNAMED = (
    "which zone this file holds cannot be told; let it begin with a line such as `$ORIGIN example.org.`, "
    "or name it `example.org.zone`"
)


class _Read(msgspec.Struct, frozen=True):
    """What came of one file."""

    path: str
    zone: Zone | None
    faults: tuple[Fault, ...]
    included: frozenset[str] = frozenset()
    has_apex: bool = False


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of one file, or of a folder's own files: `*.zone`, `*.db`, `*.dns`, `db.*`; `*.txt` and files
    named as a domain is where their contents are a zone's. The rest of a folder is left alone.

    Faults: unreadable-file, wrong-type, too-large, duplicate-key, text-not-as-written. A record that cannot
    be read is a fault at its place and makes its owner unreadable; where the names that are missing cannot be
    told, as after an include that fails, the zone is not readable. A CNAME record may stand beside others:
    both are kept.
    """
    bounds = Bounds()
    listed = files.listing(path)
    paths = [each for each in listed if _is_zone(each, files)] if listed else [path]
    reads = [_file(each, files, bounds) for each in paths]
    included = frozenset[str]().union(*(each.included for each in reads))
    # A file that others include, and that has no SOA record of its own, is a part of theirs.
    kept = [each for each in reads if each.has_apex or each.path not in included]
    faults = [fault for each in kept for fault in each.faults]
    if not kept:
        text = "there is no zone file here, such as example.org.zone"
        faults.append(Fault("unreadable-file", text, Span(path, 0, 0)))
    return ZoneSet(
        zones=tuple(each.zone for each in kept if each.zone),
        faults=tuple(dict.fromkeys((*faults, *_twice(kept)))),
        files=tuple(sorted({*paths, *included})),
    )


def _is_zone(path: str, files: SourceFiles) -> bool:
    if path.endswith("/"):
        return False
    if is_named_as_zone(path):
        return True
    text = files.text(path) if may_be_zone(path) else ""
    return isinstance(text, str) and looks_like_zone(path, text)


def _file(path: str, files: SourceFiles, bounds: Bounds) -> _Read:
    text = files.text(path)
    place = Span(path, 0, 0)
    if isinstance(text, Fault):
        name = from_path(path)
        return _Read(path, Zone(name, readable=False, file=path, place=place) if name else None, (text,))
    name = zone_name(path, text)
    if name is None:
        return _Read(path, None, (Fault("unreadable-file", _UNNAMED, place),))
    reader = ZoneReader(name, text, files, bounds)
    reader.read(Scope(path, text, name))
    reader.found.tell_relative()
    has_apex = any(each.type == "SOA" for each in reader.found.records)
    zone = Zone(
        name,
        records=tuple(reader.found.records),
        readable=reader.readable,
        unreadable=frozenset(reader.found.unreadable),
        unread=frozenset(reader.found.unread),
        file=path,
        place=place,
    )
    return _Read(path, zone, tuple(reader.found.faults), frozenset(reader.included), has_apex)


def _twice(reads: list[_Read]) -> list[Fault]:
    """Two files of one zone are read as one, and one of them is likely a copy that was left behind."""
    first: dict[str, str] = {}
    faults = []
    for each in [each for each in reads if each.zone]:
        name = each.zone.name if each.zone else ""
        if name in first:
            text = f"{name}: {first[name]} holds this zone too, and the records of both are judged"
            faults.append(Fault("duplicate-key", text, Span(each.path, 0, 0)))
        first.setdefault(name, each.path)
    return faults
