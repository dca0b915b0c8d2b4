"""A rule's message: text with facts in braces, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from mfpolicy.model.dns import Unknown

MAX_SHOWN = 20
_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}|([{}])")


class MessageError(Exception):
    """A message with a brace that encloses no path."""


def paths(template: str) -> list[str]:
    """The paths that a message shows. Raises MessageError; a brace as such is written twice."""
    found = list(_PIECE.finditer(template))
    if any(each[2] for each in found):
        raise MessageError(f"braces enclose a fact, or are doubled: {template!r}")
    return [each[1] for each in found if each[1]]


def filled(template: str, value: Callable[[str], Any]) -> str:
    """The message, each path replaced by its value."""
    return _PIECE.sub(lambda each: shown(value(each[1])) if each[1] else each[0][0], template)


def shown(value: Any) -> str:
    """A value for people: an unknown is "?", a list is cut after twenty."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _listed(value) if isinstance(value, list | tuple) else str(value)


def _listed(values: Iterable[Any]) -> str:
    texts = [shown(each) for each in values]
    more = [f"and {len(texts) - MAX_SHOWN} more"] if len(texts) > MAX_SHOWN else []
    return ", ".join(texts[:MAX_SHOWN] + more)
