"""Places resolved: an opaque handle -> file, line, column and an excerpt of that line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from mfpolicy.model.places import Line, Place, Pointer, Span
from mfpolicy.output.escape import visible, width

_COLUMNS = 100
_BEFORE = 30  # columns kept before the span when a long line is cut
_BLANKS = " \t\r\n\ufeff"
_INDENT = re.compile(r"\s*")


class Location(msgspec.Struct, frozen=True):
    """Where a place is, for people: `line` and `column` count from 1, columns in characters.

    `excerpt` is that line, visible and cut to about 100 columns around the span ("" when the file's text
    is not at hand); `start` and `length` are the span's columns in the excerpt. `end` is the column behind
    the span in its line, 0 where that is not known.
    """

    file: str
    line: int = 1
    column: int = 1
    excerpt: str = ""
    start: int = 0
    length: int = 0
    end: int = 0


def resolve(place: Place, texts: Mapping[str, str]) -> Location:
    """The location of a place; line 1 of the file where its text is unknown. `texts`: file -> text.

    The place's `term` is what is labelled if the source slice holds it verbatim exactly once, else the
    first line of the whole value. Never raises: what a pointer cannot reach falls back to its last
    reachable ancestor.
    """
    text = texts.get(place.file)
    if place == Span(place.file, 0, 0):
        # A file as a whole: its first line tells nothing, or what is nobody's business.
        return Location(place.file)
    if text is None or (isinstance(place, Line) and place.line > len(_starts(text))):
        return Location(place.file, place.line if isinstance(place, Line) else 1)
    start, end = _narrowed(text, *_extent(place, text), place.term)
    # Programs write JSON in one line: what stands beside a value there may be somebody's secret.
    return _located(place.file, text, start, end, alone=isinstance(place, Pointer))


def where(location: Location) -> str:
    """`zones/a.yaml:7`, safe to show."""
    return f"{visible(location.file)}:{location.line}"


def _extent(place: Place, text: str) -> tuple[int, int]:
    """The characters that a place covers, inside the text."""
    if isinstance(place, Pointer):
        return _pointed(text, place.pointer)
    if isinstance(place, Line):
        return _line_extent(text, place.line)
    start = max(0, min(place.start, len(text)))
    return start, max(start, min(place.end, len(text)))


def _line_extent(text: str, line: int) -> tuple[int, int]:
    first, last = _ends(text, max(1, min(line, len(_starts(text)))) - 1)
    indent = _INDENT.match(text, first, last)
    return indent.end() if indent else first, last


def _narrowed(text: str, start: int, end: int, term: str) -> tuple[int, int]:
    found = text.find(term, start, end) if term else -1
    if found < 0 or text.find(term, found + 1, end) >= 0:
        return start, end
    return found, found + len(term)


def _located(file: str, text: str, start: int, end: int, alone: bool) -> Location:
    index = bisect_right(_starts(text), start) - 1
    first, last = _ends(text, index)
    stop = max(start, min(end, last))
    excerpt, shown, length = _excerpt(text, (first, last), start, stop, alone)
    return Location(file, index + 1, start - first + 1, excerpt, shown, length, stop - first + 1)


def _excerpt(text: str, line: tuple[int, int], start: int, stop: int, alone: bool) -> tuple[str, int, int]:
    """The line cut around the span and made visible, with the span's columns in it. A line may be all of a
    large file, so that no more of it is copied than is shown."""
    begin, end = _window(line, start, stop, alone)
    before = ("..." if begin > line[0] else "") + _flat(text[begin:start])
    marked = _flat(text[start : max(start, min(end, stop))])
    after = _flat(text[stop:end]) + ("..." if end < line[1] else "")
    return visible(before + marked + after), width(before), max(1, width(marked))


def _window(line: tuple[int, int], start: int, stop: int, alone: bool) -> tuple[int, int]:
    """From where to where a line is shown: of a long one what is around the span, or that `alone`."""
    first, last = line
    if last - first <= _COLUMNS:
        return line
    if alone:
        return start, min(stop, start + _COLUMNS)
    begin = max(first, min(start - _BEFORE, last - _COLUMNS))
    begin = max(begin, min(start, stop - _COLUMNS))
    return begin, min(last, begin + _COLUMNS)


def _flat(text: str) -> str:
    """Visible, a tab as one space: so carets stand under what they mean."""
    return visible(text.replace("\t", " "))


@lru_cache(maxsize=4096)
def _starts(text: str) -> tuple[int, ...]:
    """The offset of each line's first character."""
    return (0, *_line_starts(text))


def _line_starts(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        at = text.find("\n", at + 1)


def _ends(text: str, index: int) -> tuple[int, int]:
    """Where a line begins and ends, without what ends it."""
    starts = _starts(text)
    start = starts[index]
    end = starts[index + 1] - 1 if index + 1 < len(starts) else len(text)
    return start, end - 1 if end > start and text[end - 1] == "\r" else end


def _pointed(text: str, pointer: str) -> tuple[int, int]:
    """The extent of the value that a JSON pointer names, or of the nearest ancestor that is there."""
    at = _skip(text, 0)
    for token in pointer.split("/")[1:]:
        child = _children(text, at).get(token.replace("~1", "/").replace("~0", "~"))
        if child is None:
            break
        at = child
    decoded = _decoded(text, at)
    return at, len(text) if decoded is None else decoded[1]


@lru_cache(maxsize=4096)
def _children(text: str, at: int) -> dict[str, int]:
    """Key or index -> offset of the value, of the object or array at an offset; {} for anything else."""
    opening = text[at : at + 1]
    return dict(_members(text, at + 1, keyed=opening == "{")) if opening in ("{", "[") else {}


def _members(text: str, at: int, *, keyed: bool) -> Iterator[tuple[str, int]]:
    index = 0
    while (at := _skip(text, at)) < len(text) and text[at] not in "]}":
        key = str(index)
        if keyed:
            name = _decoded(text, at)
            if name is None:
                return
            key, at = str(name[0]), _skip(text, _skip(text, name[1]) + 1)
        value = _decoded(text, at)
        yield key, at
        if value is None:
            return
        at, index = _skip(text, value[1]), index + 1
        at += text[at : at + 1] == ","


def _decoded(text: str, at: int) -> tuple[Any, int] | None:
    """The value at an offset with its end, or None where there is none that can be read."""
    try:
        found: tuple[Any, int] = _decoder().raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    return found


@cache
def _decoder() -> Any:
    from json import JSONDecoder  # only places in JSON files need it

    return JSONDecoder(strict=False)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at
