"""Recorded replies are read as DNS meant them: unknown stays unknown, NXDOMAIN covers all below."""

from __future__ import annotations

import pytest
from zone_text import answers, said

from mfpolicy.model.dns import Answers, Question, Record, Reply
from mfpolicy.views.answers import AnswerBook, records_of, target


@pytest.mark.parametrize(
    ("rcode", "reason"),
    [
        ("SERVFAIL", "answered SERVFAIL"),
        ("REFUSED", "answered REFUSED"),
        ("FORMERR", "answered FORMERR"),
        ("NOTIMP", "answered NOTIMP"),
        ("BADREPLY", "gave a reply that is no answer"),
        ("UNREACHABLE", "could not be reached"),
        ("TIMEOUT", "timed out"),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_a_failure_is_unknown_with_its_reason_and_makes_nothing_exist(
    rcode: str, reason: str, closed: bool
) -> None:
    book = AnswerBook(answers(closed, **{"contoso.com A": rcode}))
    expected = f"contoso.com A {reason}"
    assert said(book.look("contoso.com", "A")) == expected
    assert said(book.exists("contoso.com")) == expected  # type: ignore[arg-type]


OPEN = answers(
    **{
        "contoso.com MX": ["0 mx.contoso.com"],
        "deep.ent.contoso.com A": ["192.0.2.1"],
        "gone.contoso.com TXT": "NXDOMAIN",
        "empty.contoso.com TXT": [],
        "slow.contoso.com TXT": "TIMEOUT",
        "alias.contoso.com A": "NXDOMAIN",
        "alias.contoso.com CNAME": ["nowhere.example.org"],
    }
)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("contoso.com", "MX", ["0 mx.contoso.com"]),
        ("contoso.com", "TXT", "contoso.com TXT not asked"),
        ("ent.contoso.com", "A", "ent.contoso.com A not asked"),  # it is there, but may hold records itself
        ("gone.contoso.com", "TXT", "NXDOMAIN"),
        ("gone.contoso.com", "A", "NXDOMAIN"),
        ("below.gone.contoso.com", "A", "NXDOMAIN"),  # RFC 8020
        ("notgone.contoso.com", "A", "notgone.contoso.com A not asked"),
        ("empty.contoso.com", "TXT", "NODATA"),
        ("empty.contoso.com", "A", "empty.contoso.com A not asked"),
        ("slow.contoso.com", "TXT", "slow.contoso.com TXT timed out"),
        ("slow.contoso.com", "A", "slow.contoso.com A not asked"),
        ("below.alias.contoso.com", "A", "below.alias.contoso.com A not asked"),  # only the target is missing
    ],
)
def test_what_was_not_asked_stays_open_unless_the_name_is_denied(
    name: str, type: str, expected: object
) -> None:
    assert said(AnswerBook(OPEN).look(name, type)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contoso.com", True),
        ("ent.contoso.com", True),
        ("empty.contoso.com", True),
        ("alias.contoso.com", True),
        ("gone.contoso.com", False),
        ("below.gone.contoso.com", False),
        ("slow.contoso.com", "slow.contoso.com A not asked"),  # a failure proves nothing
        ("other.contoso.com", "other.contoso.com A not asked"),
    ],
)
def test_a_name_exists_only_if_it_or_something_below_it_answered(name: str, expected: object) -> None:
    found = AnswerBook(OPEN).exists(name)
    assert (found if isinstance(found, bool) else said(found)) == expected


CLOSED = Answers(OPEN.replies, closed=True)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("contoso.com", "TXT", "NODATA"),
        ("ent.contoso.com", "A", "NODATA"),
        ("com", "A", "NODATA"),
        ("slow.contoso.com", "A", "NODATA"),  # listed, though what was listed failed
        ("slow.contoso.com", "TXT", "slow.contoso.com TXT timed out"),
        ("other.contoso.com", "A", "NXDOMAIN"),
        ("below.contoso.com", "MX", "NXDOMAIN"),
    ],
)
def test_closed_answers_deny_what_is_not_listed(name: str, type: str, expected: object) -> None:
    assert said(AnswerBook(CLOSED).look(name, type)) == expected


def test_records_beside_nxdomain_are_not_believed() -> None:
    replies = {Question("gone.contoso.com", "A"): Reply("NXDOMAIN", 60, ("192.0.2.1",))}
    assert said(AnswerBook(Answers(replies)).look("gone.contoso.com", "A")) == "NXDOMAIN"


def test_character_strings_are_joined_without_a_space() -> None:
    reply = Reply("NOERROR", 60, (("v=spf1 ", "-all"), "v=other"))
    assert records_of("contoso.com", "TXT", reply) == (
        Record("contoso.com", "TXT", "v=spf1 -all", 60, ("v=spf1 ", "-all")),
        Record("contoso.com", "TXT", "v=other", 60),
    )


def test_a_target_is_a_normal_name() -> None:
    assert target(Record("a.contoso.com", "CNAME", " MX.Contoso.COM. ")) == "mx.contoso.com"
