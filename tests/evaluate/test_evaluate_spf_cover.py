"""Whether one record lets pass all that another does, against every single address of a small world."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.evaluate.spf_cover import covers, passing
from mfpolicy.evaluate.spf_tree import SpfTree, study
from mfpolicy.model.dns import Answers, Question, Reply
from mfpolicy.views.overlay import Overlay

WORLD = list(ipaddress.ip_network("192.0.2.0/28"))
_Term = tuple[str, ipaddress.IPv4Network]
terms = st.lists(
    st.tuples(
        st.sampled_from(["+", "-"]),
        st.builds(
            lambda address, length: ipaddress.ip_network((address, length), strict=False),
            st.sampled_from(WORLD),
            st.integers(29, 32),
        ),
    ),
    max_size=6,
)


def tree(record: str, **others: str) -> SpfTree:
    texts = {"example.org": record, **{name.replace("__", "."): text for name, text in others.items()}}
    replies = {Question(name, "TXT"): Reply("NOERROR", 300, (text,)) for name, text in texts.items()}
    return study(Overlay((), Answers(replies, closed=True)), "example.org")


def record_of(terms: Sequence[_Term]) -> SpfTree:
    return tree(" ".join(["v=spf1", *(f"{qualifier}ip4:{network}" for qualifier, network in terms), "-all"]))


def passed_by(terms: Sequence[_Term]) -> set[ipaddress.IPv4Address]:
    """The first term that an address lies in decides (RFC 7208, 4.6.2)."""
    first = {each: next((sign for sign, network in terms if each in network), "-") for each in WORLD}
    return {each for each, sign in first.items() if sign == "+"}


@given(terms, terms)
def test_one_record_covers_another_as_its_addresses_do(wide: list[_Term], narrow: list[_Term]) -> None:
    inner = passed_by(narrow)
    expected = bool(inner) and inner <= passed_by(wide)
    assert covers(passing([record_of(wide)]), passing([record_of(narrow)])) is expected


@given(terms, terms, terms)
def test_several_records_cover_what_their_addresses_do_together(
    first: list[_Term], second: list[_Term], narrow: list[_Term]
) -> None:
    inner = passed_by(narrow)
    together = passing([record_of(first)], [network for _, network in second])
    wide = passed_by(first) | passed_by([("+", network) for _, network in second])
    assert covers(together, passing([record_of(narrow)])) is (bool(inner) and inner <= wide)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all", False),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all", True),
        ("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 include:other.example -all", True),
        ("v=spf1 ?ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.1 -all", False),
        ("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 exists:%{i}.example.net -all", False),
        ("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.1/99 -all", False),
        ("v=spf1 +all", "v=spf1 ip4:192.0.2.1 -all", True),
        ("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 +all", False),
    ],
)
def test_what_counts_as_all_that_passes(wide: str, narrow: str, expected: bool) -> None:
    other = {"other__example": "v=spf1 ip4:192.0.2.128/26 -all"}
    assert covers(passing([tree(wide)]), passing([tree(narrow, **other)])) is expected
