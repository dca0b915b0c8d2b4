"""A YAML or JSON file as read: a tree of values that know their places."""

from __future__ import annotations

import msgspec

from mfpolicy.model.places import Place


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in somebody's file. `code` is the slug of the rule that speaks of it."""

    code: str
    text: str
    place: Place | None = None


class Scalar(msgspec.Struct, frozen=True):
    """A leaf: its YAML 1.2 core value, and its text as written."""

    value: str | int | float | bool | None
    text: str
    place: Place


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    place: Place


class Entry(msgspec.Struct, frozen=True):
    """One key of a mapping with its value."""

    key: str
    value: Node
    place: Place


class Mapping(msgspec.Struct, frozen=True):
    """A mapping with text keys; entries in file order, no key twice."""

    entries: tuple[Entry, ...]
    place: Place


Node = Scalar | Sequence | Mapping
