"""What makes a run fail, or incomplete."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Finding, Verdict
from mfpolicy.model.rules import Severity

_ORDER = {"note": 0, "warning": 1, "error": 2}


class Gate(msgspec.Struct, frozen=True):
    """Fails at or above `fail_on` count, and open questions unless `allow_unknown` is set; of both only what
    is new or worse, with `whole` everything. With `allow_silence` a run that no name server answered at all
    is judged by what the repository shows."""

    fail_on: Severity = "error"
    allow_unknown: bool = False
    allow_silence: bool = False
    whole: bool = False

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the run."""
        return (
            finding.verdict is Verdict.FAIL
            and finding.status != "fixed"
            and finding.waiver is None
            and _ORDER[finding.severity] >= _ORDER[self.fail_on]
            and (self.whole or is_new(finding))
        )

    def leaves_open(self, finding: Finding) -> bool:
        """Whether a finding makes the run incomplete; what was merely not asked never does."""
        counts = self.whole or is_new(finding) or finding.touched
        return counts and is_open(finding) and not self.allow_unknown


def is_new(finding: Finding) -> bool:
    """Whether a finding is the change's doing; without a base everything is."""
    return finding.status in (None, "new", "worsened")


def is_open(finding: Finding) -> bool:
    """Whether the world was asked and did not answer."""
    return finding.verdict is Verdict.UNKNOWN and finding.waiver is None and is_unanswered(finding.unknown)


def is_unanswered(unknown: Unknown | None) -> bool:
    """Whether a value is missing for another reason than that nobody asked."""
    return unknown is not None and not unknown.not_asked
