"""A safe order is told for what a change does at once, with waits from real TTLs, and for nothing else."""

from __future__ import annotations

import pytest
from two_sides import KEY, of

from mfpolicy.facts.accounts import Account, account
from mfpolicy.facts.change import Side, change_facts
from mfpolicy.facts.plans import plans
from mfpolicy.model.changes import Plan
from mfpolicy.model.dns import Answers, Question, Reply
from mfpolicy.model.findings import Subject
from mfpolicy.views.drift import live_view

OTHER_KEY = KEY.replace("11qY", "22qY")
HOSTS = ("mx.post.test", "mx2.post.test", "mx.example.net")
KNOWN = Answers({Question(each, "A"): Reply("NOERROR", 60, ("192.0.2.9",)) for each in HOSTS}, closed=True)
LIVE = Answers(
    {
        Question("example.org", "SOA"): Reply(
            "NOERROR", 1800, ("ns.example.org. dns.example.org. 1 7200 3600 1209600 900",)
        ),
        Question("example.org", "MX"): Reply("NOERROR", 7200, ("10 mx.post.test.",)),
    }
)
NAMES = ("example.org", "shop.example.org", "s1._domainkey.example.org", "s2._domainkey.example.org")


def accounts(base: Side, head: Side) -> list[Account]:
    subjects = [Subject("selector" if "._domainkey." in each else "domain", each) for each in NAMES]
    facts = [change_facts(base, head, each, alike=False) for each in subjects]
    found = [account(base, head, live_view(LIVE), each) for each in facts if each]
    return [each for each in found if each]


def planned(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Plan, ...]:
    return plans(accounts(of(*before, answers=KNOWN), of(*after, answers=KNOWN)))


def waits(plan: Plan) -> list[int]:
    return [each.wait for each in plan.steps]


OLD, NEW = f"s1._domainkey TXT {KEY}", f"s2._domainkey TXT {OTHER_KEY}"


def test_a_rotation_waits_for_the_negative_ttl_and_a_week() -> None:
    (plan,) = planned((OLD,), (NEW,))
    assert (plan.title, waits(plan)) == ("DKIM rotation of example.org", [900, 0, 7 * 86_400, 3600, 0])


def test_a_key_replaced_in_place_gets_a_selector_of_its_own() -> None:
    (plan,) = planned((OLD,), (f"s1._domainkey TXT {OTHER_KEY}",))
    assert plan.steps[0].do.startswith("Publish the new key at a new selector; leave s1 as it is")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((OLD,), (OLD, NEW)),
        ((OLD, NEW), (NEW,)),
        (("@ MX 10 mx.post.test.",), ("@ MX 10 mx2.post.test.",)),
        (("_dmarc TXT v=DMARC1; p=reject",), ("_dmarc TXT v=DMARC1; p=none",)),
        (("@ TXT v=spf1 -all",), ("@ TXT v=spf1 ~all",)),
    ],
)
def test_one_step_of_a_safe_order_needs_no_plan(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert planned(before, after) == ()


def test_an_mx_move_waits_for_the_live_ttl_and_for_queues() -> None:
    (plan,) = planned(("@ MX 10 mx.post.test.",), ("@ MX 10 mx.example.net.",))
    assert [each for each in waits(plan) if each] == [7200, 5 * 86_400]


def test_a_leap_to_reject_goes_by_quarantine() -> None:
    leap, step = (
        planned((f"_dmarc TXT v=DMARC1; p={each}",), ("_dmarc TXT v=DMARC1; p=reject",))
        for each in ("none", "quarantine")
    )
    assert [sum("p=quarantine" in each.do for each in plan[0].steps) for plan in (leap, step)] == [1, 0]


def test_a_tightening_is_planned_once_for_all_names_below() -> None:
    shop = "shop MX 10 mx.post.test."
    found = planned(("_dmarc TXT v=DMARC1; p=none", shop), ("_dmarc TXT v=DMARC1; p=reject", shop))
    assert [each.title for each in found] == ["DMARC tightening of example.org"]
