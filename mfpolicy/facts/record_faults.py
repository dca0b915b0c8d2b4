"""What is wrong in the text of a record or of a file, as facts with their places."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mfpolicy.model.dns import Record
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.faults import Fault

SHOWN = 60
MAX_FAULTS = 20  # of one text; whoever serves 64 KiB of nonsense gets no finding for every line


class RecordFaultFacts(msgspec.Struct, frozen=True):
    """One fault, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class IgnoredFacts(msgspec.Struct, frozen=True):
    """A TXT record, its beginning, that was meant to be a policy and is none to those who read it."""

    text: str
    place: Place | None = None


def ignored_facts(records: Iterable[Record]) -> tuple[IgnoredFacts, ...]:
    """The first of some records that begin in different ways, as far as one would read them."""
    first = {each.value[:SHOWN]: each for each in reversed(tuple(records))}
    return tuple(IgnoredFacts(text, first[text].place) for text in list(first)[::-1][:MAX_FAULTS])


def record_faults(faults: Iterable[Fault], text: str, place: Place | None) -> tuple[RecordFaultFacts, ...]:
    """The first faults, each that says something new; how many more there are is one of its own."""
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.code, fault.text), fault)
    found = [
        RecordFaultFacts(each.code, each.text, narrowed(place, text[each.start : each.end]))
        for each in list(first.values())[:MAX_FAULTS]
    ]
    if len(first) > MAX_FAULTS:
        more = f"there are {len(first) - MAX_FAULTS} more faults"
        found.append(RecordFaultFacts("more-faults", more, place))
    return tuple(found)
