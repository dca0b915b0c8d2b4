"""Where DNSControl says that a record was written."""

from __future__ import annotations

import posixpath
import re

from mfpolicy.model.places import Line, Place, Pointer
from mfpolicy.sources.zones import SourceFiles

_POSITION = re.compile(r"\[?(?:at )?([^\[\]\n]{1,500}):([0-9]{1,7}):[0-9]{1,7}\]?")
_MAIN = "dnsconfig.js"
# The main script has no name (StackExchange/dnscontrol, models/record.go, FixPosition). A record that a
# required file makes stands where the main script requires that file (pkg/js/parse_tests/020-complexRequire).
_NAMELESS = ("line", "<anonymous>")


class Places:
    """Positions such as `[line:7:5]` as lines of the main script, if it lies beside the IR or at the root."""

    def __init__(self, path: str, files: SourceFiles) -> None:
        self._files = files
        self._folders = dict.fromkeys((posixpath.dirname(path) or ".", "."))
        self._known: dict[str, str | None] = {}

    def of(self, position: str, pointer: Pointer) -> Place:
        """The line that DNSControl named, in a file of ours; else the place in the IR."""
        found = _POSITION.fullmatch(position.strip()) if position else None
        if found is None or int(found[2]) < 1:
            return pointer
        name = _MAIN if found[1] in _NAMELESS else found[1]
        if name not in self._known:
            self._known[name] = self._path(name)
        path = self._known[name]
        return Line(path, int(found[2])) if path else pointer

    def _path(self, name: str) -> str | None:
        """The path of a file that lies in the repository; nothing outside is ever shown."""
        for folder in self._folders:
            path = posixpath.normpath(posixpath.join(folder, name))
            listed = self._files.listing(posixpath.dirname(path) or ".")
            if path in listed and self._files.inside(path):
                return path
        return None
