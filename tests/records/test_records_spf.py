"""SPF records as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.records.spf import format, is_spf, parse


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("v=spf1", True), ("V=SPF1 -all", True), ("v=spf10", False), (" v=spf1", False), ("", False)],
)
def test_a_version_is_followed_by_a_space_or_nothing(text: str, wanted: bool) -> None:
    assert is_spf(text) is wanted


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("moo", "unknown-mechanism"),
        ("all.", "unknown-mechanism"),
        ("all:x.example.org", "unexpected-value"),
        ("ip4:192.0.2", "invalid-address"),
        ("ip4:2001:db8::1", "invalid-address"),
        ("ip4:192.0.2.1/33", "invalid-prefix-length"),
        ("ip4:192.0.2.1/032", "invalid-prefix-length"),
        ("a/24/64", "invalid-prefix-length"),
        ("a//129", "invalid-prefix-length"),
        ("include", "missing-value"),
        ("redirect=", "missing-value"),
        ("a:museum", "invalid-domain"),
        ("a:abc.123", "invalid-domain"),
        ("exists:%(ir).example.org", "invalid-macro"),
        ("exists:%{c}.example.org", "invalid-macro"),
        ("a:\u00fc.example.org", "non-ascii"),
        ("a\rptr", "control-character"),
        ("+redirect=example.org", "qualifier-on-modifier"),
    ],
)
def test_an_unreadable_term_is_a_fault_and_its_neighbours_are_read(term: str, code: str) -> None:
    spf = parse(f"v=spf1 mx {term} -all")
    assert [(fault.code, spf.text[fault.start : fault.end]) for fault in spf.faults] == [(code, term)]
    assert [item.text for item in spf.terms] == ["mx", "-all"]


@pytest.mark.parametrize(
    "term",
    ["ip4:192.0.2.0/24", "ip6:2001:db8::/32", "a/24//64", "a:foo:bar/baz.example.org", "a:%{d}/24", "ptr"],
)
def test_a_sound_term_is_left_alone(term: str) -> None:
    assert parse(f"v=spf1 {term} -all").faults == ()


def test_a_second_redirect_is_a_fault() -> None:
    faults = parse("v=spf1 redirect=a.example.org redirect=b.example.org").faults
    assert [fault.code for fault in faults] == ["duplicate-modifier"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("v=spf1 -all mx", "term-after-all"),
        ("v=spf1 -all ~all", "duplicate-all"),
        ("v=spf1 redirect=a.example.org -all", "redirect-beside-all"),
        ("v=spf1 MX -all", "uppercase"),
        ("v=spf1 mx  -all", "extra-space"),
        ("v=spf1 mx mx -all", "duplicate-mechanism"),
        ("v=spf1 ip4:192.0.2.1/24 -all", "host-bits"),
        ("v=spf1 x=y -all", "unknown-modifier"),
    ],
)
def test_an_oddity_is_no_fault(text: str, code: str) -> None:
    spf = parse(text)
    assert ([item.code for item in spf.oddities], spf.faults) == ([code], ())


@given(st.one_of(st.text(), st.text("v=spf1 aAimx+-/:.%{}4_0").map("v=spf1 ".__add__)))
def test_any_text_is_read_and_its_format_is_stable(text: str) -> None:
    once = format(parse(text))
    assert format(parse(once)) == once
