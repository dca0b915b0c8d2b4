"""TLSA records of MX hosts: where they are looked for, and what is wrong with them."""

from __future__ import annotations

import pytest

from mfpolicy.evaluate.tlsa import MAX_HOSTS
from mfpolicy.facts.dane import DaneFacts, dane_facts
from mfpolicy.facts.questions import open_questions
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Unknown, Zone, unknown
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay

SOUND = "3 1 1 " + "ab" * 32
AT = Span("zones/example.org.yaml", 10, 40)
MX = Span("zones/example.org.yaml", 1, 9)
SIGNED = {Question("example.org", "DS"): Reply("NOERROR", 300, ("1 13 2 " + "cd" * 32,))}


def facts(*tlsa: str, wanted: bool | None = None, mx: tuple[str, ...] = ("mail.example.org",)) -> DaneFacts:
    """The facts of example.org, signed, whose host mail.example.org has these TLSA records."""
    records = (
        *(Record("example.org", "MX", f"{number} {host}.", place=MX) for number, host in enumerate(mx)),
        *(Record("_25._tcp.mail.example.org", "TLSA", each, place=AT) for each in tlsa),
    )
    return dane_facts(Overlay([Zone("example.org", records)], Answers(SIGNED)), "example.org", wanted)


def hosts(found: DaneFacts) -> list[tuple[object, ...]]:
    assert not isinstance(found.hosts, Unknown)
    return [(each.host, each.known, each.present, each.signed) for each in found.hosts]


def codes(found: DaneFacts) -> list[str]:
    assert not isinstance(found.faults, Unknown)
    return [each.code for each in found.faults]


def test_a_sound_record_in_a_signed_zone_is_found_without_a_declaration() -> None:
    found = facts(SOUND)
    assert hosts(found) == [("mail.example.org", True, True, True)]
    assert (found.present, found.mx_signed, codes(found), found.wanted) == (True, True, [], False)


def test_without_tlsa_records_nothing_is_asked_about_dnssec() -> None:
    records = (Record("example.org", "MX", "10 mail.example.org."),)
    found = dane_facts(Overlay([Zone("example.org", records)], Answers()), "example.org", None)
    assert (found.present, found.mx_signed, open_questions(found)) == (False, False, set())


def test_hosts_elsewhere_are_looked_at_only_where_dane_is_declared() -> None:
    assert open_questions(facts(mx=("mx.example.net",))) == set()
    assert open_questions(facts(mx=("mx.example.net",), wanted=True)) == {
        Question("_25._tcp.mx.example.net", "TLSA")
    }


@pytest.mark.parametrize(
    ("wanted", "declared"), [(True, (True, False)), (False, (False, True)), (None, (False, False))]
)
def test_declared_off_is_told_from_not_declared(wanted: bool | None, declared: tuple[bool, bool]) -> None:
    found = facts(wanted=wanted)
    assert (found.wanted, found.unwanted) == declared


@pytest.mark.parametrize(
    ("tlsa", "wanted"),
    [
        (SOUND, []),
        ("2 0 2 " + "ab" * 64, []),
        ("3 1 0 30820122", []),
        ("1 1 1 " + "ab" * 32, ["usage-not-for-smtp"]),
        ("0 0 1 " + "ab" * 32, ["usage-not-for-smtp"]),
        ("3 1 1 abab", ["wrong-length"]),
        ("3 1 2 " + "ab" * 32, ["wrong-length"]),
        ("3 1 1 xyz", ["data-not-hex"]),
        ("3 1", ["malformed-tlsa"]),
    ],
)
def test_what_senders_cannot_use_has_a_code(tlsa: str, wanted: list[str]) -> None:
    assert codes(facts(tlsa)) == wanted


def test_a_host_named_twice_is_one_host() -> None:
    assert len(hosts(facts(SOUND, mx=("mail.example.org", "mail.example.org")))) == 1


def test_an_alias_of_the_tlsa_records_leads_through_a_zone_that_must_be_signed() -> None:
    records = (
        Record("example.org", "MX", "10 mail.example.org."),
        Record("_25._tcp.mail.example.org", "CNAME", "_dane.example.net."),
    )
    other = Zone("example.net", (Record("_dane.example.net", "TLSA", SOUND),))
    unsigned = {Question("example.net", "DS"): Reply("NOERROR")}
    view = Overlay([Zone("example.org", records), other], Answers({**SIGNED, **unsigned}))
    assert hosts(dane_facts(view, "example.org", None)) == [("mail.example.org", True, True, False)]


def test_a_host_that_does_not_answer_is_unknown_and_hides_no_other() -> None:
    records = tuple(Record("example.org", "MX", f"10 {host}.") for host in ("a.example.net", "b.example.net"))
    failing = {
        Question("_25._tcp.a.example.net", "TLSA"): Reply("SERVFAIL"),
        Question("_25._tcp.b.example.net", "TLSA"): Reply("NOERROR", 300, ("3 1 1 abab",)),
        Question("b.example.net", "SOA"): Reply("SERVFAIL"),
    }
    view = Overlay([Zone("example.org", records)], Answers({**SIGNED, **failing}))
    found = dane_facts(view, "example.org", True)
    assert [each[2] for each in hosts(found)] == [
        unknown("_25._tcp.a.example.net", "TLSA", Reason.SERVFAIL),
        True,
    ]
    assert codes(found) == ["wrong-length"]


def test_more_hosts_than_anybody_has_are_not_looked_at() -> None:
    found = facts(mx=tuple(f"mx{number}.example.org" for number in range(MAX_HOSTS + 1)), wanted=True)
    assert found.hosts == unknown("example.org", "MX", Reason.TOO_LARGE)


def test_a_host_points_at_its_tlsa_record_and_else_at_its_mx_record() -> None:
    found = facts(SOUND, mx=("mail.example.org", "backup.example.org"))
    assert not isinstance(found.hosts, Unknown)
    assert [each.place for each in found.hosts] == [AT, MX]


def test_the_faults_of_one_host_are_bounded_and_each_says_something_new() -> None:
    same = facts(*(f"3 1 1 {number:04x}" for number in range(500)))
    assert codes(same) == ["wrong-length"]
    found = facts(*(f"3 1 1 {'ab' * number}" for number in range(1, 31)))
    assert (len(codes(found)), codes(found)[-1]) == (21, "more-faults")
