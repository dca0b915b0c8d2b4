"""The domains of an intent, each over the defaults, its group and the domain that it is like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from mfpolicy.model.documents import Entry, Fault, Mapping, Scalar, Sequence
from mfpolicy.model.intent import DomainIntent, Group
from mfpolicy.model.patterns import Patterns, is_pattern
from mfpolicy.model.places import Place
from mfpolicy.sources.domain import Fields, domain
from mfpolicy.sources.extends import merged
from mfpolicy.sources.intent_basics import keys
from mfpolicy.sources.intent_domain_file import DefaultsPart, DomainPart, GroupPart
from mfpolicy.sources.members import domain_or_pattern, read_members
from mfpolicy.sources.shape import Reader, shown, suggestion
from mfpolicy.sources.zones import SourceFiles

# What a domain takes from elsewhere depends on what it is for: nothing sends as a parked one.
_TAKEN = {
    "none": {"mail", "dmarc"},
    "send": {*keys(DefaultsPart)} - {"mx", "mta_sts", "tls_rpt", "dane"},
    "receive": {*keys(DefaultsPart)} - {"senders", "dkim", "bimi"},
    "send-and-receive": {*keys(DefaultsPart)},
}
_SENDING = ("senders", "dkim", "bimi")
_RECEIVING = ("mta_sts", "tls_rpt", "dane")
_CONTRADICTING = {"none": (*_SENDING, *_RECEIVING), "send": _RECEIVING, "receive": _SENDING}


class _Said(NamedTuple):
    """What an entry says of itself."""

    fields: Fields
    place: Place


class Layers:
    """Every domain and group of an intent."""

    def __init__(self, reader: Reader, files: SourceFiles) -> None:
        self.reader = reader
        self.files = files
        self.defaults: Fields = {}
        self.domains: dict[str, _Said] = {}
        self.groups: dict[str, _Said] = {}
        self.members: dict[str, tuple[tuple[str, Place], ...]] = {}
        self.known: dict[str, Fields] = {}

    def read(
        self, defaults: Entry | None, domains: Entry | None, groups: Entry | None
    ) -> tuple[tuple[DomainIntent, ...], tuple[Group, ...]]:
        """The domains, complete, in the order of the file, and the groups."""
        if defaults:
            self.defaults = self.reader.fields(defaults.value, "defaults", keys(DefaultsPart))
            domain(self.reader, "", self.defaults, "", None)
        for entry in self.reader.mapping(domains.value, "domains") if domains else ():
            self._domain_entry(entry)
        for entry in self.reader.mapping(groups.value, "groups") if groups else ():
            self._group_entry(entry)
        return tuple(self._all()), tuple(self._groups())

    def _domain_entry(self, entry: Entry) -> None:
        name = domain_or_pattern(entry.key)
        if name is None:
            words = f"{shown(entry.key)} is not a domain name, nor a pattern such as *.brands.example"
            self.reader.wrong(entry.place, words)
            return
        if name in self.domains:
            self.reader.wrong(
                entry.place, f"{name} is declared twice, in two spellings; only the last one counts"
            )
        fields = self.reader.fields(entry.value, entry.key, keys(DomainPart))
        self.domains[name] = _Said(self._sound(entry.key, fields), entry.place)

    def _group_entry(self, entry: Entry) -> None:
        fields = self.reader.fields(entry.value, f"the group {shown(entry.key)}", keys(GroupPart))
        members = fields.pop("domains", None)
        if members is None:
            self.reader.missing(entry.place, f"the group {shown(entry.key)}", "domains")
        self.groups[entry.key] = _Said(self._sound(entry.key, fields), entry.place)
        self.members[entry.key] = tuple(read_members(self.reader, self.files, members)) if members else ()

    def _sound(self, what: str, fields: Fields) -> Fields:
        """The keys that do not contradict what the domain is for."""
        mail = _word(fields.get("mail"))
        for key in _CONTRADICTING.get(mail, ()):
            entry = fields.get(key)
            if entry and not _is_nothing(entry):
                self.reader.wrong(entry.place, f"{what} is declared mail: {mail}, and has {key} all the same")
        return fields

    def _all(self) -> Iterator[DomainIntent]:
        of_group = self._of_group()
        patterns = Patterns(each for each in (*of_group, *self.domains) if is_pattern(each))
        for name, said in self.domains.items():
            above = next((each for each in patterns.matching(name) if each != name), "")
            group = of_group.get(name) or of_group.get(above, "")
            lower = self._of(group or above) if group or above else self.defaults
            fields = self._over(lower, said, name)
            yield self._own_file(domain(self.reader, name, fields, group, said.place))
        for group in self.groups:
            yield from self._of_members(group, of_group)

    def _of_group(self) -> dict[str, str]:
        """Member -> the group that lists it first."""
        found: dict[str, str] = {}
        for group, members in self.members.items():
            for name, _ in members:
                found.setdefault(name, group)
        return found

    def _of_members(self, group: str, of_group: dict[str, str]) -> Iterator[DomainIntent]:
        """What is said once for all of a group is read once."""
        common = domain(self.reader, "", self._of(group), group, None)
        done: set[str] = set()
        for name, place in self.members[group]:
            if name not in self.domains and of_group[name] == group and name not in done:
                done.add(name)
                yield self._own_file(msgspec.structs.replace(common, name=name, place=place))

    def _own_file(self, found: DomainIntent) -> DomainIntent:
        """The domain; which ones a pattern matches is not known when files are read."""
        if not (is_pattern(found.name) and found.mta_sts.policy):
            return found
        words = f"the pattern {found.name} cannot have a policy file; list the domains that it is served for"
        self.reader.wrong(found.mta_sts.place, words)
        return msgspec.structs.replace(found, mta_sts=msgspec.structs.replace(found.mta_sts, policy=""))

    def _groups(self) -> Iterator[Group]:
        for name, said in self.groups.items():
            yield Group(name, self.members[name], said.place)
        for name, said in self.domains.items():
            if is_pattern(name):
                yield Group(name, ((name, said.place),), said.place)

    def _of(self, name: str, trail: tuple[str, ...] = ()) -> Fields:
        """All that holds for a domain or group; what a loop leads back to is left out, with a fault."""
        if name not in self.known:
            said = self.groups.get(name) or self.domains[name]
            self.known[name] = self._over(self.defaults, said, name, trail)
        return self.known[name]

    def _over(self, lower: Fields, said: _Said, name: str, trail: tuple[str, ...] = ()) -> Fields:
        fields = dict(said.fields)
        like, without = fields.pop("like", None), fields.pop("without", None)
        if like:
            lower = _laid(lower, self._like(like, (*trail, name)))
        if without:
            lower = self._without(lower, without)
        mail = _word(fields.get("mail") or lower.get("mail")) or "send-and-receive"
        taken = _TAKEN.get(mail, _TAKEN["send-and-receive"])
        return _laid({key: entry for key, entry in lower.items() if key in taken}, fields)

    def _like(self, entry: Entry, trail: tuple[str, ...]) -> Fields:
        text = self.reader.text(entry.value, "like")
        if text is None:
            return {}
        name = text if text in self.groups else (domain_or_pattern(text) or text)
        if name in trail:
            words = " is like ".join((*trail[trail.index(name) :], name))
            self.reader.faults.append(Fault("circular-reference", words, entry.value.place))
            return {}
        if name not in self.groups and name not in self.domains:
            hint = suggestion(name, (*self.domains, *self.groups))
            words = f"like is {shown(text)}, which is neither a domain nor a group of this intent{hint}"
            self.reader.wrong(entry.value.place, words)
            return {}
        return self._of(name, trail)

    def _without(self, lower: Fields, entry: Entry) -> Fields:
        """What is taken, without some of its senders."""
        names = self.reader.texts(entry.value, "without") or ()
        senders = lower.get("senders")
        taken = senders.value.items if senders and isinstance(senders.value, Sequence) else ()
        texts = {each.text for each in taken if isinstance(each, Scalar)}
        for each in names:
            if each not in texts:
                hint = suggestion(each, texts)
                self.reader.wrong(entry.value.place, f"without names {shown(each)}, which is not taken{hint}")
        if senders is None or not taken:
            return lower
        left = tuple(each for each in taken if not (isinstance(each, Scalar) and each.text in names))
        value = Sequence(left, senders.value.place)
        return {**lower, "senders": Entry("senders", value, senders.place)}


def _laid(lower: Fields, upper: Fields) -> Fields:
    """The upper keys over the lower ones; mappings are merged."""
    found = {**lower}
    for key, entry in upper.items():
        below = lower.get(key)
        if below is not None and key == "dmarc":
            below = _ramp_ends(below, entry)
        found[key] = Entry(key, merged(below.value, entry.value), entry.place) if below else entry
    return found


def _ramp_ends(lower: Entry, upper: Entry) -> Entry:
    """Whoever says a policy says how long; where that is a step of a ramp, what it leads to is the policy
    that would hold otherwise."""
    above, below = _entries(upper), _entries(lower)
    if "policy" not in above:
        return lower
    kept = {key: each for key, each in below.items() if key not in ("until", "then")}
    goal = below.get("policy")
    if goal and "until" in above and _word(goal) != "none":
        kept["then"] = Entry("then", goal.value, goal.place)
    return Entry(lower.key, Mapping(tuple(kept.values()), lower.value.place), lower.place)


def _entries(entry: Entry) -> Fields:
    return {each.key: each for each in entry.value.entries} if isinstance(entry.value, Mapping) else {}


def _word(entry: Entry | None) -> str:
    return entry.value.text if entry and isinstance(entry.value, Scalar) else ""


def _is_nothing(entry: Entry) -> bool:
    """Whether a key says that there is none of it."""
    value = entry.value
    if isinstance(value, Scalar):
        return value.value in (None, False)
    return not (value.items if isinstance(value, Sequence) else value.entries)
