"""How many addresses pass, how a record ends and which names are gone, against pyspf and address sets."""

from __future__ import annotations

import ipaddress
from random import Random
from typing import Any

import pytest
from dict_view import DictView

from mfpolicy.evaluate.spf_count import Authorised, authorised
from mfpolicy.evaluate.spf_explanation import explanation
from mfpolicy.evaluate.spf_sets import address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, study
from mfpolicy.facts.spf import spf_facts
from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.intent import SpfIntent
from mfpolicy.records.spf import parse

spf = pytest.importorskip("spf", reason="pyspf is an oracle")

World = dict[tuple[str, str], Any]
_ROOT = "a.example.org"
_NAMES = [f"{letter}.example.org" for letter in "abcd"]
_ADDRESSES = [str(ipaddress.IPv4Address("192.0.2.0") + number) for number in range(16)]
_STRANGER = "203.0.113.9"
_ENDS = {"-all": "fail", "~all": "softfail", "?all": "neutral", "nothing": "neutral", "+all": "pass"}
_POINTLESS = frozenset(
    ("duplicate-mechanism", "range-covered", "range-never-reached", "term-after-all", "redirect-beside-all")
)


def _pyspf(world: World, ip: str) -> tuple[str, str]:
    """The result of pyspf, and the explanation that goes with it."""
    view = DictView(world)

    def lookup(name: str, type: str, *_: Any) -> list[Any]:
        answer = view.ask(name.lower(), type)
        assert not isinstance(answer, Unknown)
        values = [each.value for each in answer.records]
        return [((name, type), (each.encode(),) if type == "TXT" else each) for each in values]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spf, "DNSLookup", lookup)
        result, _, text = spf.query(i=ip, s=f"user@{_ROOT}", h="mail.example.org", strict=True).check()
        return result, text


def _record(random: Random, name: str) -> str:
    others = [each for each in _NAMES if each > name]
    terms = []
    for _ in range(random.randrange(6)):
        sign = random.choice(["", "", "", "+", "-", "?"])
        ranges = f"ip4:{random.choice(_ADDRESSES)}/{random.choice([28, 30, 31, 32])}"
        other = random.choice(["include", "a"]) + f":{random.choice(others)}" if others else "a"
        terms.append(sign + random.choice([ranges, ranges, ranges, other]))
    end = random.choice(["-all", "~all", "?all", "", "redirect", "redirect", "+all" if name == _ROOT else ""])
    if end:
        far = f"redirect={random.choice(others)}" if others else "-all"
        terms.insert(random.randint(0, len(terms)), far if end == "redirect" else end)
    if random.random() < 0.2:
        terms.append(random.choice(["-all", "redirect=d.example.org", "x-note=1", "ip4:192.0.2.3"]))
    return " ".join(["v=spf1", *terms])


def _world(seed: int) -> World:
    random = Random(seed)
    world: World = {(name, "TXT"): [_record(random, name)] for name in _NAMES if random.random() < 0.95}
    world |= {(name, "A"): random.sample(_ADDRESSES, 2) for name in _NAMES if random.random() < 0.8}
    world.setdefault((_ROOT, "TXT"), ["v=spf1 -all"])
    return world


def test_as_many_addresses_pass_as_pyspf_lets_pass() -> None:
    compared = 0
    for seed in range(60):
        world = _world(seed)
        tree = study(DictView(world), _ROOT)
        found = authorised(tree)
        assert isinstance(found, Authorised)
        if found.v4 <= len(_ADDRESSES):
            compared += 1
            assert found.v4 == sum(_pyspf(world, ip)[0] == "pass" for ip in _ADDRESSES), seed
    assert compared > 40


def test_the_short_way_counts_what_the_address_sets_hold() -> None:
    for seed in range(300):
        tree = study(DictView(_world(seed)), _ROOT)
        sets, found = address_sets(tree), authorised(tree)
        assert found == Authorised(sets.count(4, "pass"), min(sets.count(6, "pass") >> 64, 2**63 - 1)), seed


def test_a_stranger_meets_the_end_of_the_record_in_pyspf() -> None:
    met = set()
    for seed in range(300):
        world = _world(seed)
        tree = study(DictView(world), _ROOT)
        facts = spf_facts(SpfStudy(DictView(world)), _ROOT, SpfIntent())
        assert isinstance(facts.end, str)
        if tree.result != "valid" or tree.known_lookups > 10 or tree.known_void_lookups > 2:
            continue
        met.add(facts.end)
        assert _pyspf(world, _STRANGER)[0] == _ENDS[facts.end], seed
    assert met == set(_ENDS)


def test_without_its_pointless_terms_a_record_says_the_same_in_pyspf() -> None:
    changed = 0
    for seed in range(300):
        world = _world(seed)
        text = world[_ROOT, "TXT"][0]
        cut = [each for each in parse(text).oddities if each.code in _POINTLESS]
        if not cut:
            continue
        changed += 1
        for each in reversed(cut):
            text = text[: each.start] + text[each.end :]
        shorter = {**world, (_ROOT, "TXT"): [text]}
        for ip in (*_ADDRESSES[::3], _STRANGER):
            assert _pyspf(shorter, ip)[0] == _pyspf(world, ip)[0], (seed, ip)
    assert changed > 100


@pytest.mark.parametrize(
    ("record", "count"),
    [
        ("v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.0/25 ip6:2001:db8::1 -all", Authorised(256, 1)),
        ("v=spf1 ip6:2001:db8::/32 ip6:2001:db8:1::/64 -all", Authorised(0, 2**32)),
        ("v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 -all", Authorised(128, 0)),
        ("v=spf1 +all", Authorised(2**32, 2**63 - 1)),
        # What depends on the message is not counted, and takes nothing away.
        ("v=spf1 exists:%{i}.example.org ptr ip4:192.0.2.1 -all", Authorised(1, 0)),
        # An error ends the evaluation: what stands behind it passes no more.
        ("v=spf1 ip4:192.0.2.1 include:gone.example.org ip4:192.0.2.2 -all", Authorised(1, 0)),
        ("v=spf1 ip4:192.0.2.1 ip4:192.0.2 -all", Authorised(0, 0)),
    ],
)
def test_what_passes_is_counted_once(record: str, count: Authorised) -> None:
    assert authorised(study(DictView({(_ROOT, "TXT"): [record]}), _ROOT)) == count


def test_hosts_without_ipv6_are_void_for_ipv6_clients_alone() -> None:
    hosts = {(f"h{n}.example.org", "A"): [f"192.0.2.{n}"] for n in range(3)}
    record = "v=spf1 a:h0.example.org a:h1.example.org a:h2.example.org ip6:2001:db8::1 -all"
    tree = study(DictView({(_ROOT, "TXT"): [record], **hosts}), _ROOT)
    assert authorised(tree) == Authorised(3, 0)
    assert address_sets(tree).at("2001:db8::1").result == "permerror"


def test_who_lets_everybody_pass_first_does_so_whatever_else_is_unknown() -> None:
    every = "v=spf1 ip4:0.0.0.0/0 include:b.example.org -all"
    world = {(_ROOT, "TXT"): [every], ("b.example.org", "TXT"): Reason.SERVFAIL}
    found = authorised(study(DictView(world), _ROOT))
    assert isinstance(found, Authorised) and found.v4 == 2**32
    behind = world | {(_ROOT, "TXT"): ["v=spf1 include:b.example.org ip4:0.0.0.0/0 -all"]}
    assert isinstance(authorised(study(DictView(behind), _ROOT)), Unknown)


@pytest.mark.parametrize("missing", [_ROOT, "b.example.org"])
def test_what_passes_is_unknown_where_a_part_of_the_record_is(missing: str) -> None:
    world = {(_ROOT, "TXT"): ["v=spf1 include:b.example.org -all"], (missing, "TXT"): Reason.SERVFAIL}
    assert isinstance(authorised(study(DictView(world), _ROOT)), Unknown)


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ({}, "include-without-name"),
        ({("b.example.org", "A"): ["192.0.2.1"]}, "include-without-record"),
        ({("b.example.org", "TXT"): ["token"]}, "include-without-record"),
        ({("b.example.org", "CNAME"): ["gone.example.net."]}, "include-without-name"),
    ],
)
def test_an_include_of_a_name_that_is_gone_is_told_from_one_without_spf(beside: World, code: str) -> None:
    world = {(_ROOT, "TXT"): ["v=spf1 include:b.example.org -all"], **beside}
    assert [each.code for each in study(DictView(world), _ROOT).errors] == [code]
    assert _pyspf(world, _STRANGER)[0] == "permerror"


@pytest.mark.parametrize(
    "texts",
    [
        ["no sender of %{o} at %{t}"],
        ["no sender of ours", "token"],
        [],
        ["100% ours"],
        ["%{x} is no macro"],
    ],
)
def test_an_explanation_is_dropped_where_pyspf_drops_it(texts: list[str]) -> None:
    world = {(_ROOT, "TXT"): ["v=spf1 -all exp=why.example.org"], ("why.example.org", "TXT"): texts}
    view = DictView(world)
    found = explanation(view, study(view, _ROOT))
    assert found is not None
    default = "SPF fail - not authorized"
    assert (found.fault != "") == (_pyspf(world, _STRANGER) == ("fail", default))
