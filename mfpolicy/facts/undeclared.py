"""What an SPF record authorises, and nobody declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.facts.senders import is_in, network_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.reach import is_private
from mfpolicy.records.spf import Mechanism, Network


class UndeclaredFacts(msgspec.Struct, frozen=True):
    """A term that lets somebody pass who is not declared; `words` adds the service's name, if it is known."""

    text: str
    words: str
    place: Place | None = None


def undeclared_facts(
    tree: SpfTree,
    said: Sequence[Sender] | None,
    known: Mapping[str, Sender],
    own: Sequence[Network],
    is_ours: Callable[[str], bool],
) -> tuple[UndeclaredFacts, ...] | Unknown:
    """The terms that authorise somebody whom nobody declared; none where the senders are not declared.

    Looked at are the terms of the record itself and of the records it includes below the domain; what a
    service includes in turn is its own business. `own` are further ranges that the intent names, and
    `is_ours` tells a name of a declared domain.
    """
    if said is None:
        return ()
    if isinstance(tree.present, Unknown):
        return tree.present
    found = _Undeclared(said, known, own, is_ours)
    return tuple(found.terms(tree, tree))


class _Undeclared:
    def __init__(
        self,
        said: Sequence[Sender],
        known: Mapping[str, Sender],
        own: Sequence[Network],
        is_ours: Callable[[str], bool],
    ) -> None:
        self.is_ours = is_ours
        self.includes = {name for each in said for name in each.includes}
        self.ranges = [*own, *(network_of(text) for each in said for text in each.addresses)]
        self.services = {name: each for each in known.values() for name in each.includes}

    def terms(self, tree: SpfTree, top: SpfTree) -> Iterator[UndeclaredFacts]:
        for node in tree.terms:
            if node.term.name in ("include", "redirect"):
                yield from self.included(node, tree, top)
            elif _passes(node) and self.is_foreign(node):
                yield UndeclaredFacts(node.term.text, node.term.text, _at(tree, top, node))

    def included(self, node: TermNode, tree: SpfTree, top: SpfTree) -> Iterator[UndeclaredFacts]:
        if node.target in self.includes or not node.target or not _passes(node):
            return
        if node.child is not None and is_within(node.target, top.name):
            yield from self.terms(node.child, top)
            return
        service = self.services.get(node.target)
        # A declared service may have several names; any of them is its own.
        words = f"{node.term.text} ({service.title})" if service else node.term.text
        yield UndeclaredFacts(node.term.text, words, _at(tree, top, node))

    def is_foreign(self, node: TermNode) -> bool:
        """Whether a term lets addresses pass that nobody declared. Hosts of a declared domain are its own."""
        if node.term.name in ("a", "mx"):
            named = node.target if node.term.value else ""
            return bool(named) and not self.is_ours(named) and not self.is_explained(node)
        return node.term.name in ("ip4", "ip6") and not self.is_explained(node)

    def is_explained(self, node: TermNode) -> bool:
        """Whether every range is a declared one, or one that nobody outside can send from."""
        return bool(node.networks) and all(
            is_private(each) or any(is_in(each, wide) for wide in self.ranges) for each in node.networks
        )


def _passes(node: TermNode) -> bool:
    return not isinstance(node.term, Mechanism) or node.term.qualifier == "+"


def _at(tree: SpfTree, top: SpfTree, node: TermNode) -> Place | None:
    record = tree.record or top.record
    return narrowed(record.place, node.term.text) if record else None
