"""Seconds in words."""

from __future__ import annotations

_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def duration(seconds: int) -> str:
    """In the largest unit that measures it, as senders and zone files count: `7 days`, `90 minutes`."""
    size, unit = next(each for each in _UNITS if seconds % each[0] == 0) if seconds else (1, "second")
    count = seconds // size
    return f"{count:,} {unit}{'s' * (count != 1)}"


def option(seconds: int) -> str:
    """At least so long, as people write it in a call: `15m`, `2h`."""
    minutes = -(-seconds // 60)
    return f"{minutes // 60}h" if minutes and minutes % 60 == 0 else f"{minutes}m"
