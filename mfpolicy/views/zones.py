"""The proposed zones as a picture of DNS: cuts, wildcards, empty non-terminals (RFC 1034 4.3.2, RFC 4592)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from mfpolicy.model.dns import Answer, Question, Reason, Record, Shared, Unknown, Zone, unknown
from mfpolicy.model.names import ancestors, is_within, join, normal, parent
from mfpolicy.model.patterns import matches
from mfpolicy.model.places import Place
from mfpolicy.views.spelling import spelt

Node = Mapping[str, tuple[Record, ...]]
# What may stand beside a CNAME record (RFC 4034, 3; RFC 1034, 3.6.2 forbids everything else).
_BESIDE_CNAME = frozenset({"CNAME", "RRSIG", "NSEC"})


class ZoneBook:
    """One zone, indexed by owner and type."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.nodes = _indexed(zone.records)
        inside = [name for name in self.nodes if name != zone.name and is_within(name, zone.name)]
        unread = (each.name for each in (*zone.unread, *zone.awaited))
        self.names = _with_parents((*inside, *zone.unreadable, *unread, *zone.unmanaged), zone.name)
        self.cuts = {name for name in inside if "NS" in self.nodes[name]}
        self._replaced = {(each.name, spelt(each)) for each in zone.replaced}
        self._removals = {(each.name, each.type): each.place for each in zone.removed}
        self._renamed = {name for name in self.nodes if "DNAME" in self.nodes[name]}

    def cut_above(self, name: str) -> str | None:
        """The delegation, highest first, at or above a name inside this zone (RFC 1034 4.2)."""
        inside = [each for each in ancestors(name) if each in self.cuts] if self.cuts else []
        return inside[-1] if inside else None

    def look(self, name: str, type: str) -> Answer | Unknown | None:
        """The zone's answer at exactly this name; None leaves it to whatever DNS says."""
        if not self.zone.readable or self._is_unread(name, type):
            return unknown(name, type, Reason.UNREADABLE)
        if self._is_awaited(name, type):
            return unknown(name, type, Reason.NOT_APPLIED)
        if name in self.zone.unmanaged or self._left(name, type):
            return None
        renamed = self._renamed_above(name)
        if renamed is not None:
            return Answer(name, (renamed,) if type == "CNAME" else ())
        if self.zone.authority == "partial":
            return self._managed(name, type)
        if name in self.names:
            return Answer(name, self._records(name, type))
        return self._made_up(name, type)

    def _is_unread(self, owner: str, type: str) -> bool:
        """Whether something of these records was there and could not be read."""
        return owner in self.zone.unreadable or Question(owner, type) in self.zone.unread

    def _is_awaited(self, owner: str, type: str) -> bool:
        """Whether these records, or an alias in their place, get their values when the change is applied."""
        return bool(self.zone.awaited) and not self.zone.awaited.isdisjoint(
            (Question(owner, type), Question(owner, "CNAME"))
        )

    def removal(self, name: str, *types: str) -> Place | None:
        """Where the source says that it takes a record set of one of these types away."""
        return next((self._removals[name, each] for each in types if (name, each) in self._removals), None)

    def is_shared(self, name: str) -> bool:
        """Whether somebody else may keep record sets of a name too."""
        return any(matches(name, each.owners) for each in self.zone.shared)

    def kept(self, found: Answer, type: str) -> Answer:
        """What stays of that which DNS says now of a name: where others' records are told by their targets,
        the rest goes with the change."""
        rules = self._left(found.name, type)
        if not rules or self.zone.authority == "partial" or not all(each.targets for each in rules):
            return found
        records = tuple(each for each in found.records if any(_leads(each, rule.targets) for rule in rules))
        return msgspec.structs.replace(found, records=records)

    def _left(self, name: str, type: str) -> list[Shared]:
        """The patterns that leave a record set to others; none where the zone's own records rule it out."""
        found = [
            each
            for each in self.zone.shared
            if (not each.types or type in each.types) and matches(name, each.owners)
        ]
        return [] if found and self._rules_out(name, type) else found

    def _rules_out(self, name: str, type: str) -> bool:
        """Whether the zone's own records leave no room for others of a type."""
        node = self.nodes.get(name, {})
        return type in node or "CNAME" in node or (bool(node) and type == "CNAME")

    def exists(self, name: str) -> bool | Unknown | None:
        """Whether the zone holds a name, one below it, or a wildcard that makes it up; None as in `look`."""
        if name in self.names and name not in self.zone.unmanaged:
            return True
        if self.zone.readable and self.is_shared(name):
            return None
        answer = self.look(name, "A")
        return answer.exists if isinstance(answer, Answer) else answer

    def absent_elsewhere(self, name: str, type: str) -> Answer | Unknown | None:
        """What a zone that leaves a name to others still says of it where DNS does not know it yet; None if
        nothing."""
        if name in self.zone.unmanaged or (self.zone.authority == "full" and not self.is_shared(name)):
            return None
        return Answer(name, self._records(name, type)) if name in self.names else self._made_up(name, type)

    def type_at(self, name: str, type: str) -> tuple[Record, ...]:
        """Records of a type that the zone itself serves at a name, made up by a wildcard or not."""
        answer = self.look(name, type)
        return answer.records if isinstance(answer, Answer) else ()

    def is_partly(self, asked: Question) -> bool:
        """Whether others may have more of a record set, or have it where the zone has no alias; nobody has
        more of a zone that is told as a whole."""
        alias, partly = Question(asked.name, "CNAME"), self.zone.partly
        return self.zone.authority == "partial" and (
            asked in partly or (alias in partly and alias in self.zone.absent)
        )

    def beside(self, live: Iterable[Record]) -> tuple[Record, ...]:
        """What DNS says of a record set, without what the change makes or takes away."""
        return tuple(each for each in live if (each.name, spelt(each)) not in self._replaced)

    def _managed(self, name: str, type: str) -> Answer | None:
        """Under partial authority another type may stand elsewhere, but not beside a CNAME record."""
        # Where the alias itself is taken away, what it answered for every other type goes with it.
        if {Question(name, type), Question(name, "CNAME")} & self.zone.absent:
            return Answer(name, self._records(name, type))
        return Answer(name, self._records(name, type)) if self._rules_out(name, type) else None

    def _records(self, owner: str, type: str) -> tuple[Record, ...]:
        node = self.nodes.get(owner, {})
        return () if "CNAME" in node and type not in _BESIDE_CNAME else node.get(type, ())

    def _made_up(self, name: str, type: str) -> Answer | Unknown | None:
        """Only the wildcard right below the closest encloser matches (RFC 4592, 3.3.1)."""
        encloser = self._closest_encloser(name)
        source = join("*", encloser)
        # Below or through what others manage, DNS itself has to say.
        if encloser in self.zone.unmanaged or source in self.zone.unmanaged:
            return None
        if self._is_unread(source, type):
            return unknown(name, type, Reason.UNREADABLE)
        if self._is_awaited(source, type):
            return unknown(name, type, Reason.NOT_APPLIED)
        if source not in self.names:
            return Answer(name, exists=False)
        return Answer(name, self._records(source, type), wildcard=True)

    def _closest_encloser(self, name: str) -> str:
        while name and name not in self.names:
            name = parent(name)
        return name

    def _renamed_above(self, name: str) -> Record | None:
        """The CNAME record that a DNAME record above a name makes up (RFC 6672, 3.1)."""
        above = [each for each in ancestors(parent(name)) if each in self._renamed] if self._renamed else []
        if not above:
            return None
        record = self.nodes[above[-1]]["DNAME"][0]
        prefix = name[: -len(record.name) - 1]
        value = join(prefix, normal(record.value.strip()))
        return msgspec.structs.replace(record, name=name, type="CNAME", value=value)


def books(zones: Iterable[Zone], known: Mapping[str, ZoneBook] = MappingProxyType({})) -> dict[str, ZoneBook]:
    """The zones by name. Several sources of one zone are one zone; it is whole if one of them is. A zone that
    one of the `known` books was made of is not indexed again."""
    sources: dict[str, list[Zone]] = {}
    for zone in zones:
        sources.setdefault(zone.name, []).append(zone)
    return {name: _book(_united(parts), known.get(name)) for name, parts in sources.items()}


def _book(zone: Zone, known: ZoneBook | None) -> ZoneBook:
    return known if known is not None and known.zone is zone else ZoneBook(zone)


def _united(parts: Sequence[Zone]) -> Zone:
    if len(parts) == 1:
        return parts[0]
    return msgspec.structs.replace(
        parts[0],
        records=tuple(record for part in parts for record in part.records),
        authority="full" if any(part.authority == "full" for part in parts) else "partial",
        readable=all(part.readable for part in parts),
        unreadable=frozenset[str]().union(*(part.unreadable for part in parts)),
        unread=frozenset[Question]().union(*(part.unread for part in parts)),
        unmanaged=frozenset[str]().union(*(part.unmanaged for part in parts)),
        shared=tuple(each for part in parts for each in part.shared),
        absent=frozenset[Question]().union(*(part.absent for part in parts)),
        awaited=frozenset[Question]().union(*(part.awaited for part in parts)),
        partly=frozenset[Question]().union(*(part.partly for part in parts)),
        replaced=tuple(record for part in parts for record in part.replaced),
        removed=tuple(record for part in parts for record in part.removed),
    )


def _with_parents(owners: Iterable[str], zone: str) -> set[str]:
    """The owners inside a zone, and the empty non-terminals above them."""
    names = {zone}
    for owner in owners:
        if is_within(owner, zone):
            for each in ancestors(owner):
                if each in names:
                    break
                names.add(each)
    return names


def _indexed(records: Iterable[Record]) -> dict[str, dict[str, tuple[Record, ...]]]:
    """By owner and type; the same data twice is one record (RFC 2181, 5)."""
    nodes: dict[str, dict[str, dict[tuple[str, tuple[str, ...]], Record]]] = {}
    for record in records:
        same = nodes.setdefault(record.name, {}).setdefault(record.type, {})
        same.setdefault((record.value, record.strings), record)
    return {
        owner: {type: tuple(same.values()) for type, same in node.items()} for owner, node in nodes.items()
    }


def _leads(record: Record, targets: str) -> bool:
    """Whether a record's target, or its whole text, is one of those that a pattern stands for."""
    if record.type == "TXT":
        return matches(record.value, targets)
    target = (record.value.split() or [""])[-1].lower().removesuffix(".")
    # Addresses have no final dot, names may be written with one.
    return matches(target, targets) or matches(target + ".", targets)
