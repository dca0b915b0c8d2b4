"""One zone: its master file, the directives in it and the files that they include."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from mfpolicy.model.documents import Fault
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles
from mfpolicy.sources.zones._zone_file_bounds import Bounds, TooLargeError
from mfpolicy.sources.zones._zone_file_entries import Entry, Word, entries
from mfpolicy.sources.zones._zone_file_generate import loop
from mfpolicy.sources.zones._zone_file_names import absolute, is_absolute, is_flattened
from mfpolicy.sources.zones._zone_file_records import TEMPLATE, Records, Scope


class ZoneReader:
    """Reads one zone. `readable` turns false where even the names that are missing cannot be told."""

    def __init__(self, zone: str, text: str, files: SourceFiles, bounds: Bounds) -> None:
        self.files = files
        self.bounds = bounds
        self.found = Records(zone, bounds, is_flattened(text))
        self.included: set[str] = set()
        self.readable = True
        self._stack: list[str] = []
        self._directives = {
            "$ORIGIN": self.origin,
            "$TTL": self.ttl,
            "$INCLUDE": self.include,
            "$GENERATE": self.generate,
        }

    def read(self, scope: Scope) -> None:
        """Take in a file; what comes after a bound is passed is unknown."""
        self._stack.append(scope.path)
        for entry in entries(scope.text):
            try:
                self.entry(scope, entry)
            except TooLargeError as error:
                self.readable = False
                self.found.faults.append(Fault("too-large", str(error), scope.place(entry)))
                break
        self._stack.pop()

    def entry(self, scope: Scope, entry: Entry) -> None:
        """A directive, a placeholder of a template, or a record."""
        first = entry.words[0].text if entry.words else ""
        if first.startswith("$") and not entry.indented and not first.startswith("${"):
            self.directive(scope, entry)
        elif scope.templated and any(mark in word.text for word in entry.words for mark in TEMPLATE):
            self.template(scope, entry)
        else:
            self.found.add(scope, entry)

    def template(self, scope: Scope, entry: Entry) -> None:
        """A placeholder may stand for anything; at the start of a line for any number of names too."""
        first = entry.words[0].text
        if any(mark in first for mark in TEMPLATE):
            self.readable = False
            scope.owner = scope.owner if entry.indented else None
        elif not entry.indented:
            scope.owner = absolute(first, scope.origin)
        self.found.wrong(
            "a placeholder of a template stands for what is not known here; write the zone out and read that",
            scope.place(entry),
        )
        if scope.owner is not None:
            self.found.lose(scope, entry, scope.owner)

    def directive(self, scope: Scope, entry: Entry) -> None:
        """After a directive that cannot be followed it is not known which names the file holds."""
        word, values = entry.words[0].text, entry.words[1:]
        follow = self._directives.get(word.upper())
        if follow is None:
            problem = "there is no such directive"
        else:
            problem = entry.problem or (follow(scope, values) if values else "it has no value")
        if problem:
            self.readable = False
            self.found.wrong(f"{shown(word)} cannot be followed: {problem}", scope.place(entry))

    def origin(self, scope: Scope, words: Sequence[Word]) -> str:
        """$ORIGIN; a zone's own name without the final dot would be below the zone, and is never meant."""
        text, before = words[0].text, scope.origin
        scope.origin = absolute(text, before)
        if scope.origin is None:
            return f"{shown(text)} does not make a domain name"
        if not is_absolute(text) and before == self.found.zone and scope.origin == f"{before}.{before}":
            note = f"$ORIGIN {text} has no final dot, so the names after it end in {scope.origin}"
            self.found.wrong(note, scope.span(words))
        return ""

    def ttl(self, scope: Scope, words: Sequence[Word]) -> str:
        """$TTL (RFC 2308, 4); without it a time is not known, but every name is."""
        scope.default_ttl = self.found.seconds(scope, words[0])
        return ""

    def include(self, scope: Scope, words: Sequence[Word]) -> str:
        """$INCLUDE, from the folder of the file it stands in; owner, origin and times hold again after it."""
        name = words[0].text.strip('"')
        origin = absolute(words[1].text, scope.origin) if len(words) > 1 else scope.origin
        target = posixpath.normpath(posixpath.join(posixpath.dirname(scope.path), name))
        text = self.text_of(target)
        if isinstance(text, Fault):
            return f"{shown(name)}: {text.text}"
        if origin is None:
            return "the names in the file have no origin"
        self.bounds.include(len(text), len(self._stack))
        self.included.add(target)
        self.read(scope.within(target, text, origin))
        return ""

    def text_of(self, target: str) -> str | Fault:
        """The text of an included file, if it may be read."""
        if "\0" in target or not self.files.inside(target):
            return Fault("unreadable-file", "it lies outside the repository, so it is not read")
        if target in self._stack:
            return Fault("unreadable-file", "it includes itself")
        return self.files.text(target)

    def generate(self, scope: Scope, words: Sequence[Word]) -> str:
        """$GENERATE; every record that it makes stands where the directive does."""
        found = loop(tuple(word.text for word in words))
        if isinstance(found, str):
            return found
        self.bounds.generate(len(found.numbers))
        for line in found.lines():
            made = Entry(tuple(Word(text, words[0].start) for text in line), False, words[0].start)
            if not self.found.add(scope, made, scope.span(words)):
                return "a record that it makes cannot be read"
        return ""
