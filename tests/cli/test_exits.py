"""The exit code table, once."""

from __future__ import annotations

import pytest

from mfpolicy.cli.exits import Exit, exit_code
from mfpolicy.model.dns import Reason, unknown
from mfpolicy.model.findings import Finding, Judged, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Rule, Severity

RULE = Rule(
    id="ZZZ001", slug="toy", title="", severity="error", about="domain", assert_="true", message="",
    rationale="", remedy="",
)  # fmt: skip
SUBJECT = Subject("domain", "example.org")


def finding(
    verdict: Verdict, severity: Severity = "error", reason: Reason | None = None, waived: bool = False
) -> Finding:
    return Finding(
        rule=RULE,
        severity=severity,
        verdict=verdict,
        subject=SUBJECT,
        message="",
        unknown=unknown("example.org", "TXT", reason) if reason else None,
        waiver=Waiver("toy", "example.org") if waived else None,
    )


FAIL = finding(Verdict.FAIL)
WARNING = finding(Verdict.FAIL, "warning")
WAIVED = finding(Verdict.FAIL, waived=True)
TIMEOUT = finding(Verdict.UNKNOWN, reason=Reason.TIMEOUT)
NOT_ASKED = finding(Verdict.UNKNOWN, reason=Reason.NOT_ASKED)


@pytest.mark.parametrize(
    ("findings", "fail_on", "allow_unknown", "expected"),
    [
        ([], "error", False, Exit.CLEAN),
        ([FAIL], "error", False, Exit.FINDINGS),
        ([WARNING], "error", False, Exit.CLEAN),
        ([WARNING], "warning", False, Exit.FINDINGS),
        ([WAIVED], "note", False, Exit.CLEAN),
        ([TIMEOUT], "error", False, Exit.INCOMPLETE),
        ([TIMEOUT], "error", True, Exit.CLEAN),
        ([NOT_ASKED], "error", False, Exit.CLEAN),
        ([FAIL, TIMEOUT], "error", False, Exit.FINDINGS),
    ],
)
def test_the_code_of_a_judged_run(
    findings: list[Finding], fail_on: Severity, allow_unknown: bool, expected: Exit
) -> None:
    report = Report(ledger=(Judged(SUBJECT, (RULE,), (Verdict.PASS,)),), findings=tuple(findings))
    assert exit_code(report, fail_on, allow_unknown) == expected


def test_a_run_that_judged_nothing_says_so() -> None:
    assert exit_code(Report(), "error", False) == Exit.NOTHING


def test_the_codes_are_the_contract() -> None:
    assert [(each.name, each.value) for each in Exit] == [
        ("CLEAN", 0), ("FINDINGS", 1), ("UNUSABLE", 2), ("INCOMPLETE", 3), ("NOTHING", 4), ("BUG", 70),
    ]  # fmt: skip
