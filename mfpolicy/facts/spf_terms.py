"""The terms of a domain's own SPF records, each with what it costs, reaches and stands for."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.model.dns import Record, Unknown
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.reach import is_private
from mfpolicy.records.spf import Mechanism, Network, Spf


class SpfTermFacts(msgspec.Struct, frozen=True):
    """One term of the domain's own record, or of a part of it below the domain; `record` is where it stands.

    `private` lists ranges that no sender outside can have; `size` is how many IPv4 addresses its own ip4
    range spans, `networks` how many networks of 64 bits its ip6 range does, 0 for other terms. `opaque`: what
    it matches depends on the message (macros, ptr). `empty`: an a or mx that leads to no address. `error` is
    the code of what makes receivers stop at this very term.
    """

    record: str
    text: str
    mechanism: str
    qualifier: str
    lookups: int | Unknown
    void_lookups: int | Unknown
    private: tuple[str, ...]
    size: int
    networks: int
    opaque: bool
    empty: bool | Unknown
    error: str
    place: Place | None = None


class SpfOddityFacts(msgspec.Struct, frozen=True):
    """What receivers accept in a record, though it does nothing, or not what it seems to."""

    code: str
    text: str
    term: str
    record: str
    place: Place | None = None


def own_trees(tree: SpfTree) -> Iterator[SpfTree]:
    """The tree of a domain, and those of the `_` names below it that it includes or redirects to: they are
    parts of its record that nobody else looks at, since such a name is no domain."""
    found, waiting = {tree.name: tree}, [tree]
    while waiting:
        for node in waiting.pop().terms:
            child = node.child
            if child and child.present and child.name not in found and _is_part(child.name, tree.name):
                found[child.name] = child
                waiting.append(child)
    return iter(found.values())


def _is_part(name: str, domain: str) -> bool:
    return name.startswith("_") and is_within(name, domain)


def term_facts(tree: SpfTree) -> Iterator[SpfTermFacts | Unknown]:
    """The facts of every term of a domain's own record that receivers reach; unknown for a part not seen."""
    for part in own_trees(tree):
        if isinstance(part.present, Unknown):
            yield part.present
        elif part.record:
            yield from (_term(node, part.name, part.record) for node in part.terms)


def _term(node: TermNode, owner: str, record: Record) -> SpfTermFacts:
    own = node.networks if node.term.name in ("ip4", "ip6") else ()
    return SpfTermFacts(
        record=owner,
        text=node.term.text,
        mechanism=node.term.name,
        qualifier=node.term.qualifier if isinstance(node.term, Mechanism) else "",
        lookups=node.unknown or node.lookups,
        void_lookups=node.unknown or node.void_lookups,
        private=tuple(str(network) for network in own if is_private(network)),
        size=sum(network.num_addresses for network in own if network.version == 4),
        networks=sum(_sites(network) for network in own),
        opaque=node.opaque,
        empty=_is_empty(node),
        error=node.error,
        place=narrowed(record.place, node.term.text),
    )


def _sites(network: Network) -> int:
    """The networks of 64 bits within an IPv6 range; all of IPv6 is one too many for what a rule can read."""
    return min(network.num_addresses >> 64, 2**63 - 1)


def _is_empty(node: TermNode) -> bool | Unknown:
    if node.term.name not in ("a", "mx") or node.opaque or node.error or node.networks:
        return False
    return node.unknown or True


def oddity_facts(tree: SpfTree) -> Iterator[SpfOddityFacts | Unknown]:
    """What is odd about a domain's own record as written; unknown for a part not seen."""
    for part in own_trees(tree):
        if isinstance(part.present, Unknown):
            yield part.present
        elif part.spf and part.record:
            yield from _oddities(part.name, part.spf, part.record)


def _oddities(owner: str, spf: Spf, record: Record) -> Iterator[SpfOddityFacts]:
    """Each at its own place; the same of the same words once."""
    terms = {(each.code, spf.text[each.start : each.end]): each.text for each in reversed(spf.oddities)}
    for (code, term), text in reversed(terms.items()):
        yield SpfOddityFacts(code, text, term, owner, narrowed(record.place, term))
