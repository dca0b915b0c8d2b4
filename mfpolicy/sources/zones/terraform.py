"""Terraform and OpenTofu: the JSON of a plan, which tells DNS before and after it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.names import ancestors, is_within, parent
from mfpolicy.model.places import Pointer, Span
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._terraform_plan import read_plan
from mfpolicy.sources.zones._terraform_reading import Entry, Part, Reading
from mfpolicy.sources.zones._terraform_sets import SIDES, Member, RecordSets
from mfpolicy.sources.zones._terraform_zones import HostedZones

_ERRORED = "the plan ended in an error, so it does not tell everything; mend what stopped it, and plan again"
_NO_RECORDS = "no resource of this plan is a public DNS record, so there is nothing to judge in it"


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of a plan, after it and before it, under partial authority: other names are kept elsewhere.

    Faults: unreadable-file, too-large, wrong-type, missing-key (nothing tells a zone's name),
    text-not-as-written, name-known-after-apply, record-not-judged (a provider that is not read) and
    plan-without-records. Drift and moved addresses are not the plan's doing; private zones are none of the
    Internet's. Both are left alone.

    What Terraform holds to be sensitive is judged like all else: DNS will tell it to whoever asks. But no
    line of the plan is quoted for it, and no fault quotes a value.
    """
    plan = read_plan(path, files)
    if isinstance(plan, Fault):
        return ZoneSet(faults=(plan,), files=(path,))
    reading = Reading(path)
    reading.plan(plan)
    errored = [Fault("unreadable-file", _ERRORED, Pointer(path, "/errored"))] if plan.errored else []
    placing = _Placing(path, reading)
    placing.place()
    faults = [*errored, *reading.faults, *placing.untold(), *reading.others()]
    if not (placing.found or faults):
        faults = [Fault("plan-without-records", _NO_RECORDS, Span(path, 0, 0))]
    return ZoneSet(
        zones=tuple(each.head() for each in placing.found.values()),
        faults=tuple(dict.fromkeys(faults)),
        files=(path,),
        former=tuple(each.former() for each in placing.found.values()),
    )


class _Placing:
    """Record sets, each in its zone; `lost` are resources of zones without a name, by zone."""

    def __init__(self, path: str, reading: Reading) -> None:
        self.path = path
        self.reading = reading
        self.found: dict[str, RecordSets] = {}
        self.lost: dict[tuple[str, str], dict[int, Entry]] = {}

    def place(self) -> None:
        """Find the zones first: every record may help to tell their names."""
        for part in self.reading.parts:
            self._hosted(part).show(part.where)
        for part in self.reading.parts:
            self._part(part)
        self._delegated()
        self._deleted()

    def untold(self) -> Iterator[Fault]:
        """A fault for every zone whose name nothing tells."""
        for (source, zone), entries in self.lost.items():
            some = f"{len(entries):,} resources" if len(entries) > 1 else "1 resource"
            words = (
                f"nothing in the plan tells which domain the zone {shown(zone)} is, so {some} in it cannot "
                f"be judged; add a data source {source} that reads this zone"
            )
            yield Fault("missing-key", words, Pointer(self.path, next(iter(entries.values())).place))

    def _hosted(self, part: Part) -> HostedZones:
        return self.reading.hosted[id(part.entry.dialect)]

    def _part(self, part: Part) -> None:
        hosted = self._hosted(part)
        if not hosted.is_public(part.where.zone):
            return
        zone = hosted.name(part.where.zone)
        if not zone:
            self.lost.setdefault((hosted.source, part.where.zone), {})[part.entry.number] = part.entry
            return
        owner = owner_name(part.entry.dialect.owner(part.where.name, zone))
        if owner and is_within(owner, zone):
            self._member(part, zone, owner)
            return
        words = f"{part.entry.name}: {shown(part.where.name)} is not a name in the zone {zone}"
        self.reading.fault("wrong-type", words, part.entry.place)

    def _member(self, part: Part, zone: str, owner: str) -> None:
        sets = self.found.setdefault(zone, RecordSets(zone, self.path))
        type, data = part.where.type, part.data
        # An alias for addresses alone is no CNAME record, and at an apex there is no other.
        flat = data is not None and data.flat
        if type == "CNAME" and (flat or (part.entry.dialect.flattens_apex and owner == zone)):
            type, data = "ALIAS", data and msgspec.structs.replace(data, flat=True)
        place = Pointer(self.path, part.entry.place)
        partly = part.entry.dialect.by_record and not self._hosted(part).is_new(part.where.zone)
        member = Member(owner, type, part.state, place, data, part.values, part.hushed, partly)
        sets.add(part.side, member)
        if part.entry.resource.type in part.entry.dialect.whole:
            sets.whole.add(part.side)
        if part.side == "before" and part.entry.number in self.reading.nameless:
            sets.leaving.update(member.questions())

    def _deleted(self) -> None:
        """A zone that is deleted takes all its names along, unless another one of that name stays."""
        for name, ids in self.reading.deleted.items():
            staying = self.reading.staying.get(name, set()) - ids
            if name in self.found and not staying and not self.found[name].has("after"):
                self.found[name].whole.add("after")

    def _delegated(self) -> None:
        """A zone below another one of the plan is asked as long as that one delegates it (RFC 1034, 4.2)."""
        for name, sets in self.found.items():
            above = next((self.found[each] for each in ancestors(parent(name)) if each in self.found), None)
            before, after = (bool(above and above.delegates(side, name)) for side in SIDES)
            if above and after and not before:
                sets.yield_to(above, "before")
            if above and before and not after:
                sets.yield_to(above, "after")
                sets.whole.add("after")
