"""What the exit code of every command says."""

from __future__ import annotations

from enum import IntEnum

from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Finding, Report, Verdict
from mfpolicy.model.rules import Severity


class Exit(IntEnum):
    """One code each; findings win over an incomplete run. What stands under a member is in the docs."""

    CLEAN = 0
    """Nothing new at or above the severity that fails the run (`--fail-on`, by default `error`)."""
    FINDINGS = 1
    """Findings that are new or worse, without a base any; wins over 3."""
    UNUSABLE = 2
    """A wrong call, or a file that cannot be used."""
    INCOMPLETE = 3
    """Incomplete: something that matters did not answer, or no name server could be reached."""
    NOTHING = 4
    """Nothing to judge."""
    BUG = 70
    """A bug in mfpolicy."""


_ORDER = {"note": 0, "warning": 1, "error": 2}


def exit_code(report: Report, fail_on: Severity, allow_unknown: bool, whole: bool = False) -> Exit:
    """The code of a judged run. Only what is new or worse counts, without a base and with `whole` everything;
    what was merely not asked never does."""
    if any(_counts(each, fail_on) and (whole or is_new(each)) for each in report.findings):
        return Exit.FINDINGS
    if report.incomplete:
        return Exit.INCOMPLETE
    if not report.ledger:
        return Exit.NOTHING
    if not allow_unknown and any(
        is_open(each) and (whole or is_new(each) or each.touched) for each in report.findings
    ):
        return Exit.INCOMPLETE
    return Exit.CLEAN


def is_new(finding: Finding) -> bool:
    """Whether a finding is the change's doing; without a base everything is."""
    return finding.status in (None, "new", "worsened")


def _counts(finding: Finding, fail_on: Severity) -> bool:
    return (
        finding.verdict is Verdict.FAIL
        and finding.status != "fixed"
        and finding.waiver is None
        and _ORDER[finding.severity] >= _ORDER[fail_on]
    )


def is_open(finding: Finding) -> bool:
    """Whether the world was asked and did not answer."""
    return finding.verdict is Verdict.UNKNOWN and finding.waiver is None and is_unanswered(finding.unknown)


def is_unanswered(unknown: Unknown | None) -> bool:
    """Whether a value is missing for another reason than that nobody asked."""
    return unknown is not None and not unknown.not_asked
