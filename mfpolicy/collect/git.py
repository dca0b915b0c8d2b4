"""The door to git: commits by their names, and what differs from them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

_PATIENCE = 60.0  # seconds; git answers these questions from its own disk
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


class GitError(Exception):
    """What git was asked for is not there; the text says what, and how to mend it."""


class Repository:
    """A repository by its root folder. No hook, filter or remote is called."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def commit(self, ref: str) -> str:
        """The id of the commit that a name stands for. Raises GitError."""
        found = self._id(ref)
        if not found:
            raise GitError(self._missing(ref))
        return found

    def knows(self, ref: str) -> bool:
        """Whether a name stands for a commit that is here."""
        return bool(self._id(ref))

    def _id(self, ref: str) -> str:
        return (
            self._asked("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}") or ""
        ).strip()

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both histories have. Raises GitError."""
        commits = [self.commit(each) for each in (one, other)]
        found = self._asked("merge-base", *commits)
        if found is None:
            raise GitError(self._missing(one, f"no commit that both {one} and {other} grew from is here"))
        return found.strip()

    def changed(self, commit: str) -> list[str]:
        """The files that differ between a commit and what lies in the folders now, by their paths from the
        root; those that git does not keep yet among them, those it is told to ignore not."""
        kept = self._asked("diff", "--name-only", "--no-renames", "-z", commit, "--")
        others = self._asked("ls-files", "--others", "--exclude-standard", "-z")
        if kept is None or others is None:
            raise GitError(f"git cannot compare {commit} with the files here")
        return [each for each in (kept + others).split("\0") if each]

    def moved(self, commit: str) -> dict[str, str]:
        """The files that were moved since a commit and kept their own name: path now -> path then."""
        found = self._asked("diff", "--name-status", "-M", "--diff-filter=R", "-l0", "-z", commit, "--") or ""
        fields = found.split("\0")[:-1]
        moves = zip(fields[2::3], fields[1::3], strict=True)
        return {now: then for now, then in moves if os.path.basename(now) == os.path.basename(then)}

    def subjects(self, commit: str) -> list[str]:
        """The first lines of the messages of all commits since one, the oldest first; merges have none of
        their own."""
        found = self._asked("log", "--reverse", "--no-merges", "-z", "--format=%s", f"{commit}..HEAD", "--")
        return [each for each in (found or "").split("\0") if each]

    def started(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A git that goes on to answer questions."""
        return subprocess.Popen(
            self._command(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_QUIET},
        )

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [
            "git",
            "-C",
            self.root,
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.quotePath=false",
            *arguments,
        ]

    def _asked(self, *arguments: str) -> str | None:
        """What git prints; None where it refuses."""
        try:
            done = subprocess.run(
                self._command(arguments),
                capture_output=True,
                check=False,
                timeout=_PATIENCE,
                env={**os.environ, **_QUIET},
            )
        except FileNotFoundError as error:
            raise GitError("git is not installed here, so no commit can be compared with") from error
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {arguments[0]} did not end within {_PATIENCE:.0f} seconds") from error
        if b"dubious ownership" in done.stderr:
            raise GitError(
                f"git refuses {self.root}, because another user owns it; allow it with "
                f"git config --global --add safe.directory {self.root}"
            )
        return os.fsdecode(done.stdout) if done.returncode == 0 else None

    def _missing(self, ref: str, otherwise: str = "") -> str:
        if (self._asked("rev-parse", "--is-shallow-repository") or "").strip() == "true":
            return (
                f"this clone is shallow, and {ref} lies before what was fetched; fetch the rest with "
                "git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"
            )
        return otherwise or f"there is no commit {ref} in this repository; name a branch, a tag or a commit"
