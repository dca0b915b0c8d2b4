"""TLSA records before and after a change: which are left, and whether DNSSEC vouches for them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.facts.changes.dane import DaneChangeFacts, DaneHostChangeFacts, dane_change
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.questions import open_questions
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Zone, unknown
from mfpolicy.model.intent import DomainIntent, Intent
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay

A, B, C = (f"3 1 1 {each * 32}" for each in ("ab", "cd", "ef"))
LONG = f"3 1 2 {'ab' * 64}"
ANCHOR, OTHER_ANCHOR = (f"2 0 1 {each * 32}" for each in ("12", "34"))
UNUSABLE = f"1 1 1 {'ab' * 32}"
KEY = "1 13 2 " + "cd" * 32
TLSA, MX = Span("zones/example.org.yaml", 10, 40), Span("zones/example.org.yaml", 1, 9)
DS = Question("example.org", "DS")
SIGNED, UNSIGNED = Answers({DS: Reply("NOERROR", 300, (KEY,))}), Answers({DS: Reply("NOERROR")})
TIMEOUT = unknown("example.org", "DS", Reason.TIMEOUT)


def side(
    *tlsa: str,
    answers: Answers = SIGNED,
    mx: tuple[str, ...] = ("mx.example.org",),
    dane: bool | None = None,
    zones: tuple[Zone, ...] = (),
) -> Side:
    """example.org with these MX hosts, and mx.example.org with these TLSA records."""
    records = (
        *(Record("example.org", "MX", f"10 {each}.", place=MX) for each in mx),
        *(Record("_25._tcp.mx.example.org", "TLSA", each, place=TLSA) for each in tlsa),
    )
    view = Overlay([Zone("example.org", records), *zones], answers)
    said = () if dane is None else (DomainIntent("example.org", dane=dane),)
    return Side(view, Declared(Intent(domains=said), {}, datetime.date(2026, 11, 23)))


def change(base: Side, head: Side) -> DaneChangeFacts:
    return dane_change(base, head, "example.org")


def host(base: Side, head: Side) -> DaneHostChangeFacts:
    hosts = change(base, head).hosts
    assert isinstance(hosts, tuple)
    return hosts[0]


def test_a_replaced_record_is_described() -> None:
    assert change(side(A), side(B, UNUSABLE)) == DaneChangeFacts(
        before=("mx.example.org",),
        after=("mx.example.org",),
        hosts=(
            DaneHostChangeFacts(
                host="mx.example.org",
                owner="_25._tcp.mx.example.org",
                before=(A,),
                after=(B,),
                was_signed=True,
                is_signed=True,
                unsigned=False,
                because="",
                replaced=True,
                certain=True,
                removed=False,
                place=TLSA,
            ),
        ),
        place=MX,
    )


def test_a_gained_record_is_seen_and_no_loss() -> None:
    assert change(side(), side(A)) == DaneChangeFacts(after=("mx.example.org",), place=MX)


@pytest.mark.parametrize(
    ("base", "head", "replaced", "certain"),
    [
        (side(A), side(B), True, True),
        (side(A, B), side(C), True, True),
        (side(A), side(ANCHOR), True, False),
        (side(A), side(LONG), True, False),
        (side(ANCHOR), side(OTHER_ANCHOR), True, False),
        (side(A, ANCHOR), side(B), True, False),
        (side(A), side(A, B), False, False),
        (side(A, B), side(B, C), False, False),
        (side(A), side(A.upper()), False, False),
        (side(A), side(f"3  1 1 {'ab' * 16} {'ab' * 16}"), False, False),
        (side(A), side(), False, False),
        (side(A), side(UNUSABLE), False, False),
        (side(A, answers=UNSIGNED), side(B, answers=UNSIGNED), False, True),
        (side(A), side(B, answers=UNSIGNED), False, True),
        (
            side(A, answers=Answers({DS: Reply("TIMEOUT")})),
            side(B, answers=Answers({DS: Reply("TIMEOUT")})),
            TIMEOUT,
            True,
        ),
        (
            side(A, answers=Answers({DS: Reply("TIMEOUT")})),
            side(A, B, answers=Answers({DS: Reply("TIMEOUT")})),
            False,
            False,
        ),
    ],
)
def test_records_are_replaced_of_which_none_is_left(
    base: Side, head: Side, replaced: object, certain: bool
) -> None:
    found = host(base, head)
    assert (found.replaced, found.certain) == (replaced, certain)


@pytest.mark.parametrize(
    ("base", "head", "removed"),
    [
        (side(A), side(), True),
        (side(A), side(B), False),
        (side(A), side(UNUSABLE), False),
        (side(A, answers=UNSIGNED), side(answers=UNSIGNED), False),
        (
            side(A, answers=Answers({DS: Reply("TIMEOUT")})),
            side(answers=Answers({DS: Reply("TIMEOUT")})),
            TIMEOUT,
        ),
    ],
)
def test_records_are_removed_that_senders_used(base: Side, head: Side, removed: object) -> None:
    assert host(base, head).removed == removed


@pytest.mark.parametrize(
    ("base", "head", "unsigned"),
    [
        (side(A), side(A, answers=UNSIGNED), True),
        (side(A), side(B, answers=UNSIGNED), True),
        (side(A), side(A), False),
        (side(A, answers=UNSIGNED), side(A, answers=UNSIGNED), False),
        (side(A, answers=UNSIGNED), side(A), False),
        (side(A), side(answers=UNSIGNED), False),
        (side(A), side(UNUSABLE, answers=UNSIGNED), False),
        (side(A), side(A, answers=Answers({DS: Reply("TIMEOUT")})), TIMEOUT),
        (side(A, answers=Answers({DS: Reply("TIMEOUT")})), side(A, answers=UNSIGNED), TIMEOUT),
        (
            side(A, answers=Answers({DS: Reply("TIMEOUT")})),
            side(A, answers=Answers({DS: Reply("TIMEOUT")})),
            False,
        ),
    ],
)
def test_dnssec_is_lost_that_vouched_for_records_which_stay(base: Side, head: Side, unsigned: object) -> None:
    assert host(base, head).unsigned == unsigned


def delegated(*tlsa: str, ds: bool) -> Side:
    """mx.sub.example.org with these TLSA records, in a zone that example.org delegates."""
    above = (
        Record("example.org", "MX", "10 mx.sub.example.org."),
        Record("sub.example.org", "NS", "ns.example.net."),
        *((Record("sub.example.org", "DS", KEY),) if ds else ()),
    )
    below = tuple(Record("_25._tcp.mx.sub.example.org", "TLSA", each) for each in tlsa)
    view = Overlay([Zone("example.org", above), Zone("sub.example.org", below)], SIGNED)
    return Side(view, side().declared)


def test_the_zone_is_named_whose_ds_record_is_gone() -> None:
    found = host(delegated(A, ds=True), delegated(A, ds=False))
    assert (found.unsigned, found.because) == (True, "the DS record of sub.example.org is gone")


def test_an_alias_that_leads_to_a_zone_without_dnssec_is_another_reason() -> None:
    base = Zone("example.net", ())
    head = Zone("example.net", (Record("_dane.example.net", "TLSA", A),))
    alias = Record("_25._tcp.mx.example.org", "CNAME", "_dane.example.net.")
    unsigned = Answers({**SIGNED.replies, Question("example.net", "DS"): Reply("NOERROR")})
    records = (Record("example.org", "MX", "10 mx.example.org."), alias)
    view = Overlay([Zone("example.org", records), head], unsigned)
    found = host(side(A, answers=unsigned, zones=(base,)), Side(view, side().declared))
    assert (found.unsigned, found.because) == (True, "a zone on the way has no DS record")


def test_a_host_that_mail_no_longer_goes_to_has_lost_nothing() -> None:
    found = change(side(A), side(mx=("mx.example.net",)))
    assert (found.before, found.hosts) == (("mx.example.org",), ())


def test_a_host_whose_zone_leaves_the_repository_is_asked_about() -> None:
    left = (
        Record("example.org", "MX", "10 mx.sub.example.org."),
        Record("sub.example.org", "NS", "ns.example.net."),
    )
    head = Side(Overlay([Zone("example.org", left)], SIGNED), side().declared)
    asked = Question("_25._tcp.mx.sub.example.org", "TLSA")
    found = host(delegated(A, ds=True), head)
    assert found.removed == unknown(asked.name, asked.type, Reason.NOT_ASKED)
    assert open_questions(found) == {asked}


def test_without_tlsa_records_before_nothing_more_is_asked() -> None:
    assert open_questions(change(side(mx=("mx.example.net",)), side(mx=("mx.example.com",)))) == set()


def test_where_the_mx_records_do_not_answer_only_a_difference_is_unknown() -> None:
    silent = Answers({Question("example.org", "MX"): Reply("SERVFAIL")})
    why = unknown("example.org", "MX", Reason.SERVFAIL)
    nowhere = Side(Overlay([], silent), side().declared)
    assert change(nowhere, nowhere).hosts == ()
    assert change(nowhere, side(A)).hosts == why
    assert change(side(A), nowhere).hosts == why
    assert change(side(), nowhere).hosts == ()


@pytest.mark.parametrize(
    ("dane", "declared"), [(None, (False, False)), (True, (True, False)), (False, (False, True))]
)
def test_what_the_intent_says_now_comes_along(dane: bool | None, declared: tuple[bool, bool]) -> None:
    found = change(side(A), side(A, dane=dane))
    assert (found.wanted, found.unwanted) == declared


SETS = st.lists(st.sampled_from([A, B, C, LONG, ANCHOR, UNUSABLE]), unique=True, max_size=3)


@given(SETS)
def test_what_stays_as_it_is_is_no_change(records: list[str]) -> None:
    hosts = change(side(*records), side(*records)).hosts
    assert isinstance(hosts, tuple)
    assert not any(each.replaced or each.unsigned or each.removed for each in hosts)


@given(SETS, SETS)
def test_where_a_usable_record_is_left_nothing_is_replaced_or_removed(old: list[str], new: list[str]) -> None:
    hosts = change(side(*old), side(*old, *(each for each in new if each not in old))).hosts
    assert isinstance(hosts, tuple)
    assert not any(each.replaced or each.removed for each in hosts)
