"""Conclusions from what may be unknown: the known parts decide where they can (Kleene's three values)."""

from __future__ import annotations

from collections.abc import Callable

from mfpolicy.model.dns import Unknown, any_of, negated

Certainty = bool | Unknown


def every(*parts: Callable[[], Certainty]) -> Certainty:
    """Whether all hold; those after the first that does not are never looked at."""
    return negated(some(*(_negation(part) for part in parts)))


def some(*parts: Callable[[], Certainty]) -> Certainty:
    """Whether any holds; those after the first that does are never looked at."""
    return any_of(part() for part in parts)


def _negation(part: Callable[[], Certainty]) -> Callable[[], Certainty]:
    return lambda: negated(part())
