"""The records of a master file: owner, time to live, class, type and data, whichever are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mfpolicy.model.dns import Question, Record
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import is_within, join, normal
from mfpolicy.model.places import Span
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._zone_file_bounds import Bounds
from mfpolicy.sources.zones._zone_file_data import TEXTS, data, type_of
from mfpolicy.sources.zones._zone_file_entries import Entry, Word
from mfpolicy.sources.zones._zone_file_names import absolute, is_absolute

_TTL = re.compile(r"(?:[0-9]{1,10}[SMHDWsmhdw]){1,5}|[0-9]{1,20}", re.ASCII)
_TTL_PART = re.compile(r"([0-9]+)([a-z]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MAX_TTL = 2**31 - 1
_CLASSES = ("IN", "CLASS1", "CH", "HS", "CS")
# Placeholders of Jinja, ERB and shells: what stands there is not known before they are filled in.
TEMPLATE = ("{{", "{%", "<%", "${")
_TARGETS = ("CNAME", "MX", "NS")
# What Cloudflare's export says of a record behind it: addresses are served in place of the alias, its own
# where it is a proxy (https://developers.cloudflare.com/dns/cname-flattening/set-up-cname-flattening).
_SERVED_AS_ADDRESSES = re.compile(r"\bcf_tags=[^\n]*\bcf-(?:proxied:true|flatten-cname)\b")
# Written as 1, an automatic time to live (https://github.com/octodns/octodns/pull/210).
_AUTOMATIC_TTL = 300
_TAG = re.compile(r"[ \t]*;[ \t]*[A-Za-z0-9]+=")


class Scope:
    """Where one file is: an entry may leave out what the one before it said (RFC 1035, 5.1)."""

    def __init__(self, path: str, text: str, origin: str | None) -> None:
        self.path = path
        self.text = text
        self.templated = any(mark in text for mark in TEMPLATE)
        self.origin = origin
        self.owner = origin
        self.default_ttl: int | None = None
        self.last_ttl: int | None = None
        self.minimum: int | None = None

    def within(self, path: str, text: str, origin: str | None) -> Scope:
        """The scope of an included file."""
        inner = Scope(path, text, origin)
        inner.owner = self.owner
        inner.default_ttl, inner.last_ttl, inner.minimum = self.default_ttl, self.last_ttl, self.minimum
        return inner

    def span(self, words: Sequence[Word]) -> Span:
        """Where some words stand."""
        return Span(self.path, words[0].start, words[-1].end)

    def place(self, entry: Entry) -> Span:
        """Where an entry stands."""
        return self.span(entry.words) if entry.words else Span(self.path, entry.start, entry.end)

    def ttl(self) -> int | None:
        """What holds where a record says nothing (RFC 2308, 4)."""
        known = (self.default_ttl, self.last_ttl, self.minimum)
        return next((each for each in known if each is not None), None)


class Records:
    """The records of one zone. `unreadable` are the owners that something is missing of, `unread` the record
    sets where at least the type is known; `relative` are targets that were written without a final dot."""

    def __init__(self, zone: str, bounds: Bounds, flattened: bool) -> None:
        self.zone = zone
        self.bounds = bounds
        self.flattened = flattened
        self._type = ""
        self.records: list[Record] = []
        self.faults: list[Fault] = []
        self.unreadable: set[str] = set()
        self.unread: set[Question] = set()
        self.relative: list[tuple[str, str, Span]] = []

    def add(self, scope: Scope, entry: Entry, place: Span | None = None) -> bool:
        """Take in one record, which stands at `place` if not at its words; false where that cannot be done,
        with the fault and its owner unreadable."""
        made, place = place is not None, place or scope.place(entry)
        owner = self.owner(scope, entry, place)
        if owner is None:
            return False
        self._type = ""
        problem = entry.problem or self.record(scope, entry, owner, place if made else None)
        if problem:
            self.wrong(f"{owner}: {problem}", place)
            self.lose(scope, entry, owner, self._type)
        return not problem

    def owner(self, scope: Scope, entry: Entry, place: Span) -> str | None:
        """The owner of an entry, if it is in the zone; the fault has been told where it is not."""
        if not entry.indented and entry.words:
            scope.owner = self.named(scope, entry.words[0].text, place)
        if scope.owner is None or is_within(scope.owner, self.zone):
            return scope.owner
        self.wrong(
            f"{scope.owner or '.'} lies outside the zone {self.zone}, so servers drop the record", place
        )
        return None

    def named(self, scope: Scope, word: str, place: Span) -> str | None:
        """The owner that a word names, or a fault."""
        if self.flattened and owner_name(word) and is_within(normal(word), self.zone):
            # Cloudflare's export leaves out the final dot of its SOA record's owner, and of others.
            return normal(word)
        name = absolute(word, scope.origin)
        # Without an origin there was a fault already, where it is set.
        if name is not None or scope.origin is None:
            return name
        whole = word if is_absolute(word) else join(word, scope.origin)
        encoded = None if word.isascii() else owner_name(whole)
        if encoded:
            self.unreadable.add(encoded)
        hint = f"; did you mean {encoded}.?" if encoded else ""
        self.wrong(f"{shown(word)} does not make a domain name{hint}", place)
        return None

    def record(self, scope: Scope, entry: Entry, owner: str, place: Span | None) -> str:
        """Take in a record of an owner; in words why it cannot be, empty where it was."""
        words = list(entry.words if entry.indented else entry.words[1:])
        ttl = self.leading(scope, words)
        if isinstance(ttl, str):
            return ttl
        type = type_of(words[0].text) if words else None
        if type is None:
            return f"{shown(words[0].text)} is no type that DNS has" if words else "the record has no type"
        self._type = type
        if scope.origin is None:
            return "the origin of the names in it is not known"
        found = data(type, [word.text for word in words[1:]], scope.origin)
        if isinstance(found, str):
            return f"the {type} record is not understood: {found}"
        notes = found.notes if place else (*found.notes, *self.cut(scope, type, words[1:]))
        place = place or scope.span(words[1:])
        for note in notes:
            self.wrong(f"{owner}: {note}", place, "text-not-as-written")
        if type == "SOA" and scope.minimum is None:
            scope.minimum = int(found.value.rpartition(" ")[2])
        self.bounds.record()
        self.note_relative(scope, owner, type, words, place)
        if type == "CNAME" and self.flattened and (owner == self.zone or _is_flat(scope.text, entry)):
            type = "ALIAS"
        value_ttl = scope.ttl() if ttl is None else ttl
        value_ttl = _AUTOMATIC_TTL if self.flattened and value_ttl == 1 else value_ttl
        self.records.append(Record(owner, type, found.value, value_ttl, found.strings, place))
        return ""

    def leading(self, scope: Scope, words: list[Word]) -> int | None | str:
        """Take a time to live and a class, in either order, from the words; in words why they do not fit."""
        ttl: int | None = None
        classes = 0
        while words:
            text = words[0].text
            if ttl is None and text[0].isdecimal() and _TTL.fullmatch(text):
                ttl = scope.last_ttl = self.seconds(scope, words.pop(0))
            elif not classes and text.upper() in _CLASSES:
                classes = 1
                words.pop(0)
                if text.upper() not in _CLASSES[:2]:
                    return f"its class is {text.upper()}; expected IN"
            else:
                break
        return ttl

    def seconds(self, scope: Scope, word: Word) -> int | None:
        """A time to live in seconds, or with BIND's units: 1h30m."""
        parts = _TTL_PART.findall(word.text.lower()) if _TTL.fullmatch(word.text) else []
        total = sum(int(number) * _UNITS[unit] for number, unit in parts)
        if parts and total <= _MAX_TTL:
            return total
        text = f"{shown(word.text)} is no time to live; expected 0 to {_MAX_TTL} seconds"
        self.wrong(text, scope.span([word]))
        return None

    def note_relative(self, scope: Scope, owner: str, type: str, words: Sequence[Word], place: Span) -> None:
        """A target of several labels without a final dot: it may well be meant as it stands."""
        target = words[-1].text if type in _TARGETS and words else ""
        name = absolute(target, scope.origin) if "." in target and not is_absolute(target) else None
        if name:
            text = f"{owner}: the {type} target {shown(target)} has no final dot, so it is {name}"
            self.relative.append((name, text, place))

    def tell_relative(self) -> None:
        """Of the targets without a final dot, the ones that make a name which the zone does not have."""
        owners = {each.name for each in self.records}
        for name, words, place in self.relative:
            if name not in owners:
                self.wrong(words, place, "target-without-final-dot")

    def cut(self, scope: Scope, type: str, words: Sequence[Word]) -> list[str]:
        """A text outside quotes that a semicolon ends before its author did."""
        bare = [word for word in words if word.text[0] != '"'] if type in TEXTS else []
        if not any(_is_cut(scope.text, word) for word in bare):
            return []
        return [f"the text of the {type} record is not in quotes, so it ends at the first semicolon"]

    def lose(self, scope: Scope, entry: Entry, owner: str, type: str = "") -> None:
        """An owner that is unknown, or one of its record sets (an alias would hide all of them); so are the
        names that a misplaced blank or parenthesis may hide."""
        if type and type != "CNAME":
            self.unread.add(Question(owner, type))
        else:
            self.unreadable.add(owner)
        hidden = [word for word in entry.words[1:] if scope.text[word.start - 1] == "\n"]
        for word in (*hidden, *(entry.words[:1] if entry.indented else ())):
            name = absolute(word.text, scope.origin)
            if name and is_within(name, self.zone):
                self.unreadable.add(name)

    def wrong(self, text: str, place: Span, code: str = "wrong-type") -> None:
        """Tell of a fault."""
        self.faults.append(Fault(code, text, place))
        self.bounds.faults(len(self.faults))


def _is_flat(text: str, entry: Entry) -> bool:
    """Whether the comment behind an alias says that Cloudflare serves addresses in its place."""
    end = text.find("\n", entry.end)
    return bool(_SERVED_AS_ADDRESSES.search(text, entry.end, len(text) if end < 0 else end))


def _is_cut(text: str, word: Word) -> bool:
    if text[word.end : word.end + 1] == ";":
        return True
    return word.text[:2].lower() == "v=" and bool(_TAG.match(text, word.end))
