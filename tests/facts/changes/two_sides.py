"""The sides of a change written short: the lines of one zone, or whole zones, and what is declared."""

from __future__ import annotations

import datetime

from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.domains import shown_domains
from mfpolicy.model.dns import Answers, Record, Zone
from mfpolicy.model.intent import DomainIntent, Intent, Sender
from mfpolicy.model.names import join
from mfpolicy.model.places import Line
from mfpolicy.views.overlay import Overlay

NOBODY_ASKED = Answers()
SERVICES = {"post": Sender("post", "Post", mx=("*.post.test",))}
KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def zone(name: str, *lines: str) -> Zone:
    """A zone of records such as "@ 300 MX 10 mx.post.test.", each at its own line of the file."""
    parts = (line.split(" ", 3) for line in lines)
    records = (
        Record(join(owner, name), type, value, int(ttl), place=Line(name, number))
        for number, (owner, ttl, type, value) in enumerate(parts, start=1)
    )
    return Zone(name, tuple(records), file=name, place=Line(name, 0))


def side(*zones: Zone, answers: Answers = NOBODY_ASKED, domains: tuple[DomainIntent, ...] = ()) -> Side:
    """One side, on a day of no importance."""
    view = Overlay(zones, answers)
    day = datetime.date(2026, 11, 23)
    return Side(view, Declared(Intent(domains=domains), SERVICES, day, shown_domains(view.books)))


def of(*lines: str, answers: Answers = NOBODY_ASKED) -> Side:
    """One side with the zone example.org, in which every record may be kept for an hour."""
    return side(zone("example.org", *(" 3600 ".join(line.split(" ", 1)) for line in lines)), answers=answers)
