"""octoDNS' `!include`: other files as values, inside the repository and bounded."""

from __future__ import annotations

import posixpath

from mfpolicy.model.documents import Fault, Node
from mfpolicy.model.places import Span
from mfpolicy.sources.shape import shown
from mfpolicy.sources.yaml import Include, read
from mfpolicy.sources.zones import SourceFiles

_MAX_DEPTH = 10
_MAX_CHARACTERS = 64 * 1024 * 1024
_MAX_INCLUDES = 20_000


class Includer:
    """Reads files for one zone source; what they cost is counted over the whole of it."""

    def __init__(self, files: SourceFiles) -> None:
        self.files = files
        self.faults: list[Fault] = []
        self.included: set[str] = set()
        self.failed = 0
        self._characters = 0
        self._includes = 0

    def document(self, path: str) -> Node | Fault:
        """A zone file, its includes resolved; faults are collected, and `failed` counts those within."""
        text = self.files.text(path)
        return text if isinstance(text, Fault) else self._read(text, path, (path,))

    def _read(self, text: str, path: str, stack: tuple[str, ...]) -> Node | Fault:
        node, faults = read(text, path, self._include(stack))
        if node is not None:
            self.faults += faults
            return node
        self.faults += faults[:-1]
        return faults[-1]

    def _include(self, stack: tuple[str, ...]) -> Include:
        def include(name: str, place: Span) -> Node | Fault:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(stack[-1]), name))
            found = self._target(target, stack)
            if not isinstance(found, Fault):
                return found
            self.failed += 1
            inner = f"{found.text} (in {target})" if isinstance(found.place, Span) else found.text
            return Fault(found.code, f"{shown(name)} cannot be included: {inner}", place)

        return include

    def _target(self, target: str, stack: tuple[str, ...]) -> Node | Fault:
        if "\0" in target or not self.files.inside(target):
            return Fault("unreadable-file", "it lies outside the repository")
        if target in stack:
            return Fault("unreadable-file", "it includes itself")
        text = self.files.text(target)
        if isinstance(text, Fault):
            return text
        self._includes += 1
        self._characters += len(text)
        if len(stack) > _MAX_DEPTH or self._includes > _MAX_INCLUDES or self._characters > _MAX_CHARACTERS:
            return Fault("too-large", "the includes are too many, too deep or too large")
        self.included.add(target)
        return self._read(text, target, (*stack, target))
