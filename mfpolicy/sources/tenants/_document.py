"""The text of one file of an export, and what it is as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span

# ConvertTo-Json writes at most 100 levels (about_ConvertTo-Json, -Depth); what is deeper is made to harm.
MAX_DEPTH = 200
MAX_DOCUMENTS = 100_000
# Out-File -Append of PowerShell 5.1 puts a byte order mark before each document that it adds.
_BLANKS = re.compile(r"[ \t\r\n\ufeff]*")


class Piece(msgspec.Struct, frozen=True):
    """One JSON document in a file: its value, and the characters where it begins and ends."""

    value: Any
    start: int
    end: int


class Document:
    """A file that a tool wrote. `documents` are the JSON documents in it, one after the other; none where it
    is no JSON, with the `error` that says why. Where it breaks off, they are those before the break."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
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
        try:
            value = _decoded(self.text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
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
                    return tuple(found), self._fault(f"holds more than {MAX_DOCUMENTS} documents", at)
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
        words = str(getattr(error, "msg", error))
        if where > last or words.startswith("Unterminated"):
            return self._fault("breaks off in the middle of a JSON document", min(where, last))
        return self._fault(f"is no JSON: {words[:1].lower()}{words[1:]}", where)

    def _fault(self, words: str, at: int) -> Fault:
        return Fault("unreadable-file", words, self._span(at, at + 1))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.file, start + self._marked, end + self._marked)


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
    from json import JSONDecoder  # few files hold more than one document

    decoder = JSONDecoder(parse_constant=_refused)
    at = _after_blanks(text, 0)
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = _after_blanks(text, end)


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
