"""Many files as one tenant.

Where several tell the same cmdlet, one that knows all counts before one that knows a part, and that before
one that knows nothing; of those the newest; a file without a date is older than any. Files of one moment (or
without any) that tell the same are one. If they differ, they may be pages of one listing or two states of the
tenant: then all their objects count, but nobody knows whether these are all, or which of them still hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.tenant import Export, Listing, Tenant
from mfpolicy.sources.tenants._part import Part


def united(parts: Sequence[Part]) -> tuple[Tenant, tuple[Fault, ...]]:
    """The tenant, and what its files contradict each other in."""
    spoken = _spoken(parts)
    told: dict[str, list[tuple[str, Listing]]] = {}
    for part in spoken:
        for name, each in _as_said(part).items():
            told.setdefault(name, []).append((str(part.export.taken or ""), each))
    best = {name: _best(each) for name, each in told.items()}
    listings = {name: _joined(each) for name, each in best.items()}
    faults = tuple(_fault(name, each) for name, each in best.items() if len(each) > 1)
    return Tenant(listings, tuple(part.export for part in spoken if not part.speaks)), faults


def _spoken(parts: Sequence[Part]) -> list[Part]:
    """The parts with what a file in their folder, or above it, says for them; the nearest first."""
    speakers = sorted((each for each in parts if each.speaks), key=lambda each: -len(_folder(each.export)))
    return [msgspec.structs.replace(each, export=_filled(each.export, speakers)) for each in parts]


def _as_said(part: Part) -> Mapping[str, Listing]:
    """The listings of a part; one that calls itself that lists nothing as a whole."""
    if not part.export.part:
        return part.listings
    return {name: msgspec.structs.replace(each, whole=False) for name, each in part.listings.items()}


def _filled(export: Export, speakers: Sequence[Part]) -> Export:
    for said in (each.export for each in speakers if export.file.startswith(_folder(each.export))):
        export = msgspec.structs.replace(
            export,
            taken=export.taken or said.taken,
            id=export.id or said.id,
            name=export.name or said.name,
            part=export.part or said.part,
        )
    return export


def _folder(export: Export) -> str:
    return export.file[: export.file.rfind("/") + 1]


def _best(told: Sequence[tuple[str, Listing]]) -> tuple[Listing, ...]:
    """What counts; several where they are of one moment. A part of a listing makes all of its moment so."""
    moments = {taken: tuple(each for at, each in told if at == taken) for taken, _ in told}
    top = max(moments, key=lambda taken: (_knowing(moments[taken]), taken))
    known = tuple(each for each in moments[top] if each.lacking is None)
    return _distinct(known or moments[top][:1])


def _knowing(listings: Sequence[Listing]) -> int:
    """2: it knows all; 1: a part; 0: nothing."""
    known = [each for each in listings if each.lacking is None]
    return (1 + all(each.whole for each in known)) if known else 0


def _distinct(listings: Sequence[Listing]) -> tuple[Listing, ...]:
    found: list[Listing] = []
    for each in listings:
        if not any(_same(each, other) for other in found):
            found.append(each)
    return tuple(found)


def _same(one: Listing, other: Listing) -> bool:
    return one.whole == other.whole and _values(one) == _values(other)


def _values(listing: Listing) -> list[Mapping[str, Any]]:
    return [each.values for each in listing.objects]


def _joined(listings: Sequence[Listing]) -> Listing:
    if len(listings) == 1:
        return listings[0]
    objects = tuple(chain.from_iterable(each.objects for each in listings))
    removed = tuple(chain.from_iterable(each.removed for each in listings))
    return Listing(objects, file=listings[0].file, whole=False, removed=removed)


def _fault(name: str, listings: Sequence[Listing]) -> Fault:
    files = ", ".join(sorted({each.file for each in listings}))
    words = (
        f"{name} stands in several files of one moment, and they differ: {files}; keep the one that holds, "
        "or put the pages of one listing in one file"
    )
    return Fault("unreadable-file", words, Span(listings[0].file, 0, 0))
