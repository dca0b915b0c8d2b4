"""Zone sources: one module per format, found because it exists."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Protocol

import msgspec

from mfpolicy.model.dns import Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Place, Span


class SourceFiles(Protocol):
    """The files of a repository; all paths are relative to its root, with `/` between their parts."""

    def text(self, path: str, limit: int = ...) -> str | Fault:
        """A file's text of at most so many bytes, or why there is none."""
        ...

    def listing(self, folder: str) -> list[str]:
        """The paths in a folder, sorted, folders with a final `/`; none where it is no folder."""
        ...

    def inside(self, path: str) -> bool:
        """Whether a path lies in the repository, symbolic links followed."""
        ...


class ZoneSet(msgspec.Struct, frozen=True):
    """The zones of one source, every fault with its place, and all files that had a say."""

    zones: tuple[Zone, ...] = ()
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()


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
    read: Callable[[str, SourceFiles], ZoneSet] = _module(format).read
    return read(path, files)


def reads_elsewhere(format: str, path: str, files: SourceFiles) -> bool:
    """Whether the zones may lie elsewhere than at and below the path. Most formats know no such thing."""
    look: Callable[[str, SourceFiles], bool] | None = getattr(_module(format), "reads_elsewhere", None)
    return bool(look and look(path, files))


def _module(format: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{format.replace('-', '_')}")
