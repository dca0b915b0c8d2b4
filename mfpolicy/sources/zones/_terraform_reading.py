"""The resources of a plan, one by one: what each has of which record set, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import lowered
from mfpolicy.sources.zones import _terraform_aws as aws
from mfpolicy.sources.zones import _terraform_azurerm as azurerm
from mfpolicy.sources.zones import _terraform_cloudflare as cloudflare
from mfpolicy.sources.zones import _terraform_google as google
from mfpolicy.sources.zones._terraform_dialect import Data, Dialect, Where
from mfpolicy.sources.zones._terraform_object import Elsewhere, Later, Misread, Object, is_later
from mfpolicy.sources.zones._terraform_others import is_record
from mfpolicy.sources.zones._terraform_plan import Change, Plan, Resource, change_of, values_of
from mfpolicy.sources.zones._terraform_sets import Side, State
from mfpolicy.sources.zones._terraform_zones import HostedZones

DIALECTS = (aws.DIALECT, azurerm.DIALECT, cloudflare.DIALECT, google.DIALECT)
_OF_RECORDS = {type: each for each in DIALECTS for type in each.types}
_OF_ZONES = {type: each for each in DIALECTS for type in each.zones}
_LONGEST = 200  # characters of an address in a message


class Entry(msgspec.Struct, frozen=True):
    """A record resource: its number and its place in the plan, and what happens to it, now or later."""

    number: int
    resource: Resource
    dialect: Dialect
    change: Change
    pointer: str
    deferred: bool

    @property
    def name(self) -> str:
        """What messages call it."""
        return _name(self.resource)

    @property
    def place(self) -> str:
        """Where its address stands."""
        return f"{self.pointer}/address"


class Part(msgspec.Struct, frozen=True):
    """One record set of a resource on one side."""

    entry: Entry
    side: Side
    where: Where
    state: State
    data: Data | None
    values: Any
    hushed: bool


class _Seen(msgspec.Struct, frozen=True):
    """A resource on one side; its faults are `said` where the other side does not say the same."""

    side: Side
    found: Object
    hushed: bool
    said: bool


class Reading:
    """What the resources say, and the faults of those that cannot be read. `nameless` are the numbers of
    those whose record sets after the plan have no known name; `deleted`, `staying`: ids of zones by name."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.hosted = {id(each): HostedZones(each) for each in DIALECTS}
        self.parts: list[Part] = []
        self.faults: list[Fault] = []
        self.nameless: set[int] = set()
        self.deleted: dict[str, set[str]] = {}
        self.staying: dict[str, set[str]] = {}
        self._others: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def plan(self, plan: Plan) -> None:
        """Take in every zone and every resource, those too that a later plan is to change."""
        for held in plan.held():
            if held.type in _OF_ZONES:
                self._hosted(held.type).add(held, values_of(held))
        changes, later = plan.resource_changes or (), plan.deferred_changes or ()
        for number, each in enumerate(changes):
            self._hosting(each, f"/resource_changes/{number}")
        for number, each in enumerate(changes):
            self._resource(number, each, f"/resource_changes/{number}")
        for number, deferred in enumerate(later):
            pointer = f"/deferred_changes/{number}/resource_change"
            self._resource(len(changes) + number, deferred.resource_change, pointer, deferred=True)

    def others(self) -> Iterator[Fault]:
        """A fault for every type of record resources that the plan changes and that is not read."""
        for type, count in self._others.items():
            some = f"{count:,} resources of type {type} are" if count > 1 else f"1 resource of type {type} is"
            words = f"{some} changed and not judged: that provider is not read"
            yield Fault("record-not-judged", words, Pointer(self.file, self._first[type]))

    def fault(self, code: str, text: str, pointer: str) -> None:
        """Something wrong at a pointer."""
        self.faults.append(Fault(code, text, Pointer(self.file, pointer)))

    def _hosted(self, type: str) -> HostedZones:
        return self.hosted[id(_OF_ZONES[type])]

    def _resource(self, number: int, resource: Resource, pointer: str, deferred: bool = False) -> None:
        type, managed = resource.type, resource.mode == "managed"
        if managed and type in _OF_RECORDS:
            change = self._change(resource, pointer)
            if change:
                self._record(Entry(number, resource, _OF_RECORDS[type], change, pointer, deferred))
        elif managed and is_record(type):
            self._other(resource, pointer)

    def _other(self, resource: Resource, pointer: str) -> None:
        """Records of a provider that is not read: those that stay as they are, DNS itself tells."""
        change = self._change(resource, pointer)
        if change is None or change.actions != ("no-op",):
            self._others[resource.type] += 1
            self._first.setdefault(resource.type, f"{pointer}/address")

    def _hosting(self, resource: Resource, pointer: str) -> None:
        change = self._change(resource, pointer) if resource.type in _OF_ZONES else None
        if change:
            self._zone(resource, change)

    def _change(self, resource: Resource, pointer: str) -> Change | None:
        try:
            return change_of(resource)
        except msgspec.ValidationError as error:
            self.fault("wrong-type", f"{_name(resource)}: {lowered(error)}", f"{pointer}/address")
            return None

    def _zone(self, resource: Resource, change: Change) -> None:
        """Take in a zone; what a plan forgets stays as it is."""
        kept, hosted = self.staying, self._hosted(resource.type)
        made = Object(resource.type, change.after, change.after_unknown).is_later("id")
        for values in (change.before, change.after):
            add = hosted.make if made and values is change.after else hosted.add
            found = add(resource, values) if isinstance(values, dict) else ()
            if change.after is None and resource.mode == "managed" and "forget" not in change.actions:
                kept = self.deleted
            for each in found:
                kept.setdefault(each.name, set()).add(each.id)

    def _record(self, entry: Entry) -> None:
        for seen in _sides(entry):
            try:
                found = self.hosted[id(entry.dialect)].placed(entry.resource, seen.found)
                for each in entry.dialect.parts(found):
                    self._part(entry, seen, each)
            except Later as later:
                self.nameless.add(entry.number)
                self._later(entry, str(later))
            except Misread as misread:
                self.nameless.add(entry.number)
                self.fault("wrong-type", f"{entry.name}: {misread}", entry.place)

    def _later(self, entry: Entry, key: str) -> None:
        words = f"{entry.name} is not judged: its {key} is known only after apply"
        if key == entry.dialect.zone_key:
            words += (
                ", and nothing tells which domain that is; apply the zones first, and plan the records then"
            )
            self.fault("missing-key", words, entry.place)
        else:
            self.fault("name-known-after-apply", words, entry.place)

    def _part(self, entry: Entry, seen: _Seen, found: Object) -> None:
        where = entry.dialect.where(found)
        state, data, problem = ("later", None, "") if entry.deferred else _data(entry.dialect, found, where)
        raw = found.values if state == "elsewhere" else None
        self.parts.append(Part(entry, seen.side, where, state, data, raw, seen.hushed))
        if problem and seen.said:
            self.fault("wrong-type", f"{entry.name}: {problem}", entry.place)
        for each in data.values if data and seen.side == "after" else ():
            if each.refused:
                place = entry.place if seen.hushed else each.pointer
                self.fault("text-not-as-written", f"{entry.name}: {each.refused}", place)


def _sides(entry: Entry) -> Iterator[_Seen]:
    """A resource as it was and as it will be. What is forgotten stays as it was, and so do the records of one
    that deletes nothing; what is deferred stays too, until it changes."""
    change, type = entry.change, entry.resource.type
    if change.before is not None:
        found = Object(type, change.before, None, f"{entry.pointer}/change/before", there=True)
        hushed = is_later(change.before_sensitive)
        yield _Seen("before", found, hushed, said=change.after is None)
        if "forget" in change.actions or (change.after is None and type in entry.dialect.kept):
            yield _Seen("after", found, hushed, said=False)
    if change.after is not None:
        unknown = {} if change.after_unknown is None else change.after_unknown
        found = Object(type, change.after, unknown, f"{entry.pointer}/change/after")
        yield _Seen("after", found, is_later(change.after_sensitive), said=True)


def _data(dialect: Dialect, found: Object, where: Where) -> tuple[State, Data | None, str]:
    """A record set's data; else in one word why there is none, and in more where the file is wrong."""
    try:
        return "known", dialect.data(found, where), ""
    except Later:
        return "later", None, ""
    except Elsewhere:
        return "elsewhere", None, ""
    except Misread as misread:
        return "unread", None, str(misread)


def _name(resource: Resource) -> str:
    return (resource.address or resource.type)[:_LONGEST]
