"""For people: what, where, why and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.output import text
from mfpolicy.output.formats import Run

LOG = True


def render(run: Run) -> Iterator[str]:
    """The report as text."""
    yield text.render(run.report, run.texts, show_all=run.gate.whole, colour=run.colour)
