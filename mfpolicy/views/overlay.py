"""A view: the proposed zones laid over recorded answers.

A name belongs to the closest zone of the repository that is not cut off above it. Under full authority
absence is an answer there and never falls through to what DNS says today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from mfpolicy.model.dns import (
    Answer,
    Answers,
    HostCertificate,
    PolicyFile,
    Question,
    Reason,
    Record,
    Unknown,
    Zone,
    unknown,
)
from mfpolicy.model.names import ancestors, fits, parent
from mfpolicy.views.answers import AnswerBook, target
from mfpolicy.views.zones import ZoneBook, books

# Resolvers give up after eight to sixteen; a longer chain serves nobody.
LONGEST_CHAIN = 16
_ADDRESSES = ("A", "AAAA")
_OF_MAIL = ("MX", "TXT", "TLSA")


class Overlay:
    """Implements `model.dns.View`. `proposed` collects the questions that the zones themselves answered. What
    a view `beside` it has indexed of the same zones is shared."""

    def __init__(
        self,
        zones: Sequence[Zone],
        answers: Answers,
        policies: Mapping[str, PolicyFile] = MappingProxyType({}),
        beside: Overlay | None = None,
    ) -> None:
        self._books: dict[str, ZoneBook] = books(zones, beside._books if beside else {})
        self._answers = AnswerBook(answers)
        self._policies = policies
        self.proposed: set[Question] = set()
        self._memo: dict[tuple[str, str], Answer | Unknown] = {}

    @property
    def books(self) -> tuple[ZoneBook, ...]:
        """The zones of the repository, those that several sources hold as one."""
        return tuple(self._books.values())

    @property
    def answers(self) -> Answers:
        """All that DNS and the policy hosts have said by now."""
        return self._answers.answers

    @property
    def partly(self) -> set[Question]:
        """The record sets of mail that may have more records than the zones tell."""
        every = (
            (book, Question(each.name, type))
            for book in self.books
            for each in book.zone.partly
            for type in _OF_MAIL
        )
        return {asked for book, asked in every if book.is_partly(asked)}

    def learn(self, more: Answers) -> None:
        """Take in what was answered since; what was unknown for want of it is looked at again."""
        self._answers.learn(more)
        self._memo = {key: found for key, found in self._memo.items() if isinstance(found, Answer)}

    def forget(self) -> None:
        """Let go of what was worked out so far; it can be worked out again."""
        self._memo.clear()

    def ask(self, name: str, type: str) -> Answer | Unknown:
        """See `model.dns.View`; a name that DNS cannot carry does not exist."""
        key = (name, type)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._followed(name, type)
        return found

    def exists(self, name: str) -> bool | Unknown:
        """See `model.dns.View`; a name that DNS cannot carry does not exist."""
        if not fits(name):
            return False
        closest = self._closest(name)
        # A delegation is there by itself, whatever the child zone says.
        if closest is not None and closest.cut_above(name) == name:
            return True
        book = self.book_for(name)
        known = book.exists(name) if book else None
        if known is not None:
            return known
        found = self._answers.exists(name)
        added = book.absent_elsewhere(name, "A") if book and found is False else None
        return added.exists if isinstance(added, Answer) else added or found

    def at(self, name: str, type: str) -> Answer | Unknown:
        """What stands at a name itself, its aliases not followed."""
        return self._step(name, type) if fits(name) else Answer(name, exists=False)

    def apex(self, name: str) -> str:
        """See `model.dns.View`."""
        book = self.book_for(name)
        return book.zone.name if book else ""

    def policy(self, domain: str) -> PolicyFile | Unknown:
        """See `model.dns.View`; a file of the repository is what will be served."""
        return self._policies.get(domain) or self._answers.policy(domain)

    def certificate(self, host: str) -> HostCertificate | Unknown:
        """See `model.dns.View`."""
        return self._answers.certificate(host)

    def book_for(self, name: str) -> ZoneBook | None:
        """The zone of the repository that answers for a name; None where it is delegated away or not ours."""
        book = self._closest(name)
        return None if book is None or book.cut_above(name) else book

    def occluded_by(self, owner: str, zone: str) -> str | None:
        """The delegation that hides an owner of a zone's file: the child zone answers there, not the file."""
        book = self._books.get(zone)
        return book.cut_above(owner) if book else None

    def servers(self, cut: str) -> tuple[Record, ...]:
        """The NS records by which the closest zone of the repository above a name hands it over."""
        above = (self._books[each] for each in ancestors(cut) if each in self._books and each != cut)
        book = next(above, None)
        return book.nodes.get(cut, {}).get("NS", ()) if book else ()

    def _closest(self, name: str) -> ZoneBook | None:
        if not self._books:
            return None
        return next((self._books[each] for each in ancestors(name) if each in self._books), None)

    def _followed(self, name: str, type: str) -> Answer | Unknown:
        """The answer at the end of the aliases. What stands behind the first ALIAS is that owner's own."""
        chain: list[Record] = []
        flat: Answer | None = None
        seen = {name}
        while True:
            found = self.at(name, type)
            if isinstance(found, Unknown) or found.records or type == "CNAME":
                return _ended(found, chain, flat)
            alias = self._alias(name, type)
            if isinstance(alias, Unknown):
                return alias
            if alias is None:
                return _ended(found, chain, flat)
            if flat is None and alias.type == "ALIAS":
                flat = Answer(name, (alias,), wildcard=found.wildcard)
            elif flat is None:
                chain.append(alias)
            name = target(alias)
            if name in seen or len(seen) > LONGEST_CHAIN:
                return unknown(name, type, Reason.LOOP if name in seen else Reason.TOO_LARGE)
            seen.add(name)

    def _step(self, name: str, type: str) -> Answer | Unknown:
        """One name that DNS can carry, its aliases not followed."""
        # The parent's side of a delegation answers for DS (RFC 4035, 3.1.4.1).
        book = self.book_for(parent(name) if type == "DS" else name)
        found = book.look(name, type) if book else None
        if book and found is not None:
            self.proposed.add(Question(name, type))
            return self._with_others(book, found, Question(name, type))
        if book and type in _ADDRESSES and book.type_at(name, "ALIAS"):
            return Answer(name)
        found = self._from_answers(name, type)
        if book is None or isinstance(found, Unknown):
            return found
        if found.exists:
            return book.kept(found, type)
        return book.absent_elsewhere(name, type) or found

    def _with_others(self, book: ZoneBook, found: Answer | Unknown, asked: Question) -> Answer | Unknown:
        """A record set of which the zone may hold a part only, with the rest that DNS knows."""
        if isinstance(found, Unknown) or not book.is_partly(asked):
            return found
        live = self._from_answers(asked.name, asked.type)
        if isinstance(live, Unknown):
            return found if live.not_asked else live
        return msgspec.structs.replace(found, records=(*found.records, *book.beside(live.records)))

    def _from_answers(self, name: str, type: str) -> Answer | Unknown:
        # A recorded CNAME answers every other type at its name; the chain is followed by the caller.
        if type != "CNAME" and self._answers.is_alias(name):
            return Answer(name)
        return self._answers.look(name, type)

    def _alias(self, name: str, type: str) -> Record | None | Unknown:
        """The CNAME record at a name; for address types also an ALIAS record or its kin."""
        found = self._step(name, "CNAME")
        if isinstance(found, Unknown):
            # The other type had an answer, so the name was looked at; a CNAME would have stood in that reply.
            return None if found.not_asked else found
        book = self.book_for(name)
        aliases = book.type_at(name, "ALIAS") if book and type in _ADDRESSES else ()
        return next(iter((*found.records, *aliases)), None)


def _ended(found: Answer | Unknown, chain: Sequence[Record], flat: Answer | None) -> Answer | Unknown:
    if isinstance(found, Unknown) or not (chain or flat):
        return found
    if flat is None:
        return Answer(found.name, found.records, found.exists, tuple(chain), found.wildcard)
    alias = flat.records[0]
    own = (Record(flat.name, each.type, each.value, each.ttl, place=alias.place) for each in found.records)
    return Answer(flat.name, tuple(own), chain=tuple(chain), wildcard=flat.wildcard)
