"""Whether one SPF record lets pass all that another one does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from mfpolicy.evaluate.spf_nodes import SpfTree, TermNode
from mfpolicy.evaluate.spf_sets import AddressSets, Interval, Ranges, address_sets
from mfpolicy.records.spf import Network


class Passing(msgspec.Struct, frozen=True):
    """The addresses that pass, for each family as ranges in order, of which no two overlap or touch."""

    v4: Ranges
    v6: Ranges


def passing(trees: Iterable[SpfTree], networks: Iterable[Network] = ()) -> Passing:
    """What passes by any one of some records, each taken as the record of the domain itself, or lies in a
    network. What depends on the message is not among it."""
    sets = [address_sets(each) for each in trees]
    v4, v6 = _bounds(networks)
    return Passing(together(_passes(sets, 4) + v4), together(_passes(sets, 6) + v6))


def passing_by(node: TermNode) -> Passing:
    """What matches a term: the ranges that it names, or what the record it leads to lets pass."""
    return passing((node.child,)) if node.child is not None else passing((), node.networks)


def covers(wide: Passing, narrow: Passing) -> bool:
    """Whether all that passes by one passes by the other. Nothing at all is covered by nothing: it is no
    evidence of anything."""
    if not (narrow.v4 or narrow.v6):
        return False
    return _lie_in(narrow.v4, wide.v4) and _lie_in(narrow.v6, wide.v6)


def _passes(sets: Iterable[AddressSets], version: int) -> Ranges:
    intervals: Iterable[Interval] = (
        each for found in sets for each in (found.v4 if version == 4 else found.v6)
    )
    return [(each.low, each.high) for each in intervals if each.result == "pass"]


def _bounds(networks: Iterable[Network]) -> tuple[Ranges, Ranges]:
    found: tuple[Ranges, Ranges] = ([], [])
    for each in networks:
        found[each.version == 6].append((int(each.network_address), int(each.broadcast_address)))
    return found


def together(ranges: Ranges) -> Ranges:
    """Ranges in any order as ones in order, of which no two overlap or touch."""
    found: Ranges = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _lie_in(narrow: Ranges, wide: Ranges) -> bool:
    return all(_holds(wide, low, high) for low, high in narrow)


def _holds(wide: Ranges, low: int, high: int) -> bool:
    at = bisect_right(wide, low, key=lambda each: each[0]) - 1
    return at >= 0 and high <= wide[at][1]
