"""The facts of a domain's SPF record that rest on more than its worst case."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import dns.message
import dns.rrset
import msgspec
import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.spf import SpfFacts, spf_facts, spf_open
from mfpolicy.model.dns import Answers, Question, Reply, Unknown
from mfpolicy.model.intent import SpfAll, SpfIntent
from mfpolicy.views.overlay import Overlay

World = Mapping[str, Sequence[str | tuple[str, ...]] | None]


def study_of(world: World) -> SpfStudy:
    """TXT records by name, None for no answer; what is not there does not exist."""
    replies = {
        Question(name, "TXT"): Reply("SERVFAIL") if texts is None else Reply("NOERROR", 300, tuple(texts))
        for name, texts in world.items()
    }
    return SpfStudy(Overlay((), Answers(replies, closed=True)))


def facts_of(world: World, wanted: SpfAll | None = None) -> SpfFacts:
    return spf_facts(study_of(world), "example.org", SpfIntent(wanted))


@pytest.mark.parametrize(
    ("record", "end", "rank"),
    [
        ("v=spf1 -all", "-all", 3),
        ("v=spf1 mx ~all", "~all", 2),
        ("v=spf1 ?all", "?all", 1),
        ("v=spf1 all", "+all", 0),
        ("v=spf1 mx", "nothing", 1),
        ("v=spf1", "nothing", 1),
        ("v=spf1 redirect=far.example.net", "~all", 2),
        ("v=spf1 redirect=further.example.net", "~all", 2),
        ("v=spf1 -all redirect=far.example.net", "-all", 3),
        # What leads nowhere, or nobody knows where, ends in nothing that could be named.
        ("v=spf1 redirect=gone.example.net", "", 0),
        ("v=spf1 redirect=example.org", "", 0),
        ("v=spf1 redirect=%{d}.example.net", "", 0),
    ],
)
def test_the_end_is_what_becomes_of_whom_no_term_names(record: str, end: str, rank: int) -> None:
    world = {
        "example.org": [record],
        "far.example.net": ["v=spf1 ip4:192.0.2.1 ~all"],
        "further.example.net": ["v=spf1 redirect=far.example.net"],
    }
    facts = facts_of(world)
    assert (facts.end, facts.rank) == (end, rank)


def test_the_end_is_unknown_where_a_redirect_does_not_answer() -> None:
    facts = facts_of({"example.org": ["v=spf1 redirect=far.example.net"], "far.example.net": None})
    assert isinstance(facts.end, Unknown) and facts.rank == facts.end


def test_an_include_that_does_not_answer_leaves_the_end_known() -> None:
    facts = facts_of({"example.org": ["v=spf1 include:far.example.net -all"], "far.example.net": None})
    assert facts.end == "-all"


@pytest.mark.parametrize(
    ("said", "end", "rank"),
    [(None, "", 0), ("neutral", "?all", 1), ("softfail", "~all", 2), ("fail", "-all", 3)],
)
def test_what_is_declared_is_known_whatever_dns_says(said: SpfAll | None, end: str, rank: int) -> None:
    for world in ({"example.org": ["v=spf1 ?all"]}, {"example.org": None}, {}):
        facts = facts_of(world, said)
        assert (facts.wanted_end, facts.wanted_rank) == (end, rank)


@pytest.mark.parametrize(
    "texts",
    [
        ["v=spf1 -all"],
        ["v=spf1 -all", "spf2.0/pra -all", ""],
        ["v=spf1 " + "ip4:192.0.2.1 " * 40 + "-all", "x" * 255, "y" * 256],
        [("v=spf1 ", "-", "all"), ("token",)],
    ],
)
def test_the_answer_has_the_size_that_a_server_sends(texts: Sequence[str | tuple[str, ...]]) -> None:
    query = dns.message.make_query("example.org", "TXT", use_edns=0)
    response = dns.message.make_response(query)
    strings = [each if isinstance(each, tuple) else _cut(each) for each in texts]
    written = [" ".join(f'"{part}"' for part in each) for each in strings]
    response.answer.append(dns.rrset.from_text_list("example.org.", 300, "IN", "TXT", written))
    assert facts_of({"example.org": texts}).answer_size == len(response.to_wire())


def _cut(text: str) -> tuple[str, ...]:
    return tuple(text[at : at + 255] for at in range(0, len(text), 255)) or ("",)


def test_the_longest_string_counts_only_where_strings_are_told_apart() -> None:
    long = "v=spf1 " + "ip4:192.0.2.1 " * 20
    assert facts_of({"example.org": [long + "-all"]}).longest_string == 0
    assert facts_of({"example.org": [(long, "-all")]}).longest_string == len(long)


def test_a_record_that_was_not_seen_leaves_every_fact_unknown_that_rests_on_it() -> None:
    facts = facts_of({"example.org": None})
    known = [name for name, value in msgspec.structs.asdict(facts).items() if not isinstance(value, Unknown)]
    assert known == ["text", "seen_void_lookups", "wanted_end", "wanted_rank", "explanation", "place"]
    assert isinstance(facts.explanation.term, Unknown)


def test_without_a_record_there_is_nothing_but_what_stands_beside_it() -> None:
    facts = facts_of({"example.org": ["spf2.0/mfrom,pra -all", "see spf2.0/pra"]})
    assert (facts.present, [each.version for each in facts.sender_ids]) == (False, ["spf2.0/mfrom,pra"])


def test_an_explanation_that_is_not_known_is_waited_for_and_holds_up_nothing_else() -> None:
    world = {"example.org": ["v=spf1 -all exp=why.example.net"], "why.example.net": None}
    facts = facts_of(world)
    assert (facts.errors, facts.lookups, facts.authorised) == ((), 0, 0)
    assert spf_open(study_of(world), "example.org") == (None, facts.explanation.fault)


def test_the_same_oddity_is_told_once() -> None:
    facts = facts_of({"example.org": ["v=spf1 " + "ip4:192.0.2.7 " * 4 + "-all"]})
    assert [(each.code, each.term) for each in facts.oddities] == [("range-covered", "ip4:192.0.2.7")]


PARTS = {
    "example.org": ["v=spf1 include:_a.example.org include:spf.example.org include:_b.example.net -all"],
    "_a.example.org": ["v=spf1 ptr include:_c.example.org"],
    "_c.example.org": ["v=spf1 include:_a.example.org mx mx"],
    "spf.example.org": ["v=spf1 exists:%{i}.example.org"],
    "_b.example.net": ["v=spf1 ptr"],
}


def test_what_stands_at_names_of_ones_own_that_are_no_domains_belongs_to_the_record() -> None:
    facts = facts_of(PARTS)
    assert isinstance(facts.terms, tuple) and isinstance(facts.oddities, tuple)
    terms = [(each.record, each.text) for each in facts.terms if not isinstance(each, Unknown)]
    assert terms == [
        ("example.org", "include:_a.example.org"),
        ("example.org", "include:spf.example.org"),
        ("example.org", "include:_b.example.net"),
        ("example.org", "-all"),
        ("_a.example.org", "ptr"),
        ("_a.example.org", "include:_c.example.org"),
        ("_c.example.org", "include:_a.example.org"),
        ("_c.example.org", "mx"),
        ("_c.example.org", "mx"),
    ]
    assert [msgspec.structs.asdict(each)["record"] for each in facts.oddities] == ["_c.example.org"]


def test_a_part_that_does_not_answer_is_a_gap_among_terms_that_are_known() -> None:
    facts = facts_of({**PARTS, "_a.example.org": None})
    assert isinstance(facts.terms, tuple)
    assert [isinstance(each, Unknown) for each in facts.terms] == [False, False, False, False, True]
    assert facts.end == "-all"


def _ranges(first: int) -> list[str]:
    return [f"ip4:{first}.{n // 256}.{n % 256}.{n % 7}" for n in range(1000)]


HOSTILE = {
    "ten long includes": {
        "example.org": ["v=spf1 " + " ".join(f"include:n{n}.example.net" for n in range(10))],
        **{f"n{n}.example.net": [" ".join(["v=spf1", *_ranges(n + 11)])] for n in range(10)},
    },
    "parts of parts": {
        "example.org": ["v=spf1 " + " ".join(f"include:_{n}.example.org" for n in range(300))],
        **{
            f"_{n}.example.org": ["v=spf1 " + " ".join(f"include:_{m}.example.org" for m in range(300))]
            for n in range(300)
        },
    },
    "signs that change at every term": {
        "example.org": ["v=spf1 " + " ".join("-?"[n % 2] + each for n, each in enumerate(_ranges(11)))],
    },
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_record_beyond_all_reason_has_its_facts_within_seconds(case: str) -> None:
    start = time.perf_counter()
    assert facts_of(HOSTILE[case]).present is True
    assert time.perf_counter() - start < 3
