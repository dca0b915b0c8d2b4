"""MTA-STS before and after a change: what senders hold, and where it does not let them deliver."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.facts.changes.mta_sts import (
    MtaStsChangeFacts,
    PolicyFacts,
    RefusedFacts,
    mta_sts_change,
)
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.mta_sts import LineFacts
from mfpolicy.model.dns import POLICY, Answers, PolicyFile, Question, Reason, Record, Reply, Zone, unknown
from mfpolicy.model.intent import DomainIntent, Intent, MtaStsIntent
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay

ZONE, TXT, MX = (Span("zones/example.org.yaml", at, at + 9) for at in (0, 10, 20))
NOT_FETCHED = unknown("example.org", POLICY, Reason.NOT_ASKED)


def text(mode: str = "enforce", max_age: int = 86400, mx: tuple[str, ...] = ("a.example.net",)) -> str:
    lines = ("version: STSv1", f"mode: {mode}", *(f"mx: {each}" for each in mx), f"max_age: {max_age}")
    return "\n".join(lines) + "\n"


def side(
    policy: str | None = None,
    id: str | None = "1",
    mx: tuple[str, ...] = ("a.example.net",),
    intent: MtaStsIntent | None = None,
    other: str = "",
    answers: Answers | None = None,
) -> Side:
    """example.org with a record of this id and these MX hosts, and this text as its policy in the
    repository; `other` is a TXT record beside it."""
    values = (*((f"v=STSv1; id={id};",) if id else ()), *((other,) if other else ()))
    records = (
        *(Record("_mta-sts.example.org", "TXT", each, place=TXT) for each in values),
        *(Record("example.org", "MX", f"10 {each}.", place=MX) for each in mx),
        Record("mta-sts.example.org", "A", "192.0.2.1"),
    )
    files = {"example.org": PolicyFile("FETCHED", policy)} if policy is not None else {}
    view = Overlay([Zone("example.org", records, place=ZONE)], answers or Answers(), files)
    said = (DomainIntent("example.org", mta_sts=intent),) if intent else ()
    return Side(view, Declared(Intent(domains=said), {}, datetime.date(2026, 11, 23)))


def change(base: Side, head: Side) -> MtaStsChangeFacts:
    return mta_sts_change(base, head, "example.org")


def test_a_change_of_the_policy_and_of_its_id_is_described() -> None:
    found = change(side(text()), side(text("testing", 172800), id="2"))
    assert found == MtaStsChangeFacts(
        before=PolicyFacts("1", "enforce", 86400, ("a.example.net",)),
        after=PolicyFacts("2", "testing", 172800, ("a.example.net",)),
        kept_for="1 day",
        changed=("mode", "max_age"),
        renewed=True,
        weakened=True,
        mode_line=LineFacts("mode: testing"),
        place=TXT,
    )


@pytest.mark.parametrize(
    ("base", "head", "outdated"),
    [
        (side(text()), side(text("testing")), True),
        (side(text("testing")), side(text()), True),
        (side(text()), side(text(max_age=604800)), True),
        (side(text()), side(text(mx=("a.example.net", "b.example.net"))), True),
        (side(text()), side(text("testing"), id="2"), False),
        (side(text()), side(text(), id="2"), False),
        (side(text()), side(text().replace("\n", "\r\n")), False),
        (side(text()), side("owner: us\n" + text()), False),
        (side(text("none", mx=())), side(text("none")), False),
        (side(text("strict")), side(text()), False),
        (side(text(max_age=0)), side(text()), False),
        (side(text("testing"), id=None), side(text()), False),
        (side(text()), side(text("testing"), id=None), False),
        (side(text()), side(text("strict")), False),
        (side(), side(text("testing"), id="2"), False),
        (side(), side(), False),
        (side(), side(text()), NOT_FETCHED),
    ],
)
def test_senders_miss_what_changes_under_the_same_id(base: Side, head: Side, outdated: object) -> None:
    assert change(base, head).outdated == outdated


@pytest.mark.parametrize(
    ("base", "head", "weakened"),
    [
        (side(text()), side(text("testing"), id="2"), True),
        (side(text()), side(text("none"), id="2"), True),
        (side(text()), side(text("none")), True),
        (side(text("testing")), side(text("none"), id="2"), False),
        (side(text("testing")), side(text(), id="2"), False),
        (side(text()), side(text(), id=None), False),
        (side(text()), side(text("strict"), id="2"), False),
        (side(text(max_age=0)), side(text("none"), id="2"), False),
        (side(), side(id="2"), False),
        (side(), side(text(), id="2"), False),
        (side(), side(text("testing"), id="2"), NOT_FETCHED),
        (side(text()), side(id="2"), NOT_FETCHED),
    ],
)
def test_a_policy_is_weakened_that_was_enforced(base: Side, head: Side, weakened: object) -> None:
    assert change(base, head).weakened == weakened


@pytest.mark.parametrize(
    ("base", "head", "removed"),
    [
        (side(text()), side(text(), id=None), True),
        (side(text()), side(id=None), True),
        (side(text()), side(id=None, other="v=spf1 -all"), True),
        (side(text()), side(text(), id=None, other="v=stsv1; id=1"), False),
        (side(text()), side(text(), other="v=STSv1; id=2;"), False),
        (side(text("testing")), side(id=None), False),
        (side(text("none")), side(id=None), False),
        (side(text(), id=None), side(id=None), False),
        (side(text("strict")), side(id=None), False),
        (side(), side(id=None), NOT_FETCHED),
    ],
)
def test_a_record_is_removed_whose_policy_was_enforced(base: Side, head: Side, removed: object) -> None:
    assert change(base, head).removed == removed


def refusal(base: Side, head: Side) -> tuple[Any, ...]:
    found = change(base, head)
    hosts = found.refused
    names = tuple(each.host for each in hosts) if isinstance(hosts, tuple) else hosts
    return names, found.reachable, found.renewed


@pytest.mark.parametrize(
    ("base", "head", "refused"),
    [
        # Moved at once with everything, and step by step.
        (
            side(text()),
            side(text(mx=("b.example.net",)), mx=("b.example.net",)),
            (("b.example.net",), False, False),
        ),
        (
            side(text()),
            side(text(mx=("b.example.net",)), id="2", mx=("b.example.net",)),
            (("b.example.net",), False, True),
        ),
        (side(text(mx=("*.example.net",))), side(mx=("b.example.net",)), ((), True, False)),
        (side(text(mx=("*.example.net",))), side(id="2", mx=("b.example.net",)), ((), True, NOT_FETCHED)),
        # MTA-STS given up together with the host.
        (side(text()), side(id=None, mx=("b.example.net",)), (("b.example.net",), False, False)),
        (side(text()), side(text("none"), mx=("b.example.net",)), (("b.example.net",), False, False)),
        # A covered host stays.
        (
            side(text()),
            side(id=None, mx=("b.example.net", "a.example.net")),
            (("b.example.net",), True, False),
        ),
        # Each says what the state's own rule says, or what was so before.
        (side(text()), side(text(), mx=("b.example.net",)), ((), True, False)),
        (
            side(text(mx=("z.example.net",))),
            side(text(mx=("b.example.net",)), mx=("b.example.net",)),
            ((), True, False),
        ),
        (side(text("testing")), side(id=None, mx=("b.example.net",)), ((), True, False)),
        (side(text(max_age=0)), side(id=None, mx=("b.example.net",)), ((), True, False)),
        (side(text(), mx=("a.example.net", "b.example.net")), side(id=None), ((), True, False)),
        (
            side(text(), mx=("a.example.net", "b.example.net")),
            side(id=None, mx=("b.example.net",)),
            ((), True, False),
        ),
        (side(), side(mx=("b.example.net",)), (NOT_FETCHED, NOT_FETCHED, False)),
        (side(), side(mx=("A.example.net",)), ((), True, False)),
    ],
)
def test_a_new_host_is_refused_that_the_policy_before_does_not_cover(
    base: Side, head: Side, refused: tuple[object, ...]
) -> None:
    assert refusal(base, head) == refused


def test_a_refused_host_points_at_its_mx_record_and_the_rest_at_the_zone_where_no_record_is() -> None:
    found = change(side(text()), side(id=None, mx=("b.example.net",)))
    assert (found.refused, found.place) == ((RefusedFacts("b.example.net", MX),), ZONE)


def test_where_the_record_did_not_answer_before_only_what_differs_is_unknown() -> None:
    silent = Answers({Question("_mta-sts.example.org", "TXT"): Reply("SERVFAIL")})
    why = unknown("_mta-sts.example.org", "TXT", Reason.SERVFAIL)
    base = Side(Overlay([], silent), side().declared)
    same, gone = change(base, base), change(base, side(id=None))
    assert (same.outdated, same.weakened, same.removed, same.refused) == (False, False, False, ())
    assert (gone.before.mode, gone.outdated, gone.removed) == (why, False, why)


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (None, (False, "")),
        (MtaStsIntent(policy="mta-sts.txt"), (True, "")),
        (MtaStsIntent(mode="testing"), (True, "testing")),
        (MtaStsIntent(mode="none"), (False, "none")),
    ],
)
def test_what_the_intent_says_now_comes_along(intent: MtaStsIntent | None, wanted: tuple[bool, str]) -> None:
    found = change(side(text()), side(text(), intent=intent))
    assert (found.wanted, found.wanted_mode) == wanted


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1209600, "14 days"),
        (86400, "1 day"),
        (90000, "25 hours"),
        (5400, "90 minutes"),
        (60, "1 minute"),
        (61, "61 seconds"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_that_measures_it(seconds: int, words: str) -> None:
    held = side(text(max_age=seconds))
    assert change(held, held).kept_for == words


HOSTS = ("a.example.net", "b.example.net", "c.example.org")
SIDES = st.builds(
    side,
    st.none()
    | st.builds(
        text,
        st.sampled_from(["enforce", "testing", "none", "strict"]),
        st.sampled_from([0, 86400]),
        st.lists(st.sampled_from([*HOSTS, "*.example.net"]), max_size=3).map(tuple),
    ),
    st.sampled_from([None, "1", "2"]),
    st.lists(st.sampled_from(HOSTS), max_size=3, unique=True).map(tuple),
)


@given(SIDES)
def test_what_stays_as_it_is_is_no_change(same: Side) -> None:
    found = change(same, same)
    assert (found.changed, found.outdated, found.weakened, found.removed) == ((), False, False, False)
    assert (found.refused, found.reachable) == ((), True)


@given(SIDES, SIDES)
def test_an_undone_change_takes_nothing_away_that_the_change_took(base: Side, head: Side) -> None:
    there, back = change(base, head), change(head, base)
    assert not (there.weakened is True and back.weakened is True)
    assert not (there.removed is True and back.removed is True)


@given(SIDES, SIDES)
def test_no_host_is_refused_that_was_an_mx_host_before(base: Side, head: Side) -> None:
    before = {record.value for record in base.view.ask("example.org", "MX").records}  # type: ignore[union-attr]
    refused = change(base, head).refused
    assert not isinstance(refused, tuple) or not {f"10 {each.host}." for each in refused} & before
