"""The values that a file holds for one cmdlet, as its listing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mfpolicy.model.dns import Reason
from mfpolicy.model.places import Place, Pointer
from mfpolicy.model.tenant import Listing, TenantObject
from mfpolicy.sources.tenants._cmdlets import Cmdlet
from mfpolicy.sources.tenants._part import pointer

Found = tuple[Place, Any]


def listing(cmdlet: Cmdlet, file: str, found: Iterable[Found], whole: bool = True) -> Listing:
    """All objects among some values; null is none, and anything else is what was cut off of one. Nobody knows
    what every tenant has where none of it is found."""
    values = [(place, value) for place, value in found if value is not None]
    objects = tuple(
        TenantObject(cmdlet.name, plain(value), place) for place, value in values if isinstance(value, dict)
    )
    if values and not objects:
        return lacking(file, Reason.CUT_SHORT)
    if cmdlet.some and not objects:
        return lacking(file)
    return Listing(objects, file=file, whole=whole and len(objects) == len(values))


def lacking(file: str, reason: Reason = Reason.NOT_EXPORTED) -> Listing:
    """What nobody knows, though the file names it."""
    return Listing(lacking=reason, file=file)


def items(value: Any, file: str, *steps: str | int) -> list[Found]:
    """The values of a list at some steps of a file. One object stands for a list of one: that is how
    ConvertTo-Json writes it."""
    if not isinstance(value, list):
        return [(Pointer(file, pointer(*steps)), value)]
    return [(Pointer(file, pointer(*steps, at)), each) for at, each in enumerate(value)]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of an object without what a service says about them: `X@odata.type` and `X@data.type`
    beside X, and `LastUsedDate(DateTime])` beside LastUsedDate. PowerShell tells no names apart that differ
    in case only: where they hold different values, neither is known."""
    kept = {name: value for name, value in values.items() if "@" not in name and "(" not in name}
    if len({name.lower() for name in kept}) == len(kept):
        return kept
    first: dict[str, Any] = {}
    differ = {name.lower() for name, value in kept.items() if first.setdefault(name.lower(), value) != value}
    return {name: value for name, value in kept.items() if name.lower() not in differ}
