"""Markdown that shows text from outside as it is: no mention, no link, no HTML comes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mfpolicy.output.escape import clipped

_PLAIN = re.compile(r"[\w,;:()'\"/%+=?-]*\Z")


def code(text: str, limit: int = 1000) -> str:
    """A code span; GitHub looks for no mention, issue or address in one (GitHub Flavored Markdown, 6.3)."""
    shown = clipped(text, limit) or " "
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    # A blank beside the fence is dropped; it keeps a mark at the edge apart from it.
    space = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown}{space}{fence}"


def bullets(items: Sequence[str], indent: int = 0) -> list[str]:
    """A list, an item a line."""
    return [f"{' ' * indent}- {item}" for item in items]


def bounded(lines: Sequence[str], limit: int, last: str) -> list[str]:
    """The lines if they have at most so many characters, else as many as fit and a last one."""
    shown: list[str] = []
    room = limit
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*shown, "", last]
        shown.append(line)
    return shown


def sentence(text: str) -> str:
    """A sentence that may hold names from outside: what GitHub would make something of stands in code."""
    return " ".join(each if _is_plain(each) else _marked(each) for each in text.split())


def _marked(text: str) -> str:
    """The text as code, but for the mark that ends it."""
    body = text.rstrip(",;:.")
    return f"{code(body)}{text[len(body) :]}" if body else code(text)


def _is_plain(text: str) -> bool:
    """Whether nothing but a plain word or number may come of it."""
    return text.isascii() and "_" not in text and bool(_PLAIN.match(text.rstrip(".,;:")))
