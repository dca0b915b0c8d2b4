"""Several answers to one question, of which a receiver sees only one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mfpolicy.model.dns import Question, Record


def differing(variants: Sequence[Iterable[Record]]) -> set[Question]:
    """The record sets that are not the same in all of them, whatever their times to live."""
    found = [_values(records) for records in variants]
    return {
        each
        for one in found
        for each in one
        if any(each not in other or other[each] != one[each] for other in found)
    }


def _values(records: Iterable[Record]) -> dict[Question, set[tuple[str, tuple[str, ...]]]]:
    found: dict[Question, set[tuple[str, tuple[str, ...]]]] = {}
    for each in records:
        found.setdefault(Question(each.name, each.type), set()).add((each.value, each.strings))
    return found
