"""What SPF asks of DNS: records, addresses and mail exchangers (RFC 7208, 4.4 to 5.4)."""

from __future__ import annotations

import ipaddress
from typing import Literal

import msgspec

from mfpolicy.model.dns import Answer, Reason, Record, Unknown, View
from mfpolicy.model.names import normal
from mfpolicy.records.spf import is_spf

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Family = Literal["A", "AAAA"]
MAX_LOOKUPS = 10
MAX_VOID_LOOKUPS = 2
MAX_EXCHANGERS = 10
MAX_REVERSE_NAMES = 10
_WORST_PREFERENCE = 65535

# A receiver that met one of these would say temperror; for all others we do not know what it would meet.
_OF_THE_WORLD = frozenset(Reason) - {Reason.NOT_ASKED, Reason.UNREADABLE, Reason.TOO_LARGE}


class Addresses(msgspec.Struct, frozen=True):
    """The addresses of a name in one family; `void` if DNS had no such record (RFC 7208, 4.6.4)."""

    found: tuple[Address, ...] = ()
    void: bool = False
    exists: bool = True


class Exchangers(msgspec.Struct, frozen=True):
    """The names of the MX records at a name, most preferred first, without a null MX; `count` holds all."""

    names: tuple[str, ...] = ()
    count: int = 0
    void: bool = False


def target_name(name: str) -> str:
    """A domain-spec without macros as a normal name."""
    return normal(name)


def is_queryable(name: str) -> bool:
    """Whether DNS can be asked for a name at all (RFC 7208, 4.3)."""
    return len(name) <= 253 and name.isascii() and all(0 < len(label) < 64 for label in name.split("."))


def is_domain(name: str) -> bool:
    """Whether check_host() accepts a domain: several labels, no address literal (RFC 7208, 4.3)."""
    return is_queryable(name) and "." in name and not name.startswith("[")


def receiver_result(unknown: Unknown) -> Literal["temperror", "unknown"]:
    """What a receiver concludes from missing answers: temperror, unless we cannot tell what it would meet."""
    return "temperror" if all(item.reason in _OF_THE_WORLD for item in unknown.because) else "unknown"


def spf_answer(view: View, name: str) -> tuple[Answer, tuple[Record, ...]] | Unknown:
    """The TXT answer at a name, and those of its records that are SPF records (RFC 7208, 4.5)."""
    answer = view.ask(name, "TXT")
    if isinstance(answer, Unknown):
        return answer
    return answer, tuple(record for record in answer.records if is_spf(record.value))


def addresses(view: View, name: str, family: Family) -> Addresses | Unknown:
    """The A or AAAA records of a name; a name that cannot be asked for has none, and is not void."""
    if not is_queryable(name):
        return Addresses()
    answer = view.ask(name, family)
    if isinstance(answer, Unknown):
        return answer
    found = tuple(item for record in answer.records if (item := _address(record.value, family)) is not None)
    return Addresses(found, not answer.records, answer.exists)


def exchangers(view: View, name: str) -> Exchangers | Unknown:
    """The MX records of a name (RFC 7208, 5.4)."""
    if not is_queryable(name):
        return Exchangers()
    answer = view.ask(name, "MX")
    if isinstance(answer, Unknown):
        return answer
    # Their addresses are asked for in order of preference (RFC 7208, 5.4).
    fields = sorted((record.value.split() for record in answer.records), key=_preference)
    names = tuple(name for item in fields if len(item) == 2 and (name := normal(item[1])))
    return Exchangers(names, len(answer.records), not answer.records)


def _preference(fields: list[str]) -> int:
    digits = fields[0] if fields else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else _WORST_PREFERENCE


def _address(text: str, family: Family) -> Address | None:
    try:
        return ipaddress.IPv4Address(text) if family == "A" else ipaddress.IPv6Address(text)
    except ValueError:
        return None
