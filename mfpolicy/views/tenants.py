"""The tenant as it would be once a proposal is applied: what the proposal says, over what was exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mfpolicy.model.tenant import Export, Listing, Tenant, TenantObject

Pair = tuple[TenantObject | None, TenantObject | None]
# What tells objects of one kind apart, the surest first: people rename things.
_NAMES = (
    *("Guid", "Id", "Identity", "Name", "DomainName", "Domain", "UserPrincipalName", "Value"),
    *("DisplayName", "SpoofedUser"),
)


def proposed(live: Tenant | None, proposal: Tenant | None) -> Tenant | None:
    """The tenant under a proposal. A kind that the proposal lists as a whole is as it says; of one that it
    lists in part, objects have the properties that it gives them, those that it calls removed are gone, and
    all else stays."""
    if live is None or proposal is None:
        return proposal or live
    listings = {**live.listings}
    for name, each in proposal.listings.items():
        listings[name] = _over(live.listings.get(name), each)
    exports = tuple(_exports(listings, live, proposal))
    return msgspec.structs.replace(live, listings=listings, exports=exports)


def _exports(listings: Mapping[str, Listing], live: Tenant, proposal: Tenant) -> Iterator[Export]:
    """The files that anything rests on: how old a proposal is does not matter, unless it is an export."""
    kept = {
        live.listings[name].file
        for name in live.listings
        if listings[name] is not proposal.listings.get(name)
    }
    yield from (each for each in live.exports if each.file in kept)
    yield from (each for each in proposal.exports if each.taken or not kept)


def _over(live: Listing | None, said: Listing) -> Listing:
    """One kind. Of what nobody exported nobody knows more than the proposal says."""
    if said.whole and said.lacking is None:
        return said
    if live is None or live.lacking is not None:
        return msgspec.structs.replace(said, whole=False)
    if said.lacking is not None and not said.removed:
        return live
    return msgspec.structs.replace(live, objects=tuple(_united(live.objects, said)))


def _united(objects: Sequence[TenantObject], said: Listing) -> Iterator[TenantObject]:
    gone = {id(was) for was, _ in matched(objects, said.removed) if was is not None}
    found = matched(objects, said.objects)
    for was, now in found:
        if was is not None and now is not None:
            yield _with(was, now)
        elif was is not None and id(was) not in gone:
            yield was
    yield from (now for was, now in found if was is None and now is not None)


def _with(live: TenantObject, said: TenantObject) -> TenantObject:
    """An object with the properties that a proposal gives it, whose names compare without case."""
    given = {name.lower() for name in said.values}
    kept: dict[str, Any] = {name: value for name, value in live.values.items() if name.lower() not in given}
    return msgspec.structs.replace(live, values={**kept, **said.values}, place=said.place)


def matched(was: Sequence[TenantObject], now: Sequence[TenantObject]) -> list[Pair]:
    """Which object is which, of one kind: those of before in their order, then those that are new. What there
    is one of is the same, whatever it is called."""
    if len(was) == len(now) == 1 and not (_keys(was[0]) and _keys(now[0])):
        return [(was[0], now[0])]
    left = {id(each): each for each in now}
    by_key: dict[str, TenantObject] = {}
    for each in now:
        for key in _keys(each):
            by_key.setdefault(key, each)
    found: list[Pair] = []
    for old in was:
        same = next((by_key[key] for key in _keys(old) if key in by_key and id(by_key[key]) in left), None)
        found.append((old, left.pop(id(same), None) if same is not None else None))
    return [*found, *((None, each) for each in left.values())]


def _keys(of: TenantObject) -> tuple[str, ...]:
    """What an object may be known by, the surest first: `name:inbound from contoso`."""
    found = ((name, of.value(name)) for name in _NAMES)
    return tuple(f"{name}:{each.strip().lower()}" for name, each in found if isinstance(each, str) and each)
