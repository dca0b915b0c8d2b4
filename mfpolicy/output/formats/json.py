"""For programs: report.v1."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.output import json
from mfpolicy.output.formats import Run

LOG = False


def render(run: Run) -> Iterator[str]:
    """The report as a report.v1 document."""
    return json.lines(run.report, run.controls(), run.texts, run.waived_controls())
