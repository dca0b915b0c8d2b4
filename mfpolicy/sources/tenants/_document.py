"""The text of one file of an export, and what it is as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.sources.interchange import lowered
from mfpolicy.sources.shape import shown

if TYPE_CHECKING:
    from json import JSONDecoder

# ConvertTo-Json writes at most 100 levels (about_ConvertTo-Json, -Depth); what is deeper is made to harm.
MAX_DEPTH = 200
MAX_DOCUMENTS = 100_000
# A small value takes many times the memory of its text. Tools write about fifty characters to a value.
MAX_VALUES = 5_000_000
_A_VALUE = 50
# Out-File -Append of PowerShell 5.1 puts a byte order mark before each document that it adds.
_BLANKS = re.compile(r"[ \t\r\n\ufeff]*")


class Piece(msgspec.Struct, frozen=True):
    """One JSON document in a file: its value, and the characters where it begins and ends."""

    value: Any
    start: int
    end: int


class Document:
    """A file that a tool wrote. `documents` are the JSON documents in it, one after the other; none where it
    is no JSON, with the `error` that says why. Where it breaks off, they are those before the break.
    `proposed`: it says what is to be, not what there is."""

    def __init__(self, file: str, text: str, proposed: bool = False) -> None:
        self.file = file
        self.proposed = proposed
        self.text = text.removeprefix("\ufeff")
        self._marked = len(text) - len(self.text)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The documents with their places."""
        return self._read[0]

    @property
    def documents(self) -> tuple[Any, ...]:
        """See the class."""
        return tuple(each.value for each in self.pieces)

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the file as JSON, at the place where it is wrong; None where nothing is."""
        return self._read[1]

    @property
    def error(self) -> str:
        """The words of the fault; empty where there is none."""
        return self.fault.text if self.fault else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands in it."""
        return _after_blanks(self.text, 0) == len(self.text)

    @property
    def whole(self) -> dict[str, Any]:
        """The one object that the file is; an empty one where it is anything else."""
        found = self.documents
        return found[0] if self.fault is None and len(found) == 1 and isinstance(found[0], dict) else {}

    def span(self, piece: Piece) -> Span:
        """Where a document stands in the file."""
        return self._span(piece.start, piece.end)

    @cached_property
    def _read(self) -> tuple[tuple[Piece, ...], Fault | None]:
        if self.is_empty:
            return (), self._fault("is empty", 0)
        if _separators(self.text) > MAX_VALUES:
            return (), Fault("too-large", f"holds more than {MAX_VALUES:,} values", self._span(0, 0))
        try:
            value = _decoded(self.text)
            _decoder().decode(self.text)
        except (ValueError, RecursionError):
            return self._divided()
        return (Piece(value, 0, len(self.text)),), None

    def _divided(self) -> tuple[tuple[Piece, ...], Fault | None]:
        """The documents one by one, and what ends them before the file does."""
        found: list[Piece] = []
        at = 0
        try:
            for start, end in _extents(self.text):
                at = start
                if len(found) == MAX_DOCUMENTS:
                    return tuple(found), self._fault(f"holds more than {MAX_DOCUMENTS:,} documents", at)
                found.append(Piece(_decoded(self.text[start:end]), start, end))
                at = _after_blanks(self.text, end)
        except RecursionError:
            return tuple(found), self._fault("is nested too deeply", at)
        except ValueError as error:
            return tuple(found), self._broken(error, at)
        return tuple(found), None

    def _broken(self, error: ValueError, at: int) -> Fault:
        """A decoder of Python tells the character; the other one tells bytes, and the document is enough."""
        last = len(self.text.rstrip()) - 1
        where = getattr(error, "pos", at)
        words = str(getattr(error, "msg", error)).removesuffix(" at")
        if where > last or words.startswith("Unterminated"):
            return self._fault("breaks off in the middle of a JSON document", min(where, last))
        return self._fault(f"is no JSON: {lowered(words)}", where)

    def _fault(self, words: str, at: int) -> Fault:
        return Fault("unreadable-file", words, self._span(at, at + 1))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.file, start + self._marked, end + self._marked)


def weight(text: str) -> int:
    """What reading a text takes: its characters, or more of them where it has many small values."""
    return max(len(text), _A_VALUE * _separators(text))


def _separators(text: str) -> int:
    """At least as many as there are values, without reading them."""
    return sum(map(text.count, ",[{"))


def _decoded(text: str) -> Any:
    """One document; msgspec's errors, or RecursionError where it is nested too deeply."""
    value = msgspec.json.decode(text)
    level = _inside([value])
    for _ in range(MAX_DEPTH):
        if not level:
            return value
        level = _inside(level)
    raise RecursionError


def _inside(values: Sequence[Any]) -> list[Any]:
    """The lists and objects in some lists and objects."""
    return [
        each
        for value in values
        if isinstance(value, list | dict)
        for each in (value.values() if isinstance(value, dict) else value)
        if isinstance(each, list | dict)
    ]


def _extents(text: str) -> Iterator[tuple[int, int]]:
    """Where each document begins and ends. Raises ValueError or RecursionError where one does not end."""
    decoder = _decoder()
    at = _after_blanks(text, 0)
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = _after_blanks(text, end)


@cache
def _decoder() -> JSONDecoder:
    """What refuses an object that gives a name two values, and tells where a document ends or is broken; the
    values are another's work."""
    from json import JSONDecoder  # few runs read an export

    return JSONDecoder(parse_constant=_refused, parse_int=str, object_pairs_hook=_distinct)


def _distinct(pairs: Sequence[tuple[str, Any]]) -> None:
    """Readers differ in which of two values counts (RFC 8259, 4)."""
    if len(dict(pairs)) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(each for each in names if names.count(each) > 1)
        raise ValueError(f"an object has {shown(twice)} twice")


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
