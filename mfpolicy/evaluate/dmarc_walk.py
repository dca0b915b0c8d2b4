"""The tree walk that finds DMARC records, and the organizational domain that follows (RFC 9989, 4.10)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.model.dns import Record, Unknown, View, joined
from mfpolicy.model.names import labels
from mfpolicy.records.dmarc import Dmarc, is_dmarc, parse

# The tree walk asks for at most eight names: longer ones are cut to seven labels after the first (4.10).
_LONGEST_STEP = 7
_LONGEST_NAME = 253


class Step(msgspec.Struct, frozen=True):
    """One name of a tree walk: the DMARC records there and the one that counts, or why they are not known."""

    name: str
    records: tuple[Record, ...] = ()
    dmarc: Dmarc | None = None
    unknown: Unknown | None = None


def walk(view: View, name: str, own: bool = True) -> tuple[Step, ...]:
    """The names of the tree walk, longest first, up to the record that ends it (RFC 9989, 4.10). Without
    `own` the name is taken to publish nothing itself, and is not asked."""
    steps = [] if own else [Step(name)]
    for each in _names(name) if own else _above(name):
        steps.append(_look(view, each))
        dmarc = steps[-1].dmarc
        if dmarc and dmarc.psd != "u":
            break
    return tuple(steps)


def dmarc_records(view: View, owner: str) -> tuple[Record, ...] | Unknown:
    """The DMARC records at a normal name; every other text there is ignored."""
    if len(owner) > _LONGEST_NAME:
        return ()
    answer = view.ask(owner, "TXT")
    if isinstance(answer, Unknown):
        return answer
    return tuple(record for record in answer.records if is_dmarc(record.value))


def organizational_domain_of(steps: tuple[Step, ...]) -> str | Unknown:
    """RFC 9989, 4.10.2. Any name that did not answer may hold the record that ends the walk."""
    unknowns = [step.unknown for step in steps if step.unknown]
    if unknowns:
        return joined(unknowns)
    last = steps[-1]
    if len(steps) > 1 and last.dmarc and last.dmarc.psd == "y":
        return _below(steps[0].name, last.name)
    return next((step.name for step in reversed(steps) if step.dmarc), steps[0].name)


def inherited(steps: tuple[Step, ...], domain: str) -> Step | None:
    """The record of the organizational domain, else that of the public suffix above it (4.10.1)."""
    found = {step.name: step for step in steps[1:] if step.dmarc}
    last = steps[-1].dmarc
    return found.get(domain) or (steps[-1] if last and last.psd == "y" else None)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from _above(name)


def _above(name: str) -> Iterator[str]:
    parts = labels(name)
    for length in range(min(len(parts) - 1, _LONGEST_STEP), 0, -1):
        yield ".".join(parts[-length:])


def _look(view: View, name: str) -> Step:
    records = dmarc_records(view, f"_dmarc.{name}")
    if isinstance(records, Unknown):
        return Step(name, unknown=records)
    # Several records at one name are all discarded (4.10, step 2).
    return Step(name, records, parse(records[0].value) if len(records) == 1 else None)


def _below(name: str, suffix: str) -> str:
    """The name one label below a public suffix."""
    return ".".join(labels(name)[-len(labels(suffix)) - 1 :])
