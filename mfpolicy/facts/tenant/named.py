"""Objects of a tenant by the names that people gave them."""

from __future__ import annotations

from collections.abc import Iterable

from mfpolicy.model.patterns import matches


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of those that patterns stand for, by `*` alone and without case: the names of
    rules often hold brackets."""
    return any(matches(name.lower(), _plain(each.lower())) for each in patterns)


def _plain(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")
