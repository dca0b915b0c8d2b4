"""What is wrong with a record's text."""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One fault of a record. `code` is a slug; characters `start` to `end` of the record's text are meant."""

    code: str
    text: str
    start: int
    end: int
