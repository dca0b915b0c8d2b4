from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.records import dmarc

PIECES = st.sampled_from(
    ["v=DMARC1", "p=", "reject", ";", " ", "rua=mailto:a@example.org", ",", "!", "=", "sp=x", "é"]
)


def codes(text: str) -> list[str]:
    return [fault.code for fault in dmarc.parse(text).faults]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("v=DMARC1; p=reject", []),
        ("v=DMARC1;p=Reject;", []),
        ("v = DMARC1 ; p = none ; rua = mailto:a@example.org , mailto:b@example.org", []),
        ("v=DMARC1; p=none; fo=1:d:s; ruf=mailto:a@example.org; t=y; psd=n; np=reject; sp=none", []),
        ("v=DMARC1", ["missing-policy"]),
        ("v=dmarc1; p=none", ["invalid-version"]),
        ("p=none; v=DMARC1", ["invalid-version"]),
        ("v=DMARC1; p=rejected", ["invalid-policy"]),
        ("v=DMARC1; p=", ["invalid-policy"]),
        ("v=DMARC1; p=none; sp=quarantin", ["invalid-subdomain-policy"]),
        ("v=DMARC1; p=none; np=off", ["invalid-nonexistent-policy"]),
        ("v=DMARC1; p=none; adkim=x; aspf=s", ["invalid-alignment"]),
        ("v=DMARC1; p=none; t=true", ["invalid-testing"]),
        ("v=DMARC1; p=none; psd=maybe", ["invalid-psd"]),
        ("v=DMARC1; p=none; fo=0:1", ["invalid-failure-options"]),
        ("v=DMARC1; p=none; pct=100; rf=afrf; ri=1", ["removed-tag"] * 3),
        ("v=DMARC1; p=none; x=1", ["unknown-tag"]),
        ("v=DMARC1; p=none; p=reject", ["duplicate-tag"]),
        ("v=DMARC1; rua=mailto:a@example.org; p=none", ["late-policy"]),
        ("v=DMARC1; p=none;; sp", ["malformed-tag", "malformed-tag"]),
        ("v=DMARC1; p=none; rua=dmarc@example.org", ["invalid-report-address"]),
        ("v=DMARC1; p=none; rua=", ["invalid-report-address"]),
        ("v=DMARC1; p=none; rua=https://example.org/r", ["invalid-report-address"]),
        ("v=DMARC1; p=none; rua=mailto:a@example.org!10m", ["obsolete-size-limit"]),
        ("v=DMARC1; p=none; rua=mailto:a@192.0.2.1", ["invalid-report-address"]),
    ],
)
def test_every_fault_of_a_dmarc_record_has_a_code(text: str, wanted: list[str]) -> None:
    assert codes(text) == wanted


@pytest.mark.parametrize(
    ("text", "record", "meant"),
    [
        ("v=DMARC1", True, True),
        ("v=DMARC1 ; p=none", True, True),
        ("v=DMARC12; p=none", False, True),
        ("v=DMARC1 p=none", False, True),
        ("V=DMARC1; p=none", False, True),
        (" v=DMARC1; p=none", False, True),
        ("v=spf1 -all", False, False),
    ],
)
def test_only_the_exact_version_makes_a_dmarc_record(text: str, record: bool, meant: bool) -> None:
    assert (dmarc.is_dmarc(text), dmarc.looks_like_dmarc(text)) == (record, meant)


def test_values_are_read_with_their_defaults() -> None:
    record = dmarc.parse("v=DMARC1; p=none; aspf=S; rua=mailto:A@Example.ORG, bad, mailto:b@example.org!5k")
    assert (record.policy, record.subdomain_policy, record.adkim, record.aspf) == ("none", "", "r", "s")
    assert [(uri.text, uri.host) for uri in record.rua] == [
        ("mailto:A@Example.ORG", "example.org"),
        ("mailto:b@example.org", "example.org"),
    ]


def test_a_fault_points_at_the_value_that_is_meant() -> None:
    text = "v=DMARC1; p=none; rua=mailto:a@example.org, dmarc@example.org"
    (fault,) = dmarc.parse(text).faults
    assert text[fault.start : fault.end] == "dmarc@example.org"


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=15).map("".join)))
def test_any_text_is_read_and_written_stably(text: str) -> None:
    once = dmarc.format(dmarc.parse(text))
    assert dmarc.format(dmarc.parse(once)) == once
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in dmarc.parse(text).faults)
