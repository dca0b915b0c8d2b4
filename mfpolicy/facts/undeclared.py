"""What an SPF record authorises, and nobody declared."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.evaluate.spf_cover import covers, passing, passing_by
from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.facts.authorisation import Authorisation
from mfpolicy.facts.senders import is_in, network_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.reach import is_private
from mfpolicy.records.spf import Mechanism, Network


class UndeclaredFacts(msgspec.Struct, frozen=True):
    """A term that lets somebody pass whom nothing declared explains; `words` adds the service's name, if it
    is known. It is not `foreign` where it may list what a declared sender's own record holds, which was not
    seen: then that is unknown."""

    text: str
    words: str
    foreign: bool | Unknown = True
    place: Place | None = None


class Found(msgspec.Struct, frozen=True):
    """A term that no name and no range of the intent explains; the include of a `known` service stands for
    that one, and for no other."""

    node: TermNode
    facts: UndeclaredFacts
    known: bool = False


def undeclared_facts(
    spf: Authorisation, said: Sequence[Sender] | None, unexplained: Unexplained, today: datetime.date
) -> tuple[UndeclaredFacts, ...] | Unknown:
    """The terms that authorise somebody whom nobody declared; none where the senders are not declared."""
    if said is None:
        return ()
    if isinstance(spf.tree.present, Unknown):
        return spf.tree.present
    found = tuple(unexplained.terms(spf.tree))
    if not found:
        return ()
    records, unseen = spf.listed(said, today)
    explained = passing(records, unexplained.ranges)
    return tuple(
        msgspec.structs.replace(each.facts, foreign=each.known or unseen or True)
        for each in found
        if not (records and covers(explained, passing_by(each.node)))
    )


class Unexplained:
    """What a record authorises, and neither a declared sender's name nor a range of the intent explains.

    Looked at are the terms of the record itself and of the records it includes below the domain; what a
    service includes in turn is its own business. `own` are further ranges that the intent names, and
    `is_ours` tells a name of a declared domain. `ranges` are all that the intent names.
    """

    def __init__(
        self,
        said: Sequence[Sender],
        known: Mapping[str, Sender],
        own: Sequence[Network],
        is_ours: Callable[[str], bool],
    ) -> None:
        self._is_ours = is_ours
        self._includes = {name for each in said for name in each.includes}
        self.ranges = [*own, *(network_of(text) for each in said for text in each.addresses)]
        self._services = {name: each for each in known.values() for name in each.includes}

    def terms(self, tree: SpfTree) -> Iterator[Found]:
        """The terms, in their order."""
        return self._terms(tree, tree)

    def is_loose(self, tree: SpfTree) -> bool:
        """Whether some term may stand for a sender that is declared under another name."""
        return any(not each.known for each in self.terms(tree))

    def _terms(self, tree: SpfTree, top: SpfTree) -> Iterator[Found]:
        for node in tree.terms:
            if node.term.name in ("include", "redirect"):
                yield from self._included(node, tree, top)
            elif _passes(node) and self._is_foreign(node):
                yield Found(node, UndeclaredFacts(node.term.text, node.term.text, place=_at(tree, top, node)))

    def _included(self, node: TermNode, tree: SpfTree, top: SpfTree) -> Iterator[Found]:
        if node.target in self._includes or not node.target or not _passes(node):
            return
        if node.child is not None and is_within(node.target, top.name):
            yield from self._terms(node.child, top)
            return
        service = self._services.get(node.target)
        # A declared service may have several names; any of them is its own.
        words = f"{node.term.text} ({service.title})" if service else node.term.text
        facts = UndeclaredFacts(node.term.text, words, place=_at(tree, top, node))
        yield Found(node, facts, known=service is not None)

    def _is_foreign(self, node: TermNode) -> bool:
        """Whether a term lets addresses pass that nobody declared. Hosts of a declared domain are its own."""
        if node.term.name in ("a", "mx"):
            named = node.target if node.term.value else ""
            return bool(named) and not self._is_ours(named) and not self._is_explained(node)
        return node.term.name in ("ip4", "ip6") and not self._is_explained(node)

    def _is_explained(self, node: TermNode) -> bool:
        """Whether every range is a declared one, or one that nobody outside can send from."""
        return bool(node.networks) and all(
            is_private(each) or any(is_in(each, wide) for wide in self.ranges) for each in node.networks
        )


def _passes(node: TermNode) -> bool:
    return not isinstance(node.term, Mechanism) or node.term.qualifier == "+"


def _at(tree: SpfTree, top: SpfTree, node: TermNode) -> Place | None:
    record = tree.record or top.record
    return narrowed(record.place, node.term.text) if record else None
