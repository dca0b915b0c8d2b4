"""Values that may be unknown, in words."""

from __future__ import annotations

from collections.abc import Iterable

from mfpolicy.model.dns import POLICY, NoAnswer, Unknown, joined

NOT_KNOWN = "not known"
_NAMED = 3


def turned(what: str, before: str | int | Unknown, after: str | int | Unknown) -> tuple[str, ...]:
    """A remark of a value that becomes another one; none where it stays, or nobody knows what it was or will
    be."""
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return ()
    return () if before == after else (f"{what}: {said(before)} -> {said(after)}",)


def said(value: str | int | Unknown) -> str:
    """The value, or that it is not known."""
    return NOT_KNOWN if isinstance(value, Unknown) else str(value)


def listed(values: Iterable[str] | Unknown) -> tuple[str, ...]:
    """The values, as far as they are known."""
    return () if isinstance(values, Unknown) else tuple(values)


def missing(*values: object) -> str:
    """What is not known, and why: `TXT of a.example.org (not asked)`; empty where all is."""
    unknowns = [each for each in values if isinstance(each, Unknown)]
    if not unknowns:
        return ""
    found = joined(unknowns).because
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(map(_question, found[:_NAMED])) + more


def _question(item: NoAnswer) -> str:
    name, type = item.question.name, item.question.type
    what = f"the policy file of {name}" if type == POLICY else f"{type} of {name}"
    return f"{what} ({item.reason.value})"
