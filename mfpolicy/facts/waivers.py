"""The state of each waiver on the day of the run, once it is known what it waived."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

import msgspec

from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Place


class WaiverFacts(msgspec.Struct, frozen=True):
    """A waiver. Days are whole and counted from the day of the run: `days_left` is negative once expired.
    `known_rule` is whether there is such a rule, `of_change` whether that judges what a change does: it finds
    nothing once the change is made."""

    name: str
    rule: str
    subject: str
    known_rule: bool
    of_change: bool
    used: bool
    dated: bool
    expires: str
    days_left: int
    problems: tuple[str, ...]
    place: Place | None = None


def waiver_facts(
    waiver: Waiver, used: Collection[Waiver], rules: Mapping[str, str], today: datetime.date
) -> WaiverFacts:
    """The facts of one waiver; `rules` tells of every id and slug what the rule is about."""
    return WaiverFacts(
        name=f"{waiver.rule} on {waiver.subject}",
        rule=waiver.rule,
        subject=waiver.subject,
        known_rule=waiver.rule in rules,
        of_change=rules.get(waiver.rule) == "change",
        used=waiver in used,
        dated=waiver.expires is not None,
        expires=waiver.expires.isoformat() if waiver.expires else "",
        days_left=(waiver.expires - today).days if waiver.expires else 0,
        problems=waiver.problems,
        place=waiver.place,
    )
