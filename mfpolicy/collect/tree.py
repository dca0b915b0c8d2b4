"""The files of one commit, read as those on disk are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

from mfpolicy.collect.files import MAX_BYTES, OUTSIDE, decoded, undecoded
from mfpolicy.collect.git import GitError, Repository
from mfpolicy.collect.objects import Objects
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span

_FOLDER, _LINK = b"40000", b"120000"
_ABSENT = ("missing", "dangling", "notdir")
# What git says of a path that leads to no file of the commit, as it would be said of one on disk.
_WORDS = {
    "missing": "No such file or directory",
    "tree": "it is not a file",
    "commit": "it is another repository",
    "dangling": "No such file or directory",
    "loop": "Too many levels of symbolic links",
    "notdir": "Not a directory",
    "unnamed": "git cannot be asked for a name such as this",
}


class Tree:
    """Files by their paths from a folder; symbolic links are followed inside the repository. `close` it.

    A path that the commit does not hold is looked for where git sees that it was moved from, so that a moved
    folder is the one it was.
    """

    def __init__(self, repository: Repository, commit: str, folder: str) -> None:
        self.repository = repository
        self.folder = os.path.realpath(folder)
        self._commit = commit
        self._objects = Objects(repository, commit)
        self._read_at: tuple[str, ...] = ()
        self._moves: dict[str, str] | None = None
        self._texts: dict[str, str] = {}

    @property
    def texts(self) -> Mapping[str, str]:
        """What was read: shown path -> text."""
        return MappingProxyType(self._texts)

    def subjects(self) -> list[str]:
        """What the commits since this one say of themselves."""
        return self.repository.subjects(self._commit)

    def close(self) -> None:
        """Let git end."""
        self._objects.close()

    def shown(self, path: str) -> str:
        """See `Files.shown`."""
        return os.path.relpath(os.path.join(self.folder, path), self.folder).replace(os.sep, "/")

    def inside(self, path: str) -> bool:
        """See `Files.inside`; where links lead shows when they are read."""
        inner = self._inner(path)
        return "\0" not in path and inner != ".." and not inner.startswith("../")

    def holds(self, path: str) -> bool:
        """Whether there is a file or a folder, at the path or where it was moved from."""
        return self._at(path, 0)[0] in ("large", "blob", "tree") or bool(self._moved_into(path))

    def is_submodule(self, path: str) -> bool:
        """Whether another repository has its place here."""
        return self.inside(path) and self.repository.kind(self._commit, self._inner(path)) == "commit"

    def text(self, path: str, limit: int = MAX_BYTES, marked: bool = False) -> str | Fault:
        """See `Files.text`."""
        name = self.shown(path)
        if name in self._texts:
            return self._texts[name]
        data = self.data(path, limit)
        if isinstance(data, Fault):
            return data
        try:
            self._texts[name] = decoded(data, marked)
        except UnicodeDecodeError as error:
            return _fault(name, undecoded(error))
        return self._texts[name]

    def data(self, path: str, limit: int = MAX_BYTES) -> bytes | Fault:
        """See `Files.data`."""
        name = self.shown(path)
        kind, data = self._at(path, limit)
        if kind == "large":
            return Fault("too-large", f"larger than {limit // 2**20} MiB", Span(name, 0, 0))
        if kind == "symlink":
            return _fault(name, OUTSIDE)
        if kind != "blob":
            return _fault(name, f"cannot be read: {_WORDS.get(kind, kind)}")
        return data

    def read_at(self, paths: Iterable[str]) -> None:
        """What moved out of these is read where it was, not where it is now as well."""
        known = {each: self._objects.get(self._inner(each), 0)[0] for each in paths if self.inside(each)}
        self._read_at = tuple(f"{self._inner(each)}/" for each, kind in known.items() if kind == "tree")

    def listing(self, folder: str) -> list[str]:
        """See `Files.listing`."""
        kind, data = self._at(folder, 0)
        if kind != "tree":
            return self._moved_into(folder)
        return sorted(
            self.shown(os.path.join(folder, name)) + end for name, end in self._entries(folder, data)
        )

    def _entries(self, folder: str, data: bytes) -> Iterator[tuple[str, str]]:
        """The names in a folder, `/` beside those of folders. It holds for each: mode, blank, name, zero, and
        the octets of the object's id."""
        octets, at = len(self._commit) // 2, 0
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, name = data[at:end].partition(b" ")
            at, text = end + 1 + octets, os.fsdecode(name)
            link = self._inner(os.path.join(folder, text)) if mode == _LINK else ""
            is_folder = mode == _FOLDER or (mode == _LINK and self._objects.get(link, 0)[0] == "tree")
            yield text, "/" * is_folder

    def _at(self, path: str, limit: int) -> tuple[str, bytes]:
        """What lies at a path, else where it was moved from."""
        inner = self._inner(path)
        found = self._objects.get(inner, limit) if self.inside(path) else ("symlink", b"")
        if found[0] not in _ABSENT:
            return found
        if inner in self._renames():
            return self._objects.get(self._renames()[inner], limit)
        if found[0] == "missing" and self.repository.kind(self._commit, inner) in ("blob", "tree"):
            raise GitError(self.repository.lacking(self._commit, inner))
        return found

    def _moved_into(self, folder: str) -> list[str]:
        """What lay elsewhere, and lies in a folder now that the commit does not have."""
        start = self._inner(folder) + "/"
        names: Collection[str] = {
            first + "/" * bool(more)
            for now, then in self._renames().items()
            if now.startswith(start) and not then.startswith(self._read_at)
            for first, more, _ in [now[len(start) :].partition("/")]
        }
        return sorted(self.shown(os.path.join(folder, name)) + "/" * name.endswith("/") for name in names)

    def _renames(self) -> dict[str, str]:
        if self._moves is None:
            self._moves = self.repository.moved(self._commit)
        return self._moves

    def _inner(self, path: str) -> str:
        """The path from the root of the repository, as git writes it. A path may lead there by a link from
        outside, which no commit knows."""
        full = os.path.normpath(os.path.join(self.folder, path))
        inner = os.path.relpath(full, self.repository.root)
        if inner.split(os.sep)[0] == os.pardir:
            with suppress(ValueError):  # of a name that no file can have
                inner = os.path.relpath(os.path.realpath(full), self.repository.root)
        return "" if inner == "." else inner.replace(os.sep, "/")


def _fault(name: str, text: str) -> Fault:
    return Fault("unreadable-file", text, Span(name, 0, 0))
