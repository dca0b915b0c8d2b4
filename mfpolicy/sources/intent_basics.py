"""What all parts of `mailflow.yaml` are made of."""

from __future__ import annotations

from typing import Annotated

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
