"""The clock, where somebody has to wait."""

from __future__ import annotations

import time
from collections.abc import Iterator

_FIRST, _LONGEST = 5.0, 60.0


def rounds(seconds: float) -> Iterator[float]:
    """The seconds that are left: at once, then after pauses of 5 seconds, growing to a minute; the last time
    when they are over."""
    end, pause = time.monotonic() + seconds, _FIRST
    left = seconds
    yield left
    while left > 0:
        time.sleep(min(pause, left))
        pause = min(_LONGEST, pause * 1.5)
        left = max(0.0, end - time.monotonic())
        yield left
