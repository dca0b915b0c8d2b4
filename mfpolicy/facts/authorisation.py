"""How an SPF record lets a declared sender pass: by its include, or by listing what that one lets pass."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from mfpolicy.evaluate.spf_cover import covers, passing
from mfpolicy.evaluate.spf_sets import AddressSets, address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree, walk
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.intent import Sender


class Authorisation:
    """The SPF record of a domain. `is_loose` tells whether it lets somebody pass whom no sender explains;
    only such a record can list a sender, and only then is it asked what the sender's own record holds."""

    def __init__(self, study: SpfStudy, domain: str, is_loose: Callable[[SpfTree], bool]) -> None:
        self._study = study
        self._is_loose = is_loose
        self.tree = study.study(domain)

    @cached_property
    def sets(self) -> AddressSets:
        """What becomes of every address."""
        return address_sets(self.tree)

    @cached_property
    def _reached(self) -> frozenset[str]:
        return frozenset(targets(self.tree))

    def passes(self, includes: Sequence[str]) -> bool | Unknown:
        """Whether the record gets to one of these names, or lists one of them."""
        found = self._includes(includes)
        return self._lists(includes) if found is False and self._is_loose(self.tree) else found

    def waits(self, senders: Sequence[Sender], today: datetime.date) -> Unknown | None:
        """What has to be asked before it is known which senders the record lists."""
        lost = any(True for _ in self._lost(senders, today))
        return self.listed(senders, today)[1] if lost and self._is_loose(self.tree) else None

    def listed(
        self, senders: Sequence[Sender], today: datetime.date
    ) -> tuple[tuple[SpfTree, ...], Unknown | None]:
        """The records of the senders in use that this one lists in place of including them. With an unknown,
        it may list further ones, whose records were not seen."""
        found = [(names, self._lists(names)) for names in self._lost(senders, today)]
        unknowns = [answer for _, answer in found if isinstance(answer, Unknown)]
        trees = (self._study.study(name) for names, answer in found if answer is True for name in names)
        return tuple(trees), joined(unknowns) if unknowns else None

    def _includes(self, names: Sequence[str]) -> bool | Unknown:
        if isinstance(self.tree.present, Unknown):
            return self.tree.present
        if any(each in self._reached for each in names):
            return True
        return self.tree.unknown if self.tree.unknown is not None else False

    def _lists(self, names: Sequence[str]) -> bool | Unknown:
        others = [self._study.study(name) for name in names]
        own = passing((self.tree,))
        if any(covers(own, passing((each,))) for each in others if _is_list(each)):
            return True
        unknowns = [each.unknown for each in others if each.unknown is not None]
        return joined(unknowns) if unknowns else False

    def _lost(self, senders: Sequence[Sender], today: datetime.date) -> Iterator[tuple[str, ...]]:
        for each in senders:
            includes = needed_includes(each)
            if includes and not each.is_over(today) and self._includes(includes) is False:
                yield includes


def _is_list(tree: SpfTree) -> bool:
    """Whether addresses say all that a record lets pass: one with macros cannot be flattened."""
    return tree.unknown is None and not any(node.opaque for _, node in walk(tree))


def needed_includes(sender: Sender) -> tuple[str, ...]:
    """What has to stand in SPF of this very domain: a return path of the service's own needs nothing here."""
    needed = sender.envelope == "customer" and not sender.by_address and is_direct(sender)
    return sender.includes if needed else ()


def is_direct(sender: Sender) -> bool:
    """Whether receivers see the sender itself, and not what it hands its mail to."""
    return sender.via in (None, "direct", "direct-send")


def targets(tree: SpfTree) -> Iterator[str]:
    """The names that a record gets to by what lets pass, at any depth."""
    for node in tree.terms:
        if node.term.name not in ("include", "redirect") or getattr(node.term, "qualifier", "+") != "+":
            continue
        yield node.target
        if node.child is not None:
            yield from targets(node.child)
