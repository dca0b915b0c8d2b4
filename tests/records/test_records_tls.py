"""What readers of MTA-STS, TLS-RPT and BIMI records ignore, and what they stumble over."""

from __future__ import annotations

from typing import Any

import pytest

from mfpolicy.records import bimi, mta_sts, tls_rpt

LOGO = "https://example.org/logo.svg"


@pytest.mark.parametrize(
    ("grammar", "text", "misspelt"),
    [
        (mta_sts, "v=STSv1; id=1", False),
        (mta_sts, "v = STSv1 ; id=1", False),
        (mta_sts, "v=STSV1; id=1", True),
        (mta_sts, "v=STSv1 id=1", True),
        (mta_sts, '"v=STSv1; id=1"', True),
        (mta_sts, " v=STSv1; id=1", True),
        (mta_sts, "v=STSv10; id=1", False),
        (mta_sts, "v=spf1 -all", False),
        (tls_rpt, "v=TLSRPTv1; rua=mailto:a@example.org", False),
        (tls_rpt, "v=TLSRPTV1; rua=mailto:a@example.org", True),
        (tls_rpt, "v=TLSRPTv1", True),
        (bimi, f"v=BIMI1; l={LOGO}", False),
        (bimi, f"v=bimi1; l={LOGO}", True),
        (bimi, f"v=BIMI1 l={LOGO}", True),
    ],
)
def test_a_misspelt_record_is_told_from_a_sound_one_and_from_another_text(
    grammar: Any, text: str, misspelt: bool
) -> None:
    assert grammar.is_misspelt(text) is misspelt


@pytest.mark.parametrize(
    ("grammar", "text", "wanted"),
    [
        (tls_rpt, "v=TLSRPTv1; rua=mailto:a@example.org; ruf=mailto:b@example.org", ["unknown-tag"]),
        (tls_rpt, "v=TLSRPTv1; rua=mailto:a@example.org", []),
        (bimi, f"v=BIMI1; l={LOGO}; vmc=x", ["unknown-tag"]),
        (bimi, f"v=BIMI1; l={LOGO}; avp=brand; lps=true", []),
        (bimi, "v=BIMI1; l=https://example.org/logo.PNG?size=2", ["wrong-image-format"]),
        (bimi, "v=BIMI1; l=https://example.org/logo.svgz", []),
        (bimi, "v=BIMI1; l=https://example.org/png", []),
        (bimi, "v=BIMI1; l=https://example.org/logo?format=.png", []),
    ],
)
def test_what_readers_ignore_or_refuse_has_a_code(grammar: Any, text: str, wanted: list[str]) -> None:
    assert [fault.code for fault in grammar.parse(text).faults] == wanted
