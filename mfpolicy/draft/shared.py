"""What many domains have in common is said once: in the defaults, or for a group of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
_MODELS = 50  # the largest groups: more would cost time and help nobody
_WORTH = 2  # values that being like a group has to save
_ALIKE = ("mail", "mx", "senders")
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
    ordered = sorted(alike.items(), key=lambda item: (-len(item[1]), item[1][0].name))
    used: Counter[str] = Counter()
    models: dict[str, Said] = {}
    groups: list[Part] = []
    for common, members in ordered:
        if len(members) > 1:
            said = dict(common)
            name = _name(said, used)
            names = tuple(sorted(each.name for each in members))
            groups.append(Part(name, _shortened(said, models, defaults), names))
            if len(models) < _MODELS:
                models[name] = said
    domains = tuple(_domains(entries, models, defaults, {name for each in groups for name in each.members}))
    return Layered(defaults, tuple(groups), domains)


def _domains(
    entries: Sequence[Entry], models: Mapping[str, Said], defaults: Said, grouped: Collection[str]
) -> Iterator[Part]:
    """What is said of domains one by one: all of it, or what its group leaves unsaid."""
    for each in sorted(entries, key=lambda each: each.name):
        if each.name not in grouped:
            yield Part(each.name, _shortened(each.said, models, defaults))
        elif own := _own(each.said):
            yield Part(each.name, own)


def _shortened(said: Said, models: Mapping[str, Said], defaults: Said) -> dict[str, Value]:
    """What is said, without what a group that it is like says too, or else the defaults."""
    best, most = "", _WORTH - 1
    for name, model in models.items():
        same = sum(said[key] == value for key, value in model.items()) if _is_like(said, model) else 0
        if same > most:
            best, most = name, same
    if not best:
        return _without(said, defaults)
    return {"like": best, **_without(said, models[best])}


def _is_like(said: Said, model: Said) -> bool:
    """Whether somebody would call it so: it is for the same and by the same hosts and senders, and the model
    says no more, since nothing can be unsaid."""
    alike = all(said.get(key) == model.get(key) for key in _ALIKE)
    return alike and "mail" in said and model.keys() <= said.keys()


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
