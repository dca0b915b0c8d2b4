"""Patterns over domain names, such as `*.brands.example` or `contoso.*`."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from mfpolicy.model.names import labels


def is_pattern(name: str) -> bool:
    """Whether a name stands for many."""
    return "*" in name


def matches(name: str, pattern: str) -> bool:
    """Whether a normal name is one of those that a pattern stands for; a name stands for itself."""
    return fnmatch.fnmatchcase(name, pattern)


class Patterns:
    """Patterns by the names they match; `*` stands for any text, dots included, and at least one character
    where it is a first label."""

    def __init__(self, patterns: Iterable[str]) -> None:
        ordered = sorted(dict.fromkeys(patterns), key=lambda each: (-len(each), each))
        self._below = {each[2:]: each for each in ordered if _is_below(each)}
        self._others = [each for each in ordered if not _is_below(each)]

    def matching(self, name: str) -> list[str]:
        """Those that match a normal name, the longest first."""
        found = [*self._above(name), *(each for each in self._others if matches(name, each))]
        return sorted(found, key=lambda each: (-len(each), each))

    def _above(self, name: str) -> Iterator[str]:
        # Most patterns are of this kind; looked up, thousands of them stay quick.
        if not self._below:
            return
        parts = labels(name)
        for at in range(1, len(parts)):
            pattern = self._below.get(".".join(parts[at:]))
            if pattern:
                yield pattern


def _is_below(pattern: str) -> bool:
    return pattern.startswith("*.") and "*" not in pattern[1:]
