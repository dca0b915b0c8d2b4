"""Terms of an SPF record that do nothing, or not what they seem to."""

from __future__ import annotations

import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.records.spf import parse


def odd(terms: str) -> list[tuple[str, str]]:
    """The code of each oddity of a record, with the term that it is about."""
    text = f"v=spf1 {terms}"
    return [(each.code, text[each.start : each.end]) for each in parse(text).oddities]


@pytest.mark.parametrize(
    ("terms", "code", "term"),
    [
        ("ip4:192.0.2.0/24 ip4:192.0.2.7 -all", "range-covered", "ip4:192.0.2.7"),
        ("ip4:192.0.2.7 ip4:192.0.2.0/24 -all", "range-covered", "ip4:192.0.2.7"),
        ("ip4:192.0.2.7 ip4:192.0.2.7/32 -all", "range-covered", "ip4:192.0.2.7/32"),
        ("ip6:2001:db8::/32 mx ip6:2001:db8:1::/48 -all", "range-covered", "ip6:2001:db8:1::/48"),
        ("ip4:192.0.2.0/24 -ip4:192.0.2.7 -all", "range-never-reached", "-ip4:192.0.2.7"),
        ("?ip4:0.0.0.0/0 ip4:192.0.2.7 -all", "range-never-reached", "ip4:192.0.2.7"),
        ("-all -all", "duplicate-mechanism", "-all"),
        ("-all +all", "duplicate-all", "+all"),
        ("include:a.example.org ?include:A.example.org", "duplicate-mechanism", "?include:A.example.org"),
        ("redirect=a.example.org mx", "redirect-not-last", "redirect=a.example.org"),
        ("mx rp=10", "report-modifier", "rp=10"),
        ("mx ra=reports rp=101", "report-modifier", "rp=101"),
        ("mx ra=reports rr=all:x", "report-modifier", "rr=all:x"),
        ("mx ra= rr=all", "report-modifier", "rr=all"),
    ],
)
def test_a_term_that_does_nothing_is_told(terms: str, code: str, term: str) -> None:
    assert (code, term) in odd(terms)


@pytest.mark.parametrize(
    "terms",
    [
        # An exception stands before the range that it is taken from.
        "-ip4:192.0.2.7 ip4:192.0.2.0/24 -all",
        # Without the first term the second one would deny the address.
        "ip4:192.0.2.7 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 -all",
        # What an include says of the address is not known.
        "ip4:192.0.2.7 ?include:a.example.org ip4:192.0.2.0/24 -all",
        "ip4:192.0.2.0/25 ip4:192.0.2.128/25 -all",
        # Zeros in one family are none in the other.
        "ip4:0.0.0.0/0 ip6:::/0 -all",
        "a a:a.example.org a/24 mx -all",
        "mx redirect=a.example.org exp=b.example.org",
        "mx ra=reports rp=0 rr=e:f:s:n -all",
    ],
)
def test_a_term_that_does_something_is_left_alone(terms: str) -> None:
    assert odd(terms) == []


TERMS = st.lists(
    st.tuples(st.sampled_from("+-?"), st.integers(0, 31), st.integers(27, 32)), min_size=1, max_size=6
)


def result(terms: list[tuple[str, str]], address: int) -> str:
    """The sign of the first range that holds an address."""
    client = ipaddress.IPv4Address(address)
    for sign, network in terms:
        if client in ipaddress.ip_network(network, strict=False):
            return sign
    return "none"


@given(TERMS)
def test_without_the_ranges_that_are_told_every_address_meets_the_same(
    drawn: list[tuple[str, int, int]],
) -> None:
    terms = [(sign, f"192.0.2.{last}/{length}") for sign, last, length in drawn]
    written = [f"{sign}ip4:{network}" for sign, network in terms]
    spf = parse(" ".join(["v=spf1", *written]))
    told = {each.start for each in spf.oddities if each.code.startswith("range-")}
    kept = [term for term, read in zip(terms, spf.terms, strict=True) if read.start not in told]
    first = int(ipaddress.IPv4Address("192.0.2.0"))
    for address in range(first, first + 32):
        assert result(kept, address) == result(terms, address)


def test_thousands_of_ranges_are_compared_within_a_second() -> None:
    ranges = [f"ip4:10.{n // 256}.{n % 256}.0/{16 + n % 17}" for n in range(3000)]
    start = time.perf_counter()
    assert len(parse(" ".join(["v=spf1", *ranges])).oddities) > 1000
    assert time.perf_counter() - start < 1
