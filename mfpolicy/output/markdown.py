"""Markdown that shows text from outside as it is: no mention, no link, no HTML comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mfpolicy.output.escape import clipped

_PLAIN = re.compile(r"[\w,;:()'\"/%+=?-]*\Z|[\d./]+\Z")
# Of plain characters GitHub makes links too (an address needs no dot), references to issues, and pictures
# (docs.github.com, "Autolinked references and URLs"; GitHub Flavored Markdown, 6.9). That a commit's id leads
# to the commit does no harm.
_LINKED = re.compile(r"//|\bgh-\d|:[\w+-]+:", re.IGNORECASE)
_SHUT = "</details>"
_DEEPEST, _WRAPPED = 4, 6  # columns


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


def folded(title: str, lines: Sequence[str]) -> list[str]:
    """Lines that a reader has to open."""
    return ["", f"<details><summary>{title}</summary>", "", *lines, "", _SHUT] if lines else []


def bounded(lines: Sequence[str], limit: int, last: str) -> list[str]:
    """The lines if they have at most so many characters, else as many as fit and a last one, which no reader
    has to open."""
    shown: list[str] = []
    room = limit
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            is_open = sum(each.startswith("<details>") for each in shown) > shown.count(_SHUT)
            return [*shown, *(["", _SHUT] if is_open else []), "", last]
        shown.append(line)
    return shown


def sentence(text: str, limit: int = 1000) -> str:
    """A sentence that may hold names from outside, cut after `limit` characters: what GitHub would make
    something of stands in code."""
    words = " ".join(each if _is_plain(each) else _marked(each) for each in text[:limit].split())
    return f"{words}..." if len(text) > limit else words


def outline(lines: Iterable[str]) -> list[str]:
    """A text that is indented level by level as a list of lists, sentences over code. A line that stands as
    far in as `wrapped` puts it goes on the one before."""
    items: list[tuple[int, str]] = []
    for line in filter(None, lines):
        indent = len(line) - len(line.lstrip(" "))
        if indent == _WRAPPED and items:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
        else:
            items.append((min(indent, _DEEPEST), line.strip()))
    return [f"{' ' * indent}- {code(text) if indent else sentence(text)}" for indent, text in items]


def _marked(text: str) -> str:
    """The text as code, but for the marks of the sentence around it."""
    ending = ",;:.'\"" + (")" if text.startswith("(") else "")
    body = text.lstrip("'\"(").rstrip(ending)
    before, _, after = text.partition(body)
    return f"{before}{code(body)}{after}" if body else code(text)


def _is_plain(text: str) -> bool:
    """Whether nothing but a plain word or number may come of it."""
    if not text.isascii() or "_" in text or _LINKED.search(text):
        return False
    return bool(_PLAIN.match(text.rstrip(".,;:")))
