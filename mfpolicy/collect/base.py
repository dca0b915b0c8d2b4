"""What a change is compared with: named by the call, else by what started the run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mfpolicy.collect.files import Files, repository_of
from mfpolicy.collect.git import GitError, Repository
from mfpolicy.collect.tree import Tree
from mfpolicy.model.unusable import Unusable

# What git tells a hook at a commit: always the first (git, commit.c, run_commit_hook), also the second in a
# worktree; those who run hooks in its place tell one of them. pre-commit itself does not say who called it.
_OF_A_HOOK = ("GIT_INDEX_FILE", "GIT_DIR")


class Base:
    """Files as they were, by their paths from the folder of the call; close it when they are read.

    `label` tells people what it is. `differing` are the files that differ from it, by their paths from the
    root of the repository; None of a folder, of which that is not known. `asked` is whether anybody, or any
    event, wanted to know what changed.
    """

    def __init__(
        self, label: str, files: Files | Tree, differing: Sequence[str] | None, asked: bool = True
    ) -> None:
        self.label = label
        self.files = files
        self.differing = differing
        self.asked = asked

    def absence(self, path: str) -> str:
        """Why a path cannot be compared with what it was; empty where it can."""
        if self.files.holds(path):
            return ""
        other = isinstance(self.files, Tree) and self.files.is_submodule(path)
        return f"{path} is {'a submodule' if other else 'not'} in {self.label}: all of it is new"

    def read_at(self, paths: Iterable[str]) -> None:
        """Tell where zones are read, before they are: see `Tree.read_at`."""
        if isinstance(self.files, Tree):
            self.files.read_at(paths)

    def names(self, paths: Iterable[str]) -> set[str]:
        """Paths of the call as `differing` has them, with links as they are and followed."""
        return (
            self.files.repository.names(paths, self.files.folder) if isinstance(self.files, Tree) else set()
        )

    def lead_on(self, paths: Iterable[str]) -> bool:
        """Whether what lies at some paths of the call may take in files from elsewhere."""
        return not isinstance(self.files, Tree) or self.files.repository.lead_on(self.names(paths))

    def why(self) -> list[str]:
        """What the commits since then say of themselves; nothing where it is no commit."""
        return self.files.subjects() if isinstance(self.files, Tree) else []

    def close(self) -> None:
        """Let go of what is behind the files."""
        if isinstance(self.files, Tree):
            self.files.close()


def base_of(
    name: str, folder: str, paths: Sequence[str], environment: Mapping[str, str] = os.environ
) -> Base | None:
    """The base of a call in a folder that names some paths: a folder or a commit by its name, without one
    that of the event; None where there is none. Raises GitError, and Unusable for an event of other files."""
    if name == "none" or not (name or paths):
        return None
    if not paths:
        raise GitError(f"--base {name}: this call names no file that could be compared with an older one")
    if os.path.isdir(name):
        return _of_folder(name, folder, paths)
    if name:
        return _of_commit(_repository(paths, name), folder, name)
    try:
        return _of_event(folder, paths, environment)
    except GitError as error:
        raise GitError(f"{error}; --base names another start, --base none compares with nothing") from error


def _of_folder(name: str, folder: str, paths: Sequence[str]) -> Base:
    if _is_commit(name, paths):
        raise GitError(f"--base {name} is a folder and a commit: say ./{name}, or refs/heads/{name}")
    if os.path.realpath(name) == os.path.realpath(folder):
        raise GitError(
            f"--base {name} is the folder that is judged; name one that holds the files as they were"
        )
    for path in paths:
        if os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir:
            raise GitError(f"--base {name}: {path} does not lie below this folder, so it is not below {name}")
    return Base(name, Files(name, folder=name), None)


def _is_commit(name: str, paths: Sequence[str]) -> bool:
    """Who compares with a folder need not have git."""
    root = repository_of(paths[0])
    try:
        return bool(root and Repository(root).find(name))
    except GitError:
        return False


def _repository(paths: Sequence[str], name: str) -> Repository:
    roots = dict.fromkeys(map(repository_of, paths))
    if len(roots) == 1 and "" not in roots:
        repository = Repository(next(iter(roots)))
        if os.path.exists(name) and not repository.find(name):
            raise GitError(f"--base {name} is a file; name a folder, or a branch, a tag or a commit")
        return repository
    where = " and in ".join(each or "a folder that git does not keep" for each in roots)
    raise GitError(f"--base {name}: there is no such folder, and the files of this call lie in {where}")


def _of_commit(repository: Repository, folder: str, name: str, commit: str = "") -> Base:
    commit = commit or repository.commit(name)
    label = commit[:7] if commit.startswith(name) else f"{name} ({commit[:7]})"
    return Base(label, Tree(repository, commit, folder), repository.changed(commit))


def _of_event(folder: str, paths: Sequence[str], environment: Mapping[str, str]) -> Base | None:
    """Of pre-commit, of a pull request, of a merge queue, of a push, else what the files here grow from."""
    roots = set(map(repository_of, paths))
    if len(roots) != 1 or "" in roots:
        return None
    repository = Repository(roots.pop())
    start, end = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    if start and end:
        return _of_range(repository, folder, start, end)
    if environment.get("GITHUB_EVENT_NAME"):
        return _of_github(repository, folder, environment)
    # A push without a start: the remote has nothing of it (pre-commit, commands/hook_impl.py, _pre_push_ns).
    if environment.get("PRE_COMMIT_REMOTE_BRANCH"):
        return None
    return _of_head(repository, folder, asked=any(map(environment.get, _OF_A_HOOK)))


def _of_range(repository: Repository, folder: str, start: str, end: str) -> Base:
    """What pre-commit says is pushed. It leaves the files of whatever is checked out in the folders."""
    pushed = repository.commit(end)
    if repository.merge_base(end, "HEAD") != pushed:
        raise Unusable(
            f"commit {pushed[:7]} is to be judged, and is not checked out here: check it out first, or leave "
            "this hook out (SKIP=mfpolicy-live)"
        )
    return _forked(repository, folder, start, end)


def _of_head(repository: Repository, folder: str, asked: bool) -> Base | None:
    """What is staged, or written and not committed yet. Who does not ask need not have git."""
    try:
        commit, differing = repository.head()
        if not commit:
            return None
        return Base(f"HEAD ({commit[:7]})", Tree(repository, commit, folder), differing, asked)
    except GitError:
        if asked:
            raise
        return None


def _of_github(repository: Repository, folder: str, environment: Mapping[str, str]) -> Base | None:
    """By the fields of the event's payload (docs.github.com, "Webhook events and payloads")."""
    name, path = environment["GITHUB_EVENT_NAME"], environment.get("GITHUB_EVENT_PATH", "")
    if name in ("pull_request", "pull_request_target"):
        return _of_pull_request(repository, folder, _Event(path))
    if name == "merge_group":
        # What is queued grows from it; the merge base of a queue's branch may be that branch itself.
        return _of_commit(repository, folder, _Event(path).text("merge_group", "base_sha"))
    return _of_push(repository, folder, _Event(path)) if name == "push" else None


def _of_pull_request(repository: Repository, folder: str, event: _Event) -> Base:
    """Where it left its base branch. The merge that GitHub checks out has in it what that branch has got
    since the event: its first parent."""
    start, tip = event.text("pull_request", "base", "sha"), event.text("pull_request", "head", "sha")
    merged = repository.find("HEAD^2") == tip
    return _forked(repository, folder, "HEAD^1" if merged else start)


def _of_push(repository: Repository, folder: str, event: _Event) -> Base | None:
    """What the branch was before; of a new or a rewritten one, where it left the default branch."""
    before, trunk = event.text("before"), f"origin/{event.text('repository', 'default_branch')}"
    rewritten = event.said("forced") is True and not repository.find(before)
    if before.strip("0") and not rewritten:
        return _of_commit(repository, folder, before)
    fork = repository.merge_base(trunk, "HEAD")
    return None if fork == repository.commit("HEAD") else _of_commit(repository, folder, trunk, fork)


def _forked(repository: Repository, folder: str, start: str, end: str = "HEAD") -> Base:
    return _of_commit(repository, folder, start, repository.merge_base(start, end))


class _Event:
    """What GitHub says of an event, in the file at a path. Raises GitError where that is not to be had."""

    def __init__(self, path: str) -> None:
        import json  # only runs in GitHub Actions need it

        self._path = path
        try:
            with open(path, encoding="utf-8") as file:
                self._whole = json.load(file)
        except (OSError, ValueError, RecursionError) as error:
            named = path or "nothing"
            raise GitError(f"GITHUB_EVENT_PATH names {named}, which cannot be read: {error}") from error

    def said(self, *keys: str) -> Any:
        """What stands at the end of some keys; None where nothing does."""
        value = self._whole
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def text(self, *keys: str) -> str:
        """The text there."""
        value = self.said(*keys)
        if not isinstance(value, str) or not value:
            raise GitError(f"GITHUB_EVENT_PATH names {self._path}, which says nothing of {'.'.join(keys)}")
        return value
