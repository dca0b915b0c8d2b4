"""Whether a change can alter what is judged, told from the names of the files that differ."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable

# What no folder of zones is read for, and no zone file includes. All else may be data: a doubt costs a
# second, no more.
_NO_DATA = frozenset(
    [
        ".bat",
        ".css",
        ".gif",
        ".go",
        ".html",
        ".jpg",
        ".js",
        ".md",
        ".pdf",
        ".png",
        ".ps1",
        ".py",
        ".rb",
        ".rs",
    ]
    + [".rs", ".rst", ".sh", ".svg", ".ts"]
)

_NOT_HIDDEN = (".", "..", ".well-known")


def may_matter(differing: Iterable[str], named: Collection[str]) -> bool:
    """Whether any of the files may have a say, before one is read; `named` are those that the call names."""
    paths = {posixpath.normpath(each) for each in named}
    return any(path in paths or _may_be_data(path) for path in differing)


def matters(differing: Iterable[str], read: Collection[str], sources: Iterable[str]) -> bool:
    """Whether any of the files was read, or would have been if it were there still."""
    folders = [posixpath.normpath(each) for each in sources]
    return any(path in read or (_may_be_data(path) and _is_below(path, folders)) for path in differing)


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(folder == "." or path.startswith(f"{folder}/") for folder in folders)


def _may_be_data(path: str) -> bool:
    """Hidden files and programs are not for mail; policies of MTA-STS are kept where they are served from."""
    hidden = any(part.startswith(".") and part not in _NOT_HIDDEN for part in path.split("/"))
    return not hidden and posixpath.splitext(path)[1].lower() not in _NO_DATA
