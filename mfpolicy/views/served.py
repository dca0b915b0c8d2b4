"""The zones of a repository as live DNS serves them, as far as somebody asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mfpolicy.model.dns import Answers, Question, Record, Zone
from mfpolicy.model.names import ancestors
from mfpolicy.views.answers import records_of
from mfpolicy.views.zones import ZoneBook

_AT_EVERY_NAME = ("TXT", "MX")  # a CNAME record shows in any reply
_OF_DOMAINS = ("_dmarc.{}", "_mta-sts.{}", "_smtp._tls.{}")


def served(zones: Sequence[Zone], answers: Answers) -> tuple[Zone, ...]:
    """Each zone with what was answered for names in it. DNS cannot be listed, so that other names may be
    there: whatever is asked of them falls through to the answers."""
    names = {each.name for each in zones}
    found: dict[str, list[Record]] = {name: [] for name in names}
    for question, reply in answers.replies.items():
        zone = next((each for each in ancestors(question.name) if each in names), None)
        if zone is not None and reply.rcode == "NOERROR":
            found[zone] += records_of(question.name, question.type, reply)
    return tuple(Zone(name, tuple(records), authority="partial") for name, records in found.items())


def to_compare(books: Iterable[ZoneBook], domains: Iterable[str], selectors: Iterable[str]) -> set[Question]:
    """What live DNS has to be asked to be compared with zones: all that stands in them, and what usually
    stands at their domains."""
    return {
        *(each for book in books for each in _of(book)),
        *(Question(name, type) for name in domains for type in _AT_EVERY_NAME),
        *(Question(form.format(name), "TXT") for name in domains for form in _OF_DOMAINS),
        *(Question(name, "TXT") for name in selectors),
    }


def _of(book: ZoneBook) -> Iterator[Question]:
    for owner, node in book.nodes.items():
        if "*" not in owner:
            types = {"TXT" if type in ("CNAME", "ALIAS", "DNAME") else type for type in node}
            yield from (Question(owner, type) for type in {*types, "TXT"})
