"""The words of a PowerShell file, as far as declarations need them; nothing is ever evaluated.

Quotes, escapes and here-strings: about_Quoting_Rules and about_Special_Characters of Microsoft's reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

MAX_DEPTH = 32  # expressions inside texts inside expressions

Kind = Literal["word", "value", "unread", "variable", "mark", "line", "end"]


class Unread(NamedTuple):
    """A value that only running the file would tell, as it is written."""

    written: str


class Token(NamedTuple):
    """A word, a text or number, a text that holds variables, a variable's name, a bracket or operator, the
    end of a line or of the file; and the line that it begins in, from 1."""

    kind: Kind
    value: Any
    line: int


class DscError(Exception):
    """A file that cannot be read to its end; the line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


# PowerShell takes typographic quotes for plain ones. Every part begins otherwise, or is possessive, so that
# no text makes a match try twice.
_DOUBLE, _SINGLE = '"\u201c\u201d\u201e', "'\u2018\u2019\u201a\u201b"
_PART = re.compile(
    r"[ \t\f\v\u00a0\ufeff]*+(?:"
    r"(?P<word>[^\W\d][\w-]*+)"
    r"|(?P<line>\r\n|\r|\n)"
    r"|(?P<variable>\$(?:\{[^}\r\n]*+\}|\w++(?::\w++)?+))"
    r"|(?P<number>[+-]?(?:0[xX][0-9a-fA-F]++|[0-9]++(?:\.[0-9]++)?)(?![\w.-]))"
    rf"|(?P<single>[{_SINGLE}])"
    rf"|(?P<double>[{_DOUBLE}])"
    r"|(?P<comment><\#)"
    rf"|(?P<here>@[{_DOUBLE}{_SINGLE}][ \t]*+\r?\n)"
    r"|(?P<nothing>`\r?\n|\#[^\r\n]*+)"
    r"|(?P<other>\w[\w-]*+)"
    r"|(?P<mark>[@$][({]|[\s\S])"
    r")"
)
_IN_SINGLE = re.compile(f"(?:[^{_SINGLE}]|[{_SINGLE}][{_SINGLE}])*+")
_IN_DOUBLE = re.compile(f"(?:[^{_DOUBLE}`$]|[{_DOUBLE}][{_DOUBLE}]|`[\\s\\S]|\\$(?!\\())*+")
_INTERPOLATED = re.compile(r"\$[\w({:$^?]")
_PAIR = re.compile(f"[{_SINGLE}]([{_SINGLE}])")
_ESCAPE = re.compile(r"`(?:u\{([0-9a-fA-F]{1,6})\}|([\s\S]))")
_ESCAPE_OR_PAIR = re.compile(rf"{_ESCAPE.pattern}|[{_DOUBLE}]([{_DOUBLE}])")
_CLOSING = {_SINGLE: re.compile(f"\r?\n[{_SINGLE}]@"), _DOUBLE: re.compile(f"\r?\n[{_DOUBLE}]@")}
_ESCAPED = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, the last one its end. Raises DscError."""
    at, line = 0, 1
    while found := _PART.match(text, at):
        part = found.lastgroup or ""
        if part in _FLAT:
            at = found.end()
            yield Token(_FLAT[part], found[part], line)
        else:
            token, end = _token(text, found, line)
            line += text.count("\n", at, end)
            at = end
            if token is not None:
                yield token
    yield Token("end", "", line)


# Parts that hold no end of a line, and mean what is written.
_FLAT: dict[str, Kind] = {"variable": "variable", "word": "word", "other": "word", "mark": "mark"}


def _token(text: str, found: re.Match[str], line: int) -> tuple[Token | None, int]:
    """What a part means, and where it ends; None where that is nothing but a comment."""
    kind, end = found.lastgroup or "", found.end()
    if kind == "nothing":
        return None, end
    if kind == "comment":
        return None, _after(text, "#>", end, line, "a comment")
    if kind in _TEXTS:
        value, end = _TEXTS[kind](text, found[kind], end, line)
        return Token("unread" if isinstance(value, Unread) else "value", value, line), end
    return (Token("value", _number(found[kind]), line) if kind == "number" else Token("line", "", line)), end


def _number(word: str) -> int | float | str:
    """As JSON can carry it; one with more digits stays a text."""
    if "." in word:
        return float(word) if len(word) < 30 else word
    return int(word, 0 if "x" in word.lower() else 10) if len(word) <= 17 else word


def _single(text: str, quote: str, at: int, line: int) -> tuple[str, int]:
    """Nothing is special but a quote, which is doubled."""
    end = _matched(_IN_SINGLE, text, at)
    if end >= len(text):
        raise DscError(line, "a text that begins here has no end")
    return _PAIR.sub(r"\1", text[at:end]), end + 1


def _double(text: str, quote: str, at: int, line: int) -> tuple[str | Unread, int]:
    end = _end_of_double(text, at, line, 0)
    written = text[at:end]
    return (Unread(written) if _is_interpolated(written) else _ESCAPE_OR_PAIR.sub(_meant, written)), end + 1


def _here(text: str, opening: str, at: int, line: int) -> tuple[str | Unread, int]:
    """All lines up to one that begins with the closing quote. Only in the double form is anything special."""
    quotes = _DOUBLE if opening[1] in _DOUBLE else _SINGLE
    closing = _CLOSING[quotes].search(text, at - 1)
    if closing is None:
        raise DscError(line, "a text that begins here has no end")
    written = text[at : max(at, closing.start())]
    if quotes == _SINGLE:
        return written, closing.end()
    return (Unread(written) if _is_interpolated(written) else _ESCAPE.sub(_meant, written)), closing.end()


_TEXTS: dict[str, Any] = {"single": _single, "double": _double, "here": _here}


def _end_of_double(text: str, at: int, line: int, depth: int) -> int:
    """Where the closing quote stands. An expression inside may hold texts of its own."""
    while True:
        at = _matched(_IN_DOUBLE, text, at)
        if at >= len(text):
            raise DscError(line, "a text that begins here has no end")
        if text[at] != "$":
            return at
        at = _after_expression(text, at + 2, line, depth + 1)


def _after_expression(text: str, at: int, line: int, depth: int) -> int:
    """Behind the bracket that ends `$(`."""
    if depth > MAX_DEPTH:
        raise DscError(line, "a text that begins here is nested too deeply")
    opened = 1
    while opened:
        found = _PART.match(text, at)
        if found is None:
            raise DscError(line, "a text that begins here has no end")
        at = found.end()
        if found.lastgroup == "single":
            at = min(len(text), _matched(_IN_SINGLE, text, at) + 1)
        elif found.lastgroup == "double":
            at = _end_of_double(text, at, line, depth + 1) + 1
        else:
            mark = found["mark"] or ""
            opened += mark.endswith("(") - (mark == ")")
    return at


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _after(text: str, closing: str, at: int, line: int, what: str) -> int:
    end = text.find(closing, at)
    if end < 0:
        raise DscError(line, f"{what} that begins here has no end")
    return end + len(closing)


def _is_interpolated(written: str) -> bool:
    return bool(_INTERPOLATED.search(_ESCAPE.sub("", written)))


def _meant(found: re.Match[str]) -> str:
    if found.lastindex == 3:
        return found[3]
    if not found[1]:
        return _ESCAPED.get(found[2], found[2])
    code = int(found[1], 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else found[0]
