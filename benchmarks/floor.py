"""The least time that a run can take: what has to wait for what, read from a recording.

    python -m benchmarks.floor ANSWERS.json

prints {"questions": ..., "chain": ..., "lost": ...}. A process of its own: a program's peak of
memory is inherited by what it starts.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import msgspec

_TERM = re.compile(r"(?:^| )[-+~?]?(include|redirect|exists|mx|a)(?:[:=]([^ /]+))?(?=[ /]|$)", re.IGNORECASE)


class Entry(msgspec.Struct, frozen=True):
    """One reply of a recording."""

    name: str
    type: str
    rcode: str = "NOERROR"
    records: tuple[str | tuple[str, ...], ...] = ()


class Recording(msgspec.Struct, frozen=True):
    """A recording, `answers.v1`."""

    answers: tuple[Entry, ...]


class Shape(msgspec.Struct, frozen=True):
    """How many replies were needed, how many of them one after another, and how many never came."""

    questions: int
    chain: int
    lost: int = 0


def floor(chain: int, questions: float, trip: float, window: int) -> float:
    """Seconds: nothing can beat its longest chain of round trips and a full window over the rest."""
    return chain * trip + questions * trip / window


def shape(recording: Recording) -> Shape:
    """What waits for what: nested includes for the records above them, addresses for MX records, the DMARC
    record up the tree for the one that is not there. What is known early is asked early, whoever else waits
    for it."""
    values = {(each.name, each.type): _texts(each) for each in recording.answers}
    after = {question: _after(*question, texts) for question, texts in values.items()}
    raised = {each for listed in after.values() for each in listed}
    # A mail checker asks for MX records in any case.
    level = {question for question in values if question not in raised or question[1] == "MX"}
    seen, chain = set(level), 0
    while level:
        chain += 1
        level = {each for question in level for each in after[question] if each in values} - seen
        seen |= level
    lost = sum(each.rcode not in ("NOERROR", "NXDOMAIN") for each in recording.answers)
    return Shape(len(values), chain, lost)


def _after(name: str, type: str, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """The questions that only these records raise."""
    if type == "MX":
        return [(text.split()[-1].rstrip("."), "A") for text in texts]
    if name.startswith("_dmarc.") and type == "TXT" and not texts:
        return [(f"_dmarc.{name.split('.', 2)[2]}", "TXT")] if name.count(".") > 1 else []
    if type == "TXT":
        return [found for text in texts if text.startswith("v=spf1") for found in _terms(name, text)]
    return []


def _terms(name: str, text: str) -> list[tuple[str, str]]:
    kinds = {"include": "TXT", "redirect": "TXT", "mx": "MX", "a": "A", "exists": "A"}
    return [(target or name, kinds[kind.lower()]) for kind, target in _TERM.findall(text)]


def _texts(entry: Entry) -> tuple[str, ...]:
    return tuple(each if isinstance(each, str) else "".join(each) for each in entry.records)


if __name__ == "__main__":
    found = shape(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Recording))
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
