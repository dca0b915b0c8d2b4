"""Route 53: what `aws route53 list-resource-record-sets` prints, and change batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mfpolicy.model.dns import Question, Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import ancestors, is_within
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import decoded
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._names import zone_above
from mfpolicy.sources.zones._route53_sets import RecordSet, record_set
from mfpolicy.sources.zones._route53_zone import Content, grouped, told_by_path

_COMMAND = "`aws route53 list-resource-record-sets --hosted-zone-id ID > example.org.json` makes one"
_UNNAMED = "which zone these record sets belong to cannot be told; name the file such as example.org.json"
_ACTIONS = ("CREATE", "UPSERT", "DELETE")
_MAX_FAULTS = 1_000


class _Root(msgspec.Struct, frozen=True):
    ResourceRecordSets: list[Any] | None = None
    Changes: list[Any] | None = None
    ChangeBatch: _Batch | None = None
    IsTruncated: bool = False
    NextToken: Any = None


class _Batch(msgspec.Struct, frozen=True):
    Changes: list[Any]


class _Change(msgspec.Struct, frozen=True):
    action: str
    set: RecordSet


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of an export, or what a change batch makes of one, before and after.

    An export is whole: authority is full, its zone the owner of its SOA record. A batch is partial, and
    names no zone: that is the owner of an SOA record in it, else what its file is named after, else the owner
    of an NS record that is above all other names, else the closest name above all names, without labels such
    as `_dmarc` and `*`. What it deletes was there and is absent, unless it creates the same anew; what it
    creates was absent, unless DNS knows better; what it upserts may have been anything.

    Faults: unreadable-file, wrong-type, too-large.
    """
    text = files.text(path)
    root = text if isinstance(text, Fault) else decoded(text, path, _Root)
    if isinstance(root, Fault):
        return ZoneSet(faults=(root,), files=(path,))
    batch = root.Changes if root.ChangeBatch is None else root.ChangeBatch.Changes
    if (root.ResourceRecordSets is None) == (batch is None):
        words = f"this is neither an export of Route 53 nor a change batch; {_COMMAND}"
        return ZoneSet(faults=(Fault("unreadable-file", words, Pointer(path, "")),), files=(path,))
    if batch is None:
        cut = root.IsTruncated or bool(root.NextToken)
        found = _export(root.ResourceRecordSets or [], path, cut)
    else:
        at = "/Changes" if root.ChangeBatch is None else "/ChangeBatch/Changes"
        found = _changes(batch, Pointer(path, at))
    return msgspec.structs.replace(found, faults=_bounded(found.faults, path), files=(path,))


def _export(values: Sequence[Any], path: str, cut: bool) -> ZoneSet:
    sets: list[RecordSet] = []
    faults: list[Fault] = []
    lost = cut
    for at, value in enumerate(values):
        found, wrong = record_set(value, Pointer(path, f"/ResourceRecordSets/{at}"))
        sets += [found] if found else []
        faults += wrong
        lost = lost or found is None
    if cut:
        words = "the export is cut off; make it without --max-items, and let the command ask for every page"
        faults.append(Fault("unreadable-file", words, Pointer(path, "")))
    apexes = list(dict.fromkeys(each.key.name for each in sets if each.key.type == "SOA"))
    if not apexes:
        words = f"there is no SOA record, so this is not a whole zone; {_COMMAND}"
        faults.append(Fault("unreadable-file", words, Pointer(path, "")))
        apexes, lost = _likely(sets, path), True
    members, outside = _members(sets, apexes)
    zones = [_zone(name, members[name], path, faults) for name in apexes]
    told = tuple(msgspec.structs.replace(each, readable=not lost) for each in zones)
    return ZoneSet(told, tuple((*faults, *outside)))


def _likely(sets: Sequence[RecordSet], path: str) -> list[str]:
    names = [each.key.name for each in sets]
    name = told_by_path(path, names) or zone_above(names)
    return [name] if name else []


def _members(
    sets: Iterable[RecordSet], zones: Iterable[str]
) -> tuple[dict[str, list[RecordSet]], list[Fault]]:
    """The record sets of each zone, and a fault for each that is in none."""
    found: dict[str, list[RecordSet]] = {zone: [] for zone in zones}
    outside = []
    for each in sets:
        zone = next((above for above in ancestors(each.key.name) if above in found), None)
        if zone is None:
            names = ", ".join(found) or "any zone that is known here"
            words = f"{each.key.name} lies outside {names}"
            outside.append(Fault("wrong-type", words, each.place))
        else:
            found[zone].append(each)
    return found, outside


def _zone(name: str, sets: Iterable[RecordSet], path: str, faults: list[Fault]) -> Zone:
    content = Content()
    for each in grouped(sets).values():
        content.add(each)
    faults += content.faults
    return Zone(
        name,
        records=tuple(content.records),
        unreadable=frozenset(content.unreadable),
        unread=frozenset(content.unread),
        file=path,
        place=Pointer(path, ""),
    )


def _changes(values: Sequence[Any], at: Pointer) -> ZoneSet:
    changes: list[_Change] = []
    faults: list[Fault] = []
    for number, value in enumerate(values):
        found, wrong = _change(value, Pointer(at.file, f"{at.pointer}/{number}"))
        changes += [found] if found else []
        faults += wrong
    name = _named(changes, at.file)
    if name is None:
        faults.append(Fault("unreadable-file", _UNNAMED, at))
        return ZoneSet(faults=tuple(faults))
    inside = [each for each in changes if is_within(each.set.key.name, name)]
    faults += [
        Fault("wrong-type", f"{each.set.key.name} lies outside the zone {name}", each.set.place)
        for each in changes
        if not is_within(each.set.key.name, name)
    ]
    readable = len(changes) == len(values)
    return _before_and_after(name, inside, at.file, faults, readable)


def _change(value: object, pointer: Pointer) -> tuple[_Change | None, list[Fault]]:
    """One change; None where it cannot be told what it changes."""
    action = value.get("Action") if isinstance(value, dict) else None
    if not isinstance(value, dict) or action not in _ACTIONS:
        what = shown(action) if isinstance(action, str) else "no Action"
        words = f"{pointer.pointer}: a change has {what}; expected {', '.join(_ACTIONS)}"
        return None, [Fault("wrong-type", words, pointer)]
    place = Pointer(pointer.file, f"{pointer.pointer}/ResourceRecordSet")
    found, wrong = record_set(value.get("ResourceRecordSet"), place)
    if found is not None and found.variant:
        # Others of its owner and type stand elsewhere.
        words = (
            f"{found.key.name}: {shown(found.variant)} is one of several {found.key.type} record sets, and "
            "the others are not here"
        )
        wrong += [Fault("wrong-type", words, place)] if found.key.type in ("TXT", "MX") else []
        found = msgspec.structs.replace(found, known=False)
    return (_Change(str(action), found) if found else None), wrong


def _before_and_after(
    name: str, changes: Sequence[_Change], path: str, faults: list[Fault], readable: bool
) -> ZoneSet:
    after = [each.set for each in changes if each.action != "DELETE"]
    before = [each.set for each in changes if each.action == "DELETE"]
    created = {each.set.key for each in changes if each.action == "CREATE"}
    gone = {each.key for each in before} - {each.key for each in after}
    new = created - {each.key for each in before}
    unsure = [each for each in before if not each.known and each.key in gone]
    was = _part(_zone(name, before, path, []), new, readable)
    removed = tuple(each for each in was.records if Question(each.name, each.type) in gone)
    head = _part(_zone(name, (*after, *unsure), path, faults), gone, readable)
    former = msgspec.structs.replace(was, partly=frozenset(new))
    return ZoneSet((msgspec.structs.replace(head, removed=removed),), tuple(faults), former=(former,))


def _part(zone: Zone, absent: set[Question], readable: bool) -> Zone:
    """A zone of which a batch tells a part: what it changes, and what is not there."""
    gone = frozenset(absent) - zone.unread
    return msgspec.structs.replace(zone, authority="partial", readable=readable, absent=gone)


def _named(changes: Sequence[_Change], path: str) -> str | None:
    keys = [each.set.key for each in changes]
    names = [each.name for each in keys]
    soa = next((each.name for each in keys if each.type == "SOA"), None)
    above = next(
        (key.name for key in keys if key.type == "NS" and all(is_within(each, key.name) for each in names)),
        None,
    )
    return soa or told_by_path(path, names) or above or zone_above(names)


def _bounded(faults: Sequence[Fault], path: str) -> tuple[Fault, ...]:
    if len(faults) <= _MAX_FAULTS:
        return tuple(faults)
    words = f"more than {_MAX_FAULTS:,} faults; the rest is not told"
    return (*faults[:_MAX_FAULTS], Fault("too-large", words, Pointer(path, "")))
