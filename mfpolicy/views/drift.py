"""Where two pictures of DNS hold different record sets: live DNS and the repository, or base and head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mfpolicy.model.changes import RecordSet, Source
from mfpolicy.model.dns import Answer, Answers, Question, Record, Unknown
from mfpolicy.model.findings import Drift
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.spelling import spelt


class _Differing(msgspec.Struct, frozen=True):
    """One record set that is not the same on two sides: the records, and their sorted values, each after its
    type."""

    type: str
    ours: tuple[Record, ...]
    theirs: tuple[Record, ...]

    @property
    def values(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return _spelt_all(self.ours), _spelt_all(self.theirs)


def compared(
    head: Overlay, questions: Iterable[Question], answers: Answers
) -> tuple[tuple[Drift, ...], tuple[Question, ...]]:
    """The record sets that differ, where both sides are known (an alias is compared as the alias it is), and
    those that cannot be compared, because live DNS was asked and did not answer."""
    if not answers.replies:
        return (), ()
    live = live_view(answers)
    found = dict.fromkeys(_compared(head, live, question) for question in sorted(questions))
    return (
        tuple(each for each in found if isinstance(each, Drift)),
        tuple(each for each in found if isinstance(each, Question)),
    )


def apexes(head: Overlay, found: Iterable[Drift]) -> set[Question]:
    """What tells for how long resolvers remember that a record is not there (RFC 2308, 5)."""
    return {_apex(head, each.name) for each in found if not each.live}


def changed(
    base: Overlay, head: Overlay, live: Overlay, questions: Iterable[Question]
) -> tuple[RecordSet, ...]:
    """The record sets that head holds otherwise than base, where both are known; `live` is what DNS says now,
    and so for how long resolvers may go on saying it."""
    found = (_changed(base, head, live, each) for each in dict.fromkeys(questions))
    return tuple(each for each in found if each)


def live_view(answers: Answers) -> Overlay:
    """What DNS itself said, without any zone of the repository."""
    # What a recording with `otherwise` leaves out was not looked at.
    return Overlay((), Answers(answers.replies))


def _compared(head: Overlay, live: Overlay, question: Question) -> Drift | Question | None:
    """The drift of one record set, or the question itself where it stayed without an answer."""
    ours, theirs = _at(head, question), _at(live, question)
    if isinstance(ours, Unknown) or isinstance(theirs, Unknown):
        asked = isinstance(theirs, Unknown) and not theirs.not_asked
        return question if asked and not isinstance(ours, Unknown) else None
    found = _differing(ours, theirs, question)
    if found is None:
        return None
    place = next((each.place for each in ours if each.place), None)
    kept = _ttl(theirs) if theirs else _negative_ttl(live, _apex(head, question.name))
    return Drift(question.name, found.type, *found.values, place, kept)


def _differing(ours: tuple[Record, ...], theirs: tuple[Record, ...], question: Question) -> _Differing | None:
    types = {each.type for each in (*ours, *theirs)}
    found = _Differing("CNAME" if types == {"CNAME"} else question.type, ours, theirs)
    return found if len(set(found.values)) > 1 else None


def _changed(base: Overlay, head: Overlay, live: Overlay, question: Question) -> RecordSet | None:
    old, new = _at(base, question), _at(head, question)
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return None
    found = _differing(old, new, question)
    if found is None:
        return None
    said = RecordSet(question.name, found.type, *found.values, _ttl(old))
    for kept, source in _kept(base, live, question, old):
        if kept is not None:
            return msgspec.structs.replace(said, kept=kept, source=source)
    return said


def _kept(
    base: Overlay, live: Overlay, question: Question, old: tuple[Record, ...]
) -> Iterator[tuple[int | None, Source]]:
    """For how long resolvers may go on saying what was before, by whoever may know, the best first."""
    now, apex = _at(live, question), _apex(base, question.name)
    if not isinstance(now, Unknown) and now:
        yield _ttl(now), "live DNS"
    elif not (isinstance(now, Unknown) and old):
        yield _negative_ttl(live, apex), "live DNS"
    yield (_ttl(old) if old else _negative_ttl(base, apex)), "the zone as it was"


def _ttl(records: Iterable[Record]) -> int | None:
    return max((each.ttl for each in records if each.ttl is not None), default=None)


def _apex(head: Overlay, name: str) -> Question:
    book = head.book_for(name)
    return Question(book.zone.name if book else name, "SOA")


def _negative_ttl(view: Overlay, apex: Question) -> int | None:
    """The lesser of the SOA record's own TTL and its last field, where it was asked (RFC 2308, 5)."""
    found = view.ask(apex.name, apex.type)
    record = found.records[0] if isinstance(found, Answer) and found.records else None
    last = record.value.split()[-1:] if record else []
    if record is None or record.ttl is None or not (last and last[0].isdecimal()):
        return None
    return min(record.ttl, int(last[0]))


def _at(view: Overlay, question: Question) -> tuple[Record, ...] | Unknown:
    """What stands at the name: its alias, else the records of the type (those of an ALIAS record are the
    addresses it leads to)."""
    delegation = view.servers(question.name) if question.type == "NS" else ()
    if delegation:
        return delegation
    alias = view.at(question.name, "CNAME")
    if isinstance(alias, Answer) and alias.records:
        return alias.records
    found = view.ask(question.name, question.type)
    return found.records if isinstance(found, Answer) else found


def _spelt_all(records: Iterable[Record]) -> tuple[str, ...]:
    return tuple(sorted({spelt(each) for each in records}))
