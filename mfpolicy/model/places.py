"""Where a value stands in somebody's file: opaque, made in sources/, resolved to lines in output/."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, tag="span"):
    """Characters `start` to `end` of a text file; `term` is the part that is meant, verbatim, if not all."""

    file: str
    start: int
    end: int
    term: str = ""


class Pointer(msgspec.Struct, frozen=True, tag="pointer"):
    """A value inside a JSON file (RFC 6901)."""

    file: str
    pointer: str
    term: str = ""


class Line(msgspec.Struct, frozen=True, tag="line"):
    """A line, from 1, that another tool named."""

    file: str
    line: int
    term: str = ""


Place = Span | Pointer | Line


def narrowed(place: Place | None, term: str) -> Place | None:
    """The same place, pointing at a part of its text."""
    return None if place is None else msgspec.structs.replace(place, term=term)
