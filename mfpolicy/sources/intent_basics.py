"""What all parts of `mailflow.yaml` are made of."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

Names = list[str]
Day = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day.", examples=["2027-02-28"])
]
Duration = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]+[smhdw]|day|week|month|quarter|year)$",
        description="A time: a number of seconds, minutes, hours, days or weeks, or a word.",
        examples=["7d", "quarter"],
    ),
]


class Part(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A mapping of the file; every key may be left out unless a type says otherwise."""


@cache
def keys(part: type[msgspec.Struct]) -> tuple[str, ...]:
    """The keys that a mapping of this type may have, as they are written."""
    return part.__struct_encode_fields__


@cache
def words(part: type[msgspec.Struct], key: str) -> tuple[str, ...]:
    """The words that a key may have for a value."""
    hint: Any = get_type_hints(part)[key]
    word = next((each for each in get_args(hint) if get_origin(each) is Literal), hint)
    return tuple(str(each) for each in get_args(word))
