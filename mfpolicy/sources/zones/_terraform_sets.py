"""Record sets before and after a plan, and the zones that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from mfpolicy.model.dns import Question, Record, Zone
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Pointer
from mfpolicy.sources.zones._terraform_dialect import Data

ADDRESSES = ("A", "AAAA")
State = Literal["known", "later", "unread", "elsewhere"]
Side = Literal["before", "after"]
SIDES: tuple[Side, Side] = ("before", "after")


class Member(msgspec.Struct, frozen=True):
    """What one resource has of a record set: its data, or why there is none; `raw` are the attributes of one
    whose value the provider makes. `place` is where the resource stands; with `hushed` no value is quoted.
    Others may have more of the set where it is held `partly`."""

    owner: str
    type: str
    state: State
    place: Pointer
    data: Data | None = None
    raw: Any = None
    hushed: bool = False
    partly: bool = False

    def questions(self) -> Iterator[Question]:
        """What receivers ask to see it."""
        types = ADDRESSES if self.type == "ALIAS" else (self.type,)
        return (Question(self.owner, type) for type in types)

    def said(self) -> object:
        """What stays the same where nothing changes."""
        values = [each.value for each in self.data.values] if self.data else []
        return self.state, values, self.data and self.data.variant, self.raw


_Sets = dict[tuple[str, str], list[Member]]


class RecordSets:
    """One zone before and after, member by member. `leaving` are the sets of which nobody knows whether they
    stay, `whole` the sides on which the plan tells all names of the zone."""

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        self.leaving: set[Question] = set()
        self.whole: set[Side] = set()
        self._sets: dict[Side, _Sets] = {"before": {}, "after": {}}

    def add(self, side: Side, member: Member) -> None:
        """Take in what one resource has."""
        self._sets[side].setdefault((member.owner, member.type), []).append(member)

    def has(self, side: Side) -> bool:
        """Whether there is any record set on a side."""
        return bool(self._sets[side])

    def delegates(self, side: Side, name: str) -> bool:
        """Whether the plan tells of a delegation on a side."""
        return (name, "NS") in self._sets[side]

    def yield_to(self, above: RecordSets, side: Side) -> None:
        """Nobody asks the zone on a side: at its names there is what the zone above has for them."""
        left = above._sets[side]
        self._sets[side] = {key: left.pop(key) for key in list(left) if is_within(key[0], self.name)}

    def former(self) -> Zone:
        """The zone before the plan. What the plan creates is not there, unless it may replace something, or
        DNS knows better: then applying it fails, or another provider serves the zone until now."""
        before, after = self._sets["before"], self._sets["after"]
        replacing = {key for key, members in after.items() if any(map(_overwrites, members))}
        made = _asked({key: members for key, members in after.items() if key not in replacing})
        absent = made - _asked(before)
        return self._zone("before", absent, partly=absent)

    def head(self) -> Zone:
        """The zone after the plan. What the plan takes away, and does not put back, is not there."""
        gone = _asked(self._sets["before"]) - _asked(self._sets["after"]) - self.leaving
        awaited = {*_in_state(self._sets["after"], "later"), *self._made_elsewhere(), *self.leaving}
        zone = self._zone("after", gone, frozenset(awaited))
        return msgspec.structs.replace(zone, removed=tuple(self._removed(gone)))

    def _zone(
        self,
        side: Side,
        absent: set[Question],
        awaited: frozenset[Question] = frozenset(),
        partly: Iterable[Question] = (),
    ) -> Zone:
        sets = self._sets[side]
        return Zone(
            name=self.name,
            records=tuple(record for members in sets.values() for record in _records(members)),
            authority="full" if side in self.whole else "partial",
            unread=frozenset(_in_state(sets, "unread")),
            absent=frozenset(absent),
            awaited=awaited,
            partly=frozenset((*self._partly(), *partly)),
            replaced=tuple(self._replaced()),
            file=self.file,
            place=self._place(absent),
        )

    def _made_elsewhere(self) -> Iterator[Question]:
        """What the provider makes or chooses, where it changes; where nothing does, DNS tells it already."""
        for key, members in self._sets["after"].items():
            if _is_told(members):
                continue
            before = self._sets["before"].get(key, ())
            if [each.said() for each in members] != [each.said() for each in before]:
                yield from _of(members)

    def _partly(self) -> Iterator[Question]:
        """The record sets that others may add to, on either side."""
        for sets in self._sets.values():
            yield from _of(each for members in sets.values() for each in members if each.partly)

    def _replaced(self) -> Iterator[Record]:
        """What the plan knows, on either side, of record sets that it holds in part."""
        for sets in self._sets.values():
            for members in sets.values():
                yield from _records([each for each in members if each.partly])

    def _removed(self, gone: set[Question]) -> Iterator[Record]:
        """What the plan takes away, each at its resource."""
        for (owner, type), members in self._sets["before"].items():
            if not gone.isdisjoint(_of(members)):
                yield Record(owner, type, "", place=members[0].place)

    def _place(self, absent: set[Question]) -> Pointer | None:
        """Where what is taken away stands, else the first resource."""
        before = [each for members in self._sets["before"].values() for each in members]
        gone = (each for each in before if not absent.isdisjoint(each.questions()))
        after = (each for members in self._sets["after"].values() for each in members)
        found = next(gone, None) or next(after, None) or next(iter(before), None)
        return found.place if found else None


def _overwrites(member: Member) -> bool:
    return member.data is not None and member.data.overwrites


def _of(members: Iterable[Member]) -> Iterator[Question]:
    return (question for each in members for question in each.questions())


def _asked(sets: _Sets) -> set[Question]:
    return {question for members in sets.values() for question in _of(members)}


def _in_state(sets: _Sets, state: State) -> Iterator[Question]:
    for members in sets.values():
        if any(each.state == state for each in members):
            yield from _of(members)


def _is_told(members: list[Member]) -> bool:
    """Whether the plan tells what a receiver sees. Of the variants of a routing policy it sees one: all
    addresses are somebody's, and where other data differ nobody knows what one receiver gets."""
    if any(each.state == "elsewhere" for each in members):
        return False
    variants: dict[str, set[str]] = {}
    for each in members:
        if each.data and each.data.variant:
            variants.setdefault(each.data.variant, set()).update(value.value for value in each.data.values)
    every = list(variants.values())
    addresses = all(each.type in (*ADDRESSES, "ALIAS") for each in members)
    return addresses or all(each == every[0] for each in every)


def _records(members: list[Member]) -> Iterator[Record]:
    for each in members if _is_told(members) else ():
        data = each.data
        for value in data.values if data else ():
            type = "ALIAS" if data and data.flat else each.type
            place = each.place if each.hushed else Pointer(each.place.file, value.pointer)
            yield Record(each.owner, type, value.value, data.ttl if data else None, value.strings, place)
