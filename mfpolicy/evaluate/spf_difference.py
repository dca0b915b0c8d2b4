"""Whom one SPF record lets pass and another does not, as far as both were seen (RFC 7208, 4.6)."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Collection, Iterator

import msgspec

from mfpolicy.evaluate.spf_cover import Passing, together
from mfpolicy.evaluate.spf_dns import MAX_LOOKUPS, MAX_VOID_LOOKUPS, addresses, exchangers
from mfpolicy.evaluate.spf_reach import NOTHING, Reach
from mfpolicy.evaluate.spf_sets import AddressSets, Interval, Ranges, address_sets
from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.records.spf import Mechanism, Network

IsOwn = Callable[[str], bool]
Host = tuple[str, int, int]
_FOLLOWED = ("include", "redirect")
_LISTING = ("ip4", "ip6", "a", "mx")
_NOBODY = Passing([], [])


class Symbol(msgspec.Struct, frozen=True):
    """A part of a record that lets pass addresses which nobody can list: those that were not seen, for want
    of the answers in `unknown`, or else those that depend on the message (macros, ptr)."""

    kind: str
    target: str
    prefixes: tuple[int, int] = (32, 128)
    unknown: Unknown | None = None

    @property
    def text(self) -> str:
        """The term in its plainest form."""
        return f"{self.kind}:{self.target}"


class Allowed(msgspec.Struct, frozen=True):
    """Whom a record lets pass: `every` address that was seen, those of them that its own ip4, ip6, a and mx
    terms decide (`own`), and a symbol for each part of which no address was seen. `own_symbols` are those of
    its own terms."""

    every: Passing = _NOBODY
    own: Passing = _NOBODY
    symbols: tuple[Symbol, ...] = ()
    own_symbols: tuple[Symbol, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether no sender passes at all."""
        return is_empty(self.every) and not self.symbols


def is_broken(tree: SpfTree) -> bool:
    """Whether some sender meets permerror, so that nobody is certain to pass (RFC 7208, 2.6.7 and 4.6.4)."""
    return (
        tree.result == "permerror"
        or tree.known_lookups > MAX_LOOKUPS
        or tree.known_void_lookups > MAX_VOID_LOOKUPS
    )


def allowed(tree: SpfTree, is_own: IsOwn) -> Allowed:
    """What a record lets pass, taken as that of the domain itself: nobody, where it is broken or was not
    seen. Records at names that `is_own` tells are parts of it."""
    if tree.present is not True or is_broken(tree):
        return Allowed()
    known = _known_part(tree)
    sets, own = address_sets(known), frozenset(_own_paths(known, is_own))
    return Allowed(
        every=_passing(sets),
        own=_passing(sets, own),
        symbols=tuple(dict.fromkeys(_symbols(tree, lambda name: True))),
        own_symbols=tuple(dict.fromkeys(_symbols(tree, is_own))),
    )


def allowed_by(node: TermNode) -> Allowed:
    """The same for what stands behind one include or redirect."""
    if node.child is not None and not isinstance(node.child.present, Unknown):
        return allowed(node.child, lambda name: False)
    return Allowed(symbols=tuple(_of_node(node, "")))


def same(one: SpfTree, other: SpfTree) -> bool:
    """Whether two records say the same in the same words, wherever they stand in their files."""
    return one is other or (
        one.present == other.present
        and [each.value for each in one.records] == [each.value for each in other.records]
        and one.void == other.void
        and len(one.terms) == len(other.terms)
        and all(map(_same_node, one.terms, other.terms))
    )


def _same_node(one: TermNode, other: TermNode) -> bool:
    if (one.v4, one.v6, one.unknown, one.error) != (other.v4, other.v6, other.unknown, other.error):
        return False
    if one.child is None or other.child is None:
        return one.child is other.child
    return same(one.child, other.child)


def minus(wide: Passing, narrow: Passing) -> Passing:
    """The addresses of one that the other does not hold."""
    return Passing(_minus(wide.v4, narrow.v4), _minus(wide.v6, narrow.v6))


def is_empty(found: Passing) -> bool:
    """Whether there is no address."""
    return not (found.v4 or found.v6)


def is_everybody(found: Passing) -> bool:
    """Whether there is no other address."""
    return found == Passing([(0, 2**32 - 1)], [(0, 2**128 - 1)])


def lookups_added(before: SpfTree, after: SpfTree) -> int | Unknown:
    """How many lookups more the second one needs; what neither was followed into costs both the same."""
    was, now = Counter(_unfollowed(before)), Counter(_unfollowed(after))
    if was == now:
        return after.known_lookups - before.known_lookups
    return joined([*(now - was), *(was - now)])


def hosts(view: View, tree: SpfTree, is_own: IsOwn) -> dict[Host, tuple[Network, ...]]:
    """The hosts that a record's own a and mx terms stand for, each with the networks around its addresses."""
    found: dict[Host, tuple[Network, ...]] = {}
    for node in own_nodes(tree, is_own):
        term = node.term
        if isinstance(term, Mechanism) and term.name in ("a", "mx") and not node.opaque:
            for host in _names(view, node):
                found[host, term.cidr4, term.cidr6] = tuple(_around(view, host, term))
    return found


def own_nodes(tree: SpfTree, is_own: IsOwn) -> Iterator[TermNode]:
    """The terms of a record, and those of the parts that it leads to."""
    for node in tree.terms:
        yield node
        if node.child is not None and is_own(node.target):
            yield from own_nodes(node.child, is_own)


def lets_pass(node: TermNode) -> bool:
    """Whether whoever matches a term passes."""
    return not isinstance(node.term, Mechanism) or node.term.qualifier == "+"


def _known_part(tree: SpfTree) -> SpfTree:
    """The tree with each part that was not seen in the place of one that depends on the message: it may match
    or not, and what stands behind it goes on."""
    terms = tuple(each for node in tree.terms for each in _known_nodes(node))
    return msgspec.structs.replace(tree, terms=terms, unknown=None)


def _known_nodes(node: TermNode) -> Iterator[TermNode]:
    if node.child is not None and not isinstance(node.child.present, Unknown):
        yield msgspec.structs.replace(node, child=_known_part(node.child), unknown=None)
    elif node.unknown is None and node.term.name != "redirect":
        yield node
    elif node.term.name != "redirect":
        yield msgspec.structs.replace(node, child=None, opaque=True, unknown=None)
        # Of several hosts some may have been seen.
        own = msgspec.structs.replace(node, v4=_seen(node.v4), v6=_seen(node.v6), unknown=None, lookups=0)
        if own.networks:
            yield own


def _seen(reach: Reach) -> Reach:
    return Reach(reach.networks) if reach.networks else NOTHING


def _own_paths(tree: SpfTree, is_own: IsOwn, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for node in tree.terms:
        path = above + node.path
        if node.term.name in _LISTING:
            yield path
        elif node.child is not None and is_own(node.target):
            yield from _own_paths(node.child, is_own, path)


def _passing(sets: AddressSets, paths: Collection[tuple[str, ...]] | None = None) -> Passing:
    def ranges(intervals: tuple[Interval, ...]) -> Ranges:
        found = (each for each in intervals if each.result == "pass")
        return together([(each.low, each.high) for each in found if paths is None or each.path in paths])

    return Passing(ranges(sets.v4), ranges(sets.v6))


def _symbols(tree: SpfTree, is_own: IsOwn) -> Iterator[Symbol]:
    for node in tree.terms:
        if not lets_pass(node):
            continue
        yield from _of_node(node, tree.name)
        if node.child is not None and is_own(node.target):
            yield from _symbols(node.child, is_own)


def _of_node(node: TermNode, owner: str) -> Iterator[Symbol]:
    """The symbol of a term that lists no addresses; none of one whose record, or whose hosts, were seen."""
    # What is redirected to, and what is included, lets the same pass.
    kind = "include" if node.term.name in _FOLLOWED else node.term.name
    prefixes = (getattr(node.term, "cidr4", 32), getattr(node.term, "cidr6", 128))
    if node.opaque:
        yield Symbol(kind, (node.target or owner).lower(), prefixes)
    elif node.child is not None and isinstance(node.child.present, Unknown):
        yield Symbol(kind, node.target, prefixes, node.child.present)
    elif node.child is None and node.unknown is not None:
        yield Symbol(kind, node.target, prefixes, node.unknown)


def _unfollowed(tree: SpfTree) -> Iterator[Unknown]:
    """What was not seen of the records that a tree leads to, once for each time that they are needed."""
    for node in tree.terms:
        if node.child is not None:
            found = node.child.present
            yield from (found,) if isinstance(found, Unknown) else _unfollowed(node.child)


def _names(view: View, node: TermNode) -> tuple[str, ...]:
    if node.term.name == "a":
        return (node.target,)
    found = exchangers(view, node.target)
    return () if isinstance(found, Unknown) else found.names


def _around(view: View, host: str, term: Mechanism) -> Iterator[Network]:
    for address in _known_addresses(view, host):
        prefix = term.cidr4 if address.version == 4 else term.cidr6
        yield ipaddress.ip_network((address, prefix), strict=False)


def _known_addresses(view: View, host: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    for found in (addresses(view, host, "A"), addresses(view, host, "AAAA")):
        yield from () if isinstance(found, Unknown) else found.found


def _minus(wide: Ranges, narrow: Ranges) -> Ranges:
    """Both in order and without overlap."""
    left: Ranges = []
    at = 0
    for low, high in wide:
        while at < len(narrow) and narrow[at][1] < low:
            at += 1
        ahead = at
        while ahead < len(narrow) and narrow[ahead][0] <= high:
            if narrow[ahead][0] > low:
                left.append((low, narrow[ahead][0] - 1))
            low = narrow[ahead][1] + 1
            ahead += 1
        if low <= high:
            left.append((low, high))
    return left
