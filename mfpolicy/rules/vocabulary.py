"""The words that a rule may use: every path of the fact types, and facts as plain values for the engine."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.spelling import nearest

LEAVES = (bool, int, str)
_INT64 = 2**63 - 1
_ABSENT = object()
Handler = Callable[[Any, list[Unknown]], Any]


class VocabularyError(Exception):
    """A fact type that is not total, or holds what no rule can read: a fault of ours."""


class Field(msgspec.Struct, frozen=True):
    """One fact: its word, its attribute, its leaf or Struct type, and whether it is a list of those."""

    word: str
    attribute: str
    type: type
    many: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether its value, or each of its values, is a bool, an int or a str."""
        return self.type in LEAVES


class Seen(msgspec.Struct, frozen=True):
    """A value found at a path (list elements with their index), with the nearest place around it."""

    path: str
    value: Any
    place: Place | None


class Facts(msgspec.Struct, frozen=True):
    """One subject's facts for the engine. `unknowns` tells what was left out of `data`, and why."""

    data: dict[str, Any]
    unknowns: dict[str, Unknown]


class Vocabulary:
    """Subject kind -> type of its facts. Whatever looks at a type raises VocabularyError if it is one that no
    rule can read; most runs have no subject of many kinds, so that nothing looks at theirs."""

    def __init__(self, subjects: Mapping[str, type]) -> None:
        self.subjects = dict(subjects)
        self._shapes: dict[type, dict[str, Field]] = {}
        self._converters: dict[type, Handler] = {}

    def shape(self, type: type) -> dict[str, Field]:
        """The facts of one Struct type by word; its `place` is none of them."""
        if type not in self._shapes:
            infos = msgspec.structs.fields(type)
            self._shapes[type] = {each.encode_name: _field(each) for each in infos if each.name != "place"}
        return self._shapes[type]

    def field(self, path: str, variables: Mapping[str, type] | None = None) -> Field | None:
        """The fact at a path, read through lists; None where there is no such fact."""
        root, *words = path.split(".")
        found = {**self.subjects, **(variables or {})}.get(root)
        field = None if found is None else Field(root, root, found)
        for word in words:
            field = None if field is None or field.is_leaf else self.shape(field.type).get(word)
        return field

    def paths(self) -> dict[str, str]:
        """Every path with its type as text; a type inside itself is listed once."""
        return {
            path: text for kind, type in self.subjects.items() for path, text in self._walk(kind, type, ())
        }

    def suggest(self, path: str) -> str:
        """The path nearest in spelling, or an empty string."""
        return nearest(path, [*self.subjects, *self.paths()])

    def activation(self, kind: str, facts: msgspec.Struct) -> Facts:
        """Facts as plain dicts and lists without their unknown leaves; those stand in a side table."""
        seen: list[Unknown] = []
        data = self.converter(self.subjects[kind])(facts, seen)
        unknowns = dict(self._unknowns(kind, facts)) if seen else {}
        return Facts({kind: data}, unknowns)

    def look(self, path: str, facts: msgspec.Struct) -> Iterator[Seen]:
        """Every value at a path whose first word stands for `facts`; through lists, one for each element."""
        root, _, rest = path.partition(".")
        yield from self.walk(Seen(root, facts, getattr(facts, "place", None)), rest)

    def walk(self, at: Seen, rest: str) -> Iterator[Seen]:
        """Every value at the rest of a path, from a value already found."""
        word, _, below = rest.partition(".")
        if not word or isinstance(at.value, Unknown):
            yield at
        elif isinstance(at.value, list | tuple):
            for index, each in enumerate(at.value):
                place = getattr(each, "place", None) or at.place
                yield from self.walk(Seen(f"{at.path}[{index}]", each, place), rest)
        elif isinstance(at.value, msgspec.Struct) and word in self.shape(type(at.value)):
            found = getattr(at.value, self.shape(type(at.value))[word].attribute)
            place = getattr(found, "place", None) or at.place
            yield from self.walk(Seen(f"{at.path}.{word}", found, place), below)

    def converter(self, type: type) -> Handler:
        """What turns one Struct type into a dict, made once; a type may hold itself."""
        if type not in self._converters:
            self._converters[type] = lambda value, seen: self._converters[type](value, seen)
            self._converters[type] = self._made(type)
        return self._converters[type]

    def _made(self, type: type) -> Handler:
        fields = self.shape(type).values()
        names = tuple(field.attribute for field in fields)
        get = _getter(names)
        handlers = tuple((field.word, self._handler(field)) for field in fields)
        words = tuple(field.word for field in fields)

        def convert(value: Any, seen: list[Unknown]) -> dict[str, Any]:
            plain = dict(zip(words, get(value), strict=True))
            for word, handler in handlers:
                found = handler(plain[word], seen)
                if found is _ABSENT:
                    del plain[word]
                else:
                    plain[word] = found
            return plain

        return _known(convert)

    def _handler(self, field: Field) -> Handler:
        one = _HANDLERS[field.type] if field.is_leaf else self.converter(field.type)
        return _known(_listed(one, {} if not field.is_leaf else _ABSENT)) if field.many else one

    def _walk(self, path: str, type: type, above: tuple[type, ...]) -> Iterator[tuple[str, str]]:
        for word, field in self.shape(type).items():
            text = field.type.__name__
            yield f"{path}.{word}", f"list of {text}" if field.many else text
            if not field.is_leaf and field.type not in above:
                yield from self._walk(f"{path}.{word}", field.type, (*above, field.type))

    def _unknowns(self, path: str, value: Any) -> Iterator[tuple[str, Unknown]]:
        if isinstance(value, Unknown):
            yield path, value
        elif isinstance(value, list | tuple):
            for index, each in enumerate(value):
                yield from self._unknowns(f"{path}[{index}]", each)
        elif isinstance(value, msgspec.Struct):
            for word, field in self.shape(type(value)).items():
                yield from self._unknowns(f"{path}.{word}", getattr(value, field.attribute))


def _field(info: msgspec.structs.FieldInfo) -> Field:
    """Read a type hint; Unknown may stand beside every type."""
    hint, many = _without_unknown(info.type), False
    if get_origin(hint) in (list, tuple):
        hint, many = _without_unknown(get_args(hint)[0]), True
    if get_origin(hint) is Literal:
        hint = type(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, str):
        hint = str
    if hint not in LEAVES and not (isinstance(hint, type) and issubclass(hint, msgspec.Struct)):
        raise VocabularyError(f"{info.name}: no rule can read {info.type}")
    return Field(info.encode_name, info.name, hint, many)


def _without_unknown(hint: Any) -> Any:
    if isinstance(hint, TypeVar) or get_origin(hint) not in (Union, types.UnionType):
        return hint
    rest = [each for each in get_args(hint) if each is not Unknown]
    return rest[0] if len(rest) == 1 else hint


def _known(inner: Handler) -> Handler:
    def handle(value: Any, seen: list[Unknown]) -> Any:
        if type(value) is Unknown:
            seen.append(value)
            return _ABSENT
        return inner(value, seen)

    return handle


def _listed(one: Handler, instead: Any) -> Handler:
    """A list keeps its length, or `all` would not see the gap: an unknown object is an empty one, and an
    unknown leaf makes the whole list unknown."""

    def handle(value: Any, seen: list[Unknown]) -> Any:
        plain = [one(each, seen) for each in value]
        if not seen or not any(each is _ABSENT for each in plain):
            return plain
        return _ABSENT if instead is _ABSENT else [instead if each is _ABSENT else each for each in plain]

    return handle


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A single name makes attrgetter return the bare value, no tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _text(value: Any, seen: list[Unknown]) -> str:
    """The engine takes plain str without lone surrogates, nothing else."""
    plain = str(value.value if isinstance(value, Enum) else value)
    return plain if plain.isascii() else plain.encode("utf-8", "replace").decode("utf-8")


def _number(value: Any, seen: list[Unknown]) -> int:
    """The engine's int has 64 bits; a larger one keeps its sign and its being large."""
    return value if -_INT64 <= value <= _INT64 else (_INT64 if value > 0 else -_INT64)


_HANDLERS: dict[type, Handler] = {
    bool: _known(lambda value, seen: value),
    int: _known(_number),
    str: _known(_text),
}
