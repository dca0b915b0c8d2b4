"""Text from outside, made safe to show: nothing invisible, no terminal escape, no workflow command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Printable by Unicode's word, yet shown as nothing: fillers, joiners and variation selectors.
_BLANK = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0]
    + list(range(0x180B, 0x1810))
    + list(range(0xFE00, 0xFE10))
    + list(range(0xE0100, 0xE01F0))
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# GitHub's runner trims a line before it looks for "::", and finds "##[" anywhere in it, as Azure's does
# with "##vso[".
_COMMAND = re.compile(r"^( *):(?=:)")
_OLD_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)


def visible(text: str) -> str:
    """The text in one line, with every character that cannot be seen written as its escape.

    Controls, bidi and zero-width characters, line separators, odd spaces and lone surrogates become
    `\\x1b`, `\\u202e` and so on; other non-ASCII text stays. A workflow command loses its first mark.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_shown, text))
    return _OLD_COMMAND.sub(r"#\\x23", _COMMAND.sub(r"\1\\x3a", text))


def clipped(text: str, limit: int = 1000) -> str:
    """The visible text, cut after `limit` characters of the source."""
    return visible(text) if len(text) <= limit else visible(text[:limit]) + "..."


def width(text: str) -> int:
    """The columns that a visible text takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def page(lines: Iterable[str]) -> str:
    """Lines joined, each ended; none begins with a workflow command, whatever its parts were."""
    return "".join(_COMMAND.sub(r"\1\\x3a", line) + "\n" for line in lines)


def _shown(char: str) -> str:
    code = ord(char)
    if char.isprintable() and code not in _BLANK:
        return char
    return _NAMED.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
