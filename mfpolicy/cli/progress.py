"""One line on a terminal that says what a long run is waiting for; nothing anywhere else."""

from __future__ import annotations

import os
import sys
import time
from functools import cache

from mfpolicy.model.call import Progress
from mfpolicy.output.escape import visible

# Nobody needs to be told of what is over before they wonder.
_PATIENCE = 1.5
_WIDTH = 100


class ProgressLine:
    """Written over itself on standard error, and wiped away before anything else is printed."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = False

    def asking(self, seen: Progress) -> None:
        """How far the questions are."""
        if time.monotonic() - self._began < _PATIENCE:
            return
        left = f"DNS: {seen.answered:,} of {seen.asked:,} answers, {seen.rate:,.0f}/s"
        self._show(f"{left}, waiting for {visible(seen.awaiting)}" if seen.awaiting else left)
        if seen.answered >= seen.asked:
            self.wipe()

    def waiting(self, left: float, why: str) -> None:
        """What is still to come true, and how many seconds are left for it."""
        self._show(f"{left:,.0f} seconds left: {visible(why)}")

    def wipe(self) -> None:
        """Leave the line empty."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

    def _show(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text[: _columns()]}")
        sys.stderr.flush()
        self._shown = True


def progress() -> ProgressLine | None:
    """The line, where somebody is there to read it."""
    return _line() if sys.stderr.isatty() else None


def wipe() -> None:
    """Leave the line empty, where there is one: what is printed next would go on at its end."""
    if _line.cache_info().currsize:
        _line().wipe()


@cache
def _line() -> ProgressLine:
    return ProgressLine()


def _columns() -> int:
    """A line that is broken by a narrow terminal could not be written over."""
    try:
        return min(_WIDTH, (os.get_terminal_size(sys.stderr.fileno()).columns or _WIDTH) - 1)
    except (OSError, ValueError):
        return _WIDTH
