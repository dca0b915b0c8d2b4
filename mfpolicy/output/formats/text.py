"""For people: what, where, why and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.output.formats import Run

LOG = True


def render(run: Run) -> Iterator[str]:
    """The report as text."""
    from mfpolicy.output import text  # a commit that does not touch mail has none

    yield text.render(run.report, run.texts, show_all=run.gate.whole, colour=run.colour)
