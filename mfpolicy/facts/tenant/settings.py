"""Settings of a policy by Microsoft's own names, each beside what an intent declares for it.

A section is a Struct whose fields are settings; with `rename="pascal"` a field `bulk_threshold` is the
property BulkThreshold, also for rules: `protection_policy.anti_spam.BulkThreshold.value`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

import msgspec

from mfpolicy.facts.tenant.values import Maybe, flag, number, place_at, senders, texts, word
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


class Part(msgspec.Struct, frozen=True):
    """What several properties of a policy say together, as one part of its section."""

    @classmethod
    def read(cls, of: Maybe) -> Self:
        """The part of an object; unknown as far as the object is."""
        raise NotImplementedError


class SendersSetting(msgspec.Struct, frozen=True):
    """A setting that is a list of senders, by address or by domain, in lower case."""

    value: tuple[str, ...] | Unknown = ()
    declared: bool = False
    place: Place | None = None


class KeptFacts(msgspec.Struct, frozen=True):
    """A setting that the intent declares: whether it has that value (`kept`), and both as texts."""

    name: str
    kept: bool | Unknown
    value: str | Unknown
    wanted: str
    place: Place | None = None


_READ: dict[Any, Callable[[Maybe, str], Any]] = {
    FlagSetting: flag,
    NumberSetting: number,
    WordSetting: word,
    ListSetting: texts,
    SendersSetting: senders,
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
        elif isinstance(each.type, type) and issubclass(each.type, Part):
            found[each.name] = each.type.read(of)
    return made(**found)


def kept(of: msgspec.Struct, declared: Mapping[str, Any]) -> Iterator[KeptFacts]:
    """The settings of a section that something is declared for."""
    wanted = {name.lower(): value for name, value in declared.items()}
    for each in msgspec.structs.fields(type(of)):
        name = each.encode_name.lower()
        if each.type in _READ and name in wanted:
            yield _kept(each.encode_name, getattr(of, each.name), wanted[name])


def _kept(name: str, setting: Any, wanted: Any) -> KeptFacts:
    value = setting.value
    if isinstance(value, Unknown):
        return KeptFacts(name, value, value, _shown(wanted), setting.place)
    return KeptFacts(name, _plain(value) == _plain(wanted), _shown(value), _shown(wanted), setting.place)


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
