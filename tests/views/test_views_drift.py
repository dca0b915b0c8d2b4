"""Drift: live DNS differs where both sides are known and say different things, and nowhere else."""

from __future__ import annotations

import pytest
from zone_text import answers, zone

from mfpolicy.model.dns import Question, Record, Zone
from mfpolicy.model.findings import Drift
from mfpolicy.model.places import Span
from mfpolicy.views.drift import apexes, compared
from mfpolicy.views.overlay import Overlay

NAME = "contoso.com"
ASKED = [Question("a.contoso.com", "TXT")]


def of(ours: Zone, live: dict[str, str | list[str]], *asked: str) -> list[object]:
    """Type, proposed and live values of each drift between one zone and some replies."""
    known = answers(**live)
    questions = [Question(*each.split(" ")) for each in asked]
    found, _ = compared(Overlay((ours,), known), questions, known)
    return [(each.type, list(each.proposed), list(each.live)) for each in found]


SAME: dict[str, tuple[list[str], dict[str, str | list[str]], str]] = {
    "the same text": (["a TXT x y"], {"a.contoso.com TXT": ["x y"]}, "a.contoso.com TXT"),
    "another order": (
        ["a MX 10 b.test.", "a MX 20 c.test."],
        {"a.contoso.com MX": ["20 c.test.", "10 b.test."]},
        "a.contoso.com MX",
    ),
    "case and final dot": (["a MX 10 B.Test"], {"a.contoso.com MX": ["10 b.test."]}, "a.contoso.com MX"),
    "blanks": (["a MX 10   b.test."], {"a.contoso.com MX": ["10 b.test."]}, "a.contoso.com MX"),
    "a null MX": (["a MX 0 ."], {"a.contoso.com MX": ["0 ."]}, "a.contoso.com MX"),
    "a value said twice": (
        ["a A 192.0.2.1", "a A 192.0.2.1"],
        {"a.contoso.com A": ["192.0.2.1"]},
        "a.contoso.com A",
    ),
    "an address in another spelling": (
        ["a AAAA 2001:DB8:0::1"],
        {"a.contoso.com AAAA": ["2001:db8::1"]},
        "a.contoso.com AAAA",
    ),
    "digits in groups and in capitals": (
        ["_25._tcp.a TLSA 3 1 1 ABCD EF"],
        {"_25._tcp.a.contoso.com TLSA": ["3 1 1 abcdef"]},
        "_25._tcp.a.contoso.com TLSA",
    ),
    "a CNAME record, asked for its texts": (
        ["a CNAME b.test."],
        {"a.contoso.com CNAME": ["B.test"], "b.test TXT": "SERVFAIL"},
        "a.contoso.com TXT",
    ),
    "an ALIAS record and the addresses behind it": (
        ["a ALIAS b.test."],
        {"a.contoso.com A": ["192.0.2.1"], "b.test A": ["192.0.2.1"]},
        "a.contoso.com A",
    ),
    "nothing on both sides": (["b TXT x"], {"a.contoso.com TXT": "NXDOMAIN"}, "a.contoso.com TXT"),
    "no name here, no such record there": (["b TXT x"], {"a.contoso.com TXT": []}, "a.contoso.com TXT"),
    "a time to live": (["a TXT x"], {"a.contoso.com TXT": ["x"]}, "a.contoso.com TXT"),
    "live not asked": (["a TXT x"], {}, "a.contoso.com TXT"),
    "live silent": (["a TXT x"], {"a.contoso.com TXT": "TIMEOUT"}, "a.contoso.com TXT"),
    "live failing": (["a TXT x"], {"a.contoso.com TXT": "SERVFAIL"}, "a.contoso.com TXT"),
    "a wildcard's record at the name that was asked": (
        ["* TXT x"],
        {"a.contoso.com TXT": ["x"]},
        "a.contoso.com TXT",
    ),
    "a delegated name, whose child says what it likes": (
        ["a NS ns.test."],
        {"b.a.contoso.com TXT": ["x"]},
        "b.a.contoso.com TXT",
    ),
    "a name elsewhere": (["a TXT x"], {"a.test TXT": ["y"]}, "a.test TXT"),
}


@pytest.mark.parametrize("case", SAME)
def test_what_is_the_same_or_not_known_is_no_drift(case: str) -> None:
    lines, live, asked = SAME[case]
    assert of(zone(NAME, *lines), live, asked) == []


DIFFERENT: dict[str, tuple[list[str], dict[str, str | list[str]], str, object]] = {
    "a change that is not deployed": (
        ["a TXT new"],
        {"a.contoso.com TXT": ["old"]},
        "a.contoso.com TXT",
        ("TXT", ["TXT new"], ["TXT old"]),
    ),
    "a record that only live DNS has": (
        ["a TXT x"],
        {"a.contoso.com TXT": ["x", "y"]},
        "a.contoso.com TXT",
        ("TXT", ["TXT x"], ["TXT x", "TXT y"]),
    ),
    "a name that only live DNS has": (
        ["b TXT x"],
        {"a.contoso.com TXT": ["x"]},
        "a.contoso.com TXT",
        ("TXT", [], ["TXT x"]),
    ),
    "a name that live DNS lacks": (
        ["a TXT x"],
        {"a.contoso.com TXT": "NXDOMAIN"},
        "a.contoso.com TXT",
        ("TXT", ["TXT x"], []),
    ),
    "the case of a text": (
        ["a TXT X"],
        {"a.contoso.com TXT": ["x"]},
        "a.contoso.com TXT",
        ("TXT", ["TXT X"], ["TXT x"]),
    ),
    "the preference of a host": (
        ["a MX 10 b.test."],
        {"a.contoso.com MX": ["20 b.test."]},
        "a.contoso.com MX",
        ("MX", ["MX 10 b.test"], ["MX 20 b.test"]),
    ),
    "another target of a CNAME record": (
        ["a CNAME b.test."],
        {"a.contoso.com CNAME": ["c.test."], "c.test TXT": "NXDOMAIN"},
        "a.contoso.com TXT",
        ("CNAME", ["CNAME b.test"], ["CNAME c.test"]),
    ),
    "a CNAME record where the repository has a text": (
        ["a TXT x"],
        {"a.contoso.com CNAME": ["b.test."], "b.test TXT": ["x"]},
        "a.contoso.com TXT",
        ("TXT", ["TXT x"], ["CNAME b.test"]),
    ),
    "other addresses behind an ALIAS record": (
        ["a ALIAS b.test."],
        {"a.contoso.com A": ["192.0.2.1"], "b.test A": ["192.0.2.2"]},
        "a.contoso.com A",
        ("A", ["A 192.0.2.2"], ["A 192.0.2.1"]),
    ),
    "another record of a wildcard": (
        ["* TXT x"],
        {"a.contoso.com TXT": ["y"]},
        "a.contoso.com TXT",
        ("TXT", ["TXT x"], ["TXT y"]),
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_is_drift(case: str) -> None:
    lines, live, asked, expected = DIFFERENT[case]
    assert of(zone(NAME, *lines), live, asked) == [expected]


def test_under_partial_authority_a_name_may_stand_elsewhere() -> None:
    live: dict[str, str | list[str]] = {"a.contoso.com TXT": ["x"], "b.contoso.com TXT": ["y"]}
    ours = zone(NAME, "b TXT z", authority="partial")
    assert of(ours, live, "a.contoso.com TXT", "b.contoso.com TXT") == [("TXT", ["TXT z"], ["TXT y"])]


def test_an_unmanaged_name_is_left_to_live_dns() -> None:
    live: dict[str, str | list[str]] = {"a.contoso.com TXT": ["x"]}
    assert of(zone(NAME, "b TXT z", unmanaged=frozenset({"a.contoso.com"})), live, "a.contoso.com TXT") == []


def test_an_unreadable_owner_is_not_known() -> None:
    live: dict[str, str | list[str]] = {"a.contoso.com TXT": ["x"]}
    assert of(zone(NAME, "b TXT z", unreadable=frozenset({"a.contoso.com"})), live, "a.contoso.com TXT") == []


def test_a_recording_that_is_closed_saw_only_what_it_lists() -> None:
    known = answers(closed=True)
    view = Overlay((zone(NAME, "a TXT x"),), known)
    assert compared(view, ASKED, known) == ((), ())


def test_an_alias_asked_for_several_types_drifts_once() -> None:
    live: dict[str, str | list[str]] = {"a.contoso.com CNAME": ["c.test."]}
    asked = ("a.contoso.com TXT", "a.contoso.com MX")
    assert len(of(zone(NAME, "a CNAME b.test."), live, *asked)) == 1


def test_drift_points_at_the_record_of_the_repository() -> None:
    place = Span("zones/contoso.com.yaml", 5, 9)
    ours = Zone(NAME, (Record("a.contoso.com", "TXT", "x", place=place),))
    known = answers(**{"a.contoso.com TXT": ["y"]})
    found = compared(Overlay((ours,), known), ASKED, known)[0]
    assert found == (Drift("a.contoso.com", "TXT", ("TXT x",), ("TXT y",), place, 300),)


def kept(**live: str | list[str]) -> int | None:
    """For how long resolvers may keep what live DNS says in place of one text."""
    known = answers(**live)
    return compared(Overlay((zone("contoso.com", "a TXT x"),), known), ASKED, known)[0][0].kept


SOA = ["ns.example.org. h.example.org. 1 2 3 4 60"]


def test_another_value_is_kept_for_its_ttl() -> None:
    assert kept(**{"a.contoso.com TXT": ["y"], "contoso.com SOA": SOA}) == 300


def test_that_there_is_nothing_is_kept_for_the_negative_ttl() -> None:
    assert kept(**{"a.contoso.com TXT": "NXDOMAIN", "contoso.com SOA": SOA}) == 60


@pytest.mark.parametrize("soa", [{}, {"contoso.com SOA": "SERVFAIL"}, {"contoso.com SOA": ["damaged"]}])
def test_without_a_soa_record_nobody_knows_for_how_long(soa: dict[str, str | list[str]]) -> None:
    assert kept(**{"a.contoso.com TXT": "NXDOMAIN", **soa}) is None


def test_the_soa_record_is_asked_only_where_something_is_not_there_yet() -> None:
    for said, asked in (("NXDOMAIN", {Question("contoso.com", "SOA")}), (["y"], set())):
        known = answers(**{"a.contoso.com TXT": said})
        head = Overlay((zone("contoso.com", "a TXT x"),), known)
        assert apexes(head, compared(head, ASKED, known)[0]) == asked


def test_what_live_dns_did_not_answer_is_not_compared() -> None:
    known = answers(**{"a.contoso.com TXT": "SERVFAIL"})
    head = Overlay((zone("contoso.com", "a TXT x"),), known)
    assert compared(head, ASKED, known) == ((), tuple(ASKED))


def test_what_nobody_asked_is_not_missed() -> None:
    head = Overlay((zone("contoso.com", "a TXT x"),), answers())
    assert compared(head, ASKED, answers()) == ((), ())
