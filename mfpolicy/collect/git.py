"""The door to git: commits by their names, and what differs from them."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen  # slow to load, and many runs ask git nothing

_PATIENCE = 60.0  # seconds; git answers these questions from its own disk
_QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # What a partial clone left out is not fetched; older versions know the second way only.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
# A hook's git tells of its own repository, which need not be the one that is asked about.
_ELSEWHERE = frozenset(
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"]
    + ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"]
)
_INCLUDES = ("-e", "!include", "-e", "$include")  # without one of these no zone file takes in another file
# A line of git status: by its first character, how many blanks come before its path (git-status(1),
# "Porcelain Format Version 2").
_BEFORE_PATH = {"1": 8, "u": 10, "?": 1}
_HEAD = "# branch.oid "
_MANY = 1000  # names; a command has no room for any number of them


class GitError(Exception):
    """What git was asked for is not there; the text says what, and how to mend it."""


class Repository:
    """A repository by its root folder. No hook and no remote is called."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def commit(self, ref: str) -> str:
        """The id of the commit that a name stands for. Raises GitError."""
        found = self.find(ref)
        if not found:
            raise GitError(self._missing(ref))
        return found

    def find(self, ref: str) -> str:
        """The same, empty where no such commit is here."""
        found = self._asked("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}") or ""
        # A ref such as ^main is answered by what it leaves out.
        return found.strip() if found.strip().isalnum() else ""

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
        # A pull request could tell git to ignore submodules.
        how = ("--name-only", "--no-renames", "--ignore-submodules=none")
        kept = self._asked("diff", *how, "-z", commit, "--")
        if kept is None:
            raise GitError(self.lacking(commit, ""))
        return [*_listed(kept), *self._not_kept()]

    def head(self) -> tuple[str, list[str]]:
        """The id of the commit that is checked out, empty before the first, and the files that `changed`
        lists for it, those among them that are staged and taken back: in one question, because every commit
        waits for it."""
        how = ("--untracked-files=all", "--no-renames", "--ignore-submodules=none", "--no-ahead-behind")
        said = self._asked("status", "--porcelain=v2", "--branch", *how, "-z")
        if said is None:
            raise GitError(f"git cannot list the files in {self.root}")
        lines = _listed(said)
        ids = [each.removeprefix(_HEAD) for each in lines if each.startswith(_HEAD)]
        paths = [each.split(" ", _BEFORE_PATH[each[0]])[-1] for each in lines if each[0] in _BEFORE_PATH]
        return "" if ids == ["(initial)"] else ids[0], paths

    def moved(self, commit: str) -> dict[str, str]:
        """The files that were moved since a commit and kept their own name: path now -> path then. Where they
        were rewritten, or git does not keep them yet, they are told by that name, if it is no other's."""
        found = self._asked("diff", "--name-status", "-M", "--diff-filter=ADR", "-l0", "-z", commit, "--")
        if found is None:
            raise GitError(self.lacking(commit, ""))
        renamed, gone, added = _moves_of(_listed(found))
        there, here = _by_name(gone), _by_name([*added, *self._not_kept()])
        return {here[name]: there[name] for name in here.keys() & there.keys()} | renamed

    def names(self, paths: Iterable[str], folder: str) -> set[str]:
        """Paths seen from a folder as git has them: from the root, with links as they are and followed."""
        full = [os.path.join(folder, each) for each in paths]
        ways = (*map(os.path.normpath, full), *map(_followed, full))
        return {os.path.relpath(each, self.root).replace(os.sep, "/") for each in ways}

    def lead_on(self, names: Collection[str]) -> bool:
        """Whether the files at or below some paths may take in others, so that their names do not tell all:
        links, other repositories, files that git does not keep or is not to look at, includes."""
        if len(names) > _MANY:
            return True
        every = self._asked("ls-files", "-v", "-z", "--stage", "--others", "--", *names)
        if every is None or any(not each.startswith("H 100") for each in _listed(every)):
            return True
        return self._asked("grep", "-l", "-a", "-i", "-F", *_INCLUDES, "--", *names, none=1) != ""

    def kind(self, commit: str, path: str) -> str:
        """What the folder of a commit says a path is: blob, tree, commit (of another repository), or empty
        where there is nothing. Raises GitError where the folder itself is not here."""
        found = self._asked("ls-tree", "-z", commit, "--", path)
        if found is None:
            raise GitError(self.lacking(commit, path))
        return found.split(" ", 2)[1] if found else ""

    def lacking(self, commit: str, path: str) -> str:
        """The words for a file that a commit holds, and this clone does not."""
        return (
            f"this clone lacks {path or 'the files'} of commit {commit[:7]}: it was cloned in part, or is "
            "damaged; fetch the rest with git fetch --refetch --no-filter"
        )

    def subjects(self, commit: str) -> list[str]:
        """The first lines of the messages of all commits since one, the oldest first; merges have none of
        their own."""
        found = self._asked("log", "--reverse", "--no-merges", "-z", "--format=%s", f"{commit}..HEAD", "--")
        return _listed(found or "")

    def started(self, *arguments: str) -> Popen[bytes]:
        """A git that goes on to answer questions."""
        from subprocess import DEVNULL, PIPE, Popen

        return Popen(
            self._command(arguments), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=self._environment()
        )

    def _not_kept(self) -> list[str]:
        found = self._asked("ls-files", "--others", "--exclude-standard", "-z")
        if found is None:
            raise GitError(f"git cannot list the files in {self.root}")
        return _listed(found)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        settings = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
        return ["git", "-C", self.root, "--literal-pathspecs", *settings, *arguments]

    def _environment(self) -> dict[str, str]:
        """A folder .git that is none must not make git look further up."""
        kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        return {**kept, **_QUIET, "GIT_CEILING_DIRECTORIES": os.path.dirname(self.root)}

    def _asked(self, *arguments: str, none: int = 0) -> str | None:
        """What git prints; None where it refuses. `none` is its code for nothing found."""
        import subprocess

        try:
            command = [os.fsencode(each) for each in self._command(arguments)]
            done = subprocess.run(
                command, capture_output=True, check=False, timeout=_PATIENCE, env=self._environment()
            )
        except ValueError:
            return None  # a zero byte, or half a character: nothing has such a name
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            why = "is not installed here" if missing else f"cannot be started ({error.strerror})"
            raise GitError(f"git {why}, so no commit can be compared with") from error
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {arguments[0]} did not end within {_PATIENCE:.0f} seconds") from error
        self._refuse(done.stderr)
        return os.fsdecode(done.stdout) if done.returncode in (0, none) else None

    def _refuse(self, said: bytes) -> None:
        if b"dubious ownership" in said:
            raise GitError(
                f"git refuses {self.root}, because another user owns it; allow it with "
                f"git config --global --add safe.directory {self.root}"
            )
        if b"not a git repository" in said:
            raise GitError(f"git finds no repository in {self.root}, though there is a .git")

    def _missing(self, ref: str, otherwise: str = "") -> str:
        if (self._asked("rev-parse", "--is-shallow-repository") or "").strip() == "true":
            return (
                f"this clone is shallow, and lacks {ref} or how it came about; fetch the rest with "
                "git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"
            )
        return otherwise or f"there is no commit {ref} in this repository; name a branch, a tag or a commit"


def _followed(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:
        return path  # no file can have such a name


def _listed(text: str) -> list[str]:
    return [each for each in text.split("\0") if each]


def _moves_of(fields: Iterable[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """The files that kept their own name on their way, now -> then; all others that are gone, and added."""
    renamed: dict[str, str] = {}
    gone: list[str] = []
    added: list[str] = []
    rest = iter(fields)
    for status in rest:
        then = "" if status == "A" else next(rest)
        now = "" if status == "D" else next(rest)
        if posixpath.basename(now) == posixpath.basename(then):
            renamed[now] = then
        else:
            gone += [then] * bool(then)
            added += [now] * bool(now)
    return renamed, gone, added


def _by_name(paths: Sequence[str]) -> dict[str, str]:
    """Each path by the name of its file, if it is the only one of that name."""
    counts = Counter(map(posixpath.basename, paths))
    return {name: each for each in paths if counts[name := posixpath.basename(each)] == 1}
