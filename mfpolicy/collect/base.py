"""What a change is compared with: named by the call, else by what started the run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from mfpolicy.collect.files import Files, repository_of
from mfpolicy.collect.git import GitError, Repository
from mfpolicy.collect.tree import Tree

_NO_COMMIT = "0" * 40  # what a push event says of a branch that is new


class Base:
    """Files as they were, by their paths from the folder of the call; close it when they are read.

    `label` tells people what it is. `asked` is whether anybody, or any event, wanted to know what changed.
    """

    def __init__(self, label: str, files: Files | Tree, differing: Sequence[str] | None, asked: bool) -> None:
        self.label = label
        self.files = files
        self.differing = differing
        self.asked = asked

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
    that of the event; None where there is none. Raises GitError."""
    if not paths or name == "none":
        return None
    if not name:
        return _of_event(folder, paths, environment)
    if not os.path.isdir(name):
        return _of_commit(_repository(paths, name), folder, name)
    root = repository_of(paths[0])
    if os.path.basename(name) == name and root and Repository(root).knows(name):
        raise GitError(f"--base {name} is a folder and a commit: say ./{name}, or refs/heads/{name}")
    return Base(name, Files(name, folder=name), None, asked=True)


def _repository(paths: Sequence[str], name: str) -> Repository:
    roots = dict.fromkeys(map(repository_of, paths))
    if len(roots) == 1 and "" not in roots:
        return Repository(next(iter(roots)))
    where = " and in ".join(each or "a folder that git does not keep" for each in roots)
    raise GitError(f"--base {name}: there is no such folder, and the files of this call lie in {where}")


def _of_commit(repository: Repository, folder: str, name: str, commit: str = "", asked: bool = True) -> Base:
    commit = commit or repository.commit(name)
    label = name if commit.startswith(name) else f"{name} ({commit[:7]})"
    start = os.path.realpath(folder)
    differing = [
        os.path.relpath(os.path.join(repository.root, each), start) for each in repository.changed(commit)
    ]
    return Base(label, Tree(repository, commit, folder), differing, asked)


def _of_event(folder: str, paths: Sequence[str], environment: Mapping[str, str]) -> Base | None:
    """Of pre-commit, of a pull request, of a merge queue, of a push, else what the files here grow from."""
    roots = set(map(repository_of, paths))
    if len(roots) != 1 or "" in roots:
        return None
    repository = Repository(roots.pop())
    start, end = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    if start and end:
        return _forked(repository, folder, start, end)
    if environment.get("GITHUB_EVENT_NAME"):
        return _of_github(repository, folder, environment)
    return _of_head(repository, folder, asked=bool(environment.get("PRE_COMMIT")))


def _of_head(repository: Repository, folder: str, asked: bool) -> Base | None:
    """What is staged, or written and not committed yet. Who does not ask need not have git."""
    try:
        return _of_commit(repository, folder, "HEAD", asked=asked) if repository.knows("HEAD") else None
    except GitError:
        if asked:
            raise
        return None


def _of_github(repository: Repository, folder: str, environment: Mapping[str, str]) -> Base | None:
    """By the fields of the event's payload (docs.github.com, "Webhook events and payloads")."""
    name, event = environment["GITHUB_EVENT_NAME"], _payload(environment.get("GITHUB_EVENT_PATH", ""))
    if name in ("pull_request", "pull_request_target"):
        return _forked(repository, folder, _text(event, "pull_request", "base", "sha"))
    if name == "merge_group":
        # What is queued grows from it; the merge base of a queue's branch may be that branch itself.
        return _of_commit(repository, folder, _text(event, "merge_group", "base_sha"))
    return _of_push(repository, folder, event) if name == "push" else None


def _of_push(repository: Repository, folder: str, event: Mapping[str, Any]) -> Base | None:
    """What the branch was before; of a new or a rewritten one, where it left the default branch."""
    before, trunk = _text(event, "before"), f"origin/{_text(event, 'repository', 'default_branch')}"
    rewritten = event.get("forced") is True and not repository.knows(before)
    if before != _NO_COMMIT and not rewritten:
        return _of_commit(repository, folder, before)
    if not repository.knows(trunk) or repository.merge_base(trunk, "HEAD") == repository.commit("HEAD"):
        return None
    return _forked(repository, folder, trunk)


def _forked(repository: Repository, folder: str, start: str, end: str = "HEAD") -> Base:
    return _of_commit(repository, folder, start, repository.merge_base(start, end))


def _payload(path: str) -> Mapping[str, Any]:
    import json  # only a workflow needs it

    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        named = path or "nothing"
        raise GitError(f"GITHUB_EVENT_PATH names {named}, which cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}


def _text(event: Mapping[str, Any], *keys: str) -> str:
    """The text at the end of some keys; empty where there is none."""
    value: Any = event
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
