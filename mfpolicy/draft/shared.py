"""What many domains have in common is said once: in the defaults, or for a group of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from mfpolicy.draft.published import Value
from mfpolicy.draft.senders import UNSIGNED

Said = Mapping[str, Value]
_WORDS = {
    "none": "parked",
    "receive": "receiving",
    "send": "sending",
    "send-and-receive": "mail",
    "": "others",
}
# What a domain does not take from the defaults, by what it is for: the counterpart of sources/layers.py.
_NOT_TAKEN = {
    "none": ("senders", "mx", "spf", "dkim", "mta_sts", "tls_rpt"),
    "send": ("mx", "mta_sts", "tls_rpt"),
    "receive": ("senders", "dkim"),
}
# These differ from domain to domain, and stand with each.
_OWN = ("dkim",)
_LISTED = 2  # services that a group is named after


class Entry(msgspec.Struct, frozen=True):
    """What is said of a domain, and what holds of it without being said."""

    name: str
    said: Said
    implied: Said = {}


class Part(msgspec.Struct, frozen=True):
    """A group with its members, or a domain without any."""

    name: str
    said: Said
    members: tuple[str, ...] = ()


class Layered(msgspec.Struct, frozen=True):
    """The same in layers: each domain over its group, each group over the defaults."""

    defaults: Said
    groups: tuple[Part, ...]
    domains: tuple[Part, ...]


def layered(entries: Sequence[Entry]) -> Layered:
    """The entries, whose names are all different, in layers that add up to exactly what they say."""
    alike: dict[tuple[tuple[str, Value], ...], list[Entry]] = {}
    for each in entries:
        alike.setdefault(tuple(_common(each.said).items()), []).append(each)
    defaults = _defaults(alike)
    groups: list[Part] = []
    grouped: set[str] = set()
    used: Counter[str] = Counter()
    for common, members in sorted(alike.items(), key=lambda item: (-len(item[1]), item[1][0].name)):
        if len(members) > 1:
            names = tuple(sorted(each.name for each in members))
            groups.append(Part(_name(dict(common), used), _without(dict(common), defaults), names))
            grouped.update(names)
    domains = (
        Part(each.name, _own(each.said) if each.name in grouped else _without(each.said, defaults))
        for each in sorted(entries, key=lambda each: each.name)
    )
    return Layered(
        defaults, tuple(groups), tuple(each for each in domains if each.said or each.name not in grouped)
    )


def _common(said: Said) -> dict[str, Value]:
    return {key: value for key, value in said.items() if key not in _OWN}


def _own(said: Said) -> dict[str, Value]:
    return {key: value for key, value in said.items() if key in _OWN}


def _without(said: Said, defaults: Said) -> dict[str, Value]:
    return {key: value for key, value in said.items() if defaults.get(key) != value}


def _defaults(alike: Mapping[tuple[tuple[str, Value], ...], Sequence[Entry]]) -> dict[str, Value]:
    """The commonest value of each key that every domain which would take it has, or has another value of."""
    counts: dict[str, Counter[Value]] = {}
    for common, members in alike.items():
        for key, value in common:
            counts.setdefault(key, Counter())[value] += 1 if len(members) > 1 else len(members)
    entries = [each for members in alike.values() for each in members]
    found = {
        key: max(values, key=lambda value: (values[value], str(value))) for key, values in counts.items()
    }
    return {
        key: value
        for key, value in found.items()
        if counts[key][value] > 1 and all(_may_take(each, key, value) for each in entries)
    }


def _may_take(entry: Entry, key: str, value: Value) -> bool:
    if key in entry.said or entry.implied.get(key) == value:
        return True
    return key.partition(".")[0] in _NOT_TAKEN.get(str(entry.said.get("mail", "")), ())


def _name(said: Said, used: Counter[str]) -> str:
    """A group's name: what its domains are for, and by whom."""
    base = "-".join((_WORDS[str(said.get("mail", ""))], *_services(said)))
    used[base] += 1
    return base if used[base] == 1 else f"{base}-{used[base]}"


def _services(said: Said) -> Iterable[str]:
    senders, hosts = said.get("senders", ()), said.get("mx", ())
    named = (*(each for each in hosts if "." not in each), *(each.removesuffix(UNSIGNED) for each in senders))
    return tuple(dict.fromkeys(named))[:_LISTED]
