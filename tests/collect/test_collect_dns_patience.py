"""Which silence is a lost packet, which a dead name, and which a server that is not there."""

from __future__ import annotations

import pytest

from mfpolicy.collect.dns.patience import Patience


def patience(**how: float) -> Patience:
    """Two seconds, two tries, one server; the questions went out at second 100."""
    found = Patience(2.0, 2, 1, how.get("longest", 900.0))
    found.begin(100.0)
    return found


def test_a_question_has_its_tries_at_every_server() -> None:
    assert [
        Patience(2.0, tries, servers, 900.0).of_question for tries, servers in ((1, 1), (2, 1), (2, 3))
    ] == [
        2.0,
        6.0,
        18.0,
    ]


@pytest.mark.parametrize(("now", "ended"), [(106.0, False), (106.1, True)])
def test_a_server_that_was_never_heard_is_not_there(now: float, ended: bool) -> None:
    assert patience().has_ended(now) is ended


def test_a_server_that_was_heard_is_there() -> None:
    found = patience()
    found.hear(101.0)
    assert (found.has_ended(1000.0), found.is_over(119.0), found.is_over(119.1)) == (False, False, True)


def test_a_run_is_over_after_its_time_however_lively() -> None:
    found = patience(longest=50.0)
    found.hear(150.0)
    assert (found.is_over(150.0), found.is_over(150.1)) == (False, True)


@pytest.mark.parametrize(
    ("questions", "longest", "end"), [(0, 900.0, 160.0), (200, 900.0, 170.0), (200, 50.0, 150.0)]
)
def test_what_goes_few_at_a_time_has_an_end_too(questions: int, longest: float, end: float) -> None:
    assert patience(longest=longest).end_of_few(questions, 100.0) == end


def test_time_before_the_next_questions_does_not_count_until_a_server_was_heard() -> None:
    found = patience()
    found.begin(200.0)
    assert (found.age(201.0), found.has_ended(201.0)) == (1.0, False)
    found.hear(201.0)
    found.begin(300.0)
    assert (found.age(300.0), found.is_over(301.0)) == (100.0, False)


def test_a_quiet_server_is_asked_for_a_sign_of_life_every_two_seconds() -> None:
    found = patience()
    assert [now for now in range(100, 109) if found.is_probe_due(now)] == [103, 106]
    found.hear(106.0)
    assert not found.is_probe_due(108.0)


def test_only_a_question_that_timed_out_makes_a_server_doubtful() -> None:
    found = patience()
    assert not found.in_doubt
    found.miss()
    assert found.in_doubt
    found.hear(101.0)
    assert not found.in_doubt
