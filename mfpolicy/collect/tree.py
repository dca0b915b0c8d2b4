"""The files of one commit, read as those on disk are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from mfpolicy.collect.files import MAX_BYTES
from mfpolicy.collect.git import Repository
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span

_FOLDER, _LINK = b"40000", b"120000"
_PIECE = 2**20
# What git says of a path that leads to no file of the commit, and what that means.
_WORDS = {
    "missing": "No such file or directory",
    "tree": "it is not a file",
    "commit": "it is another repository",
    "symlink": "it is a link that leads out of the repository",
    "dangling": "it is a link that leads nowhere",
    "loop": "it is a link that leads to itself",
    "notdir": "Not a directory",
}


class Tree:
    """Files by their paths from a folder; symbolic links are followed inside the repository. `close` it.

    A path that the commit does not hold is looked for where git sees that it was moved from, so that a moved
    folder is the one it was.
    """

    def __init__(self, repository: Repository, commit: str, folder: str) -> None:
        self._repository = repository
        self._commit = commit
        self._folder = os.path.realpath(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._moves: dict[str, str] | None = None
        self._texts: dict[str, str] = {}

    @property
    def texts(self) -> Mapping[str, str]:
        """What was read: shown path -> text."""
        return MappingProxyType(self._texts)

    def subjects(self) -> list[str]:
        """What the commits since this one say of themselves."""
        return self._repository.subjects(self._commit)

    def close(self) -> None:
        """Let git end."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def shown(self, path: str) -> str:
        """See `Files.shown`."""
        return os.path.relpath(os.path.join(self._folder, path), self._folder).replace(os.sep, "/")

    def inside(self, path: str) -> bool:
        """See `Files.inside`; where links lead shows when they are read."""
        inner = self._inner(path)
        return inner != ".." and not inner.startswith("../")

    def holds(self, path: str) -> bool:
        """Whether there is a file or a folder, at the path or where it was moved from."""
        return self.inside(path) and (
            self._object(self._inner(path), 0)[0] in ("large", "blob", "tree")
            or (bool(self._moved(path)) or bool(self._moved_into(path)))
        )

    def text(self, path: str, limit: int = MAX_BYTES) -> str | Fault:
        """See `Files.text`."""
        name = self.shown(path)
        if name in self._texts:
            return self._texts[name]
        kind, data = self._file(path, limit)
        if kind == "large":
            return Fault("too-large", f"larger than {limit // 2**20} MiB", Span(name, 0, 0))
        if kind != "blob":
            return _fault(name, f"cannot be read: {_WORDS.get(kind, kind)}")
        try:
            self._texts[name] = data.decode("utf-8")
        except UnicodeDecodeError as error:
            return _fault(name, f"byte {error.start} (0x{data[error.start]:02X}) is not UTF-8")
        return self._texts[name]

    def listing(self, folder: str) -> list[str]:
        """See `Files.listing`."""
        kind, data = self._object(self._inner(folder), MAX_BYTES) if self.inside(folder) else ("missing", b"")
        if kind != "tree":
            return self._moved_into(folder)
        return sorted(
            self.shown(os.path.join(folder, name)) + end for name, end in self._entries(folder, data)
        )

    def _entries(self, folder: str, data: bytes) -> Iterator[tuple[str, str]]:
        """The names in a folder, `/` beside those of folders. It holds for each: mode, blank, name, zero, and
        the octets of the object's id."""
        octets = len(self._commit) // 2
        while data:
            mode, _, rest = data.partition(b" ")
            name, _, rest = rest.partition(b"\0")
            data, text = rest[octets:], os.fsdecode(name)
            path = self._inner(os.path.join(folder, text))
            is_folder = mode == _FOLDER or (mode == _LINK and self._object(path, 0)[0] == "tree")
            yield text, "/" * is_folder

    def _file(self, path: str, limit: int) -> tuple[str, bytes]:
        found = self._object(self._inner(path), limit) if self.inside(path) else ("symlink", b"")
        then = self._moved(path) if found[0] == "missing" else ""
        return self._object(then, limit) if then else found

    def _moved(self, path: str) -> str:
        return self._renames().get(self._inner(path), "")

    def _moved_into(self, folder: str) -> list[str]:
        """What lay elsewhere, and lies in a folder now that the commit does not have."""
        start = self._inner(folder) + "/"
        names: Collection[str] = {
            first + "/" * bool(more)
            for now in self._renames()
            if now.startswith(start)
            for first, more, _ in [now[len(start) :].partition("/")]
        }
        return sorted(self.shown(os.path.join(folder, name)) + "/" * name.endswith("/") for name in names)

    def _renames(self) -> dict[str, str]:
        if self._moves is None:
            self._moves = self._repository.moved(self._commit)
        return self._moves

    def _inner(self, path: str) -> str:
        """The path from the root of the repository, as git writes it."""
        full = os.path.normpath(os.path.join(self._folder, path))
        inner = os.path.relpath(full, self._repository.root).replace(os.sep, "/")
        return "" if inner == "." else inner

    def _object(self, inner: str, limit: int) -> tuple[str, bytes]:
        """What git says a path is, and its octets; "large" for a file with more of them than `limit`."""
        if "\n" in inner:
            return "missing", b""
        if self._process is None:
            self._process = self._repository.started("cat-file", "--batch", "--follow-symlinks")
        pipes = self._process
        assert pipes.stdin is not None and pipes.stdout is not None
        pipes.stdin.write(os.fsencode(f"{self._commit}:{inner}\n"))
        pipes.stdin.flush()
        words = pipes.stdout.readline().split()
        if len(words) == 3 and words[2].isdigit():
            kind, size = words[1].decode(), int(words[2])
            data = self._octets(size + 1, limit)[:-1]
            return ("large", b"") if kind == "blob" and size > limit else (kind, data)
        if len(words) == 2 and words[1].isdigit():
            self._octets(int(words[1]) + 1, 0)
            return words[0].decode(), b""
        return "missing", b""

    def _octets(self, size: int, limit: int) -> bytes:
        """So many octets from git; those of what is too large are let go."""
        assert self._process is not None and self._process.stdout is not None
        stream = self._process.stdout
        if size - 1 <= max(limit, _PIECE):
            return stream.read(size)
        while size > 0:
            size -= len(stream.read(min(size, _PIECE))) or size
        return b""


def _fault(name: str, text: str) -> Fault:
    return Fault("unreadable-file", text, Span(name, 0, 0))
