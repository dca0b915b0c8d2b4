"""The expressions of GitHub Actions, as far as our own files use them; anything else is refused.

Operators, truth and comparison as in docs.github.com, "Evaluate expressions in workflows and actions":
strings compare without case, values of two types as numbers, what is missing is null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<mark>&&|\|\||==|!=|!|\(|\))|'(?P<text>(?:[^']|'')*)'|(?P<number>[0-9]+)(?![\w.])"
    r"|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*))"
)
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}
_OF_STATUS = re.compile(r"\b(?:always|success|failure|cancelled)\(")
# In these a name that is not there is a slip of ours, and no null.
_COMPLETE = ("github", "inputs", "steps")
Contexts = Mapping[str, Any]
Functions = Mapping[str, Callable[[], bool]]


class Refused(Exception):
    """Something that this runner does not know, so that nobody could tell what GitHub would make of it."""


def evaluate(expression: str, contexts: Contexts, functions: Functions | None = None) -> Any:
    """The value of an expression without its braces. Raises Refused."""
    parser = _Parser(expression, contexts, functions or {})
    value = parser.either()
    parser.end()
    return value


def inserted(text: str, contexts: Contexts) -> str:
    """A text with its `${{ }}` replaced by their values. Raises Refused."""
    return _INSERTED.sub(lambda found: as_text(evaluate(found[1], contexts)), text)


def holds(condition: str, contexts: Contexts, functions: Functions) -> bool:
    """Whether a step's `if` lets it run: without a function of status only after success. Raises Refused."""
    whole = _INSERTED.fullmatch(condition.strip())
    bare = whole[1] if whole else condition
    asked = bare if _OF_STATUS.search(bare) else f"success() && ({bare})"
    return is_true(evaluate(asked, contexts, functions))


def is_true(value: Any) -> bool:
    """The truth of a value: false, 0, an empty text and null have none."""
    return value not in (False, 0, "", None)


def as_text(value: Any) -> str:
    """A value as it stands in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    raise Refused(f"{value!r} in a text")


def _number(value: Any) -> float:
    if isinstance(value, str):
        try:
            return float(value) if value.strip() else 0.0
        except ValueError:
            return math.nan
    return float(value or 0)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, dict) or isinstance(right, dict):
        raise Refused("a comparison of objects")
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return left is right if type(left) is type(right) is not int else _number(left) == _number(right)


class _Parser:
    """By the order of the operators: || && == != !"""

    def __init__(self, text: str, contexts: Contexts, functions: Functions) -> None:
        self.text, self.at = text, 0
        self.contexts, self.functions = contexts, functions

    def either(self) -> Any:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value if is_true(value) else other
        return value

    def end(self) -> None:
        if self.text[self.at :].strip():
            raise Refused(f"{self.text!r} from {self.text[self.at :]!r} on")

    def _both(self) -> Any:
        value = self._compared()
        while self._takes("&&"):
            other = self._compared()
            value = other if is_true(value) else value
        return value

    def _compared(self) -> Any:
        value = self._single()
        while sign := self._takes("==") or self._takes("!="):
            value = _equal(value, self._single()) == (sign == "==")
        return value

    def _single(self) -> Any:
        if self._takes("!"):
            return not is_true(self._single())
        if self._takes("("):
            value = self.either()
            self._must(")")
            return value
        return self._leaf()

    def _leaf(self) -> Any:
        found = _TOKEN.match(self.text, self.at)
        if found is None or found["mark"]:
            raise Refused(f"{self.text!r} from {self.text[self.at :]!r} on")
        self.at = found.end()
        if found["text"] is not None:
            return found["text"].replace("''", "'")
        return int(found["number"]) if found["number"] else self._named(found["name"])

    def _named(self, name: str) -> Any:
        if self._takes("("):
            self._must(")")
            if name not in self.functions:
                raise Refused(f"the function {name}")
            return self.functions[name]()
        return _CONSTANTS[name] if name in _CONSTANTS else self._value(name.split("."))

    def _value(self, keys: list[str]) -> Any:
        if keys[0] not in self.contexts:
            raise Refused(f"the context {keys[0]}")
        value: Any = self.contexts[keys[0]]
        for number, key in enumerate(keys[1:]):
            if number == 0 and keys[0] in _COMPLETE and key not in value:
                raise Refused(f"{'.'.join(keys)}: there is no {key}")
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _takes(self, mark: str) -> str:
        found = _TOKEN.match(self.text, self.at)
        if found is None or found["mark"] != mark:
            return ""
        self.at = found.end()
        return mark

    def _must(self, mark: str) -> None:
        if not self._takes(mark):
            raise Refused(f"{self.text!r} without {mark} at {self.text[self.at :]!r}")
