"""One resource's attributes before or after a plan, with what of them is known only once it is applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.sources.shape import shown

_LONGEST = 4096  # characters of a name or a number; texts may be longer


class Later(Exception):
    """What is asked for is known only once the plan is applied; the text is its key."""


class Misread(Exception):
    """What is asked for has another shape than its provider documents; the text says which."""


class Elsewhere(Exception):
    """The provider makes the value itself, from what no plan tells."""


class Object(msgspec.Struct, frozen=True):
    """`values` as in `before` or `after`, `unknown` as in `after_unknown`: of the same shape, with `true` for
    a value that is missing; `pointer` is where the values stand. `there`: the provider has told of them."""

    type: str
    values: Any
    unknown: Any = None
    pointer: str = ""
    there: bool = False

    def text(self, key: str) -> str:
        """A text, empty where nothing is set."""
        value = self.value(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Misread(f"{key} is {_kind(value)}; expected a text")
        return value

    def number(self, key: str) -> int | None:
        """A number, also one that is written as a text or with a fraction of zero; None where none is set."""
        value = self.value(key)
        if value is None or value == "":
            return None
        text = str(value).removesuffix(".0")
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 12):
            raise Misread(f"{key} is {_kind(value)}; expected a number")
        return int(text)

    def word(self, key: str) -> str:
        """A text or a number, as text."""
        value = self.value(key)
        if isinstance(value, dict | list | bool):
            raise Misread(f"{key} is {_kind(value)}; expected a text")
        return "" if value is None else str(value).removesuffix(".0")

    def is_set(self, key: str) -> bool:
        """Whether a value is there or will be; an empty list or text is none."""
        return self._unknown(key) is not None or self._known(key) not in (None, "", [], {}, False)

    def is_later(self, key: str) -> bool:
        """Whether a value as a whole is known only once the plan is applied."""
        return self._unknown(key) is True

    def value(self, key: str) -> Any:
        """A value as it stands; None where nothing is set."""
        if self.is_later(key):
            raise Later(key)
        return self._known(key)

    def texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of texts, each with its pointer."""
        found = tuple((each.values, each.pointer) for each in self.items(key))
        if not all(isinstance(text, str) for text, _ in found):
            raise Misread(f"{key} holds something else than texts")
        return found

    def items(self, key: str) -> Iterator[Object]:
        """What a list holds; one block may stand without its list."""
        value, unknown = self.value(key), self._unknown(key)
        if value is None and unknown:
            raise Later(key)
        for index, each in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
            if isinstance(value, list):
                yield self._item(f"{key}/{index}", each, _at(unknown, index))
            else:
                yield self._item(key, each, unknown)
        if (
            isinstance(unknown, list)
            and isinstance(value, list)
            and any(map(is_later, unknown[len(value) :]))
        ):
            raise Later(key)

    def block(self, key: str) -> Object | None:
        """The first block of a list, or the one that stands without it."""
        return next(self.items(key), None)

    def _item(self, path: str, value: Any, unknown: Any) -> Object:
        if unknown is True:
            raise Later(path)
        return Object(self.type, value, unknown, f"{self.pointer}/{path}", self.there)

    def _known(self, key: str) -> Any:
        if not isinstance(self.values, dict):
            raise Misread(f"{_kind(self.values)} stands where attributes were expected")
        return self.values.get(key)

    def _unknown(self, key: str) -> Any:
        """What is missing below a key; None where nothing is."""
        found = self.unknown.get(key) if isinstance(self.unknown, dict) else self.unknown
        return found if found and is_later(found) else None


def is_later(unknown: Any) -> bool:
    """Whether any value of an `after_unknown` is missing."""
    left = [unknown]
    while left:
        each = left.pop()
        if each is True:
            return True
        left += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return False


def _at(unknown: Any, index: int) -> Any:
    if not isinstance(unknown, list):
        return unknown
    return unknown[index] if index < len(unknown) else None


def _kind(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return shown(str(value)[:_LONGEST])
