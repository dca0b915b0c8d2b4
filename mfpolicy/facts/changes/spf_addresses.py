"""The addresses that the terms of a domain's own SPF record let pass on one side of a change only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from functools import reduce

import msgspec

from mfpolicy.evaluate.spf_count import counted
from mfpolicy.evaluate.spf_cover import Passing, passing
from mfpolicy.evaluate.spf_difference import Allowed, IsOwn, Symbol, hosts, is_empty, minus, own_nodes
from mfpolicy.evaluate.spf_dns import Address
from mfpolicy.evaluate.spf_tree import SpfTree
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.senders import network_of
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.records.reach import is_private
from mfpolicy.records.spf import Network

# Of an IPv6 range the networks of 64 bits are counted, each of which is one site's at most (RFC 4291, 2.5.1).
_SITE = 64
# What huge-range-authorised speaks of.
_HUGE_4, _HUGE_6 = 8, 16


class SpfRangesFacts(msgspec.Struct, frozen=True):
    """Ranges in words, as `203.0.113.0/28 (16 addresses)`; how many IPv4 addresses and IPv6 networks of 64
    bits they hold. The `seen_` counts are certain also where there may be more."""

    ranges: tuple[str, ...] | Unknown = ()
    addresses: int | Unknown = 0
    networks: int | Unknown = 0
    seen_addresses: int = 0
    seen_networks: int = 0


def only_in(this: Allowed, other: Allowed, besides: Iterable[Passing] = ()) -> SpfRangesFacts:
    """What one record's own ip4, ip6, a and mx terms let pass and the other record does not, without the
    addresses `besides`. A part of the other one that was not seen may hold all of it, unless both have that
    part."""
    left = reduce(minus, besides, minus(this.own, other.every))
    hiding = () if is_empty(left) else unseen(other.symbols, this.symbols)
    hidden = (each for each in this.own_symbols if each.kind in ("a", "mx"))
    seen = Passing([], []) if hiding else left
    return _facts(seen, [*hiding, *unseen(hidden, other.symbols)])


def unseen(symbols: Iterable[Symbol], others: Iterable[Symbol]) -> tuple[Unknown, ...]:
    """What would have to be asked for those symbols that are not among others."""
    known = frozenset(others)
    return tuple(each.unknown for each in symbols if each.unknown is not None and each not in known)


def in_words(found: Passing) -> tuple[str, ...]:
    """Each range in words, IPv4 first."""
    return tuple(map(_words, _ranges(found)))


def faulty(tree: SpfTree, is_own: IsOwn) -> Passing:
    """What a record should never have named, and other rules speak of: private ranges, and huge ones."""
    networks = (each for node in own_nodes(tree, is_own) for each in node.networks)
    return passing((), (each for each in networks if is_private(each) or _is_huge(each)))


def moved(base: View, head: View, before: SpfTree, after: SpfTree, is_own: IsOwn) -> Passing:
    """The former addresses of hosts that the record names still: the hosts have got new ones."""
    was, now = hosts(base, before, is_own), hosts(head, after, is_own)
    return passing((), (each for host, networks in was.items() if now.get(host) for each in networks))


def intended(side: Side, domain: str) -> Passing:
    """The ranges that an intent names, its senders' for this domain among them."""
    said = side.declared.senders(domain) or ()
    named = (network_of(text) for each in said for text in each.addresses)
    return passing((), (*side.declared.ranges, *named))


def given_up(base: Side, head: Side, domain: str) -> Passing:
    """The ranges that an intent named before, and does no longer. One that no longer says who sends for this
    domain takes back no sender."""
    silent = head.declared.senders(domain) is None
    before = passing((), base.declared.ranges) if silent else intended(base, domain)
    return minus(before, intended(head, domain))


def _facts(seen: Passing, unknowns: list[Unknown]) -> SpfRangesFacts:
    count, words = counted(seen.v4, seen.v6), in_words(seen)
    if not unknowns:
        return SpfRangesFacts(words, count.v4, count.v6, count.v4, count.v6)
    why = joined(unknowns)
    return SpfRangesFacts(words or why, why, why, count.v4, count.v6)


def _is_huge(network: Network) -> bool:
    return network.prefixlen <= (_HUGE_4 if network.version == 4 else _HUGE_6)


def _words(found: Network | tuple[Address, Address]) -> str:
    """A range by its prefix where it has one, else by its ends."""
    if isinstance(found, tuple):
        low, high = found
        return f"{low}-{high} ({_size(int(high) - int(low) + 1, low.version)})"
    if found.num_addresses == 1:
        return str(found.network_address)
    return f"{found} ({_size(found.num_addresses, found.version)})"


def _size(count: int, version: int) -> str:
    """In networks of 64 bits where it is one or more, as nobody counts the addresses of IPv6."""
    if version == 4 or count < 2**_SITE:
        return f"{count:,} addresses"
    return f"{count >> _SITE:,} network{'s' * (count >> _SITE > 1)} of 64 bits"


def _ranges(found: Passing) -> Iterator[Network | tuple[Address, Address]]:
    for low, high in found.v4:
        yield _range(ipaddress.IPv4Address(low), ipaddress.IPv4Address(high))
    for low, high in found.v6:
        yield _range(ipaddress.IPv6Address(low), ipaddress.IPv6Address(high))


def _range(low: Address, high: Address) -> Network | tuple[Address, Address]:
    prefix = low.max_prefixlen - (int(high) - int(low)).bit_length()
    found = ipaddress.ip_network((low, prefix), strict=False)
    return found if (found[0], found[-1]) == (low, high) else (low, high)
