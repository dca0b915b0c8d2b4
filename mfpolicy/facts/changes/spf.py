"""Whom SPF lets pass before a change, and after it."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.evaluate.spf_cover import Passing
from mfpolicy.evaluate.spf_difference import Allowed, allowed, is_broken, lookups_added, same
from mfpolicy.evaluate.spf_dns import MAX_LOOKUPS
from mfpolicy.evaluate.spf_tree import SpfTree
from mfpolicy.facts.authorisation import targets
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.spf_addresses import (
    SpfRangesFacts,
    faulty,
    given_up,
    intended,
    moved,
    only_in,
)
from mfpolicy.facts.changes.spf_senders import Half, Senders, SpfSenderFacts, own_place
from mfpolicy.facts.spf import RANKS, WANTED, end_of
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place

_SENDING = ("send", "send-and-receive")


class SpfLookupsFacts(msgspec.Struct, frozen=True):
    """DNS lookups, worst case (RFC 7208, 4.6.4): before, after, how many more (`added`, less than 0 where
    fewer), and how many are left of ten. `cost` is `added` in words where it is more than 0."""

    before: int | Unknown = 0
    after: int | Unknown = 0
    added: int | Unknown = 0
    headroom: int | Unknown = MAX_LOOKUPS
    cost: str | Unknown = ""


class SpfEndFacts(msgspec.Struct, frozen=True):
    """What becomes of whom no term names, before and after, redirects followed (as `domain.spf.end`).
    `weakened`: strangers are less shut out. `wanted` is what is declared, empty for nothing."""

    before: str | Unknown = ""
    after: str | Unknown = ""
    weakened: bool | Unknown = False
    wanted: str = ""


class SpfChangeFacts(msgspec.Struct, frozen=True):
    """SPF of a domain before and after: usable, permerror (nobody is sure to pass), none; both empty where
    the records and all that they lead to say the same, and where the name goes to a zone that is not here.

    `let_pass` says in words whom the former record let pass, where there is none any more; `remains` is then
    mail (the name has an MX host, is declared to send, or is a zone's), name, or gone. `senders_lost` and
    `senders_gained` are those that only one record names; `lost` and `gained` the ranges that only one
    record lets pass, by its own terms or by what both include. `unexplained_lost` leaves out what the intent
    gave up, hosts that moved, and what should not have been there (private ranges, huge ones);
    `unexplained_gained` leaves out what the intent names, and such ranges. `opaque_lost` and `opaque_gained`
    are terms that only one record has, of which nobody can list the addresses.
    """

    before: str | Unknown = ""
    after: str | Unknown = ""
    let_pass: str = ""
    remains: str | Unknown = ""
    senders_declared: bool = False
    senders_lost: tuple[SpfSenderFacts, ...] | Unknown = ()
    senders_gained: tuple[SpfSenderFacts, ...] | Unknown = ()
    lost: SpfRangesFacts = SpfRangesFacts()
    gained: SpfRangesFacts = SpfRangesFacts()
    unexplained_lost: SpfRangesFacts = SpfRangesFacts()
    unexplained_gained: SpfRangesFacts = SpfRangesFacts()
    opaque_lost: tuple[str, ...] | Unknown = ()
    opaque_gained: tuple[str, ...] | Unknown = ()
    lookups: SpfLookupsFacts = SpfLookupsFacts()
    end: SpfEndFacts = SpfEndFacts()
    place: Place | None = None


def spf_change(base: Side, head: Side, domain: str) -> SpfChangeFacts:
    """The change of one domain."""
    before, after = base.spf.study(domain), head.spf.study(domain)
    # What another zone will say of the name stands in no record that is here.
    if same(before, after) or (base.view.apex(domain) and not head.view.apex(domain)):
        return SpfChangeFacts()
    found = _Change(base, head, domain)
    unknowns = [each.present for each in (before, after) if isinstance(each.present, Unknown)]
    return found.unknown(joined(unknowns)) if unknowns else found.facts()


class _Change:
    """One domain whose records differ."""

    def __init__(self, base: Side, head: Side, domain: str) -> None:
        self._base, self._head, self._domain = base, head, domain
        self._services = {**base.declared.services, **head.declared.services}
        self._served = frozenset(name for each in self._services.values() for name in each.includes)
        before, after = base.spf.study(domain), head.spf.study(domain)
        was, now = _reached(before), _reached(after)
        # What both lead to is compared by its addresses, whoever keeps it.
        self._before = Half(before, allowed(before, lambda name: name in now or self._is_own(name)), was)
        self._after = Half(after, allowed(after, lambda name: name in was or self._is_own(name)), now)
        self._place = _place(head, domain, after)

    def facts(self) -> SpfChangeFacts:
        """What differs, of records that were both seen."""
        before, after = self._before, self._after
        senders = self._senders()
        facts = SpfChangeFacts(
            before=_state(before.tree),
            after=_state(after.tree),
            senders_declared=self._head.declared.senders(self._domain) is not None,
            senders_lost=senders.only_in(before, after, lambda tree, node: self._place),
            senders_gained=senders.only_in(after, before, own_place),
            lost=only_in(before.allowed, after.allowed),
            gained=only_in(after.allowed, before.allowed),
            unexplained_lost=only_in(before.allowed, after.allowed, self._explained_lost()),
            unexplained_gained=only_in(after.allowed, before.allowed, self._explained_gained()),
            opaque_lost=_opaque(before.allowed, after.allowed),
            opaque_gained=_opaque(after.allowed, before.allowed),
            lookups=_lookups(before.tree, after.tree),
            end=self._end(),
            place=self._place,
        )
        return facts if after.tree.present else self._removed(facts)

    def _senders(self) -> Senders:
        return Senders(self._services, self._is_own, self._domain == self._head.view.apex(self._domain))

    def unknown(self, why: Unknown) -> SpfChangeFacts:
        """What can be said where a record was not seen."""
        ranges = SpfRangesFacts(why, why, why)
        return SpfChangeFacts(
            before=_state(self._before.tree),
            after=_state(self._after.tree),
            remains=why,
            senders_declared=self._head.declared.senders(self._domain) is not None,
            senders_lost=why,
            senders_gained=why,
            lost=ranges,
            gained=ranges,
            unexplained_lost=ranges,
            unexplained_gained=ranges,
            opaque_lost=why,
            opaque_gained=why,
            lookups=SpfLookupsFacts(why, why, why, why, why),
            end=SpfEndFacts(why, why, why, self._wanted()),
            place=self._place,
        )

    def _removed(self, facts: SpfChangeFacts) -> SpfChangeFacts:
        senders = facts.senders_lost if isinstance(facts.senders_lost, tuple) else ()
        ranges = facts.lost.ranges if isinstance(facts.lost.ranges, tuple) else ()
        let_pass = ", ".join((*(each.title for each in senders), *ranges)) or "nobody"
        remains = _remains(self._head, self._domain)
        return msgspec.structs.replace(facts, let_pass=let_pass, remains=remains)

    def _explained_lost(self) -> tuple[Passing, ...]:
        base, head, before, after = self._base, self._head, self._before.tree, self._after.tree
        return (
            given_up(base, head, self._domain),
            moved(base.view, head.view, before, after, self._is_own),
            faulty(before, self._is_own),
        )

    def _explained_gained(self) -> tuple[Passing, ...]:
        return intended(self._head, self._domain), faulty(self._after.tree, self._is_own)

    def _end(self) -> SpfEndFacts:
        before, after = end_of(self._before.tree), end_of(self._after.tree)
        return SpfEndFacts(before, after, _is_weaker(before, after), self._wanted())

    def _wanted(self) -> str:
        said = self._head.declared.of(self._domain)
        return WANTED[said.spf.all] if said else ""

    def _is_own(self, name: str) -> bool:
        """Whether the record at a name is a part of the domain's own: one of ours, or below the domain, that
        is no service's."""
        ours = is_within(name, self._domain) or self._base.view.apex(name) or self._head.view.apex(name)
        return bool(ours) and name not in self._served


def _reached(tree: SpfTree) -> frozenset[str]:
    return frozenset() if is_broken(tree) else frozenset(targets(tree))


def _state(tree: SpfTree) -> str | Unknown:
    if isinstance(tree.present, Unknown):
        return tree.present
    return "none" if not tree.present else "permerror" if is_broken(tree) else "usable"


def _is_weaker(before: str | Unknown, after: str | Unknown) -> bool | Unknown:
    """Two that lead to the same record, which was not seen, end alike."""
    if before == after:
        return False
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return joined(each for each in (before, after) if isinstance(each, Unknown))
    return RANKS[after] < RANKS[before]


def _opaque(this: Allowed, other: Allowed) -> tuple[str, ...]:
    return tuple(each.text for each in this.symbols if each.unknown is None and each not in other.symbols)


def _lookups(before: SpfTree, after: SpfTree) -> SpfLookupsFacts:
    added, now = lookups_added(before, after), after.lookups
    # What could not be followed cannot take lookups away.
    if isinstance(now, Unknown) and after.known_lookups > MAX_LOOKUPS:
        now = after.known_lookups
    return SpfLookupsFacts(
        before=before.lookups,
        after=now,
        added=added,
        headroom=now if isinstance(now, Unknown) else MAX_LOOKUPS - now,
        cost=added if isinstance(added, Unknown) else _cost(added),
    )


def _cost(added: int) -> str:
    return f"{added} more DNS lookup{'s' * (added > 1)}" if added > 0 else ""


def _remains(head: Side, domain: str) -> str | Unknown:
    exists, hosts = head.view.exists(domain), exchangers(head.view, domain)
    if exists is False:
        return "gone"
    said = head.declared.of(domain)
    sends = bool(head.declared.senders(domain)) or (said is not None and said.mail in _SENDING)
    if sends or domain == head.view.apex(domain) or (hosts and not isinstance(hosts, Unknown)):
        return "mail"
    unknowns = [each for each in (exists, hosts) if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else "name"


def _place(head: Side, domain: str, tree: SpfTree) -> Place | None:
    """The record as it will be, else where it is taken away, else what stands beside it, texts first, else
    the zone."""
    book = head.view.book_for(domain)
    removal = book.removal(domain, "TXT", "CNAME") if book and not tree.records else None
    beside = (record for each in book.nodes.get(domain, {}).values() for record in each) if book else ()
    found = next(iter((*tree.records, *tree.texts, *beside)), None)
    return removal or (found.place if found else book.zone.place if book else None)
