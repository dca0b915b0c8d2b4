"""Seconds in words."""

from __future__ import annotations

from mfpolicy.output.words import counted

_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60))


def duration(seconds: int) -> str:
    """In the largest unit that is whole: `1 hour`, `90 minutes`, `59 seconds`."""
    for unit, length in _UNITS:
        if seconds and seconds % length == 0:
            return counted(seconds // length, unit)
    return counted(seconds, "second")


def option(seconds: int) -> str:
    """At least so long, as people write it in a call: `15m`, `2h`."""
    minutes = -(-seconds // 60)
    return f"{minutes // 60}h" if minutes and minutes % 60 == 0 else f"{minutes}m"
