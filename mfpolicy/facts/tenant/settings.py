"""Settings of a policy by Microsoft's own names, each beside what an intent declares for it.

A section is a Struct whose fields are settings; with `rename="pascal"` a field `bulk_threshold` is the
property BulkThreshold, also for rules: `protection_policy.anti_spam.BulkThreshold.value`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from mfpolicy.facts.tenant.values import Maybe, flag, number, place_at, texts, word
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class FlagSetting(msgspec.Struct, frozen=True):
    """A setting that is on or off. `declared`: the intent gives a value of its own, so that the preset's does
    not count."""

    value: bool | Unknown = False
    declared: bool = False
    place: Place | None = None


class NumberSetting(msgspec.Struct, frozen=True):
    """A setting that is a number."""

    value: int | Unknown = 0
    declared: bool = False
    place: Place | None = None


class WordSetting(msgspec.Struct, frozen=True):
    """A setting that is a word of Microsoft's, as it spells it."""

    value: str | Unknown = ""
    declared: bool = False
    place: Place | None = None


class ListSetting(msgspec.Struct, frozen=True):
    """A setting that is a list of texts."""

    value: tuple[str, ...] | Unknown = ()
    declared: bool = False
    place: Place | None = None


class DeviationFacts(msgspec.Struct, frozen=True):
    """A setting that the intent declares, and that has another value: both as texts."""

    name: str
    value: str
    wanted: str
    place: Place | None = None


_READ: dict[Any, Callable[[Maybe, str], Any]] = {
    FlagSetting: flag,
    NumberSetting: number,
    WordSetting: word,
    ListSetting: texts,
}
_Section = TypeVar("_Section", bound=msgspec.Struct)


def section(of: Maybe, made: type[_Section], declared: Mapping[str, Any]) -> _Section:
    """The settings of an object; `declared` are the intent's values by Microsoft's names. Its `present` is
    true; what the export does not tell is unknown."""
    folded = {name.lower() for name in declared}
    found: dict[str, Any] = {"present": True}
    for each in msgspec.structs.fields(made):
        if each.type in _READ:
            value = _READ[each.type](of, each.encode_name)
            place = place_at(of, each.encode_name) if isinstance(of, TenantObject) else None
            found[each.name] = each.type(value, each.encode_name.lower() in folded, place)
    return made(**found)


def deviations(of: msgspec.Struct, declared: Mapping[str, Any]) -> Iterator[DeviationFacts | Unknown]:
    """The settings of a section that differ from what is declared for them."""
    wanted = {name.lower(): value for name, value in declared.items()}
    for each in msgspec.structs.fields(type(of)):
        name = each.encode_name.lower()
        setting = getattr(of, each.name)
        if each.type not in _READ or name not in wanted:
            continue
        if isinstance(setting.value, Unknown):
            yield setting.value
        elif _plain(setting.value) != _plain(wanted[name]):
            yield DeviationFacts(each.encode_name, _shown(setting.value), _shown(wanted[name]), setting.place)


def names(of: type[msgspec.Struct]) -> tuple[str, ...]:
    """Microsoft's names of the settings in a section."""
    return tuple(each.encode_name for each in msgspec.structs.fields(of) if each.type in _READ)


def _plain(value: Any) -> Any:
    """Words compare without case, and lists without order."""
    if isinstance(value, list | tuple):
        return sorted(str(each).lower() for each in value)
    return value if isinstance(value, bool) else str(value).lower()


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)
