"""What a change is compared with: by name, by what started the run, by what is not committed yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repository import alone, commit, git, repository, write

from mfpolicy.collect.base import Base, base_of
from mfpolicy.collect.git import GitError
from mfpolicy.model.unusable import Unusable

pytestmark = pytest.mark.slow  # every test starts git

__all__ = ["alone"]
ZEROS = "0" * 40
NONE = "; --base names another start, --base none compares with nothing"
SHALLOW = (
    "this clone is shallow, and lacks {} or how it came about; fetch the rest with git fetch --unshallow "
    "(in GitHub Actions: actions/checkout with fetch-depth: 0)" + NONE
)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: one, two, four; change, from two: three, with four merged into it on the branch merged."""
    folder = repository(tmp_path_factory.mktemp("origin"), {"zones/a.yaml": "1"})
    git(folder, "tag", "one")
    for name, start in (("two", "main"), ("three", "two"), ("four", "two")):
        git(folder, "switch", "-q", "--detach", start)
        commit(folder, {f"zones/{name}.yaml": name})
        git(folder, "tag", name)
    git(folder, "branch", "-f", "change", "three")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--ff-only", "four")
    git(folder, "switch", "-q", "-c", "merged")
    git(folder, "merge", "-q", "--no-ff", "-m", "x", "three")
    git(folder, "switch", "-q", "main")
    return folder


@pytest.fixture(scope="session")
def clone(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The branch change, as a workflow checks it out with fetch-depth: 0."""
    folder = tmp_path_factory.mktemp("clone")
    git(folder, "clone", "-q", "-b", "change", origin.as_uri(), ".")
    return folder


@pytest.fixture(scope="session")
def merged(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The merge of main and change that GitHub makes of a pull request, with its two parents alone."""
    folder = tmp_path_factory.mktemp("merged")
    git(folder, "clone", "-q", "-b", "merged", "--depth", "2", origin.as_uri(), ".")
    return folder


@pytest.fixture(scope="session")
def shallow(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The branch change, as a workflow checks it out by itself."""
    folder = tmp_path_factory.mktemp("shallow")
    git(folder, "clone", "-q", "-b", "change", "--depth", "1", origin.as_uri(), ".")
    return folder


def id_of(folder: Path, ref: str) -> str:
    return git(folder, "rev-parse", ref)


def named(folder: Path, name: str = "", paths: tuple[str, ...] = ("zones",), **said: str) -> Base | None:
    """The base of a call in a folder, under some environment."""
    base = base_of(name, str(folder), [str(folder / each) for each in paths], said)
    if base:
        base.close()
    return base


def label(folder: Path, name: str = "", **said: str) -> str:
    base = named(folder, name, **said)
    return base.label if base else "nothing"


def refusal(folder: Path, name: str = "", paths: tuple[str, ...] = ("zones",), **said: str) -> str:
    with pytest.raises(GitError) as error:
        named(folder, name, paths, **said)
    return str(error.value)


def event(folder: Path, name: str, payload: Any) -> dict[str, str]:
    """The environment of a workflow that an event started."""
    path = folder / "event.json"
    path.write_text(payload if isinstance(payload, str) else json.dumps(payload), "utf-8")
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


def pull_request(base: str, head: str) -> Mapping[str, Any]:
    return {"pull_request": {"base": {"sha": base}, "head": {"sha": head}}}


def push(before: str, forced: bool = False, branch: str = "main") -> Mapping[str, Any]:
    return {"before": before, "forced": forced, "repository": {"default_branch": branch}}


# By name


def test_a_commit_is_labelled_by_its_name_and_its_id(clone: Path) -> None:
    ids = {each: id_of(clone, each) for each in ("one", "two")}
    assert [label(clone, each) for each in ("one", "HEAD~1", ids["two"], ids["two"][:9])] == [
        f"one ({ids['one'][:7]})",
        f"HEAD~1 ({ids['two'][:7]})",
        ids["two"][:7],
        ids["two"][:7],
    ]


def test_none_is_no_base_whatever_started_the_run(clone: Path) -> None:
    assert named(clone, "none", PRE_COMMIT="1", GITHUB_EVENT_NAME="push") is None


def test_a_name_without_files_is_refused(clone: Path) -> None:
    assert refusal(clone, "one", ()) == (
        "--base one: this call names no file that could be compared with an older one"
    )


def test_a_call_without_files_and_without_a_name_has_no_base(clone: Path) -> None:
    assert named(clone, "", (), PRE_COMMIT="1") is None


def test_a_name_in_two_repositories_is_refused(clone: Path, shallow: Path) -> None:
    assert refusal(clone, "one", ("zones", str(shallow / "zones"))) == (
        f"--base one: there is no such folder, and the files of this call lie in {clone} and in {shallow}"
    )


def test_a_name_where_git_keeps_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    assert refusal(tmp_path, "main") == (
        "--base main: there is no such folder, "
        "and the files of this call lie in a folder that git does not keep"
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the folders old and feature/x, which are branches too, and a file."""
    folder = repository(
        tmp_path, {"zones/a.yaml": "2", "old/zones/a.yaml": "1", "feature/x/a": "1", "file": "1"}
    )
    for name in ("old", "feature/x", "file"):
        git(folder, "branch", name)
    git(folder, "switch", "-q", "-c", "same")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", ["old", "feature/x"])
def test_a_folder_that_is_a_commit_too_is_refused(here: Path, name: str) -> None:
    with pytest.raises(GitError) as error:
        base_of(name, str(here), ["zones"], {})
    assert str(error.value) == f"--base {name} is a folder and a commit: say ./{name}, or refs/heads/{name}"


@pytest.mark.parametrize("name", ["./old", "old/", "old/../old"])
def test_a_folder_said_as_one_is_read(here: Path, name: str) -> None:
    base = base_of(name, str(here), ["zones"], {})
    assert base and (base.label, base.differing, base.files.text("zones/a.yaml")) == (name, None, "1")


def test_a_commit_said_as_one_is_read(here: Path) -> None:
    base = base_of("refs/heads/old", str(here), ["zones"], {})
    assert base and base.label == f"refs/heads/old ({id_of(here, 'old')[:7]})"


def test_a_file_is_no_base_unless_a_branch_has_its_name(here: Path) -> None:
    with pytest.raises(GitError) as error:
        base_of("zones/a.yaml", str(here), ["zones"], {})
    assert str(error.value) == "--base zones/a.yaml is a file; name a folder, or a branch, a tag or a commit"
    base = base_of("file", str(here), ["zones"], {})
    assert base and base.label == f"file ({id_of(here, 'file')[:7]})"


@pytest.mark.parametrize("name", [".", "./", "zones/.."])
def test_the_folder_itself_is_no_base(here: Path, name: str) -> None:
    with pytest.raises(GitError) as error:
        base_of(name, str(here), ["zones"], {})
    assert (
        str(error.value)
        == f"--base {name} is the folder that is judged; name one that holds the files as they were"
    )


@pytest.mark.parametrize("path", ["../zones", "{here}/zones"])
def test_a_path_that_is_not_below_the_folder_of_the_call_is_refused(here: Path, path: str) -> None:
    path = path.format(here=here)
    with pytest.raises(GitError) as error:
        base_of("./old", str(here), [path], {})
    assert (
        str(error.value) == f"--base ./old: {path} does not lie below this folder, so it is not below ./old"
    )


def test_folders_are_compared_without_git(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert base_of("old", str(here), ["zones"], {}) is not None


# By pre-commit


def test_pre_commit_says_from_where_to_where(clone: Path) -> None:
    said = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "origin/main", "PRE_COMMIT_TO_REF": "change"}
    assert label(clone, **said) == f"origin/main ({id_of(clone, 'two')[:7]})"


def test_a_part_of_what_is_checked_out_may_be_pushed(clone: Path) -> None:
    said = {"PRE_COMMIT_FROM_REF": "one", "PRE_COMMIT_TO_REF": "HEAD~1"}
    assert label(clone, **said) == f"one ({id_of(clone, 'one')[:7]})"


def test_what_is_pushed_and_not_checked_out_is_not_judged_by_other_files(origin: Path) -> None:
    with pytest.raises(Unusable) as error:
        named(origin, PRE_COMMIT_FROM_REF="one", PRE_COMMIT_TO_REF="change")
    assert str(error.value) == (
        f"commit {id_of(origin, 'change')[:7]} is to be judged, and is not checked out here: check it out "
        "first, or leave this hook out (SKIP=mfpolicy-live)"
    )


def test_a_push_of_all_that_there_is_has_no_base(clone: Path) -> None:
    """pre-commit then names the branches, and no start."""
    said = {"PRE_COMMIT": "1", "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main"}
    assert named(clone, **said) is None


def test_pre_commit_goes_before_the_event(clone: Path, tmp_path: Path) -> None:
    said = {"PRE_COMMIT_FROM_REF": "one", "PRE_COMMIT_TO_REF": "HEAD", **event(tmp_path, "push", "{}")}
    assert label(clone, **said) == f"one ({id_of(clone, 'one')[:7]})"


@pytest.mark.parametrize("missing", ["PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"])
def test_pre_commit_with_one_end_says_nothing(clone: Path, missing: str) -> None:
    said = {"PRE_COMMIT_FROM_REF": "one", "PRE_COMMIT_TO_REF": "HEAD"} | {missing: ""}
    assert label(clone, **said) == f"HEAD ({id_of(clone, 'HEAD')[:7]})"


COMMITTING = {"GIT_INDEX_FILE": ".git/index"}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (COMMITTING, True),
        ({"PRE_COMMIT": "1", **COMMITTING}, True),
        ({"GIT_DIR": "/x/.git/worktrees/y"}, True),
        ({}, False),
        ({"PRE_COMMIT": "1"}, False),
    ],
    ids=["git's hook", "pre-commit in it", "a worktree's hook", "by hand", "pre-commit by hand"],
)
def test_a_commit_asks_for_its_change_even_if_nothing_differs(
    clone: Path, said: Mapping[str, str], asked: bool
) -> None:
    base = named(clone, **said)
    assert base and base.asked is asked


# By GitHub


def test_a_pull_request_is_compared_with_where_it_left_its_base(clone: Path, tmp_path: Path) -> None:
    main, change = id_of(clone, "origin/main"), id_of(clone, "HEAD")
    said = event(tmp_path, "pull_request", pull_request(main, change))
    assert label(clone, **said) == f"{main} ({id_of(clone, 'two')[:7]})"


def test_of_the_merge_of_a_pull_request_the_first_parent_is_the_base(merged: Path, tmp_path: Path) -> None:
    """Also where main has grown since the event, and where no more than the merge was fetched."""
    said = event(tmp_path, "pull_request", pull_request("f" * 40, id_of(merged, "HEAD^2")))
    assert label(merged, **said) == f"HEAD^1 ({id_of(merged, 'HEAD^1')[:7]})"


def test_a_merge_of_something_else_is_no_pull_request_s(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "-b", "merged", origin.as_uri(), ".")
    two = id_of(tmp_path, "HEAD^2~1")
    said = event(tmp_path, "pull_request", pull_request(two, "f" * 40))
    assert label(tmp_path, **said) == two[:7]


def test_a_merge_queue_says_its_base(clone: Path, tmp_path: Path) -> None:
    two = id_of(clone, "HEAD~1")
    assert label(clone, **event(tmp_path, "merge_group", {"merge_group": {"base_sha": two}})) == two[:7]


def test_a_push_is_compared_with_what_was_before(clone: Path, tmp_path: Path) -> None:
    one = id_of(clone, "HEAD~2")
    assert label(clone, **event(tmp_path, "push", push(one))) == one[:7]


@pytest.mark.parametrize(
    ("before", "forced"), [(ZEROS, False), ("f" * 40, True), (ZEROS, True), ("0" * 64, False)]
)
def test_a_new_or_rewritten_branch_is_compared_with_where_it_left_the_trunk(
    clone: Path, before: str, forced: bool, tmp_path: Path
) -> None:
    said = event(tmp_path, "push", push(before, forced))
    assert label(clone, **said) == f"origin/main ({id_of(clone, 'two')[:7]})"


def test_a_forced_push_whose_start_is_known_is_compared_with_that(clone: Path, tmp_path: Path) -> None:
    one = id_of(clone, "HEAD~2")
    assert label(clone, **event(tmp_path, "push", push(one, True))) == one[:7]


def test_the_first_push_of_the_trunk_has_nothing_to_compare_with(clone: Path, tmp_path: Path) -> None:
    assert label(clone, **event(tmp_path, "push", push(ZEROS, branch="change"))) == "nothing"


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "release"])
def test_an_event_that_changes_nothing_has_no_base(clone: Path, name: str) -> None:
    assert label(clone, GITHUB_EVENT_NAME=name, GITHUB_EVENT_PATH="/absent") == "nothing"


@pytest.mark.parametrize(
    ("name", "payload", "lacking"),
    [
        ("pull_request", pull_request("f" * 40, "e" * 40), "f" * 40),
        ("merge_group", {"merge_group": {"base_sha": "f" * 40}}, "f" * 40),
        ("push", push("f" * 40), "f" * 40),
        ("push", push(ZEROS), "origin/main"),
        ("push", push("f" * 40, True), "origin/main"),
    ],
)
def test_a_clone_that_is_cut_off_is_refused_with_its_cure(
    shallow: Path, name: str, payload: Any, lacking: str, tmp_path: Path
) -> None:
    assert refusal(shallow, **event(tmp_path, name, payload)) == SHALLOW.format(lacking)


def test_a_push_that_says_an_unknown_start_is_refused(clone: Path, tmp_path: Path) -> None:
    assert refusal(clone, **event(tmp_path, "push", push("f" * 40))) == (
        f"there is no commit {'f' * 40} in this repository; name a branch, a tag or a commit" + NONE
    )


MISSING = [
    ("pull_request", {}, "pull_request.base.sha"),
    ("pull_request", {"pull_request": {"base": {"sha": "x"}}}, "pull_request.head.sha"),
    ("pull_request_target", {"pull_request": []}, "pull_request.base.sha"),
    ("merge_group", {"merge_group": {"base_sha": 5}}, "merge_group.base_sha"),
    ("push", {"before": ""}, "before"),
    ("push", {"before": None}, "before"),
    ("push", [], "before"),
    ("push", "null", "before"),
    ("push", {"before": ZEROS, "repository": {}}, "repository.default_branch"),
]


@pytest.mark.parametrize(("name", "payload", "field"), MISSING)
def test_an_event_without_a_field_is_refused(
    clone: Path, name: str, payload: Any, field: str, tmp_path: Path
) -> None:
    said = event(tmp_path, name, payload)
    words = f"GITHUB_EVENT_PATH names {said['GITHUB_EVENT_PATH']}, which says nothing of {field}"
    assert refusal(clone, **said) == words + NONE


@pytest.mark.parametrize(
    "content",
    ["", "{", "\ufeff{}", b"\xff", "[" * 100_000, "9" * 5000],
    ids=["empty", "cut off", "marked", "latin", "deep", "long"],
)
def test_an_event_that_cannot_be_read_is_refused(clone: Path, content: str | bytes, tmp_path: Path) -> None:
    write(tmp_path, {"event.json": content})
    path = str(tmp_path / "event.json")
    said = refusal(clone, GITHUB_EVENT_NAME="push", GITHUB_EVENT_PATH=path)
    assert (
        said.startswith(f"GITHUB_EVENT_PATH names {path}, which cannot be read: ") or "says nothing" in said
    )


@pytest.mark.parametrize(("path", "shown"), [("", "nothing"), ("/absent", "/absent"), ("/", "/")])
def test_an_event_that_is_no_file_is_refused(clone: Path, path: str, shown: str) -> None:
    said = refusal(clone, GITHUB_EVENT_NAME="push", GITHUB_EVENT_PATH=path)
    assert said.startswith(f"GITHUB_EVENT_PATH names {shown}, which cannot be read: ")


@pytest.mark.parametrize(
    "before", ["-x", "--all", "a\0b", "\ud800", "HEAD\n", "^HEAD", "\x1b[31m"], ids=ascii
)
def test_an_event_that_says_what_is_no_commit_is_refused(clone: Path, before: str, tmp_path: Path) -> None:
    said = refusal(clone, **event(tmp_path, "push", push(before)))
    assert said.startswith(f"there is no commit {before} in this repository")


# By what is not committed yet


def test_what_is_written_is_compared_with_head(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", origin.as_uri(), ".")
    write(tmp_path, {"zones/a.yaml": "changed"})
    base = named(tmp_path)
    assert base and (base.label, base.differing, base.asked) == (
        f"HEAD ({id_of(tmp_path, 'HEAD')[:7]})",
        ["zones/a.yaml"],
        False,
    )


def test_a_repository_without_a_commit_has_no_base(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"zones/a.yaml": "1"})
    assert (named(tmp_path), named(tmp_path, **COMMITTING)) == (None, None)
    assert refusal(tmp_path, "HEAD").startswith("there is no commit HEAD in this repository")


def test_who_does_not_ask_need_not_have_git(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    words = "git is not installed here, so no commit can be compared with"
    assert (named(clone), refusal(clone, **COMMITTING), refusal(clone, "one")) == (
        None,
        words + NONE,
        words,
    )


def test_files_of_two_repositories_have_no_base_by_themselves(clone: Path, shallow: Path) -> None:
    assert named(clone, "", ("zones", str(shallow / "zones")), **COMMITTING) is None


def test_every_kind_of_checkout_is_one(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", origin.as_uri(), "plain")
    git(tmp_path / "plain", "worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "one")
    aside = ("--separate-git-dir", str(tmp_path / "aside"))
    git(tmp_path, "clone", "-q", *aside, origin.as_uri(), "split")
    heads = {each: id_of(tmp_path / each, "HEAD")[:7] for each in ("plain", "tree", "split")}
    assert {each: label(tmp_path / each) for each in heads} == {
        each: f"HEAD ({id})" for each, id in heads.items()
    }
