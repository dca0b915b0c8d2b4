"""One spelling for record data that is the same."""

from __future__ import annotations

import ipaddress

from mfpolicy.model.dns import Record
from mfpolicy.model.names import normal


def spelt(record: Record) -> str:
    """A record's data after its type: case of names and of digits, blanks and the final dot are one."""
    return f"{record.type} {_value(record)}"


def _value(record: Record) -> str:
    if record.type in ("TXT", "SPF"):
        return record.value
    if record.type in ("A", "AAAA"):
        return _address(record.value)
    fields = record.value.split()
    if record.type == "TLSA":
        # The digits may be written in groups (RFC 6698, 2.2).
        fields = [*fields[:3], "".join(fields[3:])]
    return " ".join(normal(each) or "." for each in fields)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return text
