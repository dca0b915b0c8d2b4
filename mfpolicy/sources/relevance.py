"""Whether a change can alter what is judged, told from the names of the files that differ."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable

# What no zone file is named like or includes, and no intent extends. All else may be data: a doubt costs a
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
        ".markdown",
        ".pdf",
        ".png",
        ".rb",
        ".rst",
    ]
    + [".rst", ".svg", ".ts"]
)


def may_matter(differing: Iterable[str], named: Collection[str]) -> bool:
    """Whether any of the files may have a say, before they are read; `named` are those that the call or its
    intent names, and folders. Below these a zone's file may be named as the zone is: example.md."""
    return any(path in named or _is_below(path, named) or _may_be_data(path) for path in differing)


def matters(differing: Iterable[str], read: Collection[str], folders: Collection[str]) -> bool:
    """Whether any of the files was read, or would have been if it were there still."""
    return any(path in read or (_may_be_data(path) and _is_below(path, folders)) for path in differing)


def _is_below(path: str, folders: Collection[str]) -> bool:
    return any(folder == "." or path.startswith(f"{folder}/") for folder in folders)


def _may_be_data(path: str) -> bool:
    """Of files in Markdown only those in capitals are known to be none: example.md is a zone in Moldova."""
    stem, suffix = posixpath.splitext(posixpath.basename(path))
    return suffix.lower() not in _NO_DATA and not (suffix == ".md" and stem.isupper())
