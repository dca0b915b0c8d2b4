"""The text of one file of an export, and what it is as JSON."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec


class Document:
    """A file that a tool wrote. `documents` are the JSON documents in it, one after the other; none where it
    is no JSON, with the `error` that says why."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text.removeprefix("\ufeff")
        self.error = ""

    @cached_property
    def documents(self) -> tuple[Any, ...]:
        """See the class."""
        try:
            return (msgspec.json.decode(self.text),)
        except (msgspec.DecodeError, RecursionError) as error:
            self.error = str(error) or "it is nested too deeply"
            return ()

    @property
    def whole(self) -> dict[str, Any]:
        """The one object that the file is; an empty one where it is anything else."""
        found = self.documents
        return found[0] if len(found) == 1 and isinstance(found[0], dict) else {}
