"""Properties that an export may leave out where they are empty, as Graph does with its optional ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from mfpolicy.facts.tenant.values import Maybe, part, texts
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.tenant import TenantObject

_T = TypeVar("_T")


def optional(of: Maybe, name: str) -> tuple[str, ...] | Unknown:
    """A list of texts; none where the object is known and does not say it."""
    return () if isinstance(of, TenantObject) and not of.has(name) else texts(of, name)


def optional_part(of: Maybe, name: str) -> TenantObject | Unknown:
    """An object inside; one without properties where the object is known and does not say it."""
    if isinstance(of, TenantObject) and not of.has(name):
        return TenantObject(f"{of.whose} {name}", {}, of.place)
    return part(of, name)


def lower(found: tuple[str, ...] | Unknown) -> tuple[str, ...] | Unknown:
    """Texts that compare without case."""
    return found if isinstance(found, Unknown) else tuple(each.lower() for each in found)


def gathered(found: Iterable[_T | Unknown]) -> tuple[_T, ...] | Unknown:
    """All of them; unknown where one is."""
    each = tuple(found)
    unknowns = [one for one in each if isinstance(one, Unknown)]
    return joined(unknowns) if unknowns else tuple(one for one in each if not isinstance(one, Unknown))
