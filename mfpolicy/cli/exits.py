"""What the exit code of every command says."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mfpolicy.model.findings import Report
    from mfpolicy.model.gate import Gate


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


def exit_code(report: Report, gate: Gate) -> Exit:
    """The code of a judged run."""
    if any(map(gate.fails, report.findings)):
        return Exit.FINDINGS
    if report.incomplete and not gate.allow_silence:
        return Exit.INCOMPLETE
    if not report.ledger:
        return Exit.NOTHING
    return Exit.INCOMPLETE if any(map(gate.leaves_open, report.findings)) else Exit.CLEAN
