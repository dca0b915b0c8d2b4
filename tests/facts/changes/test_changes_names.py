"""Aliases, delegations and deleted files over names of mail, and records that may be kept for longer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from two_sides import KEY, of, side, zone

from mfpolicy.facts.changes.names import DelegationFacts, NameChangeFacts, is_orphaned, name_change
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.zones import RemovedZoneFacts
from mfpolicy.model.dns import Answers, NoAnswer, Question, Reason, Reply, Unknown, Zone
from mfpolicy.model.intent import DomainIntent
from mfpolicy.model.places import Line

NOTHING = Answers({Question("web.example.net", "A"): Reply("NOERROR", 300, ("192.0.2.80",))}, closed=True)
MX, SPF = "shop MX 10 mx.post.test.", "shop TXT v=spf1 ip4:192.0.2.1 -all"
NS = "shop NS ns1.example.net."


def told(**replies: tuple[str, ...]) -> Answers:
    """What DNS says of shop.example.org, by type."""
    return Answers(
        {Question("shop.example.org", type): Reply("NOERROR", 300, said) for type, said in replies.items()}
    )


def aliases(name: str, base: Side, head: Side) -> list[tuple[Any, ...]]:
    return [
        (each.owner, each.target, each.lost, each.beside) for each in name_change(base, head, name).aliases
    ]


def below(base: Side, head: Side, name: str = "shop.example.org") -> list[tuple[str, object]]:
    return [(each.cut, each.lost) for each in name_change(base, head, name).delegations]


@pytest.mark.parametrize(
    ("owner", "record", "lost"),
    [
        ("shop", MX, "MX"),
        ("shop", SPF, "SPF"),
        ("_dmarc.shop", "_dmarc.shop TXT v=DMARC1; p=reject", "DMARC policy"),
    ],
)
def test_a_new_alias_takes_what_is_not_found_where_it_leads(owner: str, record: str, lost: str) -> None:
    head = of(f"{owner} CNAME web.example.net.", answers=NOTHING)
    found = aliases("shop.example.org", of(record), head)
    assert found == [(f"{owner}.example.org", "web.example.net", (lost,), False)]


@pytest.mark.parametrize(
    ("owner", "record"),
    [
        ("shop", "shop MX 0 ."),
        ("shop", "shop MX 10 gone.example.org."),
        ("shop", "shop TXT v=spf1 -all"),
        ("shop", "shop TXT v=spf1 ip4:192.0.2.999 -all"),
        ("shop", "shop A 192.0.2.1"),
        ("_dmarc.shop", "_dmarc.shop TXT v=DMARC1; p=none"),
        ("_dmarc.shop", "_dmarc.shop TXT v=DMARC1; p=rejected"),
    ],
)
def test_what_did_not_work_or_served_nobody_is_not_lost(owner: str, record: str) -> None:
    head = of(f"{owner} CNAME web.example.net.", answers=NOTHING)
    assert [lost for _, _, lost, _ in aliases("shop.example.org", of(record), head)] == [()]


@pytest.mark.parametrize(("above", "lost"), [("reject", ()), ("quarantine", ("DMARC policy",))])
def test_a_policy_as_strict_from_above_stands_in_for_a_lost_one(above: str, lost: tuple[str, ...]) -> None:
    upper = f"_dmarc TXT v=DMARC1; p={above}"
    base, head = (
        of(upper, "_dmarc.shop TXT v=DMARC1; p=reject"),
        of(upper, "_dmarc.shop CNAME web.example.net."),
    )
    head.view.learn(NOTHING)
    head = of(upper, "_dmarc.shop CNAME web.example.net.", answers=NOTHING)
    assert [each[2] for each in aliases("shop.example.org", base, head)] == [lost]


@pytest.mark.parametrize(
    ("record", "lost"), [(KEY, ("DKIM key",)), ("v=DKIM1; p=", ()), ("not a key", ()), ("v=DKIM1; p=!", ())]
)
def test_a_selector_loses_a_key_to_an_alias(record: str, lost: tuple[str, ...]) -> None:
    head = of("s1._domainkey CNAME s1.example.net.", answers=NOTHING)
    found = aliases("s1._domainkey.example.org", of(f"s1._domainkey TXT {record}"), head)
    assert found == [("s1._domainkey.example.org", "s1.example.net", lost, False)]


def test_an_alias_that_leads_to_its_own_kind_takes_nothing() -> None:
    head = of("shop CNAME www.example.org.", "www MX 10 mx.example.net.", "www TXT v=spf1 mx -all")
    assert aliases("shop.example.org", of(MX, SPF), head) == [
        ("shop.example.org", "www.example.org", (), False)
    ]


def test_an_alias_that_nobody_followed_leaves_it_open() -> None:
    found = aliases("shop.example.org", of(MX), of("shop CNAME web.example.net."))
    assert [isinstance(lost, Unknown) for _, _, lost, _ in found] == [True]


def test_what_is_known_to_be_lost_needs_no_further_answer() -> None:
    answers = Answers({Question("web.example.net", type): Reply("NOERROR") for type in ("MX", "CNAME")})
    found = aliases("shop.example.org", of(MX, SPF), of("shop CNAME web.example.net.", answers=answers))
    assert [lost for _, _, lost, _ in found] == [("MX",)]


def test_records_that_still_stand_beside_the_alias_are_told() -> None:
    head = of("shop CNAME web.example.net.", MX, answers=NOTHING)
    assert [beside for *_, beside in aliases("shop.example.org", of(MX), head)] == [True]


def test_an_alias_that_was_there_is_not_new() -> None:
    base, head = (of(f"shop CNAME {to}.example.net.", answers=NOTHING) for to in ("a", "b"))
    assert aliases("shop.example.org", base, head) == []


def test_a_wildcard_is_not_laid_over_a_name() -> None:
    assert aliases("shop.example.org", of(MX), of("* CNAME web.example.net.", answers=NOTHING)) == []


def test_a_name_under_an_alias_is_covered_and_one_whose_policy_is_an_alias_is_not() -> None:
    heads = (of(f"{owner} CNAME web.example.net.", answers=NOTHING) for owner in ("shop", "_dmarc.shop"))
    assert [name_change(of(MX), head, "shop.example.org").covered for head in heads] == [True, False]


def test_a_child_zone_in_the_repository_answers_for_itself() -> None:
    child = zone("shop.example.org", "@ 300 TXT v=spf1 mx -all")
    head = side(zone("example.org", "shop 300 NS ns1.example.net."), child)
    assert below(of(MX, SPF), head) == [("shop.example.org", ("MX",))]


def test_a_child_zone_that_is_served_is_looked_at() -> None:
    heads = [
        of(NS, answers=told(NS=("ns1.example.net.",), CNAME=(), MX=mx))
        for mx in ((), ("10 mx.example.net.",))
    ]
    assert [below(of(MX), head) for head in heads] == [
        [("shop.example.org", ("MX",))],
        [("shop.example.org", ())],
    ]


@pytest.mark.parametrize("served", [(), ("ns1.example.com.",)])
def test_a_child_zone_that_is_not_served_yet_cannot_be_looked_at(served: tuple[str, ...]) -> None:
    head = of(NS, answers=told(NS=served, CNAME=(), MX=("10 mx.post.test.",)))
    why = NoAnswer(Question("shop.example.org", "MX"), Reason.NOT_SERVED)
    assert below(of(MX), head) == [("shop.example.org", Unknown((why,)))]


def test_whether_a_child_zone_is_served_has_to_be_asked_first() -> None:
    why = NoAnswer(Question("shop.example.org", "NS"), Reason.NOT_ASKED)
    assert below(of(MX), of(NS)) == [("shop.example.org", Unknown((why,)))]


def test_a_delegation_takes_nothing_where_nothing_was() -> None:
    assert below(of("shop TXT v=spf1 -all"), of(NS)) == [("shop.example.org", ())]


def test_a_delegation_that_was_there_is_not_new() -> None:
    assert below(of(NS), of("shop NS ns2.example.net.")) == []


def test_a_delegation_points_at_its_record() -> None:
    head = of("a A 192.0.2.1", NS, answers=told(NS=("ns1.example.net.",), MX=(), CNAME=()))
    found = name_change(of(MX), head, "shop.example.org").delegations
    assert found == (DelegationFacts("shop.example.org", ("MX",), Line("example.org", 2)),)


@pytest.mark.parametrize(
    ("base", "head", "cuts"),
    [
        (MX, NS, ("", "shop.example.org")),
        (NS, MX, ("shop.example.org", "")),
        (NS, "shop NS ns2.example.net.", ("shop.example.org", "shop.example.org")),
        (MX, "www.shop NS ns1.example.net.", ("", "")),
    ],
)
def test_delegations_are_told_before_and_after(base: str, head: str, cuts: tuple[str, str]) -> None:
    found = name_change(of(base), of(head), "shop.example.org")
    assert (found.cut_before, found.cut_after) == cuts


ORG = zone("example.org", "@ 300 MX 10 mx.post.test.", "www 300 TXT v=spf1 -all", "a 300 A 192.0.2.1")
COM = zone("example.com", "@ 300 TXT v=spf1 -all")
SHOP = zone("shop.example.org", "@ 300 MX 10 mx.post.test.")
CUT = zone("example.org", "shop 300 NS ns1.example.net.")


@pytest.mark.parametrize(
    ("base", "head", "name", "orphaned"),
    [
        ((ORG,), (), "example.org", True),
        ((ORG,), (COM,), "www.example.org", True),
        ((ORG,), (ORG,), "example.org", False),
        ((SHOP, ORG), (ORG,), "shop.example.org", False),
        ((SHOP, CUT), (CUT,), "shop.example.org", True),
        ((ORG,), (CUT,), "shop.example.org", False),
        ((COM,), (), "example.org", False),
        ((), (ORG,), "example.org", False),
    ],
)
def test_a_name_is_orphaned_where_the_file_of_its_zone_is_gone_and_no_other_speaks(
    base: tuple[Zone, ...], head: tuple[Zone, ...], name: str, orphaned: bool
) -> None:
    assert is_orphaned(side(*base), side(*head), name) is orphaned


def test_a_deleted_zone_is_told_once_at_its_apex() -> None:
    found = [name_change(side(ORG), side(COM), each).zone for each in ("example.org", "www.example.org")]
    removed = RemovedZoneFacts(
        "example.org", ("example.org",), ("www.example.org",), ("example.org", "www.example.org")
    )
    assert found == [removed, RemovedZoneFacts()]


def test_a_domain_declared_to_have_no_mail_was_only_protected() -> None:
    head = side(COM, domains=(DomainIntent("example.org", mail="none"),))
    found = name_change(side(ORG), head, "example.org").zone
    assert (found.active, found.protected) == ((), ("example.org", "www.example.org"))


@pytest.mark.parametrize(
    ("before", "after", "given_up"),
    [
        (("example.org", "example.com"), ("example.com",), True),
        (("example.org",), ("example.org",), False),
        (("*.org",), ("*.org",), False),
        ((), (), False),
    ],
)
def test_a_zone_is_given_up_where_the_intent_named_it_and_does_no_longer(
    before: tuple[str, ...], after: tuple[str, ...], given_up: bool
) -> None:
    base, head = (tuple(map(DomainIntent, names)) for names in (before, after))
    found = name_change(side(ORG, domains=base), side(COM, domains=head), "example.org").zone
    assert found.given_up is given_up


def ttl(owner: str, before: str, after: str, name: str = "example.org") -> list[tuple[Any, ...]]:
    base, head = (side(zone("example.org", f"{owner} {each}")) for each in (before, after))
    return [(each.what, each.before, each.after, each.changed) for each in name_change(base, head, name).ttls]


@pytest.mark.parametrize(
    ("owner", "before", "after", "found"),
    [
        ("@", "300 MX 10 a.example.net.", "86400 MX 10 b.example.net.", [("MX", 300, 86400, True)]),
        ("@", "300 MX 10 a.example.net.", "86400 MX 20 a.example.net.", [("MX", 300, 86400, True)]),
        ("@", "300 MX 10 a.example.net.", "86400 MX 10 A.example.net.", [("MX", 300, 86400, False)]),
        ("@", "300 MX 10 a.example.net.", "300 MX 10 b.example.net.", []),
        ("@", "300 TXT v=spf1 a -all", "60 TXT v=spf1 -all", [("SPF", 300, 60, True)]),
        ("@", "300 TXT v=spf1 a -all", "60 TXT v=spf1  A -all", [("SPF", 300, 60, False)]),
        ("@", "300 TXT one", "60 TXT two", []),
        ("_dmarc", "300 TXT v=DMARC1; p=none", "60 TXT v=DMARC1;p=none;", [("DMARC", 300, 60, False)]),
        ("_dmarc", "300 TXT v=DMARC1; p=none", "60 TXT v=DMARC1; p=reject", [("DMARC", 300, 60, True)]),
        ("_dmarc", "300 CNAME a.example.net.", "60 CNAME A.example.net", [("DMARC", 300, 60, False)]),
        ("@", "300 MX 10 a.example.net.", "60 A 192.0.2.1", []),
    ],
)
def test_a_record_set_is_kept_for_another_time_with_or_without_other_data(
    owner: str, before: str, after: str, found: list[tuple[Any, ...]]
) -> None:
    assert ttl(owner, before, after) == found


def test_a_key_that_is_split_otherwise_is_the_same_key() -> None:
    found = ttl(
        "s1._domainkey", f"300 TXT {KEY}", f"60 TXT {KEY[:40]} {KEY[40:]}", "s1._domainkey.example.org"
    )
    assert found == [("DKIM", 300, 60, False)]


@pytest.mark.parametrize(("wanted", "pending"), [(("post",), True), (("a.example.net",), False), ((), False)])
def test_other_hosts_that_the_intent_wants_are_a_change_to_come(
    wanted: tuple[str, ...], pending: bool
) -> None:
    base = side(zone("example.org", "@ 300 MX 10 a.example.net."))
    domains = (DomainIntent("example.org", mx=wanted),)
    head = side(zone("example.org", "@ 86400 MX 10 a.example.net."), domains=domains)
    assert [each.pending for each in name_change(base, head, "example.org").ttls] == [pending]


_LINES = st.lists(
    st.sampled_from(
        [MX, SPF, NS, "shop CNAME www.example.org.", "_dmarc.shop CNAME www.example.org.", "www A 192.0.2.1"]
        + ["shop MX 0 .", "_dmarc TXT v=DMARC1; p=reject", "_dmarc.shop TXT v=DMARC1; p=quarantine"]
    ),
    unique=True,
)


def losses(found: NameChangeFacts) -> set[str]:
    listed = (each.lost for each in (*found.aliases, *found.delegations))
    return {word for lost in listed if not isinstance(lost, Unknown) for word in lost}


@given(_LINES)
def test_what_stays_as_it_is_is_no_change(lines: list[str]) -> None:
    found = name_change(of(*lines), of(*lines[::-1]), "shop.example.org")
    assert (found.aliases, found.delegations, found.covered, found.ttls) == ((), (), False, ())


@given(_LINES, _LINES)
def test_undoing_a_change_does_not_lose_what_the_change_lost(one: list[str], other: list[str]) -> None:
    base, head = of(*one), of(*other)
    there, back = (name_change(*each, "shop.example.org") for each in ((base, head), (head, base)))
    assert losses(there).isdisjoint(losses(back))
