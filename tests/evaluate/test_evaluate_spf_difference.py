"""Whom one record lets pass and another does not, against receivers at every address of a small world."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

import pytest
from dict_view import DictView
from hypothesis import assume, given
from hypothesis import strategies as st

from mfpolicy.evaluate.spf_cover import Passing
from mfpolicy.evaluate.spf_difference import (
    Allowed,
    allowed,
    allowed_by,
    hosts,
    is_broken,
    is_everybody,
    lookups_added,
    minus,
    same,
)
from mfpolicy.evaluate.spf_receiver import check_host
from mfpolicy.evaluate.spf_tree import SpfTree, study
from mfpolicy.model.dns import Reason, Unknown

ROOT, PART, OTHER, MORE = "example.org", "_spf.example.org", "spf.example.net", "more.example.net"
NAMES = (ROOT, PART, OTHER, MORE)
CLIENTS = [*map(str, ipaddress.ip_network("192.0.2.0/29")), *(f"2001:db8::{last}" for last in range(4))]
HOSTS = {
    ("a.example.net", "A"): ("192.0.2.1", "192.0.2.6"),
    ("a.example.net", "AAAA"): ("2001:db8::1",),
    ("b.example.net", "A"): ("192.0.2.4",),
    ("b.example.net", "AAAA"): ("2001:db8::3",),
    ("m.example.net", "MX"): ("10 a.example.net.", "20 b.example.net."),
}
LISTED = st.sampled_from(
    [
        *(f"ip4:192.0.2.{last}/{length}" for last in (0, 2, 4, 5) for length in (30, 31, 32)),
        *(
            "ip6:2001:db8::/127",
            "ip6:2001:db8::2",
            "ip4:192.0.2.0/29",
            "a:a.example.net",
            "a:b.example.net/31",
        ),
        *("mx:m.example.net", "mx:m.example.net/31//127"),
    ]
)
World = Mapping[tuple[str, str], tuple[str, ...] | Reason]


def records(qualifiers: str) -> st.SearchStrategy[World]:
    """A record at each name; one includes or redirects only to those behind it, so that none is a loop."""

    def record(at: int) -> st.SearchStrategy[str]:
        below = NAMES[at + 1 :]
        included = st.sampled_from([f"include:{name}" for name in below]) if below else LISTED
        ends = ["-all", "~all", "", *(f"redirect={name}" for name in below)]
        term = st.tuples(st.sampled_from(qualifiers), st.one_of(LISTED, LISTED, included)).map("".join)
        return st.tuples(st.lists(term, max_size=4), st.sampled_from(ends)).map(
            lambda parts: " ".join(["v=spf1", *parts[0], parts[1]]).strip()
        )

    found = st.tuples(*(record(at) for at in range(len(NAMES))))
    return found.map(
        lambda texts: {**HOSTS, **{(name, "TXT"): (text,) for name, text in zip(NAMES, texts, strict=True)}}
    )


def is_own(name: str) -> bool:
    return name.endswith(ROOT)


def tree(world: World) -> SpfTree:
    return study(DictView(world), ROOT)


def of(record: str, **others: str) -> SpfTree:
    """A tree in a world where names that are not given were not asked for; `__` stands for a dot."""
    texts = {ROOT: record, **{name.replace("__", "."): text for name, text in others.items()}}
    unasked = {
        (name, type): Reason.NOT_ASKED for name in _named(texts.values()) for type in ("TXT", "A", "MX")
    }
    return tree({**unasked, **HOSTS, **{(name, "TXT"): (text,) for name, text in texts.items()}})


def _named(texts: Iterable[str]) -> set[str]:
    words = (word for text in texts for word in text.split())
    return {word.replace("=", ":").split(":")[1] for word in words if ":" in word or "redirect=" in word}


def passes(world: World, ip: str) -> bool:
    return check_host(DictView(world), ip, f"me@{ROOT}", "helo.example").result == "pass"


def holds(found: Passing, ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    ranges = found.v4 if address.version == 4 else found.v6
    return any(low <= int(address) <= high for low, high in ranges)


def clients(found: Passing) -> list[str]:
    return [ip for ip in CLIENTS if holds(found, ip)]


@given(records("+++-~?"))
def test_everybody_whom_receivers_let_pass_is_allowed(world: World) -> None:
    assume(not is_broken(tree(world)))
    found = allowed(tree(world), is_own)
    assert clients(found.every) == [ip for ip in CLIENTS if passes(world, ip)]


@given(records("+++-"), records("+++-"))
def test_what_only_one_record_lets_pass_is_the_difference(world: World, other: World) -> None:
    one, two = (allowed(tree(each), is_own) for each in (world, other))
    expected = [ip for ip in clients(one.every) if ip not in clients(two.every)]
    assert clients(minus(one.every, two.every)) == expected


@given(records("+"), st.sets(st.sampled_from([PART, OTHER, MORE, "a.example.net", "m.example.net"])))
def test_what_was_not_seen_adds_no_more_than_its_symbols(world: World, hidden: set[str]) -> None:
    assume(not is_broken(tree(world)))
    full = allowed(tree(world), is_own)
    unasked = {(name, type): Reason.NOT_ASKED for name in hidden for type in ("TXT", "A", "AAAA", "MX")}
    seen = allowed(tree({**world, **unasked}), is_own)
    assert [ip for ip in clients(seen.every) if not holds(full.every, ip)] == []
    assert seen.symbols or seen == full
    added = minus(full.every, seen.every)
    symbols = {each.target for each in seen.symbols}
    whole = [_behind(world, each) for each in symbols]
    assert [ip for ip in clients(added) if not any(holds(each, ip) for each in whole)] == []


def _behind(world: World, target: str) -> Passing:
    """All that a name may let pass: its record's addresses, or everything about a host."""
    if (target, "TXT") in world:
        return allowed(study(DictView(world), target), is_own).every
    return allowed(
        tree({**world, (ROOT, "TXT"): (f"v=spf1 a:{target}/30 mx:{target}/30//126",)}), is_own
    ).every


@given(records("+-~?"))
def test_a_record_is_the_same_as_itself_and_lets_the_same_pass(world: World) -> None:
    found = allowed(tree(world), is_own)
    assert same(tree(world), tree(world))
    assert minus(found.every, found.every) == Passing([], [])


@given(records("+-"), records("+-"))
def test_records_that_are_the_same_let_the_same_pass(world: World, other: World) -> None:
    one, two = tree(world), tree(other)
    assert not same(one, two) or allowed(one, is_own) == allowed(two, is_own)


@pytest.mark.parametrize(
    ("record", "others", "own"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", {}, ["192.0.2.1"]),
        ("v=spf1 a:b.example.net -all", {}, ["192.0.2.4", "2001:db8::3"]),
        ("v=spf1 include:spf.example.net -all", {"spf__example__net": "v=spf1 ip4:192.0.2.1 -all"}, []),
        (
            "v=spf1 include:_spf.example.org -all",
            {"_spf__example__org": "v=spf1 ip4:192.0.2.1 -all"},
            ["192.0.2.1"],
        ),
        ("v=spf1 include:spf.example.net ip4:192.0.2.1 -all", {}, ["192.0.2.1"]),
        ("v=spf1 ip4:192.0.2.1 +all", {}, ["192.0.2.1"]),
        ("v=spf1 -ip4:192.0.2.0/31 ip4:192.0.2.1 -all", {}, []),
        ("v=spf1 ip4:192.0.2.1 ip4:192.0.2 -all", {}, []),
        ("v=spf1 ip4:192.0.2.1 include:example.org -all", {}, []),
    ],
)
def test_addresses_are_the_domains_own_where_its_own_terms_decide(
    record: str, others: dict[str, str], own: list[str]
) -> None:
    assert clients(allowed(of(record, **others), is_own).own) == own


@pytest.mark.parametrize(
    ("record", "symbols"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", []),
        ("v=spf1 include:spf.example.net redirect=more.example.net", [OTHER, MORE]),
        ("v=spf1 a:x.example.net mx:y.example.net a:a.example.net -all", ["x.example.net", "y.example.net"]),
        ("v=spf1 exists:%{I}.example.net ptr -all", ["%{i}.example.net", ROOT]),
        ("v=spf1 -include:spf.example.net ~exists:%{i}.example.net -all", []),
        ("v=spf1 -all include:spf.example.net", []),
    ],
)
def test_what_cannot_be_listed_is_a_symbol(record: str, symbols: list[str]) -> None:
    assert [each.target for each in allowed(of(record), is_own).symbols] == symbols


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1 include:spf.example.net -all", True),
        ("v=spf1 include:_spf.example.org -all", True),
        ("v=spf1 include:more.example.net -all", False),
    ],
)
def test_an_include_of_a_record_that_lets_nobody_pass_is_nobody(record: str, expected: bool) -> None:
    others = {"_spf__example__org": "v=spf1 -all", "spf__example__net": "v=spf1 -all"}
    assert (allowed_by(of(record, **others).terms[0]) == Allowed()) is expected


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ("v=spf1 -all", "v=spf1 a:a.example.net -all", 1),
        ("v=spf1 include:spf.example.net -all", "v=spf1 include:spf.example.net a:a.example.net -all", 1),
        ("v=spf1 include:spf.example.net a:a.example.net -all", "v=spf1 include:spf.example.net -all", -1),
        ("v=spf1 include:spf.example.net ~all", "v=spf1 redirect=spf.example.net", 0),
        ("v=spf1 include:_spf.example.org -all", "v=spf1 -all", -2),
        ("v=spf1 include:spf.example.net -all", "v=spf1 -all", None),
    ],
)
def test_what_was_not_followed_costs_the_same_before_and_after(
    before: str, after: str, added: int | None
) -> None:
    part = {"_spf__example__org": "v=spf1 a:a.example.net -all"}
    found = lookups_added(of(before, **part), of(after, **part))
    assert (None if isinstance(found, Unknown) else found) == added


def test_hosts_are_those_of_the_domains_own_terms() -> None:
    world = {**HOSTS, (ROOT, "TXT"): ("v=spf1 a:a.example.net/31 mx:m.example.net -all",)}
    found = hosts(DictView(world), tree(world), is_own)
    assert {host: list(map(str, networks)) for host, networks in found.items()} == {
        ("a.example.net", 31, 128): ["192.0.2.0/31", "192.0.2.6/31", "2001:db8::1/128"],
        ("a.example.net", 32, 128): ["192.0.2.1/32", "192.0.2.6/32", "2001:db8::1/128"],
        ("b.example.net", 32, 128): ["192.0.2.4/32", "2001:db8::3/128"],
    }


def test_everybody_is_who_plus_all_lets_pass() -> None:
    assert is_everybody(allowed(of("v=spf1 ip4:192.0.2.1 +all"), is_own).every)
