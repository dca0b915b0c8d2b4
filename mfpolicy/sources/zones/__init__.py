"""Zone sources: one module per format, found because it exists."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Protocol

import msgspec

from mfpolicy.model.dns import Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Place, Span


class SourceFiles(Protocol):
    """The files of a repository; all paths are relative to its root, with `/` between their parts."""

    def text(self, path: str, limit: int = ..., marked: bool = ...) -> str | Fault:
        """A file's text of at most so many bytes, or why there is none. `marked`: it may be UTF-16, with a
        byte order mark or without."""
        ...

    def data(self, path: str, limit: int = ...) -> bytes | Fault:
        """A file's bytes, or why there are none."""
        ...

    def listing(self, folder: str) -> list[str]:
        """The paths in a folder, sorted, folders with a final `/`; none where it is no folder."""
        ...

    def inside(self, path: str) -> bool:
        """Whether a path lies in the repository, symbolic links followed."""
        ...


class ZoneSet(msgspec.Struct, frozen=True):
    """The zones of one source, every fault with its place, and all files that had a say. `former` are the
    zones before the change, from a source that tells both; None from every other."""

    zones: tuple[Zone, ...] = ()
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()
    former: tuple[Zone, ...] | None = None


FORMATS = tuple(
    sorted(
        each.name.replace("_", "-")
        for each in pkgutil.iter_modules(__path__)
        if not each.name.startswith("_")
    )
)


def read_zones(format: str, path: str, files: SourceFiles, named: Place | None = None) -> ZoneSet:
    """The zones at a path, as the module of that format reads them; `named` is where an intent names it.
    Never raises for what a file holds."""
    place = named or Span(path, 0, 0)
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        return ZoneSet(
            faults=(Fault("wrong-type", f"there is no zone format {format!r}; there are {known}", place),)
        )
    if not files.inside(path):
        return ZoneSet(
            faults=(
                Fault("unreadable-file", f"{path} lies outside the repository, so it is not read", place),
            )
        )
    module = importlib.import_module(f"{__name__}.{format.replace('-', '_')}")
    read: Callable[[str, SourceFiles], ZoneSet] = module.read
    return read(path, files)
