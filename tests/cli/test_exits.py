"""The exit code table, once."""

from __future__ import annotations

import msgspec
import pytest

from mfpolicy.cli.exits import Exit, exit_code
from mfpolicy.model.dns import Reason, unknown
from mfpolicy.model.findings import Finding, Judged, Report, Status, Subject, Verdict
from mfpolicy.model.gate import Gate, is_new
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Rule, Severity

RULE = Rule(
    id="ZZZ001", slug="toy", title="", severity="error", about="domain", assert_="true", message="",
    rationale="", remedy="",
)  # fmt: skip
SUBJECT = Subject("domain", "example.org")


def finding(
    verdict: Verdict,
    severity: Severity = "error",
    reason: Reason | None = None,
    waived: bool = False,
    status: Status | None = None,
    touched: bool = False,
) -> Finding:
    return Finding(
        rule=RULE,
        severity=severity,
        verdict=verdict,
        subject=SUBJECT,
        message="",
        unknown=unknown("example.org", "TXT", reason) if reason else None,
        waiver=Waiver("toy", "example.org") if waived else None,
        status=status,
        touched=touched,
    )


def of(*findings: Finding) -> Report:
    return Report(ledger=(Judged(SUBJECT, (RULE,), (Verdict.PASS,)),), findings=findings)


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
    assert exit_code(of(*findings), Gate(fail_on, allow_unknown)) == expected


@pytest.mark.parametrize(
    ("status", "fails", "fails_with_all"),
    [
        (None, True, True),
        ("new", True, True),
        ("worsened", True, True),
        ("existing", False, True),
        ("fixed", False, False),
    ],
)
def test_only_what_is_new_or_worse_fails_unless_all_does(
    status: Status | None, fails: bool, fails_with_all: bool
) -> None:
    report = of(finding(Verdict.FAIL, status=status, touched=True))
    codes = [exit_code(report, Gate(whole=whole)) for whole in (False, True)]
    assert codes == [Exit.FINDINGS if each else Exit.CLEAN for each in (fails, fails_with_all)]
    assert is_new(report.findings[0]) is fails


@pytest.mark.parametrize(
    ("status", "touched", "open_", "open_with_all"),
    [
        (None, False, True, True),
        ("new", False, True, True),
        ("existing", False, False, True),
        ("existing", True, True, True),
    ],
)
def test_an_open_question_counts_where_it_is_new_or_touched(
    status: Status | None, touched: bool, open_: bool, open_with_all: bool
) -> None:
    report = of(finding(Verdict.UNKNOWN, reason=Reason.TIMEOUT, status=status, touched=touched))
    codes = [exit_code(report, Gate(whole=whole)) for whole in (False, True)]
    assert codes == [Exit.INCOMPLETE if each else Exit.CLEAN for each in (open_, open_with_all)]
    assert exit_code(report, Gate(allow_unknown=True, whole=True)) == Exit.CLEAN


def test_what_was_not_asked_never_counts_be_it_new_or_touched() -> None:
    report = of(finding(Verdict.UNKNOWN, reason=Reason.NOT_ASKED, status="new", touched=True))
    assert exit_code(report, Gate(whole=True)) == Exit.CLEAN


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (Gate(), Exit.INCOMPLETE),
        (Gate(allow_unknown=True), Exit.INCOMPLETE),
        (Gate(allow_silence=True), Exit.CLEAN),
    ],
)
def test_a_silence_is_no_open_question_of_one_name(gate: Gate, expected: Exit) -> None:
    silent = of(finding(Verdict.UNKNOWN, reason=Reason.NOT_ASKED))
    assert exit_code(msgspec.structs.replace(silent, incomplete="nobody answers"), gate) == expected


def test_a_run_that_judged_nothing_says_so() -> None:
    assert exit_code(Report(), Gate()) == Exit.NOTHING


def test_the_codes_are_the_contract() -> None:
    assert [(each.name, each.value) for each in Exit] == [
        ("CLEAN", 0), ("FINDINGS", 1), ("UNUSABLE", 2), ("INCOMPLETE", 3), ("NOTHING", 4), ("BUG", 70),
    ]  # fmt: skip
