"""The first condition of `when`, where it is plain: most rules are about things that most subjects lack."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_FIRST = re.compile(r"""([a-z_]\w*(?:\.[a-z_]\w*)+)(?:\s*(==|!=)\s*"([^"\\]*)")?\s*(?:&&|\Z)""")

_STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL)
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


class Guard(msgspec.Struct, frozen=True):
    """A fact that has to be true, or to be a text, or not to be that text, before anything else counts."""

    path: tuple[str, ...]
    sign: str = ""
    text: str = ""

    def shuts(self, data: dict[str, Any]) -> bool:
        """Whether the fact is known and speaks against the rule, so that the engine need not be asked."""
        found = value_at(data, self.path)
        if found is None:
            return False
        return found is False if not self.sign else (found == self.text) is not (self.sign == "==")


def value_at(data: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The fact at a path; None where it is missing. This is asked for every rule and subject."""
    found: Any = data
    for word in path:
        if type(found) is not dict:
            return None
        found = found.get(word)
    return found


def with_value(data: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The facts with another value at a path, the rest shared."""
    word, *below = path
    return {**data, word: with_value(data[word], tuple(below), value) if below else value}


def guard(when: str, about: str) -> Guard | None:
    """What stands first in a condition that holds only if all its parts do (CEL's && is false as soon as
    one side is); None where that is not plain to see, or is not about the subject itself."""
    first, bare = _FIRST.match(when.strip()), _without_brackets(when)
    if first is None or "||" in bare or "?" in bare or not first[1].startswith(f"{about}."):
        return None
    return Guard(tuple(first[1].split(".")), first[2] or "", first[3] or "")


def _without_brackets(text: str) -> str:
    """What stands outside all brackets; inside one nothing can be an alternative to what stands before it."""
    bare, before = _STRING.sub("", text), ""
    while bare != before:
        bare, before = _BRACKETS.sub("", bare), bare
    return bare
