"""Points in time as Microsoft's services and the tools around them write them."""

from __future__ import annotations

import datetime
import re

EXPECTED = "expected a time such as 2026-11-20T06:00:00Z"
# What PowerShell 5.1 makes of a time in JSON: milliseconds since 1970, and a zone that changes nothing.
_TICKS = re.compile(r"/?Date\((-?[0-9]{1,16})(?:[+-][0-9]{4})?\)/?")
_UTC = re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}) Coordinated Universal Time")


def moment(text: str) -> datetime.datetime | None:
    """A point in time in UTC: ISO 8601 (UTC where it names no zone), /Date(ms)/, or what ScubaGear writes on
    a machine in UTC. None for any other: a clock time of some country names no day for certain."""
    ticks, said = _TICKS.fullmatch(text), _UTC.fullmatch(text)
    try:
        if ticks:
            return datetime.datetime.fromtimestamp(int(ticks[1]) / 1000, datetime.UTC)
        if said:
            return datetime.datetime.strptime(f"{said[1]} +0000", "%m/%d/%Y %H:%M:%S %z")
        return in_utc(datetime.datetime.fromisoformat(text))
    except (ValueError, OverflowError, OSError):
        return None


def in_utc(time: datetime.datetime | None) -> datetime.datetime | None:
    """The same moment in UTC; one without a zone is UTC. None where it lies outside the calendar there."""
    try:
        return time and (time.astimezone(datetime.UTC) if time.tzinfo else time.replace(tzinfo=datetime.UTC))
    except OverflowError:
        return None
