"""A ramp: a DMARC policy that holds through a day, and the one that follows it."""

from __future__ import annotations

import datetime

import msgspec

from mfpolicy.model.intent import DmarcIntent, DmarcPolicy
from mfpolicy.model.places import Place

# How much a policy asks for; a domain without DMARC asks for nothing.
RANKS = {"absent": 0, "none": 0, "quarantine": 1, "reject": 2}
_NEXT: dict[DmarcPolicy, DmarcPolicy] = {"none": "quarantine", "quarantine": "reject", "reject": "reject"}


class RampFacts(msgspec.Struct, frozen=True):
    """A declared ramp. `policy` holds through the day `until`, `then` follows it (where nothing is said, the
    next stronger policy). `active`: that day is not over; `ended`: it is. `days_left` counts to it, and is 0
    or less from then on. `rises` tells that `then` asks for more than `policy`; `then_rank` orders it (0
    none, 1 quarantine, 2 reject). Without a ramp `present` is false, the texts are empty."""

    present: bool = False
    policy: str = ""
    until: str = ""
    then: str = ""
    then_rank: int = 0
    active: bool = False
    ended: bool = False
    rises: bool = False
    days_left: int = 0
    place: Place | None = None


_NO_RAMP = RampFacts()


def ramp_facts(intent: DmarcIntent, today: datetime.date) -> RampFacts:
    """The ramp that a domain declares; a day without a policy makes none."""
    if intent.until is None or intent.policy is None:
        return _NO_RAMP
    then = intent.then or _NEXT[intent.policy]
    return RampFacts(
        present=True,
        policy=intent.policy,
        until=intent.until.isoformat(),
        then=then,
        then_rank=RANKS[then],
        active=today <= intent.until,
        ended=today > intent.until,
        rises=RANKS[then] > RANKS[intent.policy],
        days_left=(intent.until - today).days,
        place=intent.place,
    )


def wanted_policy(intent: DmarcIntent, ramp: RampFacts) -> str:
    """What is declared for the day; empty if nothing is."""
    return ramp.then if ramp.ended else intent.policy or ""
