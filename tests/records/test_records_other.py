from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.records import bimi, mta_sts, mx, tags, tls_rpt, tlsa

LOGO = "https://example.org/logo.svg"
POLICY = "version: STSv1\nmode: enforce\nmx: *.example.org\nmax_age: 604800\n"


@pytest.mark.parametrize(
    ("grammar", "text", "wanted"),
    [
        (mx, "10 mail.example.org.", []),
        (mx, "0 .", []),
        (mx, "10 .", ["null-mx-preference"]),
        (mx, "mail.example.org.", ["malformed-mx"]),
        (mx, "70000 mail.example.org.", ["malformed-mx"]),
        (mx, "10 192.0.2.1", ["address-as-exchange"]),
        (mx, "10 2001:db8::1", ["address-as-exchange"]),
        (mx, "10 mail_1.example.org.", ["invalid-exchange"]),
        (mx, "10 mail..example.org.", ["invalid-exchange"]),
        (mta_sts, "v=STSv1; id=20261123T1;", []),
        (mta_sts, "v=STSv1; id=2026-11", ["invalid-id"]),
        (mta_sts, "v=STSv1;", ["missing-id"]),
        (mta_sts, "v=STSV1; id=1", ["invalid-version"]),
        (tls_rpt, "v=TLSRPTv1; rua=mailto:a@example.org,https://example.org/tls", []),
        (tls_rpt, "v=TLSRPTv1; rua=a@example.org", ["invalid-report-address"]),
        (tls_rpt, "v=TLSRPTv1;", ["missing-rua"]),
        (bimi, f"v=BIMI1; l={LOGO}; a=", []),
        (bimi, "v=BIMI1; l=; a=;", []),
        (bimi, "v=BIMI1; l=http://example.org/logo.svg", ["invalid-location"]),
        (bimi, f"v=BIMI1; l={LOGO}; a=x", ["invalid-authority"]),
        (bimi, "v=BIMI1", ["missing-location"]),
        (tlsa, "3 1 1 " + "ab" * 32, []),
        (tlsa, "3 1 1 " + "AB" * 16 + " " + "ab" * 16, []),
        (tlsa, "3 1 1 abcd", ["wrong-length"]),
        (tlsa, "3 1 0 abc", ["data-not-hex"]),
        (tlsa, "4 2 3 ab", ["unknown-usage", "unknown-selector", "unknown-matching-type"]),
        (tlsa, "3 1", ["malformed-tlsa"]),
        (tlsa, "256 1 1 ab", ["malformed-tlsa"]),
    ],
)
def test_every_fault_of_a_value_has_a_code(grammar: Any, text: str, wanted: list[str]) -> None:
    assert [fault.code for fault in grammar.parse(text).faults] == wanted


def test_an_exchange_is_a_normal_name() -> None:
    found, null = mx.parse("10 Mail.Example.ORG."), mx.parse("0 .")
    assert (found.preference, found.exchange, found.null) == (10, "mail.example.org", False)
    assert (null.preference, null.exchange, null.null) == (0, "", True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (POLICY, []),
        (POLICY.replace("\n", "\r\n"), []),
        (POLICY + "extension: left alone\n", []),
        ("version: STSv1\nmode: none\nmax_age: 86400\n", []),
        (POLICY.replace("enforce", "Enforce"), ["invalid-mode"]),
        (POLICY.replace("604800", "99999999"), ["invalid-max-age"]),
        (POLICY.replace("*.example.org", "mail.*.org"), ["invalid-mx"]),
        (POLICY.replace("mx: *.example.org\n", ""), ["missing-mx"]),
        (POLICY + "mode: none\n", ["duplicate-key"]),
        (POLICY + "no colon\n", ["malformed-line"]),
        ("", ["missing-key"] * 3 + ["missing-mx"]),
        ("x" * 70000, ["policy-too-long"]),
    ],
)
def test_every_fault_of_an_mta_sts_policy_has_a_code(text: str, wanted: list[str]) -> None:
    assert [fault.code for fault in mta_sts.parse_policy(text).faults] == wanted


@pytest.mark.parametrize(
    ("host", "covered"),
    [("a.example.org", True), ("a.b.example.org", False), ("example.org", False)],
)
def test_a_wildcard_pattern_covers_one_label(host: str, covered: bool) -> None:
    assert mta_sts.matches("*.example.org", host) is covered


def test_a_declined_bimi_record_is_told_from_one_with_a_logo() -> None:
    assert [bimi.parse(f"v=BIMI1; l={each}").declined for each in ("", LOGO)] == [True, False]


def test_a_record_longer_than_dns_carries_is_not_read() -> None:
    assert [fault.code for fault in tags.read("a=1;" * 20000).faults] == ["record-too-long"]


@pytest.mark.parametrize("grammar", [mx, mta_sts, tls_rpt, bimi, tlsa])
@settings(derandomize=True, max_examples=50, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.text("vl=;10: .aSTr-x@", max_size=40)))
def test_any_text_is_read_by_every_grammar(grammar: Any, text: str) -> None:
    once = grammar.format(grammar.parse(text))
    assert grammar.format(grammar.parse(once)) == once


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text("mx: *.ode\nversion", max_size=60)))
def test_any_text_is_read_as_a_policy(text: str) -> None:
    once = mta_sts.format_policy(mta_sts.parse_policy(text))
    assert mta_sts.format_policy(mta_sts.parse_policy(once)) == once
