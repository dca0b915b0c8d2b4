"""The senders that SPF lets pass on one side of a change only: services, and records of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from mfpolicy.evaluate.spf_difference import (
    Allowed,
    IsOwn,
    Symbol,
    allowed_by,
    is_empty,
    is_everybody,
    lets_pass,
    minus,
)
from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.facts.changes.spf_addresses import in_words, unseen
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.intent import Sender
from mfpolicy.model.places import Place, narrowed

At = Callable[[SpfTree, TermNode], Place | None]


class SpfSenderFacts(msgspec.Struct, frozen=True):
    """A sender that one record names: a service of the catalogue or of the intent by its name, else the name
    that is included, whose `title` adds the services that it includes in turn. `include` is what the record
    leads to. `covered`: the other record lets pass all that
    this one did by it, by another name or by a list. `ranges` are those that it does not, as far as they were
    seen. `needed` is false where bounces go to a domain of the service's own, or below this one: then nobody
    asks for SPF here."""

    name: str
    title: str
    include: str
    covered: bool | Unknown
    ranges: tuple[str, ...] = ()
    needed: bool = True
    place: Place | None = None


class Half(msgspec.Struct, frozen=True):
    """The record of one side, whom it lets pass, and the names that it gets to by what lets pass."""

    tree: SpfTree
    allowed: Allowed
    reached: frozenset[str]


class Senders:
    """Compares the senders of two records. `services` is the catalogue, `is_own` tells names whose records
    are parts of the domain's own, `is_apex` whether the domain is a zone's, and so nobody's subdomain."""

    def __init__(self, services: Mapping[str, Sender], is_own: IsOwn, is_apex: bool) -> None:
        self._is_own = is_own
        self._elsewhere = ("own", "subdomain") if is_apex else ("own",)
        self._services = {name: each for each in reversed(tuple(services.values())) for name in each.includes}

    def only_in(self, this: Half, other: Half, at: At) -> tuple[SpfSenderFacts, ...]:
        """Those that the other record does not name, or not for certain; `at` tells where to point."""
        if this.allowed.is_nobody:
            return ()
        unnamed = self._unnamed(this.tree, other.reached)
        facts = (self._facts(this, other, node, at(tree, node)) for tree, node in unnamed)
        found = {each.name: each for each in facts if each.covered is not True}
        return tuple(found.values())

    def _unnamed(self, tree: SpfTree, reached: frozenset[str]) -> Iterator[tuple[SpfTree, TermNode]]:
        """The terms that stand for a sender of whom no name is reached."""
        for node in tree.terms:
            if not lets_pass(node) or node.term.name not in ("include", "redirect", "exists"):
                continue
            service, child = self._services.get(node.target), node.child
            if service and reached.intersection(service.includes):
                continue
            within = child is not None and child.present is True
            if child and within and not service and (node.target in reached or self._is_own(node.target)):
                yield from self._unnamed(child, reached)
            elif node.target not in reached and (node.child is not None or node.opaque):
                yield tree, node

    def _facts(self, this: Half, other: Half, node: TermNode, place: Place | None) -> SpfSenderFacts:
        service, part = self._services.get(node.target), allowed_by(node)
        return SpfSenderFacts(
            name=self._name(node),
            title=self._title(node, other.reached),
            include=node.target,
            covered=self._is_covered(part, this.allowed, other.allowed),
            ranges=in_words(minus(part.every, other.allowed.every)),
            needed=service is None or service.envelope not in self._elsewhere,
            place=place,
        )

    def _title(self, node: TermNode, reached: frozenset[str]) -> str:
        service = self._services.get(node.target)
        if service is not None:
            return service.title or service.name
        below = self._unnamed(node.child, reached) if node.child is not None else ()
        services = [self._title(each, reached) for _, each in below if each.target in self._services]
        return f"{node.target} ({', '.join(dict.fromkeys(services))})" if services else node.target

    def _name(self, node: TermNode) -> str:
        service = self._services.get(node.target)
        return service.name if service else node.target

    def _is_covered(self, part: Allowed, this: Allowed, other: Allowed) -> bool | Unknown:
        """Whether the other record lets pass whom a part of this one does. What it has of its own and was not
        seen may list them, unless that is a service of its own; what was not seen of the part may be listed
        by whatever the other one has of its own."""
        missing = not is_empty(minus(part.every, other.every))
        left = [each for each in part.symbols if each not in other.symbols]
        if is_everybody(other.every) or not (missing or left):
            return True
        lists = unseen((each for each in other.symbols if not self._is_service(each)), this.symbols)
        if missing or any(each.unknown is None for each in left):
            return joined(lists) if lists else False
        waits = unseen(left, ())
        grown = not is_empty(minus(other.every, this.every))
        # What the world did not answer may have let nobody pass before.
        unsure = bool(lists) or grown or not joined(waits).not_asked
        return joined((*lists, *waits)) if unsure else False

    def _is_service(self, symbol: Symbol) -> bool:
        return symbol.kind == "include" and symbol.target in self._services


def own_place(tree: SpfTree, node: TermNode) -> Place | None:
    """The term in its record."""
    return narrowed(tree.record.place, node.term.text) if tree.record else None
