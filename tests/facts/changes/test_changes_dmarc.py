"""What a change does to DMARC: the effective policy of a domain before and after."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.facts.changes.dmarc import DmarcChangeFacts, dmarc_change
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.declared import Declared
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Unknown, Zone
from mfpolicy.model.intent import DmarcIntent, DomainIntent, Intent
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay

TODAY = datetime.date(2026, 11, 23)
ORG, NEWS = "example.org", "news.example.org"
REJECT = "v=DMARC1; p=reject"
NOTHING = DmarcIntent()
Lines = dict[str, str | list[str]]


def records(lines: Lines) -> tuple[Record, ...]:
    """Records by "NAME TYPE", below example.org unless the name is absolute; places count the lines."""
    found = []
    for number, (key, values) in enumerate(lines.items()):
        name, type = key.split(" ")
        for value in [values] if isinstance(values, str) else values:
            owner = name[:-1] if name.endswith(".") else ORG if name == "@" else f"{name}.{ORG}"
            found.append(Record(owner, type, value, place=Span("head.yaml", number, number + 1)))
    return tuple(found)


def side(lines: Lines, world: Answers, intent: DmarcIntent = NOTHING, **zone: Any) -> Side:
    domains = (DomainIntent(ORG, dmarc=intent),) if intent is not NOTHING else ()
    found = records(lines)
    view = Overlay((Zone(ORG, found, place=Span("head.yaml", 99, 99), **zone),), world)
    return Side(view, Declared(Intent(domains=domains), {}, TODAY))


def change(
    base: Lines | str,
    head: Lines | str,
    name: str = ORG,
    intent: DmarcIntent = NOTHING,
    offline: bool = False,
    **world: str,
) -> DmarcChangeFacts:
    """The change of a zone, or of the one DMARC record in it, in a world where nothing else exists."""
    replies = {
        Question(each.replace("__", "."), "TXT"): Reply("NOERROR", 300, (text,))
        for each, text in world.items()
    }
    answers = Answers(replies, closed=not offline)
    before, after = ({"_dmarc TXT": each} if isinstance(each, str) else each for each in (base, head))
    return dmarc_change(side(before, answers), side(after, answers, intent), name)


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (REJECT, "v=DMARC1; p=none", ("reject", "none", True, False)),
        (REJECT, "v=DMARC1; p=quarantine", ("reject", "quarantine", True, False)),
        (REJECT, "v=DMARC1; p=reject; t=y", ("reject", "quarantine", True, True)),
        (REJECT, "v=DMARC1; p=none; t=y", ("reject", "none", True, False)),
        ("v=DMARC1; p=quarantine", "v=DMARC1; p=reject; t=y", ("quarantine", "quarantine", False, False)),
        ("v=DMARC1; p=reject; t=y", "v=DMARC1; p=quarantine; t=y", ("quarantine", "none", True, False)),
        ("v=DMARC1; p=none", REJECT, ("none", "reject", False, False)),
        (REJECT, "v=DMARC1 ; p=Reject;", ("reject", "reject", False, False)),
        ("v=DMARC1; p=rejected", "v=DMARC1; p=none", ("absent", "none", False, False)),
    ],
)
def test_the_effective_policy_is_compared(
    base: str, head: str, expected: tuple[str, str, bool, bool]
) -> None:
    found = change(base, head)
    assert (found.policy_before, found.policy_after, found.weakened, found.tested) == expected


@pytest.mark.parametrize(
    ("head", "how", "remains"),
    [
        ({}, "removed", "nothing"),
        ({"_dmarc TXT": "site-verification=1"}, "text", "nothing"),
        ({"_dmarc TXT": "V=DMARC1; p=reject"}, "misspelt", "nothing"),
        ({"_dmarc TXT": [REJECT, "v=DMARC1; p=none"]}, "several", "nothing"),
        ({"_dmarc CNAME": "x.example.org."}, "alias", "nothing"),
        ({"_dmarc CNAME": REJECT}, "clash", "nothing"),
        ({"_dmarc CNAME": "x.example.org.", "_dmarc TXT": REJECT}, "clash", "nothing"),
        ({"_dmarc NS": "ns.example.net.", "_dmarc TXT": REJECT}, "delegation", "nothing"),
        ({"_dmarc TXT": "v=DMARC1; p=none"}, "", ""),
        ({"_dmarc CNAME": "x.example.org.", "x TXT": REJECT}, "", ""),
    ],
)
def test_a_lost_record_says_how_it_went(head: Lines, how: str, remains: str) -> None:
    found = change(REJECT, head)
    assert (found.loss.how, found.loss.remains, found.weakened) == (
        how,
        remains,
        bool(how) or found.policy_after == "none",
    )


@pytest.mark.parametrize(
    "base",
    [
        {},
        {"_dmarc TXT": "v=DMARC1; p=rejected"},
        {"_dmarc TXT": [REJECT, "v=DMARC1; p=none"]},
        {"_dmarc CNAME": REJECT},
        {"_dmarc NS": "ns.example.net.", "_dmarc TXT": REJECT},
    ],
)
def test_what_did_not_work_cannot_be_lost(base: Lines) -> None:
    found = change(base, {})
    assert (found.loss.how, found.weakened, found.subdomains.weakened) == ("", False, False)


def test_a_name_that_exists_now_stops_a_wildcard() -> None:
    base: Lines = {"* TXT": REJECT}
    found = change(base, {**base, "x._dmarc A": "192.0.2.1"})
    assert (found.loss.how, found.weakened) == ("wildcard", True)


def test_a_wildcard_that_goes_is_a_record_removed() -> None:
    assert change({"* TXT": REJECT}, {"x._dmarc A": "192.0.2.1"}).loss.how == "removed"


def test_what_is_inherited_instead_is_named() -> None:
    base: Lines = {"_dmarc TXT": "v=DMARC1; p=reject; sp=quarantine", "_dmarc.news TXT": REJECT}
    found = change(base, {"_dmarc TXT": "v=DMARC1; p=reject; sp=quarantine"}, NEWS)
    assert (found.loss.remains, found.loss.covered, found.record_after, found.retired) == (
        "quarantine of example.org",
        True,
        "_dmarc.example.org",
        True,
    )


@pytest.mark.parametrize("left", [{"news MX": "10 mx.example.net."}, {"news TXT": "v=spf1 -all"}])
def test_a_name_that_goes_on_in_mail_is_not_retired(left: Lines) -> None:
    base: Lines = {"_dmarc TXT": REJECT, "_dmarc.news TXT": REJECT}
    assert change(base, {"_dmarc TXT": REJECT, **left}, NEWS).retired is False


def test_a_top_level_domain_that_nobody_asked_about_speaks_for_no_organization() -> None:
    found = change(REJECT, {}, offline=True)
    assert (found.loss.how, found.weakened, found.loss.remains) == ("removed", True, "nothing of its own")
    assert isinstance(found.policy_after, Unknown)


def test_a_registry_that_asks_for_as_much_is_no_loss() -> None:
    assert change(REJECT, {}, _dmarc__org="v=DMARC1; p=reject; psd=y").weakened is False


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ({"_dmarc TXT": "v=DMARC1; p=none"}, True),
        ({}, True),
        ({"_dmarc TXT": REJECT, "_dmarc.news TXT": "v=DMARC1; p=none"}, False),
    ],
)
def test_what_a_name_inherits_is_said_of_the_name_above(head: Lines, above: bool) -> None:
    found = change({"_dmarc TXT": REJECT}, head, NEWS)
    assert (found.weakened, found.above) == (True, above)


def test_a_name_that_inherits_from_another_one_is_weakened_itself() -> None:
    base: Lines = {"_dmarc TXT": REJECT}
    found = change(base, {**base, "_dmarc.news TXT": "v=DMARC1; p=none; psd=n"}, f"a.{NEWS}")
    assert (found.weakened, found.above, found.organization.after) == (True, False, NEWS)


@pytest.mark.parametrize(
    ("intent", "declared"),
    [
        (NOTHING, False),
        (DmarcIntent("quarantine"), True),
        (DmarcIntent("reject"), False),
        (DmarcIntent("none", until=TODAY), True),
        (DmarcIntent("quarantine", until=datetime.date(2026, 11, 22)), False),
        (DmarcIntent(rua=("mailto:a@example.org",)), False),
    ],
)
def test_a_policy_is_declared_if_no_more_is_wanted_on_the_day(intent: DmarcIntent, declared: bool) -> None:
    assert change(REJECT, "v=DMARC1; p=quarantine", intent=intent).declared is declared


def test_no_policy_at_all_is_never_declared() -> None:
    assert change(REJECT, {}, intent=DmarcIntent("none")).declared is False


@pytest.mark.parametrize(
    ("base", "head", "fallen"),
    [
        (REJECT, "v=DMARC1; p=reject; sp=none", (True, False)),
        (REJECT, "v=DMARC1; p=reject; np=none", (False, True)),
        (REJECT, "v=DMARC1; p=reject; sp=quarantine; np=none", (True, True)),
        (REJECT, "v=DMARC1; p=none", (False, False)),
        ("v=DMARC1; p=reject; sp=quarantine", "v=DMARC1; p=quarantine; sp=none", (True, False)),
        ("v=DMARC1; p=none; sp=reject", "v=DMARC1; p=none", (True, False)),
        ("v=DMARC1; p=none; np=reject", "v=DMARC1; p=none", (False, True)),
        ("v=DMARC1; p=none", "v=DMARC1; p=reject; sp=none", (False, False)),
        (REJECT, "v=DMARC1; p=reject; t=y", (False, False)),
    ],
)
def test_names_below_fall_if_they_fall_further_than_the_domain(
    base: str, head: str, fallen: tuple[bool, bool]
) -> None:
    found = change(base, head)
    assert (found.subdomains.weakened, found.nonexistent.weakened) == fallen


@pytest.mark.parametrize(
    ("head", "unknown"),
    [
        ("v=DMARC1; p=reject; sp=none", (True, False)),
        ("v=DMARC1; p=reject; np=none", (False, True)),
        ("v=DMARC1; p=none", (False, False)),
        ("v=DMARC1; p=reject; rua=mailto:a@example.org", (False, False)),
    ],
)
def test_what_stands_above_matters_only_where_the_record_lowers_something(
    head: str, unknown: tuple[bool, bool]
) -> None:
    found = change(REJECT, head, offline=True)
    weakened = (found.subdomains.weakened, found.nonexistent.weakened)
    assert tuple(isinstance(each, Unknown) for each in weakened) == unknown
    assert [each for each in weakened if not isinstance(each, Unknown)] == [False] * unknown.count(False)


def test_a_domain_below_another_one_does_not_speak_for_names_below() -> None:
    base: Lines = {"_dmarc TXT": REJECT, "_dmarc.news TXT": REJECT}
    head: Lines = {"_dmarc TXT": REJECT, "_dmarc.news TXT": "v=DMARC1; p=reject; sp=none"}
    assert [change(base, head, NEWS, offline=each).subdomains.weakened for each in (False, True)] == [
        False
    ] * 2


@pytest.mark.parametrize(
    ("head", "weakened"),
    [
        ({"_dmarc.news TXT": "v=DMARC1; p=none"}, False),
        ({"_dmarc TXT": REJECT, "_dmarc.news TXT": "v=DMARC1; p=reject; sp=none; psd=n"}, True),
    ],
)
def test_names_below_fall_by_the_domain_and_not_by_the_one_above(head: Lines, weakened: bool) -> None:
    base: Lines = {"_dmarc TXT": REJECT, "_dmarc.news TXT": "v=DMARC1; p=none"}
    assert change(base, head, NEWS).subdomains.weakened is weakened


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ({"_dmarc TXT": REJECT}, {}, (ORG, NEWS, True)),
        ({}, {"_dmarc TXT": REJECT}, (NEWS, ORG, False)),
        ({"_dmarc TXT": REJECT}, {"_dmarc TXT": "v=DMARC1; p=reject; psd=y"}, (ORG, NEWS, True)),
        ({"_dmarc TXT": REJECT}, {"_dmarc TXT": "v=DMARC1; p=none"}, (ORG, ORG, False)),
    ],
)
def test_an_organization_narrows(base: Lines, head: Lines, expected: tuple[str, str, bool]) -> None:
    own: Lines = {"_dmarc.news TXT": REJECT}
    found = change({**base, **own}, {**head, **own}, NEWS).organization
    assert (found.before, found.after, found.narrowed) == expected


@pytest.mark.parametrize(
    ("base", "head", "became"),
    [
        (REJECT, "v=DMARC1; p=reject; aspf=s", ["strict", ""]),
        ("v=DMARC1; p=reject; aspf=s; adkim=s", "v=DMARC1; p=reject; aspf=s", ["", "relaxed"]),
        ("v=DMARC1; p=reject; aspf=x", "v=DMARC1; p=reject; aspf=r", ["", ""]),
        (REJECT, {}, ["", ""]),
    ],
)
def test_alignment_becomes_another_one(base: str, head: str | Lines, became: list[str]) -> None:
    assert [each.became for each in change(base, head).alignments] == became


def test_report_addresses_are_gained_and_lost() -> None:
    mx: Lines = {"@ MX": "10 mx.example.net."}
    base: Lines = {**mx, "_dmarc TXT": f"{REJECT}; rua=mailto:a@example.org,mailto:B@example.org"}
    head: Lines = {**mx, "_dmarc TXT": f"{REJECT}; rua=mailto:c@example.org,mailto:b@Example.org!10m"}
    found = change(base, head).reports
    lost = found.lost
    assert isinstance(lost, tuple)
    assert [(each.address, each.worked, each.others) for each in lost] == [
        ("a@example.org", True, "others do")
    ]
    assert (found.before, found.after, found.gained) == (
        ("a@example.org", "B@example.org"),
        ("c@example.org", "b@Example.org"),
        ("c@example.org",),
    )


@pytest.mark.parametrize("world", [{}, {"example__org___report___dmarc__example__net": "v=DMARC1"}])
def test_an_address_that_got_no_reports_did_not_work(world: dict[str, str]) -> None:
    lost = change(f"{REJECT}; rua=mailto:a@example.net", REJECT, **world).reports.lost
    assert isinstance(lost, tuple)
    assert [each.worked for each in lost] == [False]


@pytest.mark.parametrize(("rua", "declared"), [(None, False), ((), True), (("mailto:A@example.org",), False)])
def test_an_address_that_the_intent_leaves_out_is_meant_to_go(
    rua: tuple[str, ...] | None, declared: bool
) -> None:
    lost = change(f"{REJECT}; rua=mailto:a@example.org", REJECT, intent=DmarcIntent(rua=rua)).reports.lost
    assert isinstance(lost, tuple)
    assert [each.declared for each in lost] == [declared]


def test_the_place_is_the_record_of_head_or_what_is_nearest() -> None:
    assert change({}, {"www A": "192.0.2.1", "_dmarc TXT": REJECT}).place == Span("head.yaml", 1, 2)
    assert change(REJECT, {"www A": "192.0.2.1", "@ MX": "10 mx.example.net."}).place == Span(
        "head.yaml", 1, 2
    )
    assert change(REJECT, {}).place == Span("head.yaml", 99, 99)


def test_a_zone_that_is_gone_from_head_leaks_no_place_of_base() -> None:
    answers = Answers(closed=True)
    gone = Side(Overlay((), answers), Declared(Intent(), {}, TODAY))
    found = dmarc_change(side({"_dmarc TXT": REJECT}, answers), gone, ORG)
    assert (found.place, found.loss.how) == (None, "removed")


def test_a_record_that_could_not_be_read_is_neither_kept_nor_lost() -> None:
    answers = Answers(closed=True)
    unread = side({}, answers, unread=frozenset({Question("_dmarc.example.org", "TXT")}))
    found = dmarc_change(side({"_dmarc TXT": REJECT}, answers), unread, ORG)
    assert [
        isinstance(each, Unknown) and each.because[0].reason is Reason.UNREADABLE
        for each in (found.loss.how, found.weakened, found.policy_after)
    ] == [True] * 3


def test_two_records_that_could_not_be_read_need_not_be_the_same() -> None:
    answers = Answers(closed=True)
    base, head = (side({}, answers, unread=frozenset({Question("_dmarc.example.org", "TXT")})) for _ in "ab")
    assert isinstance(dmarc_change(base, head, ORG).weakened, Unknown)


TAGS = st.sampled_from(
    ["sp=none", "sp=reject", "np=none", "np=reject", "t=y", "aspf=s", "psd=n", "rua=mailto:a@example.org"]
)
RECORD = st.builds(
    lambda policy, tags: "; ".join(["v=DMARC1", f"p={policy}", *tags]),
    st.sampled_from(["none", "quarantine", "reject", "wrong"]),
    st.lists(TAGS, max_size=3, unique_by=lambda tag: tag[:2]),
)
ZONE = st.dictionaries(
    st.sampled_from(["_dmarc TXT", "_dmarc.news TXT", "* TXT", "_dmarc.a.news TXT"]), RECORD, max_size=3
)


def fallen(found: DmarcChangeFacts) -> list[Any]:
    """All that a change of one domain is blamed for."""
    return [
        *(found.weakened, found.tested, found.subdomains.weakened, found.nonexistent.weakened),
        *(found.loss.how, found.organization.narrowed, found.reports.lost, found.reports.gained),
        *(each.became for each in found.alignments),
    ]


@given(ZONE, st.sampled_from([ORG, NEWS, f"a.{NEWS}"]), st.booleans())
def test_no_change_is_never_blamed_for_anything(zone: Lines, name: str, offline: bool) -> None:
    assert not any(fallen(change(zone, zone, name, offline=offline)))


@given(ZONE, ZONE, st.sampled_from([ORG, NEWS, f"a.{NEWS}"]))
def test_a_change_and_its_undoing_are_not_both_weaker(base: Lines, head: Lines, name: str) -> None:
    there, back = change(base, head, name), change(head, base, name)
    assert not (there.weakened and back.weakened)
    assert not (there.organization.narrowed and back.organization.narrowed)
    assert (there.reports.gained == ()) == (back.reports.lost == ())


@given(ZONE, ZONE, st.sampled_from([ORG, NEWS, f"a.{NEWS}"]))
def test_what_is_known_offline_is_what_live_dns_would_say(base: Lines, head: Lines, name: str) -> None:
    known, live = (fallen(change(base, head, name, offline=each)) for each in (True, False))
    assert [
        (each, other)
        for each, other in zip(known, live, strict=True)
        if not isinstance(each, Unknown) and each != other
    ] == []
