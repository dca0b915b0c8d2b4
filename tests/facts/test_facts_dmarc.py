"""What the facts of DMARC say of a record, and of what is declared."""

from __future__ import annotations

import datetime

import pytest

from mfpolicy.facts.dmarc import DmarcFacts, dmarc_facts
from mfpolicy.facts.ramps import ramp_facts, wanted_policy
from mfpolicy.model.dns import Answers, Question, Reply, Unknown
from mfpolicy.model.intent import DmarcIntent, Sender
from mfpolicy.views.overlay import Overlay

TODAY = datetime.date(2026, 11, 23)
OWN = "_dmarc.example.org"
NOTHING = DmarcIntent()


def facts(
    record: str = "", intent: DmarcIntent = NOTHING, senders: tuple[Sender, ...] = (), **world: str
) -> DmarcFacts:
    """Facts in a world where nothing else exists: a text, or a response code, by TYPE_of_NAME with two
    underscores for each dot."""
    said = {OWN: record} if record else {}
    replies = {Question(name, "TXT"): _reply(text) for name, text in said.items()}
    replies |= {_question(each): _reply(text) for each, text in world.items()}
    view = Overlay((), Answers(replies, closed=True))
    return dmarc_facts(view, "example.org", intent, TODAY, senders)


def _question(written: str) -> Question:
    type, _, name = written.partition("_of_")
    return Question(name.replace("__", "."), type)


def _reply(text: str) -> Reply:
    return Reply(text) if text.isupper() else Reply("NOERROR", 300, (text,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "until", "then", "day", "expected"),
    [
        ("none", "2027-02-28", None, "2027-02-27", (True, "none", "quarantine", 1)),
        ("none", "2027-02-28", None, "2027-02-28", (True, "none", "quarantine", 0)),
        ("none", "2027-02-28", None, "2027-03-01", (False, "quarantine", "quarantine", -1)),
        ("none", "2027-02-28", "reject", "2027-03-01", (False, "reject", "reject", -1)),
        ("quarantine", "2027-02-28", None, "2027-03-01", (False, "reject", "reject", -1)),
    ],
)
def test_a_ramp_holds_through_its_day_and_is_followed_by_the_next_policy(
    policy: str, until: str, then: str | None, day: str, expected: tuple[bool, str, str, int]
) -> None:
    intent = DmarcIntent(policy, until=datetime.date.fromisoformat(until), then=then)  # type: ignore[arg-type]
    ramp = ramp_facts(intent, datetime.date.fromisoformat(day))
    assert (ramp.active, wanted_policy(intent, ramp), ramp.then, ramp.days_left) == expected


def test_a_policy_without_a_day_is_no_ramp() -> None:
    found = facts(intent=DmarcIntent("none"))
    assert (found.ramp.present, found.ramp.active, found.ramp.ended, found.wanted) == (
        *(False, False, False),
        "none",
    )


@pytest.mark.parametrize(
    ("policy", "then", "rises"),
    [("none", None, True), ("none", "none", False), ("reject", None, False), ("quarantine", "none", False)],
)
def test_a_ramp_rises_if_what_follows_is_stronger(policy: str, then: str | None, rises: bool) -> None:
    intent = DmarcIntent(policy, until=TODAY, then=then)  # type: ignore[arg-type]
    assert ramp_facts(intent, TODAY).rises is rises


def test_report_addresses_are_compared_both_ways() -> None:
    intent = DmarcIntent(rua=("mailto:a@example.org", "mailto:c@example.org"))
    found = facts(
        "v=DMARC1; p=none; rua=mailto:a@Example.org,mailto:b@example.org; ruf=mailto:f@e.test", intent
    )
    assert isinstance(found.unpublished, tuple) and isinstance(found.undeclared, tuple)
    assert [each.uri for each in found.unpublished] == ["mailto:c@example.org"]
    # Nothing is declared about ruf, so whatever stands there is left alone.
    assert [each.uri for each in found.undeclared] == ["mailto:b@example.org"]


@pytest.mark.parametrize(
    ("world", "takes_mail"),
    [
        ({}, False),
        ({"MX_of_far__test": "10 mx.far.test."}, True),
        ({"MX_of_far__test": "0 ."}, False),
        ({"A_of_far__test": "192.0.2.1"}, True),
        ({"AAAA_of_far__test": "2001:db8::1"}, True),
    ],
)
def test_a_report_host_takes_mail_by_its_mx_or_an_address(world: dict[str, str], takes_mail: bool) -> None:
    found = facts("v=DMARC1; p=none; rua=mailto:d@far.test", **world).destinations
    assert isinstance(found, tuple) and [each.takes_mail for each in found] == [takes_mail]


def test_a_report_host_that_does_not_answer_is_unknown() -> None:
    found = facts("v=DMARC1; p=none; rua=mailto:d@far.test", MX_of_far__test="SERVFAIL").destinations
    assert isinstance(found, tuple) and isinstance(found[0].takes_mail, Unknown)


def test_a_destination_that_is_named_twice_is_one() -> None:
    found = facts("v=DMARC1; p=none; rua=mailto:d@far.test,mailto:d@far.test").destinations
    assert isinstance(found, tuple) and len(found) == 1


def test_a_record_with_very_many_addresses_is_read_in_part() -> None:
    many = ",".join(f"mailto:d@{number}.test" for number in range(2000))
    found = facts(f"v=DMARC1; p=none; rua={many}").destinations
    assert isinstance(found, tuple) and len(found) == 20


def test_the_tags_of_a_record_that_does_not_answer_are_unknown() -> None:
    found = facts("SERVFAIL")
    for each in (found.policy, found.own, found.sp, found.np, found.psd, found.faults, found.destinations):
        assert isinstance(each, Unknown)


def test_nothing_is_open_about_reports_where_nothing_is_declared() -> None:
    found = facts("SERVFAIL")
    assert (found.unpublished, found.undeclared, found.unaligned) == ((), (), ())


@pytest.mark.parametrize(
    ("sender", "record", "names"),
    [
        (Sender("a", envelope="subdomain"), "v=DMARC1; p=reject; aspf=s", ["a"]),
        (Sender("a", envelope="subdomain"), "v=DMARC1; p=reject", []),
        (Sender("a", envelope="subdomain", selectors=("s1",)), "v=DMARC1; p=reject; aspf=s", []),
        (Sender("a", envelope="subdomain", aligns=("dkim",)), "v=DMARC1; p=reject; aspf=s", []),
        (
            Sender("a", envelope="subdomain", until=datetime.date(2026, 11, 22)),
            "v=DMARC1; p=reject; aspf=s",
            [],
        ),
        (Sender("a", envelope="own"), "v=DMARC1; p=reject", ["a"]),
        (Sender("a", envelope="customer"), "v=DMARC1; p=reject; aspf=s", []),
        (Sender("a"), "v=DMARC1; p=reject; aspf=s", []),
    ],
)
def test_a_sender_is_unaligned_only_if_its_spf_cannot_align_and_nothing_says_that_it_signs(
    sender: Sender, record: str, names: list[str]
) -> None:
    found = facts(record, senders=(sender,)).unaligned
    assert isinstance(found, tuple) and [each.name for each in found] == names
