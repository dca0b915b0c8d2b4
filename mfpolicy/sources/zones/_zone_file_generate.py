"""`$GENERATE`, BIND's loop over numbers: a template of a record, written out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from mfpolicy.sources.zones._zone_file_entries import entries

_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(?:/([0-9]{1,9}))?", re.ASCII)
_MAX_TEMPLATE = 1000
_MAX_WIDTH = 255
_PART = re.compile(r"\\.|\$\$|\$\{(-?[0-9]{1,9})(?:,([0-9]{1,3})(?:,([doxX]))?)?\}|\$(?!\{)|(\$)", re.DOTALL)


class Loop(msgspec.Struct, frozen=True):
    """The numbers, and the words of the record with `$` for them."""

    numbers: range
    words: tuple[str, ...]

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The words of each record."""
        for number in self.numbers:
            yield tuple(_written(word, number) for word in self.words)


def loop(words: tuple[str, ...]) -> Loop | str:
    """What the words after `$GENERATE` mean, else in words why they mean nothing."""
    match = _RANGE.fullmatch(words[0]) if words else None
    if match is None or len(words) < 4:
        return "$GENERATE needs a range such as 1-20, an owner, a type and data"
    first, last, step = int(match[1]), int(match[2]), int(match[3] or 1)
    if first > last or step == 0:
        return f"the range {match[0]} has no numbers"
    if not _ends_in_type_and_data(words):
        return "$GENERATE takes a type and one word of data; put several words in quotes"
    template = (*words[1:-1], *_unquoted(words[-1]))
    if sum(map(len, template)) > _MAX_TEMPLATE:
        return f"a template of $GENERATE is longer than {_MAX_TEMPLATE} characters"
    if any(_unknown(match, first) for word in template for match in _PART.finditer(word)):
        return "a ${...} is not an offset, a width and a base (d, o, x or X), or counts below nought"
    return Loop(range(first, last + 1, step), template)


def _ends_in_type_and_data(words: tuple[str, ...]) -> bool:
    """Whether one word follows the type, which a time to live and a class may stand before."""
    types = (at for at in range(2, len(words)) if words[at].upper() != "IN" and not words[at][0].isdecimal())
    return next(types, 0) == len(words) - 2


def _unquoted(word: str) -> tuple[str, ...]:
    """The words of the data; BIND takes the quotes around them away."""
    if word[0] != '"':
        return (word,)
    inner = word[1:-1].replace('\\"', '"')
    return tuple(each.text for entry in entries(inner) for each in entry.words)


def _unknown(match: re.Match[str], first: int) -> bool:
    return bool(match[4]) or int(match[2] or 0) > _MAX_WIDTH or first + int(match[1] or 0) < 0


def _written(word: str, number: int) -> str:
    def value(match: re.Match[str]) -> str:
        if match[0][0] == "\\":
            return "$" if match[0] == r"\$" else match[0]
        if match[0] == "$$":
            return "$"
        return format(number + int(match[1] or 0), f"0{match[2] or 0}{match[3] or 'd'}")

    return _PART.sub(value, word)
