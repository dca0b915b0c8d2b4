"""The entries of a master file (RFC 1035, 5.1): words with their places, whatever else is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

# An entry that is longer cannot be a record: 65,535 octets of data at four characters each.
LONGEST = 2**19
_MAX_BRACKETS = 200_000

_QUOTED = r'"(?:[^"\\\n]++|\\[^\n])*+"'
_WORD = r'(?:[^ \t\r\f\v\n;()"\\]++|\\[^\n]|\\(?=\n|\Z))++'
_PIECE = re.compile(rf'[ \t\r\f\v]*+(?:;[^\n]*+)?(?:({_WORD}|{_QUOTED})|("[^\n]*+)|(\n)|([()])|\Z)')
_BRACKET = re.compile(rf';[^\n]*+|{_QUOTED}|"[^\n]*+|\\.|([()])', re.DOTALL)
_EMPTY = re.compile(r"(?:[ \t\r\f\v]*+(?:;[^\n]*+)?\n)*+")
_BLANK = " \t\r\f\v"


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word as written, with its quotes and escapes, and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A directive or a record: the words of one line, or of several that parentheses hold together.

    `indented` tells that the line begins with a blank, so that the owner is the one before; `problem` says
    why the words are not all that was meant.
    """

    words: tuple[Word, ...]
    indented: bool
    start: int
    problem: str = ""

    @property
    def end(self) -> int:
        """The offset behind its last word."""
        return self.words[-1].end if self.words else self.start + 1


def entries(text: str) -> Iterator[Entry]:
    """Every entry of a file, in linear time. A parenthesis or quote without its partner ends with its line,
    so that the next line is read as if it were right."""
    closing = _partners(text)
    at = 1 if text.startswith("\ufeff") else 0
    while (at := _after_empty(text, at)) < len(text):
        entry, at = _entry(text, at, closing)
        if entry.words or entry.problem:
            yield entry


def _after_empty(text: str, at: int) -> int:
    """The first line from an offset on that is not blank and no comment."""
    match = _EMPTY.match(text, at)
    return match.end() if match else at


def _entry(text: str, start: int, closing: dict[int, int] | None) -> tuple[Entry, int]:
    """The entry that begins at an offset, and the offset of the next line."""
    words: list[Word] = []
    problem, until, end = "", 0, start
    indented = text[start] in _BLANK
    for piece in _PIECE.finditer(text, start):
        kind, end = piece.lastindex, piece.end()
        if kind == 1:
            words.append(Word(piece[1], piece.start(1)))
        elif kind == 2:
            words.append(Word(piece[2].rstrip(), piece.start(2)))
            problem = "a quoted text does not end in its line"
        elif kind == 4:
            partner = closing.get(end - 1) if closing else None
            problem = problem if partner is not None else _alone(piece[4])
            until = max(until, partner or 0)
        elif kind is None or end > until:
            break
        if end - start > LONGEST:
            return _too_long(text, start, max(until, end), words)
    return Entry(tuple(words), indented, start, problem), max(end, start + 1)


def _too_long(text: str, start: int, end: int, words: list[Word]) -> tuple[Entry, int]:
    """As much of an entry as tells its owner, and the offset of the line after it."""
    problem = f"it is longer than {LONGEST:,} characters"
    line_end = text.find("\n", end)
    entry = Entry(tuple(words[:4]), text[start] in _BLANK, start, problem)
    return entry, len(text) if line_end < 0 else line_end


def _alone(bracket: str) -> str:
    return "a parenthesis is never closed" if bracket == "(" else "a parenthesis closes what was never opened"


def _partners(text: str) -> dict[int, int] | None:
    """The offset of each parenthesis' partner; a file with absurdly many has none."""
    found: dict[int, int] = {}
    if "(" not in text:
        return found
    waiting: list[int] = []
    for piece in _BRACKET.finditer(text):
        if piece[1] == "(":
            waiting.append(piece.start())
        elif piece[1] and waiting:
            opened = waiting.pop()
            found[opened], found[piece.start()] = piece.start(), opened
        if len(waiting) + len(found) > _MAX_BRACKETS:
            return None
    return found
