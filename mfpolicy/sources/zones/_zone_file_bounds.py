"""What reading one source of master files may cost, counted over the whole of it."""

from __future__ import annotations

_MAX_RECORDS = 1_000_000
_MAX_GENERATED = 65_536
_MAX_INCLUDES = 20_000
_MAX_CHARACTERS = 64 * 1024 * 1024
_MAX_FAULTS = 1_000
MAX_DEPTH = 10


class TooLargeError(Exception):
    """A bound is passed; the text says which."""


class Bounds:
    """Counters that raise TooLargeError, with a sentence for the user, once they are passed."""

    def __init__(self) -> None:
        self._records = 0
        self._generated = 0
        self._includes = 0
        self._characters = 0

    def record(self) -> None:
        """Count a record."""
        self._records += 1
        if self._records > _MAX_RECORDS:
            raise TooLargeError(f"more than {_MAX_RECORDS:,} records; the rest is not read")

    def generate(self, records: int) -> None:
        """Count what a $GENERATE is about to make."""
        self._generated += records
        if self._generated > _MAX_GENERATED:
            raise TooLargeError(f"$GENERATE makes more than {_MAX_GENERATED:,} records; they are not read")

    def include(self, characters: int, depth: int) -> None:
        """Count an included file."""
        self._includes += 1
        self._characters += characters
        if depth > MAX_DEPTH or self._includes > _MAX_INCLUDES or self._characters > _MAX_CHARACTERS:
            raise TooLargeError("the includes are too many, too deep or too large")

    def faults(self, number: int) -> None:
        """Mind the faults of one zone."""
        if number > _MAX_FAULTS:
            raise TooLargeError(f"more than {_MAX_FAULTS:,} faults; the rest is not read")
