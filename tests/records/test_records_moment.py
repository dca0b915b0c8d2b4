"""Points in time, in every shape in which exports hold them."""

from __future__ import annotations

import datetime

import pytest

from mfpolicy.records.moment import moment

MOMENT = datetime.datetime(2026, 5, 4, 17, 15, 48, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04T17:15:48Z",
        "2026-05-04T17:15:48",
        "2026-05-04T17:15:48.0000000Z",
        "2026-05-04T22:45:48+05:30",
        "/Date(1777914948000)/",
        "Date(1777914948000)",
        "/Date(1777914948000+0200)/",
        "05/04/2026 17:15:48 Coordinated Universal Time",
    ],
)
def test_a_moment_is_the_same_however_it_is_written(text: str) -> None:
    assert moment(text) == MOMENT


def test_a_day_begins_at_midnight() -> None:
    assert moment("2026-05-04") == MOMENT.replace(hour=0, minute=0, second=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5/4/2026 5:15:48 PM",
        "04.05.2026",
        "Monday",
        "2026-05-04T17:15:60Z",
        "/Date(9999999999999999)/",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_names_no_moment_for_certain_is_none(text: str) -> None:
    assert moment(text) is None
