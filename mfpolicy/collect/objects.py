"""What a commit holds, asked of one git that goes on to answer."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from mfpolicy.collect.git import GitError, Repository

if TYPE_CHECKING:
    from subprocess import Popen

_PIECE = 2**20


class Objects:
    """The objects of a commit by their paths from its root, symbolic links followed. `close` it."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._commit = commit
        self._process: Popen[bytes] | None = None

    def close(self) -> None:
        """Let git end."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def get(self, path: str, limit: int) -> tuple[str, bytes]:
        """What git says a path is, and its octets: "large" for a file with more of them than `limit`. Where
        there is none: "missing", "symlink" (it leads out of the repository), "dangling", "loop", "notdir",
        "unnamed". Raises GitError."""
        question = _question(self._commit, path)
        if not question:
            return "unnamed", b""
        words, stream = self._answer(question)
        if not words:
            # Older versions end where an object is missing that a partial clone promises.
            raise GitError(self._repository.lacking(self._commit, path))
        if not words[-1].isdigit():
            return "missing", b""
        kind, size = words[-2].decode(), int(words[-1])
        if len(words) == 3 and (kind != "blob" or size <= limit):
            return kind, stream.read(size + 1)[:size]
        _skip(stream, size + 1)
        return "large" if len(words) == 3 else kind, b""

    def _answer(self, question: bytes) -> tuple[list[bytes], IO[bytes]]:
        """The words of its first line, none where git ended, and what the rest can be read from."""
        if self._process is None:
            self._process = self._repository.started("cat-file", "--batch", "--follow-symlinks")
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        try:
            asked.write(question)
            asked.flush()
            return answers.readline().split(), answers
        except OSError:
            return [], answers


def _question(commit: str, path: str) -> bytes:
    """Empty for a path that no line can hold: with a line's end, a zero byte, or half a character."""
    try:
        return b"" if {"\n", "\0"} & set(path) else os.fsencode(f"{commit}:{path}\n")
    except UnicodeEncodeError:
        return b""


def _skip(stream: IO[bytes], size: int) -> None:
    while size > 0:
        size -= len(stream.read(min(size, _PIECE))) or size
