"""Declared senders against SPF, and who stands there undeclared."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.authorisation import Authorisation
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.groups import group_facts
from mfpolicy.facts.senders import network_of, sender_facts
from mfpolicy.facts.undeclared import Unexplained, undeclared_facts
from mfpolicy.model.dns import Answers, Question, Reply, Unknown
from mfpolicy.model.intent import AddressSet, DomainIntent, Group, Intent, Paths, Sender
from mfpolicy.views.overlay import Overlay

TODAY = datetime.date(2026, 11, 23)
YESTERDAY = datetime.date(2026, 11, 22)
NAME = "example.org"
POST = Sender("post", "Post", includes=("spf.post.example",), envelope="customer")
NEWS = Sender("news", "News", includes=("spf.news.example",), envelope="own")
SERVICES = {each.name: each for each in (POST, NEWS)}


def spf(record: str, **others: str) -> Authorisation:
    """The record of example.org in a small world, where no sender is explained by anything but its name."""
    texts = {NAME: record, **{name.replace("__", "."): text for name, text in others.items()}}
    replies = {Question(name, "TXT"): Reply("NOERROR", 300, (text,)) for name, text in texts.items()}
    study = SpfStudy(Overlay((), Answers(replies, closed="OPEN" not in f"{texts}")))
    return Authorisation(study, NAME, unexplained(POST).is_loose)


def unexplained(*senders: Sender) -> Unexplained:
    return Unexplained(senders, SERVICES, (network_of("192.0.2.0/24"),), lambda name: name.endswith("org"))


def app(*addresses: str, **more: object) -> Sender:
    return Sender("app", addresses=addresses, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "sender", "expected"),
    [
        ("v=spf1 include:spf.post.example -all", POST, (True, ())),
        ("v=spf1 -all", POST, (False, ())),
        ("v=spf1 -all", NEWS, (True, ())),
        ("v=spf1 ip4:192.0.2.0/24 -all", app("192.0.2.0/28"), (True, ())),
        ("v=spf1 ip4:192.0.2.0/29 -all", app("192.0.2.0/28"), (True, ("192.0.2.0/28",))),
        ("v=spf1 ip4:192.0.2.0/29 ip4:192.0.2.8/29 -all", app("192.0.2.0/28"), (True, ())),
        ("v=spf1 ip4:192.0.2 ip4:192.0.2.0/24", app("192.0.2.1/32"), (True, ())),
        ("v=spf1 ?ip4:192.0.2.0/24 +all", app("192.0.2.1/32"), (True, ("192.0.2.1/32",))),
        ("v=spf1 ip6:2001:db8::/32 ~all", app("2001:db8:1::/48"), (True, ())),
        ("v=spf1 -all", app("192.0.2.1/32", via="smtp-auth-oauth"), (True, ())),
        ("v=spf1 -all", app("192.0.2.1/32", until=YESTERDAY), (True, ())),
    ],
)
def test_what_a_sender_needs_of_spf(record: str, sender: Sender, expected: tuple[object, ...]) -> None:
    found = sender_facts(spf(record, spf__post__example="v=spf1 -all"), (sender,), SERVICES, TODAY)[0]
    assert (found.included, found.missing) == expected


def test_what_an_open_include_may_hold_is_unknown_unless_the_rest_decides() -> None:
    open_record = spf("v=spf1 -ip4:192.0.2.1 include:OPEN.example -all")
    shut, other = (
        sender_facts(open_record, (app(each),), SERVICES, TODAY)[0].missing
        for each in ("192.0.2.1/32", "198.51.100.1/32")
    )
    assert shut == ("192.0.2.1/32",)
    assert isinstance(other, Unknown)


@pytest.mark.parametrize(
    ("sender", "signs"),
    [
        (app("192.0.2.1/32"), "no"),
        (app("192.0.2.1/32", selectors=("s1",)), "yes"),
        (app("192.0.2.1/32", via="connector"), ""),
        (Sender("x", aligns=("dkim",)), "yes"),
        (Sender("x", aligns=("spf",)), "no"),
        (Sender("x"), ""),
    ],
)
def test_whether_a_sender_signs(sender: Sender, signs: str) -> None:
    assert sender_facts(spf("v=spf1 -all"), (sender,), SERVICES, TODAY)[0].signs == signs


def test_a_sender_whose_time_is_over_is_told_what_still_lets_it_pass() -> None:
    record = "v=spf1 ip4:192.0.2.0/29 include:spf.post.example -all"
    over = Sender(
        "x", includes=POST.includes, envelope="customer", addresses=("192.0.2.0/28",), until=YESTERDAY
    )
    found = sender_facts(spf(record, spf__post__example="v=spf1 -all"), (over,), SERVICES, TODAY)[0]
    assert (found.ended, found.still) == (True, ("192.0.2.0/28", "spf.post.example"))


def test_what_a_sender_in_use_needs_is_not_held_against_an_ended_one() -> None:
    record = "v=spf1 ip4:192.0.2.0/24 redirect=own.example.org"
    own = "v=spf1 include:spf.post.example include:spf.news.example -all"
    over = app(
        "192.0.2.8/29",
        includes=("spf.post.example", "spf.news.example"),
        envelope="customer",
        until=YESTERDAY,
    )
    used = Sender("new", addresses=("192.0.2.0/24",), includes=("spf.post.example",), envelope="customer")
    others = {"spf__post__example": "v=spf1 -all", "spf__news__example": "v=spf1 -all"}
    found = sender_facts(spf(record, own__example__org=own, **others), (over, used), SERVICES, TODAY)[0]
    assert found.still == ("spf.news.example",)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 include:spf.post.example mx a -all", []),
        ("v=spf1 include:spf.news.example -all", ["include:spf.news.example (News)"]),
        ("v=spf1 ?include:spf.news.example -ip4:198.51.100.1 -all", []),
        ("v=spf1 ip4:192.0.2.0/28 ip4:198.51.100.1 -all", ["ip4:198.51.100.1"]),
        ("v=spf1 include:own.example.org -all", ["ip4:203.0.113.1", "include:spf.news.example (News)"]),
        ("v=spf1 ip4:10.0.0.0/8 -all", []),
        ("v=spf1 redirect=spf.news.example", ["redirect=spf.news.example (News)"]),
        (
            "v=spf1 a:gone.example mx:gone.example a:mail.example.org -all",
            ["a:gone.example", "mx:gone.example"],
        ),
        ("v=spf1 exists:%{i}.example.net -all", []),
    ],
)
def test_who_passes_undeclared(record: str, expected: list[str]) -> None:
    others = {
        "own__example__org": "v=spf1 ip4:203.0.113.1 include:spf.news.example -all",
        "spf__news__example": "v=spf1 -all",
        "spf__post__example": "v=spf1 ip4:198.51.100.0/24 -all",
    }
    found = undeclared_facts(spf(record, **others), (POST,), unexplained(POST), TODAY)
    assert not isinstance(found, Unknown)
    assert [each.words for each in found] == expected


FLAT = {"spf__post__example": "v=spf1 ip4:198.51.100.0/24 -all"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 -all", []),
        ("v=spf1 include:flat.example -all", []),
        ("v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.1 -all", ["ip4:203.0.113.1"]),
        ("v=spf1 ip4:198.51.100.0/25 -all", ["ip4:198.51.100.0/25"]),
        ("v=spf1 ip4:198.51.100.0/24 include:spf.news.example -all", ["include:spf.news.example (News)"]),
    ],
)
def test_who_is_listed_in_place_of_an_include_is_declared(record: str, expected: list[str]) -> None:
    """The hosted record also holds a range of the intent, which needs no explanation."""
    others = {**FLAT, "flat__example": "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/26 -all"}
    found = undeclared_facts(spf(record, **others), (POST,), unexplained(POST), TODAY)
    assert not isinstance(found, Unknown)
    assert [each.words for each in found] == expected
    assert all(each.foreign is True for each in found)


def test_an_unseen_sender_may_be_what_nobody_explains_but_not_a_known_service() -> None:
    record = "v=spf1 ip4:203.0.113.1 include:spf.news.example -all"
    others = {"spf__post__example": "v=spf1 redirect=OPEN.example", "spf__news__example": "v=spf1 -all"}
    seen = spf(record, **others)
    found = undeclared_facts(seen, (POST,), unexplained(POST), TODAY)
    assert not isinstance(found, Unknown)
    assert [isinstance(each.foreign, Unknown) for each in found] == [True, False]
    assert isinstance(sender_facts(seen, (POST,), SERVICES, TODAY)[0].included, Unknown)
    assert isinstance(seen.waits((POST,), TODAY), Unknown)


def test_where_nothing_is_loose_no_sender_is_looked_for() -> None:
    others = {"spf__post__example": "v=spf1 redirect=OPEN.example", "spf__news__example": "v=spf1 -all"}
    seen = spf("v=spf1 ip4:192.0.2.1 include:spf.news.example -all", **others)
    assert seen.waits((POST,), TODAY) is None
    assert sender_facts(seen, (POST,), SERVICES, TODAY)[0].included is False


def test_where_nobody_declares_senders_none_is_undeclared() -> None:
    assert undeclared_facts(spf("v=spf1 include:spf.news.example -all"), None, unexplained(), TODAY) == ()


def declared(*domains: DomainIntent, shown: tuple[str, ...] = (), **more: object) -> Declared:
    return Declared(Intent(domains=domains, **more), SERVICES, TODAY, shown)  # type: ignore[arg-type]


def test_a_sender_sends_as_the_name_it_says() -> None:
    shop = Sender("shop", from_="shop.{domain}")
    found = Declared(
        Intent(domains=(DomainIntent(NAME, senders=("shop", "post")),)), SERVICES | {"shop": shop}, TODAY
    )
    assert found.names == (NAME, "shop.example.org")
    assert (found.senders(NAME), found.senders("shop.example.org")) == ((POST,), (shop,))
    assert found.mx("shop.example.org").declared is False


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (DomainIntent(NAME, mail="send-and-receive", senders=()), {"office": "direct"}),
        (
            DomainIntent(NAME, mail="send-and-receive", mx=("mx.example.net",), senders=("news",)),
            {"news": "direct"},
        ),
        (DomainIntent(NAME, senders=("post",)), {"post": "connector", "office": "direct"}),
        (DomainIntent(NAME, mail="send", senders=("news",)), {"news": "direct"}),
        (DomainIntent(NAME, mail="none", senders=()), {}),
    ],
)
def test_what_is_on_the_outbound_path_leaves_at_its_last_hop(
    said: DomainIntent, expected: Mapping[str, str]
) -> None:
    office = AddressSet("office", ("192.0.2.0/28",))
    found = declared(said, paths=Paths(outbound=("post", "office")), addresses=(office,)).senders(NAME)
    assert found is not None and {each.name: each.via or "direct" for each in found} == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (DomainIntent(NAME), (True, ("*.mx.post.example",), "Post", ())),
        (DomainIntent(NAME, mx=()), (True, (), "null MX", ())),
        (DomainIntent(NAME, mx=("mx1.example.org",)), (True, ("mx1.example.org",), "mx1.example.org", ())),
        (DomainIntent(NAME, mx=("news",)), (True, (), "News", ("news",))),
        (DomainIntent(NAME, mail="none"), (False, (), "", ())),
    ],
)
def test_where_mail_should_go(said: DomainIntent, expected: tuple[object, ...]) -> None:
    post = Sender("post", "Post", mx=("*.mx.post.example",))
    found = Declared(
        Intent(domains=(said,), paths=Paths(inbound=("post",))), SERVICES | {"post": post}, TODAY
    )
    wanted = found.mx(NAME)
    assert (wanted.declared, wanted.patterns, wanted.words, wanted.unknown) == expected


def test_a_group_knows_its_domains_and_those_of_another() -> None:
    groups = (
        Group("all", (("*.example", None), ("one.example", None))),
        Group("brands", (("*.brand.example", None), ("*.gone.example", None))),
    )
    domains = tuple(DomainIntent(name) for group in groups for name, _ in group.members)
    found = declared(*domains, shown=("a.brand.example", "b.example"), groups=groups)
    every, brands = (group_facts(found.membership, each) for each in groups)
    counts: Mapping[str, int] = {each.name: each.domains for each in (*every.members, *brands.members)}
    assert counts == {"*.example": 3, "one.example": 1, "*.brand.example": 1, "*.gone.example": 0}
    assert [(each.domain, each.other) for each in every.shared] == [("a.brand.example", "brands")]
    assert (every.domains, brands.shared) == (3, ())
