"""MX records (RFC 5321, 5.1; null MX: RFC 7505)."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import msgspec

from mfpolicy.model.names import normal
from mfpolicy.records.faults import Fault
from mfpolicy.records.hosts import is_host

_MX = re.compile(r"[ \t]*([0-9]{1,5})[ \t]+([^ \t\r\n]+)[ \t]*\Z")
_LARGEST = 65535


class Mx(msgspec.Struct, frozen=True, kw_only=True):
    """One exchanger. `exchange` is a normal name, empty for the null MX and where none can be read."""

    text: str
    preference: int = 0
    exchange: str = ""
    null: bool = False
    faults: tuple[Fault, ...] = ()


@lru_cache(maxsize=8192)
def parse(text: str) -> Mx:
    """The exchanger of a value such as "10 mail.example.org.".

    Codes: malformed-mx, address-as-exchange, invalid-exchange, single-label-exchange, null-mx-preference
    (RFC 7505, 3).
    """
    found = _MX.match(text)
    if found is None or int(found[1]) > _LARGEST:
        return Mx(text=text, faults=(Fault("malformed-mx", "is not a preference and a name", 0, len(text)),))
    preference, exchange = int(found[1]), normal(found[2])
    if found[2] == ".":
        wrong = Fault("null-mx-preference", "a null MX has preference 0", found.start(1), found.end(1))
        return Mx(text=text, preference=preference, null=True, faults=(wrong,) if preference else ())
    return Mx(text=text, preference=preference, exchange=exchange, faults=_faults(exchange, found.span(2)))


def format(mx: Mx) -> str:
    """The exchanger in presentation format, its name absolute; empty where nothing could be read."""
    if not mx.exchange and not mx.null:
        return ""
    return f"{mx.preference} {mx.exchange}."


def _faults(exchange: str, span: tuple[int, int]) -> tuple[Fault, ...]:
    if _is_address(exchange):
        return (Fault("address-as-exchange", f"{exchange[:80]} is an address, not a name", *span),)
    if not is_host(exchange):
        return (Fault("invalid-exchange", f"{exchange[:80]} is not the name of a host", *span),)
    if "." not in exchange:
        return (Fault("single-label-exchange", f"{exchange} is a single label, not a whole name", *span),)
    return ()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
