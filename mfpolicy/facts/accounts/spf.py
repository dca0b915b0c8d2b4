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


def spf_topic(facts: SpfChangeFacts, is_new: bool) -> Topic | None:
    """The senders and ranges of one side only; None where the records say the same."""
    if facts.before == facts.after and facts.before in ("", "none"):
        return None
    if isinstance(facts.before, Unknown) and not (isinstance(facts.after, str) and facts.after != "none"):
        return None
    lookups = facts.lookups
    return Topic(
        "SPF",
        _state(facts.before, facts.end.before),
        _state(facts.after, facts.end.after),
        (*_named(facts.senders_lost, facts.lost, facts.opaque_lost), *_shut_out(facts, is_new)),
        tuple(_named(facts.senders_gained, facts.gained, facts.opaque_gained)),
        turned("DNS lookups (at most 10)", lookups.before, lookups.after) if facts.after == "usable" else (),
        _open(facts),
    )


def _open(facts: SpfChangeFacts) -> str:
    if states := missing(facts.before, facts.after):
        return states
    ranges = (facts.lost.ranges, facts.gained.ranges, facts.opaque_lost, facts.opaque_gained)
    whom = missing(facts.senders_lost, facts.senders_gained, *ranges)
    return f"which senders and ranges are lost or gained, without {whom}" if whom else ""


def _shut_out(facts: SpfChangeFacts, is_new: bool) -> Iterator[str]:
    """Receivers may refuse what fails, and mostly take what softfails (RFC 7208, 8.4 and 8.5)."""
    end = facts.end
    if is_new or end.after != "-all" or end.before == "-all" or isinstance(facts.before, Unknown):
        return
    was = (
        f"ends in {end.before}"
        if end.before in ("~all", "?all", "+all")
        else _state(facts.before, end.before)
    )
    yield f"mail from whom no term names: it fails from now on (was: {was})"


def _state(state: str | Unknown, end: str | Unknown) -> str:
    if isinstance(state, Unknown):
        return NOT_KNOWN
    if state != "usable":
        return _STATES.get(state, state)
    return "usable" if isinstance(end, Unknown) else _ENDS.get(end, f"ends in {end}")


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
