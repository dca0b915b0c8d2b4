"""Random small worlds: our receiver and our address sets against pyspf and spftrace."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from dict_view import DictView

from mfpolicy.evaluate.spf_nodes import SpfTree
from mfpolicy.evaluate.spf_receiver import Receiver, check_host
from mfpolicy.evaluate.spf_sets import address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, study
from mfpolicy.model.dns import Reason, Unknown

spf = pytest.importorskip("spf", reason="pyspf is an oracle")
spftrace = pytest.importorskip("spftrace", reason="spftrace is an oracle")

World = dict[tuple[str, str], Any]

_WORLDS = 600
_ROOT = "a.example.org"
_SENDER = f"c-b@{_ROOT}"
_HELO = "d.example.org"
_NAMES = [f"{letter}.example.org" for letter in "abcde"] + [f"_spf.{_ROOT}", "c-b.example.org"]
_V4 = [f"192.0.2.{last}" for last in range(1, 9)]
_V6 = [f"2001:db8::{last}" for last in range(1, 9)]
_CLIENTS = [*_V4, *_V6, "203.0.113.9", "2001:db8:1::9", "::ffff:192.0.2.1"]
_PREFIXES = ["", "/30", "//126", "/29//125", "/0", "//0"]
_MACROS = [
    "exists:%{i}.x.example.org",
    "exists:%{ir}.%{v}.x.example.org",
    "exists:%{d}",
    "exists:%{h}",
    "a:%{l}.example.org",
    "a:%{l1r-}.example.org/30",
    "mx:%{d2}",
    "mx:%{o}",
    "ptr:%{d2}",
    "include:%{L}.example.org",
    "include:_spf.%{d}",
]
_FAULTY = [
    "ip4:192.0.2",
    "ip4:192.0.2.1/33",
    "ip6:2001:db8::/129",
    "a:h",
    "include",
    "exists:%{z}.example.org",
]


def _term(random: Random, name: str) -> str:
    # pyspf refuses a record that includes itself even where that is never reached (against RFC 7208, 4.6.2).
    other = random.choice([each for each in _NAMES if each != name])
    target = random.choice(["", f":{random.choice(_NAMES)}"])
    kinds: list[tuple[int, Callable[[], str]]] = [
        (4, lambda: f"ip4:{random.choice(_V4)}/{random.choice([29, 30, 31, 32])}"),
        (4, lambda: f"ip6:{random.choice(_V6)}/{random.choice([125, 126, 127, 128])}"),
        (4, lambda: f"a{target}{random.choice(_PREFIXES)}"),
        (3, lambda: f"mx{target}{random.choice(_PREFIXES)}"),
        (6, lambda: f"include:{other}"),
        (1, lambda: f"exists{target or f':{other}'}"),
        (1, lambda: f"ptr{target}"),
        (3, lambda: random.choice([macro for macro in _MACROS if "%{L}" not in macro or name != _NAMES[-1]])),
        (2, lambda: "all"),
    ]
    build = random.choices([kind[1] for kind in kinds], [kind[0] for kind in kinds])[0]
    return random.choice(["", "+", "-", "~", "?"]) + build()


def _record(random: Random, name: str) -> str:
    terms = [_term(random, name) for _ in range(random.randrange(6))]
    if random.random() < 0.02:
        terms.append(random.choice(_FAULTY))
    if random.random() < 0.25:
        redirect = random.choice([*_NAMES, "_spf.%{d}", "%{l}.example.org"])
        terms.insert(random.randint(0, len(terms)), f"redirect={redirect}")
    if random.random() < 0.05:
        terms.append("x-note=%{d}")
    return " ".join(["v=spf1", *terms])


def _exchangers(random: Random) -> list[str]:
    count = random.choice([1, 1, 2, 3]) if random.random() < 0.97 else 11
    return [f"{random.randrange(50)} {random.choice(_NAMES)}." for _ in range(count)]


@cache
def _world(seed: int) -> World:
    """Records at a few names; what is not there does not exist, and some questions time out."""
    random = Random(seed)
    world: World = {}
    for name in _NAMES:
        if random.random() < 0.9:
            copies = 1 if random.random() < 0.98 else 2
            world[name, "TXT"] = ["another text", *(_record(random, name) for _ in range(copies))]
        if random.random() < 0.7:
            world[name, "A"] = random.sample(_V4, random.choice([1, 2]))
        if random.random() < 0.7:
            world[name, "AAAA"] = random.sample(_V6, random.choice([1, 2]))
        if random.random() < 0.6:
            world[name, "MX"] = _exchangers(random)
        if random.random() < 0.05:
            world[name, random.choice(["TXT", "A", "AAAA", "MX"])] = Reason.TIMEOUT
    for client in random.sample(_V4 + _V6, 8):
        address = ipaddress.ip_address(client)
        family = "in-addr" if address.version == 4 else "ip6"
        digits = client if address.version == 4 else ".".join(f"{int(address):032x}")
        backwards = ".".join(reversed(digits.split(".")))
        world[f"{digits}.x.example.org", "A"] = ["127.0.0.2"]
        world[f"{backwards}.{family}.x.example.org", "A"] = ["127.0.0.2"]
        world[address.reverse_pointer, "PTR"] = [f"{name}." for name in random.sample(_NAMES, 2)]
    return world


def _probes(seed: int, count: int) -> list[str]:
    return Random(seed).sample(_CLIENTS, count)


def _ours(world: World, ip: str) -> Receiver:
    return check_host(DictView(world), ip, _SENDER, _HELO)


def _has_term(world: World, term: str) -> bool:
    return any(type == "TXT" and term in " ".join(values) for (_, type), values in world.items() if values)


def _pyspf(world: World, ip: str) -> Any:
    """The result of pyspf and the query object that counted for it."""
    view = DictView(world)

    def lookup(name: str, type: str, *_: Any) -> list[Any]:
        answer = view.ask(name, type)
        if isinstance(answer, Unknown):
            raise spf.TempError("timed out")
        return [((name, type), _for_pyspf(type, record.value)) for record in answer.records]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spf, "DNSLookup", lookup)
        query = spf.query(i=ip, s=_SENDER, h=_HELO, strict=True)
        return query.check()[0], query


def _for_pyspf(type: str, value: str) -> Any:
    if type == "TXT":
        return (value.encode(),)
    preference, _, host = value.partition(" ")
    return (int(preference), host.removesuffix(".")) if type == "MX" else value.removesuffix(".")


class _Resolver(spftrace.BaseResolver):  # type: ignore[misc, name-defined]
    def __init__(self, world: World) -> None:
        self._view = DictView(world)

    async def _lookup(self, name: str, rtype: str) -> tuple[str, list[str]]:
        answer = self._view.ask(name.lower(), rtype)
        if isinstance(answer, Unknown):
            return "TIMEOUT", []
        values = [record.value for record in answer.records]
        if rtype == "MX":
            values = [value.split()[1] for value in sorted(values, key=lambda value: int(value.split()[0]))]
        return ("NOERROR" if answer.exists else "NXDOMAIN"), [value.removesuffix(".") for value in values]


async def _traced(cases: list[tuple[World, str]]) -> list[Any]:
    return [
        await spftrace.acheck(ip, _SENDER, _HELO, resolver=_Resolver(world), max_queries=None)
        for world, ip in cases
    ]


def _for_spftrace_alone(world: World) -> World:
    """Without hosts that spftrace may never ask for, though RFC 7208 has each one looked up (5.4 and 5.5).

    spftrace stops at the first exchanger that matches, and skips reverse names outside the target.
    """

    def is_addressed(host: str) -> bool:
        values = [world.get((host.removesuffix("."), family)) for family in ("A", "AAAA")]
        return all(isinstance(value, list) for value in values)

    kept: World = {}
    for (name, type), values in world.items():
        if type == "PTR" or (type == "MX" and isinstance(values, list) and len(values) > 1):
            values = [value for value in values if is_addressed(value.split()[-1])]
        kept[name, type] = values
    return kept


def _for_pyspf_alone(world: World) -> World:
    """Without timeouts beside `ptr`: pyspf says temperror, RFC 7208 (5.5) that the name is skipped."""
    if not _has_term(world, "ptr"):
        return world
    return {question: values for question, values in world.items() if not isinstance(values, Reason)}


def _is_early_count(world: World, query: Any, ours: Receiver) -> bool:
    """pyspf counts `redirect` when it reads it; RFC 7208 (6.1) follows it after all mechanisms only.

    Where that is too many for pyspf alone, spftrace is the oracle.
    """
    return _has_term(world, "redirect=") and query.lookups > 10 >= ours.lookups


def _repeats_a_void(traced: Any) -> bool:
    """spftrace counts a repeated void lookup once; RFC 7208 (4.6.4) makes no exception for repetition."""
    return any(query.void and query.source == "cache" for query in traced.queries)


def _costs(receiver: Receiver) -> tuple[str, int, int]:
    # Both oracles count the question for the record itself, which is not a term's (RFC 7208, 4.6.4).
    voids = 0 if receiver.result == "none" else receiver.void_lookups
    return receiver.result, receiver.lookups, voids


def test_a_receiver_concludes_and_counts_what_pyspf_does() -> None:
    compared, differences = set(), []
    left_out = 0
    for seed in range(_WORLDS):
        world = _for_pyspf_alone(_world(seed))
        for ip in _probes(seed, 3):
            result, query = _pyspf(world, ip)
            ours = _ours(world, ip)
            if _is_early_count(world, query, ours):
                left_out += 1
                continue
            theirs = (result, query.lookups, 0 if result == "none" else query.void_lookups)
            if _has_term(world, "redirect="):
                theirs = (result, *_costs(ours)[1:])
            compared.add(result)
            differences += [(seed, ip, _costs(ours), theirs)] if _costs(ours) != theirs else []
    assert differences == []
    assert (len(compared), left_out < 10) == (7, True)


def test_a_receiver_concludes_and_counts_what_spftrace_does() -> None:
    cases = [
        (_for_spftrace_alone(_world(seed)), ip)
        for seed in range(_WORLDS, 2 * _WORLDS)
        for ip in _probes(seed, 2)
    ]
    compared, differences = set(), []
    left_out = 0
    for (world, ip), traced in zip(cases, asyncio.run(_traced(cases)), strict=True):
        if _repeats_a_void(traced):
            left_out += 1
            continue
        ours = _costs(_ours(world, ip))
        voids = 0 if traced.result == "none" else traced.void_lookups_used
        theirs = (traced.result, traced.dns_terms_used, voids)
        compared.add(traced.result)
        differences += [(world, ip, ours, theirs)] if ours != theirs else []
    assert differences == []
    assert (len(compared), left_out < _WORLDS // 5) == (7, True)


def test_address_sets_hold_what_pyspf_concludes_wherever_no_opaque_term_precedes() -> None:
    compared, differences = 0, []
    for seed in range(2 * _WORLDS, 3 * _WORLDS):
        world = _for_pyspf_alone(_world(seed))
        sets = address_sets(study(DictView(world), _ROOT))
        for ip in _probes(seed, 3):
            interval = sets.at(ip)
            if interval.after_opaque:
                continue
            result, query = _pyspf(world, ip)
            if not _is_early_count(world, query, _ours(world, ip)):
                compared += 1
                differences += [(seed, ip, interval, result)] if interval.result != result else []
    assert differences == []
    assert compared > _WORLDS


def test_address_sets_agree_with_our_receiver_and_leave_no_gap() -> None:
    differences = []
    for seed in range(200):
        world = _world(seed)
        sets = address_sets(study(DictView(world), _ROOT))
        for ip in _CLIENTS:
            interval, result = sets.at(ip), _ours(world, ip).result
            differences += [(seed, ip)] if not interval.after_opaque and interval.result != result else []
        for intervals, bits in ((sets.v4, 32), (sets.v6, 128)):
            bounds = [(item.low, item.high) for item in intervals]
            gaps = [(a, b) for (_, a), (b, _) in zip(bounds, bounds[1:], strict=False) if b != a + 1]
            assert (bounds[0][0], bounds[-1][1], gaps) == (0, 2**bits - 1, [])
    assert differences == []


@pytest.mark.parametrize(
    ("timeout", "result"),
    [(5, "temperror"), (25, "temperror"), (35, "temperror"), (45, "permerror")],
)
def test_only_void_exchangers_before_a_timeout_count(timeout: int, result: str) -> None:
    exchangers = ["40 p.example.org.", "20 q.example.org.", "30 r.example.org.", f"{timeout} t.example.org."]
    world = {
        (_ROOT, "TXT"): ["v=spf1 mx -all"],
        (_ROOT, "MX"): exchangers,
        ("t.example.org", "A"): Reason.TIMEOUT,
    }
    interval = address_sets(study(DictView(world), _ROOT)).at("192.0.2.1")
    assert [_ours(world, "192.0.2.1").result, interval.result] == [result, _pyspf(world, "192.0.2.1")[0]]


def test_a_shared_study_concludes_what_a_study_of_each_name_does() -> None:
    for seed in range(200):
        view = DictView(_world(seed))
        shared = SpfStudy(view)
        trees = [shared.study(name) for name in _NAMES]
        assert [(tree, address_sets(tree)) for tree in trees] == [
            (tree, address_sets(tree)) for tree in (study(view, name) for name in _NAMES)
        ]


def _included(tree: SpfTree) -> SpfTree | None:
    return tree.terms[0].child


_SHARED = DictView(
    {
        (_ROOT, "TXT"): ["v=spf1 include:i.example.org -all"],
        ("b.example.org", "TXT"): ["v=spf1 include:i.example.org ~all"],
        ("i.example.org", "TXT"): ["v=spf1 ip4:192.0.2.1"],
    }
)


def test_one_study_shares_an_include_between_names() -> None:
    _SHARED.asked.clear()
    shared = SpfStudy(_SHARED)
    assert _included(shared.study(_ROOT)) is _included(shared.study("b.example.org"))
    assert _SHARED.asked.count(("i.example.org", "TXT")) == 1


def test_two_studies_share_nothing_because_their_views_may_differ() -> None:
    _SHARED.asked.clear()
    assert _included(study(_SHARED, _ROOT)) is not _included(study(_SHARED, "b.example.org"))
    assert _SHARED.asked.count(("i.example.org", "TXT")) == 2


def _wide() -> World:
    names = [f"n{number}.example.org" for number in range(1000)]
    fan = "v=spf1 " + " ".join(f"include:{name}" for name in names)
    return {(_ROOT, "TXT"): [fan]} | {(name, "TXT"): [fan] for name in names}


def _flat() -> World:
    names = [f"n{number}.example.org" for number in range(1000)]
    fan = "v=spf1 " + " ".join(f"include:{name}" for name in names)
    return {(_ROOT, "TXT"): [fan]} | {(name, "TXT"): ["v=spf1 ip4:203.0.113.1"] for name in names}


def _cycle() -> World:
    ring = [_ROOT, *(f"n{number}.example.org" for number in range(9))]
    return {(name, "TXT"): [f"v=spf1 include:{ring[at - 9]}"] for at, name in enumerate(ring)}


def _doubling_cycle() -> World:
    names = [_ROOT, *(f"n{number}.example.org" for number in range(30))]
    fan = "v=spf1 " + " ".join(f"include:{name}" for name in names)
    return {(name, "TXT"): [fan] for name in names}


@pytest.mark.parametrize("build", [_wide, _flat, _cycle, _doubling_cycle])
def test_a_fan_out_or_a_cycle_ends_within_a_second(build: Callable[[], World]) -> None:
    view = DictView(build())
    start = time.perf_counter()
    tree = study(view, _ROOT)
    interval = address_sets(tree).at("192.0.2.1")
    receiver = check_host(view, "192.0.2.1", _SENDER, _HELO)
    assert time.perf_counter() - start < 1
    assert (receiver.result, interval.result, tree.known_lookups > 9) == ("permerror", "permerror", True)


_QUESTIONS = [
    ("v=spf1 -all", (_ROOT, "TXT")),
    ("v=spf1 a -all", (_ROOT, "A")),
    ("v=spf1 mx -all", (_ROOT, "MX")),
    ("v=spf1 include:b.example.org -all", ("b.example.org", "TXT")),
    ("v=spf1 redirect=b.example.org", ("b.example.org", "TXT")),
]


@pytest.mark.parametrize(("text", "question"), _QUESTIONS)
@pytest.mark.parametrize(("reason", "result"), [(Reason.NOT_ASKED, "unknown"), (Reason.TIMEOUT, "temperror")])
def test_what_was_not_asked_is_unknown_and_what_timed_out_a_temperror(
    text: str, question: tuple[str, str], reason: Reason, result: str
) -> None:
    view = DictView({(_ROOT, "TXT"): [text], question: reason})
    tree = study(view, _ROOT)
    receiver = check_host(view, "192.0.2.1", _SENDER, _HELO)
    assert (receiver.result, address_sets(tree).at("192.0.2.1").result) == (result, result)
    assert tree.result == "unknown"
    assert receiver.unknown is not None and receiver.unknown.not_asked is (reason is Reason.NOT_ASKED)
