"""TLSA records in presentation format (RFC 6698, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from mfpolicy.records.faults import Fault

_LONGEST = 2 * 65535 + 65535
_TLSA = re.compile(r"\s*([0-9]{1,3})\s+([0-9]{1,3})\s+([0-9]{1,3})\s+(\S[\s\S]*)\Z")
_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")
# What the association of a matching type measures, in hexadecimal digits: SHA-256 and SHA-512.
_DIGITS = {1: 64, 2: 128}


class Tlsa(msgspec.Struct, frozen=True, kw_only=True):
    """One association. Numbers are -1 where nothing can be read; `data` is hexadecimal in lower case."""

    text: str
    usage: int = -1
    selector: int = -1
    matching: int = -1
    data: str = ""
    faults: tuple[Fault, ...] = ()


def parse(text: str) -> Tlsa:
    """The association of a value such as "3 1 1 (hexadecimal)".

    Codes: malformed-tlsa, unknown-usage, unknown-selector, unknown-matching-type, data-not-hex,
    wrong-length (RFC 6698, 2.1).
    """
    found = _TLSA.match(text) if len(text) <= _LONGEST else None
    if found is None or any(int(found[number]) > 255 for number in (1, 2, 3)):
        wrong = Fault("malformed-tlsa", "is not three numbers and hexadecimal data", 0, len(text))
        return Tlsa(text=text, faults=(wrong,))
    usage, selector, matching = int(found[1]), int(found[2]), int(found[3])
    data = "".join(found[4].split()).lower()
    faults = tuple(_faults(found, matching, data))
    return Tlsa(text=text, usage=usage, selector=selector, matching=matching, data=data, faults=faults)


def format(tlsa: Tlsa) -> str:
    """The association in presentation format; empty where nothing could be read."""
    return f"{tlsa.usage} {tlsa.selector} {tlsa.matching} {tlsa.data}" if tlsa.data else ""


def _faults(found: re.Match[str], matching: int, data: str) -> Iterator[Fault]:
    largest = (("unknown-usage", 3), ("unknown-selector", 1), ("unknown-matching-type", 2))
    for number, (code, limit) in enumerate(largest, start=1):
        if int(found[number]) > limit:
            yield Fault(code, f"{found[number]} is more than {limit}", *found.span(number))
    if not _HEX.match(data):
        yield Fault("data-not-hex", "the data are not hexadecimal octets", *found.span(4))
    elif matching in _DIGITS and len(data) != _DIGITS[matching]:
        expected = f"{_DIGITS[matching]} hexadecimal digits expected, {len(data)} found"
        yield Fault("wrong-length", expected, *found.span(4))
