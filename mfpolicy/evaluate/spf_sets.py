"""Which addresses an SPF record authorises: disjoint, labelled intervals (RFC 7208, 4.6)."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from mfpolicy.evaluate.spf_dns import MAX_LOOKUPS, MAX_VOID_LOOKUPS, receiver_result
from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.model.dns import Unknown
from mfpolicy.records.spf import Network

Result = Literal["pass", "fail", "softfail", "neutral", "permerror", "temperror", "unknown", "none"]
Ranges = list[tuple[int, int]]
_Path = tuple[str, ...]
_RESULTS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MATCHES_NOTHING = frozenset(("fail", "softfail", "neutral"))


class Interval(msgspec.Struct, frozen=True):
    """The addresses `low` to `high`, both included. `path` leads to the deciding term, () for the default.

    `after_opaque` holds the paths of terms that may match before, depending on the message.
    """

    low: int
    high: int
    result: Result
    path: tuple[str, ...] = ()
    after_opaque: tuple[tuple[str, ...], ...] = ()


class AddressSets(msgspec.Struct, frozen=True):
    """The whole space of each family, in order, without gap or overlap."""

    v4: tuple[Interval, ...]
    v6: tuple[Interval, ...]

    def at(self, ip: str) -> Interval:
        """The interval of an address; IPv4-mapped ones are IPv4 (RFC 7208, 5). ValueError if it is none."""
        address = ipaddress.ip_address(ip)
        if isinstance(address, ipaddress.IPv6Address):
            address = address.ipv4_mapped or address
        intervals = self.v4 if address.version == 4 else self.v6
        return intervals[bisect_right(intervals, int(address), key=lambda item: item.low) - 1]

    def count(self, version: int, result: str) -> int:
        """How many addresses of IP version 4 or 6 have a result."""
        intervals = self.v4 if version == 4 else self.v6
        return sum(item.high - item.low + 1 for item in intervals if item.result == result)


class _State(msgspec.Struct, frozen=True):
    """What a receiver has counted, and passed by, when it stands before a term."""

    lookups: int = 0
    voids: int = 0
    opaque: tuple[tuple[str, ...], ...] = ()


class _Outcome(msgspec.Struct, frozen=True):
    """Addresses for which a record has been decided."""

    result: Result
    path: tuple[str, ...]
    state: _State
    ranges: Ranges


_Regions = dict[_State, Ranges]


def address_sets(tree: SpfTree) -> AddressSets:
    """What receivers say of every address, by the record of a tree alone; `none` where there is no record."""
    return AddressSets(_intervals(tree, 4), _intervals(tree, 6))


def _intervals(tree: SpfTree, version: int) -> tuple[Interval, ...]:
    whole: Ranges = [(0, 2 ** (32 if version == 4 else 128) - 1)]
    outcomes = _Evaluation(version).record(tree, {_State(): whole}, ())
    flat = [
        Interval(low, high, item.result, item.path, item.state.opaque)
        for item in outcomes
        for low, high in item.ranges
    ]
    return tuple(_merged(sorted(flat, key=lambda item: item.low)))


def _merged(intervals: list[Interval]) -> Iterator[Interval]:
    current = intervals[0]
    for item in intervals[1:]:
        if msgspec.structs.replace(item, low=current.low) == msgspec.structs.replace(current, high=item.high):
            current = msgspec.structs.replace(current, high=item.high)
            continue
        yield current
        current = item
    yield current


class _Evaluation:
    """check_host() over sets of addresses of one family, kept apart by what a receiver has counted."""

    def __init__(self, version: int) -> None:
        self._version = version

    def record(self, tree: SpfTree, regions: _Regions, path: tuple[str, ...]) -> list[_Outcome]:
        """What becomes of each region at a record; every address ends in exactly one outcome."""
        if isinstance(tree.present, Unknown):
            return _all(regions, receiver_result(tree.present), path)
        if tree.spf is None:
            return _all(regions, "permerror" if tree.present else "none", path)
        if tree.spf.faults:
            return _all(regions, "permerror", path)
        ended: list[_Outcome] = []
        for node in tree.terms:
            if not regions:
                return ended
            outcomes, regions = self._term(node, regions, path + node.path)
            ended += outcomes
        # Terms beyond the tree's bounds were dropped; by far too many lookups stand before them.
        return ended + _all(regions, "permerror" if _is_cut(tree) else "neutral", path)

    def _term(self, node: TermNode, regions: _Regions, path: _Path) -> tuple[list[_Outcome], _Regions]:
        qualifier = getattr(node.term, "qualifier", "")
        if node.term.name == "all":
            return _all(regions, _RESULTS[qualifier], path), {}
        ended: list[_Outcome] = []
        if node.lookups:
            ended, regions = _counted(regions, path, lookups=1)
        if node.opaque or (node.child is None and node.error != ""):
            outcomes, regions = self._special(node, regions, path)
            return ended + outcomes, regions
        if node.child is not None:
            outcomes, regions = self._child(node, node.child, regions, path)
            return ended + outcomes, regions
        outcomes, regions = self._own(node, regions, path)
        return ended + outcomes, regions

    def _special(
        self, node: TermNode, regions: _Regions, path: tuple[str, ...]
    ) -> tuple[list[_Outcome], _Regions]:
        """Terms that always end in an error, and those that depend on the message."""
        if node.error:
            return _all(regions, "permerror", path), {}
        regions = {
            _State(state.lookups, state.voids, (*state.opaque, path)): ranges
            for state, ranges in regions.items()
        }
        if node.term.name == "redirect":
            return _all(regions, "unknown", path), {}
        return [], regions

    def _own(self, node: TermNode, regions: _Regions, path: _Path) -> tuple[list[_Outcome], _Regions]:
        reach = node.v4 if self._version == 4 else node.v6
        ended, regions = _counted(regions, path, voids=reach.voids)
        if reach.unknown:
            return ended + _all(regions, receiver_result(reach.unknown), path), {}
        result = _RESULTS[getattr(node.term, "qualifier", "+")]
        rest: _Regions = {}
        for state, ranges in regions.items():
            taken, left = _split(ranges, reach.networks)
            if taken:
                ended.append(_Outcome(result, path, state, taken))
            if left:
                rest[state] = left
        return ended, rest

    def _child(
        self, node: TermNode, child: SpfTree, regions: _Regions, path: tuple[str, ...]
    ) -> tuple[list[_Outcome], _Regions]:
        ended, regions = _counted(regions, path, voids=int(child.void))
        below = self.record(child, regions, path) if regions else []
        rest: _Regions = {}
        for item in below:
            if item.result == "none":
                ended.append(msgspec.structs.replace(item, result="permerror"))
            elif node.term.name == "redirect":
                ended.append(item)
            elif item.result == "pass":
                result = _RESULTS[getattr(node.term, "qualifier", "+")]
                ended.append(msgspec.structs.replace(item, result=result))
            elif item.result in _MATCHES_NOTHING:
                rest.setdefault(item.state, []).extend(item.ranges)
            else:
                ended.append(item)
        return ended, {state: sorted(ranges) for state, ranges in rest.items()}


def _is_cut(tree: SpfTree) -> bool:
    return any(error.code == "too-large" and not error.path for error in tree.errors)


def _all(regions: _Regions, result: Result, path: tuple[str, ...]) -> list[_Outcome]:
    return [_Outcome(result, path, state, ranges) for state, ranges in regions.items()]


def _counted(
    regions: _Regions, path: tuple[str, ...], lookups: int = 0, voids: int = 0
) -> tuple[list[_Outcome], _Regions]:
    """The regions after a term was counted; those beyond a limit end in permerror (RFC 7208, 4.6.4)."""
    ended: list[_Outcome] = []
    going: _Regions = {}
    for before, ranges in regions.items():
        state = _State(before.lookups + lookups, before.voids + voids, before.opaque)
        if state.lookups > MAX_LOOKUPS or state.voids > MAX_VOID_LOOKUPS:
            ended.append(_Outcome("permerror", path, state, ranges))
        else:
            going[state] = ranges
    return ended, going


def _split(ranges: Ranges, networks: Iterable[Network]) -> tuple[Ranges, Ranges]:
    """The part of sorted, disjoint ranges inside the networks, and the rest."""
    taken: Ranges = []
    left = list(ranges)
    for network in networks:
        low, high = int(network.network_address), int(network.broadcast_address)
        first = max(bisect_right(left, (low, low)) - 1, 0)
        last = bisect_right(left, (high, high), lo=first)
        # An equal lower bound sorts a wider range behind (low, low): look one further.
        while last < len(left) and left[last][0] <= high:
            last += 1
        touched = left[first:last]
        left[first:last] = [piece for each in touched for piece in _outside(each, low, high)]
        taken += [(max(a, low), min(b, high)) for a, b in touched if a <= high and b >= low]
    return sorted(taken), left


def _outside(piece: tuple[int, int], low: int, high: int) -> Ranges:
    a, b = piece
    if b < low or a > high:
        return [piece]
    before = [(a, low - 1)] if a < low else []
    after = [(high + 1, b)] if b > high else []
    return before + after
