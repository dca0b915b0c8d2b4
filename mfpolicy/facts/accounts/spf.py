"""Whom SPF lets pass, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.accounts.words import NOT_KNOWN, listed, missing, turned
from mfpolicy.facts.changes.spf import SpfChangeFacts
from mfpolicy.facts.changes.spf_addresses import SpfRangesFacts
from mfpolicy.facts.changes.spf_senders import SpfSenderFacts
from mfpolicy.model.changes import Topic
from mfpolicy.model.dns import Unknown

_Senders = tuple[SpfSenderFacts, ...] | Unknown
_STATES = {"none": "no SPF", "permerror": "broken (permerror: nobody is sure to pass)"}
_ENDS = {"": "ends in nothing", "nothing": "ends without all"}


def spf_topic(facts: SpfChangeFacts) -> Topic | None:
    """The senders and ranges of one side only; None where the records say the same."""
    if facts.before == "" and facts.after == "":
        return None
    lookups = facts.lookups
    return Topic(
        "SPF",
        _state(facts.before, facts.end.before),
        _state(facts.after, facts.end.after),
        tuple(_named(facts.senders_lost, facts.lost, facts.opaque_lost)),
        tuple(_named(facts.senders_gained, facts.gained, facts.opaque_gained)),
        turned("DNS lookups (at most 10)", lookups.before, lookups.after),
        missing(
            facts.before, facts.after, facts.senders_lost, facts.senders_gained, facts.lost.ranges,
            facts.gained.ranges, facts.opaque_lost, facts.opaque_gained,
        ),
    )  # fmt: skip


def _state(state: str | Unknown, end: str | Unknown) -> str:
    if isinstance(state, Unknown):
        return NOT_KNOWN
    if state != "usable":
        return _STATES.get(state, state)
    return NOT_KNOWN if isinstance(end, Unknown) else _ENDS.get(end, f"ends in {end}")


def _named(senders: _Senders, ranges: SpfRangesFacts, opaque: tuple[str, ...] | Unknown) -> Iterator[str]:
    for each in senders if not isinstance(senders, Unknown) else ():
        yield _sender(each)
    yield from listed(ranges.ranges)
    yield from (f"{each} (nobody can list its addresses)" for each in listed(opaque))


def _sender(sender: SpfSenderFacts) -> str:
    name = sender.title if sender.title == sender.include else f"{sender.title} ({sender.include})"
    whether = ", unless its addresses are listed otherwise" if isinstance(sender.covered, Unknown) else ""
    needs = "" if sender.needed else "; it sends with bounces of its own, so SPF here does not matter to it"
    return f"{name}{whether}{needs}"
