"""Reviews that recur: when each was last done, when it is due, and whether anything was changed since."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator

import msgspec

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.digest import DIGESTED, digest
from mfpolicy.facts.tenant.held import Held
from mfpolicy.model.dns import Unknown
from mfpolicy.model.durations import duration
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent_tenant import ReviewIntent, Topic
from mfpolicy.model.places import Place

_DAY = 86_400  # seconds
_ALWAYS: Topic = "anti-spam"  # the runbook's prevention: tuning is looked at in every quarter


class ReviewFacts(msgspec.Struct, frozen=True):
    """A review of some settings. `every` says in words how often it is meant to be done, empty where nobody
    says. `due` is the last day on which the next one is in time, `days_left` counts to it and is negative
    once it is overdue. `has_digest` tells whether an export shows the settings now, `digest` is theirs,
    `reviewed` that of the settings that were looked at (empty: not recorded), `as_of` the export's day."""

    name: str
    declared: bool
    done: bool
    last: str
    by: str
    record: str
    every: str
    timed: bool
    due: str
    days_left: int
    reviewed: str
    has_digest: bool
    digest: str | Unknown
    as_of: str
    in_future: bool
    place: Place | None = None


def review_studies(declared: Declared, held: Held | None) -> Iterator[Study]:
    """Every declared review, and the one that the runbook asks for where a tenant is declared."""
    said = {each.topic: each for each in declared.intent.tenant.reviews}
    if held is not None and declared.intent.place is not None:
        said.setdefault(_ALWAYS, ReviewIntent(_ALWAYS))
    for each in said.values():
        yield Study(Subject("review", each.topic), given(review_facts(each, declared.today, held)))


def review_facts(review: ReviewIntent, today: datetime.date, held: Held | None) -> ReviewFacts:
    """The facts of one review on a day."""
    due = due_day(review)
    shows = held is not None and review.topic in DIGESTED
    return ReviewFacts(
        name=review.topic,
        declared=review.place is not None,
        done=review.last is not None,
        last=review.last.isoformat() if review.last else "",
        by=review.by,
        record=review.record,
        every=_words(review),
        timed=due is not None,
        due=due.isoformat() if due else "",
        days_left=(due - today).days if due else 0,
        reviewed=review.settings,
        has_digest=shows,
        digest=(held.doubt or digest(held, review.topic)) if held and shows else "",
        as_of=held.as_of if held else "",
        in_future=review.last is not None and review.last > today,
        place=review.place,
    )


def due_day(review: ReviewIntent) -> datetime.date | None:
    """The last day on which the next review is in time; None where it was never done, or nobody says how
    often. `quarter` asks for one in each quarter of the calendar, so that it is the end of the next one."""
    if review.last is None or review.every is None:
        return None
    if review.every != "quarter":
        days = min(review.every // _DAY, (datetime.date.max - review.last).days)
        return review.last + datetime.timedelta(days=days)
    months = review.last.year * 12 + (review.last.month - 1) // 3 * 3 + 5
    year, month = divmod(months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _words(review: ReviewIntent) -> str:
    if review.every is None:
        return ""
    return "quarter" if review.every == "quarter" else duration(review.every // _DAY * _DAY)
