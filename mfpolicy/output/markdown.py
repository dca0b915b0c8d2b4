"""Markdown that shows text from outside as it is: no mention, no link, no HTML comes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mfpolicy.output.escape import clipped


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
