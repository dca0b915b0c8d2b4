"""Properties of exported objects as typed values: what is not there, or is not what it should be, is unknown.

Every function takes an object that may itself be unknown, and `name`, Microsoft's name of the property.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.places import Place, Pointer
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.moment import moment

Maybe = TenantObject | Unknown
_T = TypeVar("_T", bound=msgspec.Struct)
# What ConvertTo-Json writes where an object lies deeper than its -Depth: the .NET type's name, or the object
# as PowerShell shows it.
_CUT = re.compile(r"@\{.*\}?|System\.[A-Za-z.]+(\[\]|`\d.*)?|Microsoft\.Exchange\.[\w.]+(\[\])?", re.DOTALL)
_CUT_BEGINS = ("@{", "System.", "Microsoft.Exchange.")
_FLAGS = {"true": True, "false": False, "$true": True, "$false": False}
_SENDER = re.compile(r"(?:@\{|; )(?:Domain|Address|Sender)=([^;{}=]+)[;}]", re.IGNORECASE)
_LONGEST, _DEEPEST = 1000, 3


def is_cut(value: Any) -> bool:
    """Whether a value stands for a deeper one that was cut off when it was exported."""
    if not isinstance(value, str):
        return False
    plain = value.strip()
    # Most texts begin otherwise, and every one that is read comes by here.
    return plain.startswith(_CUT_BEGINS) and bool(_CUT.fullmatch(plain))


def flag(of: Maybe, name: str) -> bool | Unknown:
    """A boolean; also as PowerShell writes it in a text. An empty one is unknown."""
    value = _value(of, name)
    if isinstance(value, bool | Unknown):
        return value
    found = _FLAGS.get(value.lower()) if isinstance(value, str) else None
    return _lacks(of, name) if found is None else found


def number(of: Maybe, name: str) -> int | Unknown:
    """An integer; also one in a text. An empty one is unknown."""
    value = _value(of, name)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        return _lacks(of, name)
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else _lacks(of, name)


def text(of: Maybe, name: str) -> str | Unknown:
    """A text; empty where the property is empty."""
    value = _value(of, name)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, list | dict | bool) or is_cut(value):
        return _lacks(of, name)
    return "" if value is None else str(value)


def word(of: Maybe, name: str, numbered: Sequence[str] = ()) -> str | Unknown:
    """A word of an enumeration. ConvertTo-Json writes those of live objects as numbers: `numbered` are the
    words in the order of these; without them a number is unknown."""
    value = _value(of, name)
    if isinstance(value, int) and not isinstance(value, bool):
        return numbered[value] if 0 <= value < len(numbered) else _lacks(of, name)
    return text(of, name)


def texts(of: Maybe, name: str) -> tuple[str, ...] | Unknown:
    """A list of texts; one text is a list of one, and an empty property is an empty list."""
    value = _value(of, name)
    if isinstance(value, Unknown):
        return value
    if is_cut(value):
        return _lacks(of, name)
    items = value if isinstance(value, list) else [] if value in (None, "", {}) else [value]
    plain = all(isinstance(each, str | int | None) and not is_cut(each) for each in items)
    return tuple(str(each) for each in items if each is not None) if plain else _lacks(of, name)


def senders(of: Maybe, name: str) -> tuple[str, ...] | Unknown:
    """A list of addresses or domains in lower case, as texts, as {Domain: ...} or {Sender: {Address: ...}},
    or as the text that PowerShell makes of such an object."""
    value = _value(of, name)
    if isinstance(value, Unknown):
        return value
    items = value if isinstance(value, list) else [] if value in (None, "", {}) else [value]
    found = [_sender(each) for each in items if each is not None]
    return _lacks(of, name) if "" in found else tuple(found)


def part(of: Maybe, name: str) -> TenantObject | Unknown:
    """An object inside an object; one without properties where the property is empty."""
    value = _value(of, name)
    if isinstance(of, Unknown):
        return of
    if isinstance(value, Unknown):
        return value
    if value is None:
        return TenantObject(f"{of.whose} {name}", {}, of.place)
    return _part(of, name, value) if isinstance(value, dict) else of.lacks(name, Reason.CUT_SHORT)


def parts(of: Maybe, name: str) -> tuple[TenantObject, ...] | Unknown:
    """The objects in a list; one object is a list of one, and an empty property is an empty list."""
    value = _value(of, name)
    if isinstance(of, Unknown):
        return of
    if isinstance(value, Unknown):
        return value
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, dict) for each in items):
        return of.lacks(name, Reason.CUT_SHORT)
    return tuple(_part(of, name, each) for each in items)


def time(of: Maybe, name: str) -> datetime.datetime | Unknown | None:
    """A point in time in UTC, by ISO 8601 or as /Date(ms)/; None where the property is empty, and unknown
    where it is written in the way of some country. LastValidationTimestamp and others name no zone, and are
    UTC."""
    value = text(of, name)
    if isinstance(value, Unknown) or not value:
        return value or None
    found = moment(value)
    return _lacks(of, name) if found is None else found


def day_of(moment: datetime.datetime | Unknown | None) -> str | Unknown:
    """The day of a point in time, empty for none."""
    return moment if isinstance(moment, Unknown) else moment.date().isoformat() if moment else ""


def is_before(moment: datetime.datetime | Unknown | None, today: datetime.date) -> bool | Unknown:
    """Whether a point in time is on an earlier day; none never is."""
    return moment if isinstance(moment, Unknown) else moment is not None and moment.date() < today


def name_of(of: TenantObject) -> str:
    """What people call an object."""
    for name in ("Name", "DisplayName", "Identity", "Id"):
        found = text(of, name)
        if isinstance(found, str) and found:
            return found
    return ""


def place_at(of: TenantObject, name: str) -> Place | None:
    """Where a property stands."""
    place = of.place
    key = next((each for each in of.values if each.lower() == name.lower()), "")
    return Pointer(place.file, f"{place.pointer}/{key}") if isinstance(place, Pointer) and key else place


def all_unknown(facts: type[_T], why: Unknown, known: Mapping[str, Any]) -> _T:
    """The facts of a subject of which nothing but some fields is known."""
    parts = _parts(facts).items()
    return facts(
        **{name: known[name] if name in known else _unknown(name, part, why) for name, part in parts}
    )


@cache
def _parts(facts: type[msgspec.Struct]) -> Mapping[str, type[msgspec.Struct] | None]:
    """Field -> its type where it has fields of its own; to read type hints takes long."""
    hints = {each.name: each.type for each in msgspec.structs.fields(facts)}
    return {
        name: hint if isinstance(hint, type) and issubclass(hint, msgspec.Struct) else None
        for name, hint in hints.items()
    }


def _unknown(name: str, part: type[msgspec.Struct] | None, why: Unknown) -> Any:
    if name == "place":
        return None
    return all_unknown(part, why, {}) if part else why


def _value(of: Maybe, name: str) -> Any:
    return of if isinstance(of, Unknown) else of.value(name)


def _sender(value: Any) -> str:
    """Empty where it is not a sender, or lies deeper than any export has it."""
    for _ in range(_DEEPEST):
        if not isinstance(value, dict):
            break
        folded = {key.lower(): each for key, each in value.items()}
        value = folded.get("domain") or folded.get("sender") or folded.get("address")
    if not isinstance(value, str):
        return ""
    shown = _SENDER.search(value[:_LONGEST])
    text = shown[1] if shown else value
    return "" if is_cut(text) else text.strip().lower()


def _lacks(of: Maybe, name: str) -> Unknown:
    return of if isinstance(of, Unknown) else of.lacks(name, Reason.CUT_SHORT)


def _part(of: TenantObject, name: str, values: dict[str, Any]) -> TenantObject:
    return TenantObject(f"{of.whose} {name}", values, place_at(of, name))
