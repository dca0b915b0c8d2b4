"""The door to files: read once, kept inside the folders of the call, with the digests of what was read."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
OUTSIDE = "lies outside the repository (it begins where .git is), so it is not read"
_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


class Files:
    """The files below some roots. Paths are relative to `folder` (the first root unless given), with `/`.

    `texts` holds every text that was read, by its shown path, for excerpts.
    """

    def __init__(self, *roots: str | os.PathLike[str], folder: str | os.PathLike[str] = "") -> None:
        self.roots = tuple(os.path.realpath(root) for root in roots)
        self.folder = os.path.realpath(folder or (roots[0] if roots else "."))
        self._read: dict[str, str | Fault] = {}
        self._texts: dict[str, str] = {}
        self._opaque: dict[str, bytes] = {}
        self._digests: dict[str, str] = {}

    @property
    def texts(self) -> Mapping[str, str]:
        """What was read: shown path -> text."""
        return MappingProxyType(self._texts)

    @property
    def tried(self) -> tuple[str, ...]:
        """The shown paths of all files that were asked for, those that could not be read among them."""
        return tuple(dict.fromkeys((*self._read, *self._opaque)))

    def holds(self, path: str) -> bool:
        """Whether there is a file or a folder at a path that may be read."""
        return self.inside(path) and os.path.exists(os.path.join(self.folder, path))

    def sha256s(self) -> dict[str, str]:
        """The SHA-256 of every file that was opened or written: shown path -> digest, sorted by path."""
        read = {name: text.encode() for name, text in self._texts.items()} | self._opaque
        found = {name: sha256(data) for name, data in read.items()}
        return dict(sorted((found | self._digests).items()))

    def wrote(self, path: str, digest: str) -> None:
        """Count a file that the run itself wrote among its files."""
        self._digests[self.shown(path)] = digest

    def shown(self, path: str) -> str:
        """The path as reports show it: relative to that folder, `/` between its parts."""
        try:
            return os.path.relpath(os.path.join(self.folder, path), self.folder).replace(os.sep, "/")
        except ValueError:
            return path

    def inside(self, path: str) -> bool:
        """Whether a path lies below a root once every symbolic link is followed."""
        try:
            real = os.path.realpath(os.path.join(self.folder, path))
        except (OSError, ValueError):
            return False
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self.roots)

    def text(self, path: str, limit: int = MAX_BYTES, marked: bool = False) -> str | Fault:
        """A file's text of at most `limit` bytes, or the Fault 'unreadable-file' or 'too-large' that says why
        there is none. `marked`: it may be UTF-16, with a byte order mark or without."""
        name = self.shown(path)
        if name not in self._read:
            data = self._opened(name, limit)
            self._read[name] = data if isinstance(data, Fault) else self._decoded(name, data, marked)
        return self._read[name]

    def data(self, path: str, limit: int = MAX_BYTES) -> bytes | Fault:
        """A file's bytes, at most `limit`, or the Fault that says why there are none."""
        name = self.shown(path)
        data = self._opened(name, limit)
        if not isinstance(data, Fault):
            self._opaque[name] = data
        return data

    def listing(self, folder: str) -> list[str]:
        """The paths in a folder, sorted, folders with a final `/`; none where it cannot be listed. Links that
        lead round are left out."""
        if not self.inside(folder):
            return []
        try:
            with os.scandir(os.path.join(self.folder, folder)) as entries:
                return sorted(
                    self.shown(os.path.join(folder, each.name)) + "/" * _is_folder(each)
                    for each in entries
                    if not _leads_round(each)
                )
        except (OSError, ValueError):
            return []

    def _opened(self, name: str, limit: int) -> bytes | Fault:
        if not self.inside(name):
            return _fault(name, OUTSIDE)
        try:
            data = _bytes(os.path.join(self.folder, name), limit)
        except (OSError, ValueError) as error:
            return _fault(name, f"cannot be read: {getattr(error, 'strerror', None) or error}")
        if len(data) > limit:
            return Fault("too-large", f"larger than {limit // 2**20} MiB", Span(name, 0, 0))
        return data

    def _decoded(self, name: str, data: bytes, marked: bool) -> str | Fault:
        try:
            text = decoded(data, marked)
        except UnicodeDecodeError as error:
            self._opaque[name] = data
            return _fault(name, undecoded(error))
        if marked:
            self._digests[name] = sha256(data)
        self._texts[name] = text
        return text


def decoded(data: bytes, marked: bool) -> str:
    """UTF-8, or UTF-16 where that is asked for: PowerShell 5.1 writes it. Raises UnicodeDecodeError."""
    return data.decode(_encoding(data) if marked else "utf-8")


def _encoding(data: bytes) -> str:
    """What a byte order mark says, else a zero beside the first character, which is one of ASCII in all that
    tools write (RFC 4627, 3)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if data[:1] == b"\0" else "utf-8"


def undecoded(error: UnicodeDecodeError) -> str:
    """Why a file is no text."""
    byte, encoding = error.object[error.start], error.encoding.upper()
    return f"byte {error.start} (0x{byte:02X}) is not {encoding.removesuffix('-LE').removesuffix('-BE')}"


def write(path: str, text: str) -> str:
    """Write a file as a whole or not at all; the SHA-256 of its bytes. OSError where that cannot be done."""
    data, real = text.encode(), os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        # A device or a pipe is written to, never replaced by a file; a folder refuses.
        with open(path, "wb") as file:
            file.write(data)
        return sha256(data)
    beside = f"{real}.{os.getpid()}.new"
    try:
        with open(beside, "xb") as file:
            file.write(data)
        os.replace(beside, real)
    finally:
        if os.path.exists(beside):
            os.unlink(beside)
    return sha256(data)


def append(path: str, text: str) -> None:
    """Add a text to the end of a file. OSError where that cannot be done."""
    with open(path, "ab") as file:
        file.write(text.encode())


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    import hashlib  # takes longer to load than a small estate to read, and few runs show a digest

    return hashlib.sha256(data).hexdigest()


def repository_of(path: str) -> str:
    """The nearest folder above a path that git keeps; empty where none is."""
    folder = os.path.realpath(path)
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder


def resource(folder: str) -> Path:
    """A folder that ships with the package, such as `policies`: inside it when installed, else beside it."""
    from pathlib import Path  # takes long to load, and a commit that does not touch mail needs no rule

    packaged = Path(_PACKAGE, folder)
    return packaged if packaged.is_dir() else Path(_PACKAGE).parent / folder


def shipped_topic(path: str, folder: str) -> str:
    """The topic whose rules ship from a folder, seen from another; empty where it is none of ours."""
    ours, topic = os.path.split(os.path.realpath(os.path.join(folder, path)))
    return topic if ours == os.path.realpath(resource("policies")) else ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself; reading it says so
        return False


def _leads_round(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a link to the folder that it lies in, or to one above."""
    if not entry.is_symlink():
        return False
    leads_to, lies_in = (os.path.realpath(each) for each in (entry.path, os.path.dirname(entry.path)))
    return f"{lies_in}{os.sep}".startswith(f"{leads_to.rstrip(os.sep)}{os.sep}")


def _bytes(path: str, limit: int) -> bytes:
    """At most one byte more than is allowed; a pipe or a device would never end."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(0, "it is not a file")
    with open(path, "rb") as file:
        return file.read(limit + 1)


def _fault(name: str, text: str) -> Fault:
    return Fault("unreadable-file", text, Span(name, 0, 0))
