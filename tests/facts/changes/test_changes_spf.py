"""Whom a change takes out of SPF, and whom it lets in, also where little was asked."""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mfpolicy.evaluate.spf_receiver import check_host
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.spf import SpfChangeFacts, spf_change
from mfpolicy.facts.declared import Declared
from mfpolicy.model.dns import Answers, Question, Reply, Unknown, Zone, joined
from mfpolicy.model.dns import Record as ResourceRecord
from mfpolicy.model.intent import AddressSet, DomainIntent, Intent, Sender, SpfIntent
from mfpolicy.model.places import Line
from mfpolicy.views.overlay import Overlay

NAME = "example.org"
TODAY = datetime.date(2026, 11, 23)
POST = Sender("post", "Post", includes=("spf.post.example", "eu.post.example"), envelope="customer")
NEWS = Sender("news", "News", includes=("spf.news.example",), envelope="own")
BULK = Sender("bulk", "Bulk", includes=("spf.bulk.example",), envelope="subdomain")
OWN = Sender("own", "Own", addresses=("192.0.2.0/30",))
SERVICES = {each.name: each for each in (POST, NEWS, BULK, OWN)}
World = Mapping[str, tuple[str, ...] | str]
LIVE: World = {
    "spf.post.example TXT": ("v=spf1 ip4:192.0.2.0/28 ~all",),
    "flat.example TXT": ("v=spf1 ip4:192.0.2.0/28 ip4:198.51.100.0/28 -all",),
    "hub.example TXT": ("v=spf1 include:spf.post.example ip4:198.51.100.0/28 -all",),
    "empty.example TXT": ("v=spf1 -all",),
}


def side(
    world: World | str, intent: Intent | None = None, live: World | None = None, file: str = "head"
) -> Side:
    """A zone example.org of "NAME TYPE" -> records, a text alone being its SPF record; without `live` nothing
    was asked, else all else does not exist."""
    found = {f"{NAME} TXT": (world,)} if isinstance(world, str) else world
    records = tuple(
        ResourceRecord(*each.split(), value, place=Line(file, at))
        for at, (each, values) in enumerate(found.items(), 2)
        for value in ((values,) if isinstance(values, str) else values)
    )
    replies = {
        Question(*each.split()): Reply("SERVFAIL") if isinstance(said, str) else Reply("NOERROR", 300, said)
        for each, said in (live or {}).items()
    }
    view = Overlay((Zone(NAME, records, place=Line(file, 1)),), Answers(replies, closed=live is not None))
    return Side(view, Declared(intent or Intent(), SERVICES, TODAY))


def change(
    base: World | str,
    head: World | str,
    intents: tuple[Intent, Intent] | None = None,
    live: World | None = None,
    name: str = NAME,
) -> SpfChangeFacts:
    was, now = intents or (None, None)
    return spf_change(side(base, was, live, file="base"), side(head, now, live), name)


def words(value: object) -> object:
    """An unknown as the questions that it waits for."""
    if isinstance(value, Unknown):
        return " ".join(f"{each.question.name} {each.question.type}" for each in value.because)
    return value


def lost(*sides: World | str, live: World | None = None) -> list[tuple[str, object]]:
    found = change(*sides, live=live).senders_lost
    assert isinstance(found, tuple)
    return [(each.name, words(each.covered)) for each in found]


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ("include:spf.post.example -all", "-all", [("post", False)]),
        ("include:spf.post.example -all", "include:eu.post.example -all", []),
        ("include:spf.post.example -all", "-include:spf.post.example -all", [("post", False)]),
        ("redirect=spf.post.example", "include:spf.post.example -all", []),
        ("include:spf.post.example -all", "include:spf.bulk.example -all", [("post", False)]),
        ("-include:spf.post.example ?include:flat.example -all", "-all", []),
        ("include:flat.example -all", "-all", [("flat.example", False)]),
        ("include:flat.example -all", "include:spf.post.example -all", [("flat.example", False)]),
        (
            "include:spf.post.example -all",
            "include:flat.example -all",
            [("post", "flat.example TXT spf.post.example TXT")],
        ),
        ("include:spf.post.example -all", "ip4:192.0.2.0/24 -all", [("post", "spf.post.example TXT")]),
        ("ip4:192.0.2.0/24 include:spf.post.example -all", "ip4:192.0.2.0/24 -all", [("post", False)]),
        ("exists:%{i}.example.net -all", "-all", [("%{i}.example.net", False)]),
        ("ptr -all", "-all", []),
        ("include:spf.post.example -all", "+all", []),
        ("+all include:spf.post.example", "-all", []),
        ("include:spf.post.example ip4:192.0.2 -all", "-all", []),
    ],
)  # fmt: skip
def test_a_sender_is_lost_by_name_where_nothing_was_asked(
    base: str, head: str, expected: list[tuple[str, object]]
) -> None:
    assert lost(f"v=spf1 {base}", f"v=spf1 {head}") == expected


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ("include:spf.post.example -all", "-all", [("post", False)]),
        ("include:spf.post.example -all", "ip4:192.0.2.0/24 -all", []),
        ("include:spf.post.example -all", "ip4:192.0.2.0/29 -all", [("post", False)]),
        ("include:spf.post.example -all", "include:flat.example -all", []),
        ("include:hub.example -all", "include:spf.post.example -all", [("hub.example", False)]),
        ("include:hub.example -all", "ip4:198.51.100.0/28 -all", [("hub.example", False)]),
        ("include:hub.example -all", "include:flat.example -all", []),
        ("include:hub.example -all", "include:spf.post.example ip4:198.51.100.0/28 -all", []),
        ("include:empty.example -all", "-all", []),
        ("include:absent.example -all", "-all", []),
    ],
)
def test_a_sender_is_lost_where_not_all_of_its_addresses_are_left(
    base: str, head: str, expected: list[tuple[str, object]]
) -> None:
    assert lost(f"v=spf1 {base}", f"v=spf1 {head}", live=LIVE) == expected


@pytest.mark.parametrize(
    ("head", "title"),
    [("v=spf1 -all", "hub.example (Post)"), ("v=spf1 include:eu.post.example -all", "hub.example")],
)
def test_a_record_of_others_is_told_with_the_services_in_it(head: str, title: str) -> None:
    live = {**LIVE, "eu.post.example TXT": ("v=spf1 ip4:192.0.2.0/28 -all",)}
    found = change("v=spf1 include:hub.example -all", head, live=live).senders_lost
    assert isinstance(found, tuple)
    assert [each.title for each in found] == [title]


def test_an_include_that_did_not_answer_may_have_let_nobody_pass() -> None:
    live = {"spf.post.example TXT": "SERVFAIL"}
    found = lost("v=spf1 include:spf.post.example -all", "v=spf1 -all", live=live)
    assert found == [("post", "spf.post.example TXT")]


def test_a_sender_that_a_part_of_the_record_dropped_is_lost() -> None:
    base = {
        f"{NAME} TXT": "v=spf1 include:_spf.example.org -all",
        f"_spf.{NAME} TXT": "v=spf1 include:spf.post.example",
    }
    head = {**base, f"_spf.{NAME} TXT": "v=spf1 include:spf.bulk.example"}
    found = change(base, head)
    assert isinstance(found.senders_lost, tuple) and isinstance(found.senders_gained, tuple)
    assert [each.title for each in (*found.senders_lost, *found.senders_gained)] == ["Post", "Bulk"]
    assert [each.place for each in (*found.senders_lost, *found.senders_gained)] == [
        Line("head", 2),
        Line("head", 3, "include:spf.bulk.example"),
    ]


def test_a_service_of_ones_own_is_a_sender_and_no_range() -> None:
    shop = Sender("shop", includes=(f"spf.{NAME}",))
    world = {f"{NAME} TXT": f"v=spf1 include:spf.{NAME} -all", f"spf.{NAME} TXT": "v=spf1 ip4:192.0.2.1"}
    was, now = side(world, file="base"), side({**world, f"{NAME} TXT": "v=spf1 -all"})
    was.declared = now.declared = Declared(Intent(senders=(shop,)), {**SERVICES, "shop": shop}, TODAY)
    found = spf_change(was, now, NAME)
    assert isinstance(found.senders_lost, tuple)
    assert ([each.name for each in found.senders_lost], found.lost.ranges) == (["shop"], ())


@pytest.mark.parametrize(
    ("include", "name", "needed"),
    [
        ("spf.post.example", NAME, True),
        ("spf.news.example", NAME, False),
        ("spf.news.example", f"bounce.{NAME}", False),
        ("spf.bulk.example", NAME, False),
        ("spf.bulk.example", f"bounce.{NAME}", True),
        ("flat.example", NAME, True),
    ],
)
def test_a_sender_needs_spf_where_its_bounces_come_back(include: str, name: str, needed: bool) -> None:
    found = change(
        {f"{name} TXT": f"v=spf1 include:{include} -all"}, {f"{name} TXT": "v=spf1 -all"}, name=name
    )
    assert isinstance(found.senders_lost, tuple)
    assert [each.needed for each in found.senders_lost] == [needed]


@pytest.mark.parametrize(
    ("base", "head", "ranges"),
    [
        ("ip4:203.0.113.0/28 -all", "-all", ("203.0.113.0/28 (16 addresses)",)),
        ("ip4:203.0.113.7 ip4:192.0.2.1 -all", "ip4:192.0.2.1 -all", ("203.0.113.7",)),
        (
            "ip4:192.0.2.0/24 -all",
            "ip4:192.0.2.0/26 -all",
            ("192.0.2.64-192.0.2.255 (192 addresses)",),
        ),
        ("ip6:2001:db8::/64 -all", "-all", ("2001:db8::/64 (1 network of 64 bits)",)),
        ("ip6:2001:db8::/120 -all", "-all", ("2001:db8::/120 (256 addresses)",)),
        ("ip4:192.0.2.0/24 -all", "ip4:192.0.2.128/25 ip4:192.0.2.0/25 -all", ()),
        ("ip4:192.0.2.0/30 include:a.test -all", "include:a.test -all", ("192.0.2.0/30 (4 addresses)",)),
        ("ip4:192.0.2.0/24 -all", "include:flat.example -all", "flat.example TXT"),
        ("a:mail.example -all", "-all", "mail.example A mail.example AAAA"),
        ("a:mail.example ip4:192.0.2.1 -all", "a:mail.example -all", ("192.0.2.1",)),
        ("a:mail.example ip4:192.0.2.1 -all", "-all", ("192.0.2.1",)),
        ("ip4:192.0.2.1 +all", "-all", ("192.0.2.1",)),
        ("+all", "-all", ()),
        ("ip4:192.0.2.1 ip4:192.0.2 -all", "-all", ()),
    ],
)  # fmt: skip
def test_the_ranges_that_are_lost_are_the_records_own(base: str, head: str, ranges: object) -> None:
    assert words(change(f"v=spf1 {base}", f"v=spf1 {head}").lost.ranges) == ranges


def test_what_was_not_seen_makes_the_counts_unknown_and_not_what_was_seen() -> None:
    found = change("v=spf1 a:mail.example ip4:192.0.2.0/30 -all", "v=spf1 -all").lost
    assert (words(found.addresses), found.seen_addresses) == ("mail.example A mail.example AAAA", 4)


def office(*ranges: str) -> Intent:
    return Intent(addresses=(AddressSet("office", ranges),))


@pytest.mark.parametrize(
    ("base", "head", "intents", "ranges"),
    [
        ("ip4:192.0.2.0/30 -all", "-all", None, ("192.0.2.0/30 (4 addresses)",)),
        ("ip4:192.0.2.0/30 -all", "-all", (office("192.0.2.0/24"), office()), ()),
        (
            "ip4:192.0.2.0/30 -all",
            "-all",
            (office("192.0.2.0/31"), office()),
            ("192.0.2.2/31 (2 addresses)",),
        ),
        ("ip4:192.0.2.0/30 -all", "-all", (office("192.0.2.0/24"),) * 2, ("192.0.2.0/30 (4 addresses)",)),
        ("ip4:10.0.0.0/8 ip4:192.0.2.1 -all", "-all", None, ("192.0.2.1",)),
        ("ip4:198.51.100.0/4 -all", "ip4:198.51.100.0/24 -all", None, ()),
    ],
)
def test_a_lost_range_that_was_given_up_or_was_a_fault_is_explained(
    base: str, head: str, intents: tuple[Intent, Intent] | None, ranges: tuple[str, ...]
) -> None:
    assert change(f"v=spf1 {base}", f"v=spf1 {head}", intents).unexplained_lost.ranges == ranges


def test_an_intent_that_no_longer_speaks_of_a_domain_gives_none_of_its_senders_up() -> None:
    declared = Intent(domains=(DomainIntent(NAME, senders=("own",)),))
    found = change("v=spf1 ip4:192.0.2.0/30 -all", "v=spf1 -all", (declared, Intent()))
    assert found.unexplained_lost.ranges == ("192.0.2.0/30 (4 addresses)",)


@pytest.mark.parametrize(
    ("record", "more", "ranges"),
    [
        ("v=spf1 a:mail.example.org -all", {"mail.example.org A": "192.0.2.2"}, ()),
        ("v=spf1 a:mail.example.org -all", {}, ("192.0.2.1",)),
        ("v=spf1 a:post.example.org -all", {"post.example.org A": "192.0.2.2"}, ("192.0.2.1",)),
        ("v=spf1 mx -all", {"example.org MX": "10 mail.example.org.", "mail.example.org A": "192.0.2.2"}, ()),
    ],
)  # fmt: skip
def test_a_host_that_moved_takes_its_address_along(
    record: str, more: dict[str, str], ranges: tuple[str, ...]
) -> None:
    base = {f"{NAME} TXT": "v=spf1 a:mail.example.org -all", "mail.example.org A": "192.0.2.1"}
    assert change(base, {f"{NAME} TXT": record, **more}, live={}).unexplained_lost.ranges == ranges


def test_the_hosts_of_mx_move_as_well_and_another_host_does_not() -> None:
    def world(host: str, address: str) -> dict[str, str]:
        return {f"{NAME} TXT": "v=spf1 mx -all", f"{NAME} MX": f"10 {host}.", f"{host} A": address}

    base = world("mx1.example.org", "192.0.2.1")
    moved, replaced = world("mx1.example.org", "192.0.2.2"), world("mx2.example.org", "192.0.2.2")
    found = [change(base, each, live={}) for each in (moved, replaced)]
    assert [each.lost.ranges for each in found] == [("192.0.2.1",)] * 2
    assert [each.unexplained_lost.ranges for each in found] == [(), ("192.0.2.1",)]


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ("v=spf1 -all", "v=spf1 ~all", ("usable", "usable", "-all", "~all", True)),
        ("v=spf1 ~all", "v=spf1 -all", ("usable", "usable", "~all", "-all", False)),
        ("v=spf1 -all", "other", ("usable", "none", "-all", "", True)),
        ("other", "v=spf1 -all", ("none", "usable", "", "-all", False)),
        ("v=spf1 -all", "v=spf1 ipv4:192.0.2.1 -all", ("usable", "permerror", "-all", "-all", False)),
        ("v=spf1 redirect=flat.example", "v=spf1 ip4:192.0.2.1 redirect=flat.example", (
            "usable", "usable", "flat.example TXT", "flat.example TXT", False)),
        ("v=spf1 redirect=flat.example", "v=spf1 ~all", (
            "usable", "usable", "flat.example TXT", "~all", "flat.example TXT")),
    ],
)  # fmt: skip
def test_a_record_and_its_end_before_and_after(base: str, head: str, expected: tuple[object, ...]) -> None:
    found = change(base, head)
    values = (found.before, found.after, found.end.before, found.end.after, found.end.weakened)
    assert tuple(map(words, values)) == expected


@pytest.mark.parametrize(
    ("left", "intent", "expected"),
    [
        ({}, Intent(), "gone"),
        ({"shop.example.org A": "192.0.2.1"}, Intent(), "name"),
        ({"_dmarc.shop.example.org TXT": "v=DMARC1; p=reject"}, Intent(), "name"),
        ({"shop.example.org MX": "0 ."}, Intent(), "name"),
        ({"shop.example.org MX": "10 mx.example.net."}, Intent(), "mail"),
        ({"*.example.org MX": "10 mx.example.net."}, Intent(), "mail"),
        (
            {"shop.example.org A": "192.0.2.1"},
            Intent(domains=(DomainIntent("shop.example.org", mail="send"),)),
            "mail",
        ),
    ],
)
def test_what_is_left_of_a_name_without_its_record(
    left: dict[str, str], intent: Intent, expected: str
) -> None:
    base = {**left, "shop.example.org TXT": "v=spf1 -all"}
    found = change(base, left, (intent, intent), name="shop.example.org")
    assert (found.before, found.after, found.remains, found.let_pass) == (
        "usable",
        "none",
        expected,
        "nobody",
    )


def test_whom_a_record_let_pass_that_is_gone() -> None:
    found = change("v=spf1 include:spf.post.example ip4:192.0.2.1 exists:%{i}.example.net ~all", "other")
    assert found.let_pass == "Post, %{i}.example.net, 192.0.2.1"


@pytest.mark.parametrize(
    ("head", "place"),
    [
        ("v=spf1 ~all", Line("head", 2)),
        ({f"{NAME} MX": "10 mx.example.net.", f"{NAME} TXT": "other"}, Line("head", 3)),
        ({f"{NAME} MX": "10 mx.example.net."}, Line("head", 2)),
        ({"www.example.org A": "192.0.2.1"}, Line("head", 1)),
    ],
)
def test_a_change_points_at_what_is_nearest_in_head(head: World | str, place: Line) -> None:
    assert change("v=spf1 -all", head).place == place


def test_a_name_that_goes_to_another_zone_is_not_told_of() -> None:
    base = {"shop.example.org TXT": "v=spf1 include:spf.post.example -all"}
    head = {"shop.example.org NS": "ns1.example.net."}
    assert change(base, head, name="shop.example.org") == SpfChangeFacts()


def test_lookups_count_the_difference_also_where_an_include_was_not_followed() -> None:
    found = change(
        "v=spf1 include:flat.example -all", "v=spf1 include:flat.example a:a.example mx -all"
    ).lookups
    assert (found.added, found.cost, words(found.headroom)) == (2, "2 more DNS lookups", "flat.example TXT")


def test_the_declared_end_and_senders_come_along() -> None:
    said = Intent(domains=(DomainIntent(NAME, senders=("post",), spf=SpfIntent("softfail")),))
    found = change("v=spf1 -all", "v=spf1 ~all", (said, said))
    assert (found.senders_declared, found.end.wanted) == (True, "~all")


def test_a_record_that_was_not_seen_makes_everything_unknown_but_the_other_one() -> None:
    head = {f"{NAME} CNAME": "www.example.net."}
    found = change("v=spf1 ip4:192.0.2.1 -all", head)
    why = joined([found.after] if isinstance(found.after, Unknown) else [])
    assert words(why) == "www.example.net TXT"
    assert (found.before, found.senders_lost, found.lost.addresses, found.end.weakened) == (
        "usable",
        why,
        why,
        why,
    )


TERMS = st.sampled_from(
    [
        *(f"ip4:192.0.2.{last}/{length}" for last in (0, 4, 8, 16) for length in (28, 29, 30, 32)),
        *("-ip4:192.0.2.4/30", "ip6:2001:db8::/127", "a:mail.example.org", "include:_spf.example.org"),
        *("include:spf.post.example", "include:flat.example", "include:hub.example", "ip4:198.51.100.0/28"),
    ]
)
RECORDS = st.tuples(st.lists(TERMS, max_size=5), st.sampled_from(["-all", "~all", ""])).map(
    lambda parts: " ".join(["v=spf1", *parts[0], parts[1]]).strip()
)
ZONES = st.tuples(
    RECORDS, st.sampled_from(["v=spf1 ip4:192.0.2.9", "v=spf1 ip4:192.0.2.8/30 include:flat.example"])
).map(
    lambda texts: {
        f"{NAME} TXT": texts[0],
        f"_spf.{NAME} TXT": texts[1],
        f"mail.{NAME} A": "192.0.2.17",
        f"mail.{NAME} AAAA": "2001:db8::1",
    }
)
CLIENTS = [
    *map(str, ipaddress.ip_network("192.0.2.0/27")),
    *map(str, ipaddress.ip_network("198.51.100.0/30")),
    *("2001:db8::", "2001:db8::1", "2001:db8::2"),
]


def held(ranges: object) -> set[str]:
    """The clients in ranges that facts put in words."""
    assert isinstance(ranges, tuple)
    return {ip for ip in CLIENTS if any(_holds(text.split(" ")[0], ip) for text in ranges)}


def _holds(text: str, ip: str) -> bool:
    low, _, high = text.partition("-")
    address = ipaddress.ip_address(ip)
    if high:
        ends = ipaddress.ip_address(low), ipaddress.ip_address(high)
        return address.version == ends[0].version and int(ends[0]) <= int(address) <= int(ends[1])
    return address in ipaddress.ip_network(low)


def passing(world: World) -> set[str]:
    view = side(world, live=LIVE).view
    return {ip for ip in CLIENTS if check_host(view, ip, f"me@{NAME}", "helo.example").result == "pass"}


@given(ZONES, ZONES)
def test_whoever_passes_no_more_lies_in_a_lost_range_or_sender_and_nobody_else_does(
    base: World, head: World
) -> None:
    found = change(base, head, live=LIVE)
    assume(found.before == found.after == "usable")
    assert isinstance(found.senders_lost, tuple)
    gone = passing(base) - passing(head)
    of_senders = [held(each.ranges) for each in found.senders_lost]
    assert held(found.lost.ranges) <= gone <= held(found.lost.ranges).union(*of_senders)


@given(ZONES, ZONES)
def test_what_is_lost_for_certain_where_nothing_was_asked_is_lost_but_for_what_both_include(
    base: World, head: World
) -> None:
    found = change(base, head)
    assume(change(base, head, live=LIVE).after == "usable")
    kept = _included(base) & _included(head)
    by_kept = passing({**head, f"{NAME} TXT": " ".join(["v=spf1", *sorted(kept), "-all"])})
    lost = held(found.lost.ranges) if isinstance(found.lost.ranges, tuple) else set()
    assert lost <= set(CLIENTS) - passing(head) | by_kept


def _included(world: World) -> set[str]:
    return set(re.findall(r"include:[a-z.]+\.example\b", f"{world}"))


@given(ZONES, ZONES)
def test_what_a_change_loses_is_what_undoing_it_gains(base: World, head: World) -> None:
    there, back = change(base, head, live=LIVE), change(head, base, live=LIVE)
    assert there.lost == back.gained
    assert isinstance(there.senders_lost, tuple) and isinstance(back.senders_gained, tuple)
    assert [each.name for each in there.senders_lost] == [each.name for each in back.senders_gained]


@given(ZONES)
def test_what_stays_as_it_is_is_no_change(world: World) -> None:
    assert change(world, world) == change(world, world, live=LIVE) == SpfChangeFacts()


@given(ZONES, st.randoms(use_true_random=False))
def test_words_spelt_otherwise_lose_nothing(world: World, random: object) -> None:
    text = world[f"{NAME} TXT"]
    assert isinstance(text, str)
    found = change(world, {**world, f"{NAME} TXT": text.replace(" ", "  ").replace("in", "IN")}, live=LIVE)
    assert (found.senders_lost, found.senders_gained, found.lost.ranges, found.gained.ranges) == (
        (),
        (),
        (),
        (),
    )
    assert (found.end.weakened, found.lookups.added) == (False, 0)
