"""Drift for people: where live DNS and the repository part, beside the findings and never among them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mfpolicy.model.dns import Question
from mfpolicy.model.durations import duration
from mfpolicy.model.findings import Drift
from mfpolicy.output.escape import clipped, visible
from mfpolicy.output.place import resolve, where
from mfpolicy.output.words import counted

_SETS = 10
_VALUES = 5
_COLUMNS = 90  # behind the word that says whose value it is
_BEFORE = 30  # characters kept before the difference
_SAID = "no finding; a change that is not deployed yet looks like this too"


def lines(drift: Sequence[Drift], texts: Mapping[str, str], *, show_all: bool = False) -> Iterator[str]:
    """Each record set that differs, by name and type: what only the repository holds, and what only live
    DNS does; long values are cut so that the difference shows. Ten sets, and five values a side, unless
    `show_all`. `texts`: file -> what was read."""
    if not drift:
        return
    shown = len(drift) if show_all else _SETS
    yield f"drift: live DNS differs from the repository {_at(drift)} ({_SAID})"
    for each in ordered(drift)[:shown]:
        yield from _set(each, texts, show_all)
    if len(drift) > shown:
        yield f"  and {len(drift) - shown:,} more (--all shows each)"


def unseen(questions: Sequence[Question]) -> Iterator[str]:
    """How many record sets of the repository live DNS did not answer for."""
    if questions:
        first = f"{visible(questions[0].name)} {visible(questions[0].type)}"
        sets = counted(len(questions), "record set")
        yield f"drift: live DNS did not answer for {sets} of the repository (first: {first}): not compared"


def ordered(drift: Sequence[Drift]) -> list[Drift]:
    """By name and type."""
    return sorted(drift, key=lambda each: (each.name, each.type, each.proposed, each.live))


def _at(drift: Sequence[Drift]) -> str:
    names = counted(len({each.name for each in drift}), "name")
    sets = counted(len(drift), "record set")
    return f"at {names}" if len({each.name for each in drift}) == len(drift) else f"in {sets} at {names}"


def _set(drift: Drift, texts: Mapping[str, str], show_all: bool) -> Iterator[str]:
    place = f"{where(resolve(drift.place, texts))} " if drift.place else ""
    yield f"  {place}{visible(drift.name) or '.'} {visible(drift.type)}"
    both = set(drift.proposed) & set(drift.live)
    ours = [visible(each) for each in drift.proposed if each not in both]
    theirs = [visible(each) for each in drift.live if each not in both]
    yield from _side("repository: ", ours, theirs, both, show_all)
    yield from _side("live:       ", theirs, ours, both, show_all)
    if drift.kept:
        yield f"                (resolvers may keep that for {duration(drift.kept)})"
    if both:
        yield f"    both:       {counted(len(both), 'value')}"


def _side(
    label: str, own: Sequence[str], other: Sequence[str], both: Collection[str], show_all: bool
) -> Iterator[str]:
    if not own:
        yield f"    {label}{'(nothing else)' if both else '(none)'}"
    shown = len(own) if show_all or len(own) <= _VALUES else _VALUES - 1
    for index, value in enumerate(own[:shown]):
        yield f"    {' ' * len(label) if index else label}{_around(value, other)}"
    if len(own) > shown:
        yield f"    {' ' * len(label)}and {len(own) - shown:,} more"


def _around(value: str, other: Sequence[str]) -> str:
    """The value, cut around the place where it leaves the value of the other side that is most like it."""
    at, twin = max(((_alike(value, each), each) for each in other), key=lambda pair: pair[0], default=(0, ""))
    start = max(0, at - _BEFORE) if max(len(value), len(twin)) > _COLUMNS else 0
    return ("..." if start else "") + clipped(value[start:], _COLUMNS)


def _alike(one: str, other: str) -> int:
    """How many characters two values begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(one), len(other)))
