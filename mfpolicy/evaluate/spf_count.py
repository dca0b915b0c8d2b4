"""How many addresses an SPF record lets pass (RFC 7208, 4.6)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mfpolicy.evaluate.spf_dns import MAX_LOOKUPS, MAX_VOID_LOOKUPS
from mfpolicy.evaluate.spf_nodes import SpfTree, walk
from mfpolicy.evaluate.spf_sets import Interval, Ranges, address_sets
from mfpolicy.model.dns import Unknown
from mfpolicy.records.spf import Mechanism, Network

# A site gets at least one network of 64 bits, and uses few of its addresses (RFC 4291, 2.5.1).
_SITE = 64
_MOST = 2**63 - 1
_EVERY = 2**32


class Authorised(msgspec.Struct, frozen=True):
    """The IPv4 addresses that pass, and the IPv6 networks of 64 bits that hold some that do. What depends on
    the message (macros, `exists`, `ptr`) is not counted."""

    v4: int = 0
    v6: int = 0


def authorised(tree: SpfTree) -> Authorised | Unknown:
    """What the record of a tree lets pass; unknown where a part of it is, and not everybody passes anyhow."""
    if isinstance(tree.present, Unknown):
        return tree.present
    if tree.unknown is not None:
        own = (each for node in tree.terms for each in node.networks)
        found = _by_sets(tree) if any(each.prefixlen == 0 for each in own) else None
        return found if found and found.v4 == _EVERY else tree.unknown
    if _is_within_limits(tree) and _is_plain(tree):
        networks = list(_networks(tree))
        return counted(
            _bounds(each for each in networks if each.version == 4),
            _bounds(each for each in networks if each.version == 6),
        )
    return _by_sets(tree)


def _by_sets(tree: SpfTree) -> Authorised:
    sets = address_sets(tree)
    return counted(_passing(sets.v4), _passing(sets.v6))


def counted(v4: Ranges, v6: Ranges) -> Authorised:
    """How much the ranges of each family hold, given in order."""
    return Authorised(_size(v4, 0), _size(v6, _SITE))


def _is_within_limits(tree: SpfTree) -> bool:
    """Whether no receiver stops early; each family meets its own void lookups."""
    if tree.known_lookups > MAX_LOOKUPS:
        return False
    nodes = [node for _, node in walk(tree)]
    voids = max(sum(node.v4.voids for node in nodes), sum(node.v6.voids for node in nodes))
    return voids <= MAX_VOID_LOOKUPS


def _is_plain(tree: SpfTree) -> bool:
    """Whether every term but the last `all` lets pass what it matches: the order is then of no account."""
    return tree.result == "valid" and all(
        (node.child is None or _is_plain(node.child))
        and (not isinstance(term := node.term, Mechanism) or (term.qualifier == "+") != (term.name == "all"))
        for node in tree.terms
    )


def _networks(tree: SpfTree) -> Iterable[Network]:
    for node in tree.terms:
        yield from node.networks
        if node.child is not None:
            yield from _networks(node.child)


def _bounds(networks: Iterable[Network]) -> Ranges:
    return sorted({(int(each.network_address), int(each.broadcast_address)) for each in networks})


def _passing(intervals: Iterable[Interval]) -> Ranges:
    return [(each.low, each.high) for each in intervals if each.result == "pass"]


def _size(ranges: Ranges, shift: int) -> int:
    """How many blocks of 2 to the power of `shift` the sorted ranges touch."""
    total, above = 0, -1
    for low, high in ranges:
        first, last = max(low >> shift, above + 1), high >> shift
        if last >= first:
            total += last - first + 1
            above = last
    # All that there is of IPv6 is one too many for what a rule can read.
    return min(total, _MOST)
