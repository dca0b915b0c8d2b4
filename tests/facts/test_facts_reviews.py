from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.facts.reviews import due_day
from mfpolicy.model.intent_tenant import ReviewIntent

DAY = datetime.date.fromisoformat


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-01-01", "2026-06-30"),
        ("2026-03-31", "2026-06-30"),
        ("2026-04-01", "2026-09-30"),
        ("2026-10-06", "2027-03-31"),
        ("2026-12-31", "2027-03-31"),
    ],
)
def test_a_quarter_is_one_of_the_calendar(last: str, due: str) -> None:
    assert due_day(ReviewIntent("anti-spam", every="quarter", last=DAY(last))) == DAY(due)


def test_days_are_counted_from_the_last_review() -> None:
    assert due_day(ReviewIntent("anti-spam", every=90 * 86_400, last=DAY("2026-10-06"))) == DAY("2027-01-04")


@pytest.mark.parametrize("review", [ReviewIntent("anti-spam", every="quarter"), ReviewIntent("connectors")])
def test_what_was_never_done_or_has_no_interval_is_not_due(review: ReviewIntent) -> None:
    assert due_day(review) is None


@pytest.mark.parametrize("every", ["quarter", 400 * 86_400])
def test_there_is_no_day_after_the_last_one(every: Any) -> None:
    assert due_day(ReviewIntent("anti-spam", every=every, last=DAY("9999-12-31"))) == DAY("9999-12-31")
