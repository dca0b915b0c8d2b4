"""The state of each waiver on the day of the run, once it is known what it waived."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

import msgspec

from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Place
from mfpolicy.model.rules import Rule


class WaiverFacts(msgspec.Struct, frozen=True):
    """A waiver. Days are whole and counted from the day of the run: `days_left` is negative once expired.
    `known_rule` is whether there is such a rule, `waivable` whether it may be waived, `of_change` whether it
    judges what a change does: that finds nothing once the change is made."""

    name: str
    rule: str
    subject: str
    known_rule: bool
    waivable: bool
    of_change: bool
    used: bool
    dated: bool
    expires: str
    days_left: int
    ticket: str
    compensating: str
    problems: tuple[str, ...]
    place: Place | None = None


def waiver_facts(
    waiver: Waiver, used: Collection[Waiver], rules: Mapping[str, Rule], today: datetime.date
) -> WaiverFacts:
    """The facts of one waiver; `rules` holds every rule by its id and by its slug."""
    rule = rules.get(waiver.rule)
    return WaiverFacts(
        name=f"{waiver.rule} on {waiver.subject}",
        rule=waiver.rule,
        subject=waiver.subject,
        known_rule=rule is not None,
        waivable=rule is None or rule.waivable,
        of_change=rule is not None and rule.about == "change",
        used=waiver in used,
        dated=waiver.expires is not None,
        expires=waiver.expires.isoformat() if waiver.expires else "",
        days_left=(waiver.expires - today).days if waiver.expires else 0,
        ticket=waiver.ticket,
        compensating=waiver.compensating,
        problems=waiver.problems,
        place=waiver.place,
    )
