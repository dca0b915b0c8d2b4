"""YAML and JSON text to a tree of values that know their places (YAML 1.2 core scalars)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml._yaml import CParser

from mfpolicy.model.documents import Entry, Fault, Mapping, Node, Scalar, Sequence
from mfpolicy.model.places import Span
from mfpolicy.sources.scalars import core_value, reads_otherwise

MAX_CHARACTERS = 16 * 1024 * 1024
MAX_DEPTH = 100
MAX_ALIASED = 10_000
Include = Callable[[str, Span], Node | Fault]

_TAGS = "tag:yaml.org,2002:"
_TYPED = {_TAGS + kind for kind in ("int", "float", "bool", "null")}
_UNTYPED = {None, "!", *(_TAGS + kind for kind in ("str", "seq", "map", "binary", "timestamp"))}


def read(text: str, file: str, include: Include | None = None) -> tuple[Node | None, tuple[Fault, ...]]:
    """The one document in a text, and what is wrong with it; None where it cannot be read at all.

    Faults: unreadable-file, too-large, duplicate-key (the last one is kept, as most readers do),
    yaml-1-1-word (a key that YAML 1.1 readers take for something else), wrong-type. Never raises. An
    empty text is an empty Scalar. `include` resolves the tag `!include`, which is refused without it.
    """
    if len(text) > MAX_CHARACTERS:
        return None, (Fault("too-large", "larger than 16 MiB", Span(file, 0, 0)),)
    faults: list[Fault] = []
    with _no_garbage_collection():
        try:
            return _Walk(text, file, include, faults).document(), tuple(faults)
        except _Stop as stop:
            return None, (*faults, stop.fault)
        except (yaml.YAMLError, UnicodeEncodeError) as error:
            return None, (*faults, _unreadable(error, text, file))


class _Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


class _Walk:
    """One pass over the parser's events: a nesting bomb is met before any recursion in C could be."""

    def __init__(self, text: str, file: str, include: Include | None, faults: list[Fault]) -> None:
        self.file = file
        self.include = include
        self.faults = faults
        self.shift = int(text.startswith("\ufeff"))  # the parser's marks leave a byte order mark out
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.made = 0
        self.aliased = 0
        parser: Any = CParser(text)
        self.next: Callable[[], Any] = parser.get_event

    def document(self) -> Node:
        self.next()
        if isinstance(self.next(), yaml.StreamEndEvent):
            return Scalar(None, "", Span(self.file, 0, 0))
        node = self.node(self.next(), 0)
        self.next()
        after = self.next()
        if isinstance(after, yaml.StreamEndEvent):
            return node
        raise _Stop(
            Fault("unreadable-file", "a second document starts here; put one in a file", self.at(after))
        )

    def at(self, event: Any) -> Span:
        return Span(self.file, event.start_mark.index + self.shift, event.end_mark.index + self.shift)

    def node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.alias(event)
        self.made += 1
        if event.anchor is None:
            return self.plain_node(event, kind, depth)
        self.anchors[event.anchor] = None
        before = self.made
        node = self.plain_node(event, kind, depth)
        self.anchors[event.anchor] = (node, self.made - before + 1)
        return node

    def plain_node(self, event: Any, kind: type, depth: int) -> Node:
        if kind is yaml.ScalarEvent:
            return self.scalar(event)
        if depth >= MAX_DEPTH:
            raise _Stop(Fault("too-large", f"nested more than {MAX_DEPTH} levels deep", self.at(event)))
        if event.tag not in _UNTYPED:
            self.unknown_tag(event)
        return (
            self.sequence(event, depth + 1)
            if kind is yaml.SequenceStartEvent
            else self.mapping(event, depth + 1)
        )

    def alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            raise _Stop(Fault("unreadable-file", f"*{event.anchor} has no anchor before it", self.at(event)))
        known = self.anchors[event.anchor]
        if known is None:
            raise _Stop(Fault("too-large", f"*{event.anchor} stands inside its own anchor", self.at(event)))
        node, size = known
        self.made += size
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise _Stop(Fault("too-large", f"aliases make more than {MAX_ALIASED} values", self.at(event)))
        return node

    def scalar(self, event: Any) -> Node:
        text, tag = event.value, event.tag
        place = self.at(event)
        if (tag is None and event.implicit[0]) or tag in _TYPED:
            return Scalar(core_value(text), text, place)
        if tag == "!include" and self.include is not None:
            return self.included(self.include(text, place), place)
        if tag not in _UNTYPED:
            self.unknown_tag(event)
        return Scalar(text, text, place)

    def included(self, found: Node | Fault, place: Span) -> Node:
        if not isinstance(found, Fault):
            return found
        self.faults.append(found)
        return Scalar(None, "", place)

    def unknown_tag(self, event: Any) -> None:
        tag = event.tag[:60]
        self.faults.append(Fault("wrong-type", f"the tag {tag} means nothing here", self.at(event)))

    def sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            items.append(self.node(event, depth))
        return Sequence(tuple(items), self.whole(start, event, items[-1] if items else None))

    def mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        lines: dict[str, int] = {}
        merged: list[Node] = []
        value: Node | None = None
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.key(event, depth)
            value = self.node(self.next(), depth)
            if key is None:
                continue
            if key == "<<" and event.implicit[0]:
                merged.append(value)
                continue
            if key in lines:
                self.duplicate(key, lines[key], self.at(event))
                del entries[key]
            lines.setdefault(key, event.start_mark.line + 1)
            entries[key] = Entry(key, value, self.at(event))
        for entry in self.merged(merged):
            entries.setdefault(entry.key, entry)
        return Mapping(tuple(entries.values()), self.whole(start, event, value))

    def key(self, event: Any, depth: int) -> str | None:
        if type(event) is not yaml.ScalarEvent:
            node = self.node(event, depth)
            if isinstance(node, Scalar):
                return node.text
            self.faults.append(Fault("wrong-type", "a key is a text, not a list or a mapping", node.place))
            return None
        text: str = event.value
        if event.anchor is not None:
            self.node(event, depth)
        other = reads_otherwise(text) if event.tag is None and event.implicit[0] else None
        if other is not None:
            words = f"{text}: is read as {other} by YAML 1.1 readers; put the key in quotes"
            self.faults.append(Fault("yaml-1-1-word", words, self.at(event)))
        return text

    def duplicate(self, key: str, line: int, place: Span) -> None:
        shown = key[:80] or '""'
        words = f"{shown}: stands here again, first in line {line}; only the last one counts"
        self.faults.append(Fault("duplicate-key", words, place))

    def merged(self, values: list[Node]) -> Iterator[Entry]:
        for value in values:
            parts = value.items if isinstance(value, Sequence) else (value,)
            for part in parts:
                if isinstance(part, Mapping):
                    yield from part.entries
                else:
                    self.faults.append(
                        Fault("wrong-type", "<< takes a mapping or a list of mappings", part.place)
                    )

    def whole(self, start: Any, end: Any, last: Node | None) -> Span:
        """A block collection ends with its last value: the parser's own mark lies after the blank lines."""
        first, mark = start.start_mark.index + self.shift, end.end_mark.index + self.shift
        if start.flow_style or last is None or not isinstance(last.place, Span):
            return Span(self.file, first, mark)
        inside = last.place.file == self.file and first <= last.place.start
        return Span(self.file, first, last.place.end if inside else mark)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A tree of frozen values holds no cycles; walking it over and over costs most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _unreadable(error: Exception, text: str, file: str) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError):
        mark: Any = error.problem_mark or error.context_mark
        # What never ends is reported at the end of the file; it helps to see where it begins.
        if mark and mark.index >= len(text) and error.context_mark:
            mark = error.context_mark
        at = min(mark.index, len(text)) if mark else 0
        return Fault(
            "unreadable-file", _sentence(error, text[at : at + 1]), Span(file, at, min(at + 1, len(text)))
        )
    at = _first_unprintable(text)
    shown = f"U+{ord(text[at]):04X}" if at < len(text) else "a character"
    return Fault("unreadable-file", f"{shown} must not stand in YAML", Span(file, at, min(at + 1, len(text))))


def _sentence(error: yaml.MarkedYAMLError, character: str) -> str:
    if character == "\t":
        return "a tab cannot indent YAML; use spaces"
    return f"not YAML: {', '.join(part for part in (error.problem, error.context) if part)}"


def _first_unprintable(text: str) -> int:
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return found.start() if found else len(text)
