"""What there is to judge, and how each comes by its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mfpolicy.evaluate.dkim import selector_keys
from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dkim import SelectorFacts, is_selector, selector_facts
from mfpolicy.facts.domains import domain_facts, domain_names, looks
from mfpolicy.facts.files import file_facts
from mfpolicy.facts.names import is_mail_name, name_facts
from mfpolicy.model.dns import Question, Unknown, View
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent import DomainIntent, Intent, Sender
from mfpolicy.model.names import labels
from mfpolicy.model.places import Place
from mfpolicy.views.zones import ZoneBook

_OF_MAIL = frozenset(("MX", "TXT", "TLSA"))


Look = Callable[[View, SpfStudy], Any]


class Study(msgspec.Struct, frozen=True):
    """A subject, and its facts on a view; `looks` are the parts of them that DNS has to answer for. One that
    was merely guessed (`probe`) is a subject only if it is there."""

    subject: Subject
    facts: Look
    looks: tuple[Look, ...] = ()
    probe: bool = False

    def counts(self, facts: msgspec.Struct) -> bool:
        """Whether the subject is one, now that its facts are known."""
        return not self.probe or (isinstance(facts, SelectorFacts) and facts.present is True)


def studies(
    books: Sequence[ZoneBook],
    intent: Intent,
    senders: Mapping[str, Sender],
    faults: Iterable[Fault] = (),
    names: Sequence[str] = (),
) -> Iterator[Study]:
    """Every subject of an estate in a stable order: files, names, domains, selectors.

    `names` are domains that the call itself names; their selectors are guessed from all known senders.
    """
    for file in file_facts(faults):
        yield Study(Subject("file", file.name), _given(file))
    for book in books:
        yield from _of_names(book)
    declared = Declared(intent)
    for name, place in (dict.fromkeys(names) | domain_names(books, intent)).items():
        yield _domain(name, place, declared.of(name), senders)
    known = _selectors(books, intent, declared, senders)
    for selector, (sender, place) in known.items():
        yield _selector(selector, sender, place)
    for selector in _guessed(names, senders):
        if selector not in known:
            yield _selector(selector, "", None, probe=True)


def _of_names(book: ZoneBook) -> Iterator[Study]:
    for owner in book.nodes:
        found = name_facts(book, owner)
        if is_mail_name(found):
            yield Study(Subject("name", owner), _given(found))


def _given(facts: msgspec.Struct) -> Look:
    return lambda view, spf: facts


def _domain(
    name: str, place: Place | None, said: DomainIntent | None, senders: Mapping[str, Sender]
) -> Study:
    return Study(
        Subject("domain", name),
        lambda view, spf: domain_facts(view, spf, name, place, said, senders),
        looks(name, said),
    )


def _selector(name: str, sender: str, place: Place | None, probe: bool = False) -> Study:
    def look(view: View, spf: SpfStudy) -> SelectorFacts:
        return selector_facts(view, name, sender, place)

    def wait(view: View, spf: SpfStudy) -> bool | Unknown:
        return selector_keys(view, name).present

    return Study(Subject("selector", name), look, (wait,), probe)


def _selectors(
    books: Sequence[ZoneBook], intent: Intent, declared: Declared, senders: Mapping[str, Sender]
) -> dict[str, tuple[str, Place | None]]:
    """Every selector that a zone shows or a declared sender signs with, and whose it is."""
    found: dict[str, tuple[str, Place | None]] = {}
    for domain in intent.domains:
        said = declared.of(domain.name)
        for name in (said.senders or ()) if said and "*" not in domain.name else ():
            sender = senders.get(name, Sender(name))
            for label in sender.selectors:
                found[_owner(label, domain.name)] = (sender.title or name, domain.place)
    for book in books:
        for owner in book.nodes:
            if is_selector(owner) and not book.cut_above(owner):
                found.setdefault(owner, ("", None))
    return found


def _guessed(names: Iterable[str], senders: Mapping[str, Sender]) -> Iterator[str]:
    labels = dict.fromkeys(label for sender in senders.values() for label in sender.selectors)
    return (_owner(label, name) for name in names for label in labels)


def _owner(label: str, domain: str) -> str:
    return f"{label}._domainkey.{domain}"


def published(books: Iterable[ZoneBook]) -> Iterator[Question]:
    """The record sets of the zones that mail depends on, as DNS would be asked for them."""
    for book in books:
        for owner, node in book.nodes.items():
            if "*" in labels(owner) or book.cut_above(owner) or name_facts(book, owner).role == "other":
                continue
            types = {"TXT" if type == "CNAME" else type for type in node} & _OF_MAIL
            yield from (Question(owner, type) for type in types)
