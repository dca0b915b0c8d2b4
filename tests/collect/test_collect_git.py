"""What git is asked, by the real git in repositories of every kind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repository import alone, commit, git, repository, write

from mfpolicy.collect.git import GitError, Repository

pytestmark = pytest.mark.slow  # every test starts git

__all__ = ["alone"]
ZONE = "".join(f"host{number}:\n  type: A\n  value: 192.0.2.{number}\n" for number in range(20))
SHALLOW = "this clone is shallow, and lacks"


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """main: one, two, three; side: grew from two; lone: by itself; tags of a commit, a tag and a file."""
    folder = repository(tmp_path_factory.mktemp("history"), {"one.yaml": ZONE})
    commit(folder, {"two.yaml": "2"})
    git(folder, "branch", "side")
    commit(folder, {"three.yaml": "3"})
    git(folder, "tag", "-a", "-m", "x", "signed")
    git(folder, "tag", "-a", "-m", "x", "twice", "signed")
    git(folder, "tag", "blob", "HEAD:one.yaml")
    git(folder, "switch", "-q", "side")
    commit(folder, {"side.yaml": "s"})
    git(folder, "switch", "-q", "--orphan", "lone")
    commit(folder, {"lone.yaml": "l"})
    git(folder, "switch", "-q", "main")
    return folder


@pytest.fixture(scope="session")
def shallow(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shallow")
    git(folder, "clone", "-q", "--depth", "1", history.as_uri(), ".")
    return folder


@pytest.mark.parametrize("ref", ["main", "refs/heads/main", "signed", "twice", "@", "HEAD^0", "side^{/x}~0"])
def test_a_name_stands_for_a_commit(history: Path, ref: str) -> None:
    assert Repository(str(history)).commit(ref) == git(history, "rev-parse", f"{ref}^{{commit}}")


HOSTILE = [
    *("nope", "", "-x", "--all", "HEAD~999", "HEAD^{tree}", "HEAD:one.yaml", "blob", "one.yaml"),
    *("main..side", "^HEAD", "HEAD\nmain", "HEAD main", "\0", "\ud800", "@{u}", "*", ":/nothing", "\x1b[31m"),
    *("0" * 40, "f" * 40),
]  # fmt: skip


@pytest.mark.parametrize("ref", HOSTILE, ids=ascii)
def test_what_is_no_commit_is_said(history: Path, ref: str) -> None:
    with pytest.raises(GitError) as error:
        Repository(str(history)).commit(ref)
    assert (
        str(error.value) == f"there is no commit {ref} in this repository; name a branch, a tag or a commit"
    )


def test_a_clone_that_is_cut_off_is_said_with_its_cure(shallow: Path) -> None:
    with pytest.raises(GitError) as error:
        Repository(str(shallow)).commit("HEAD~1")
    assert str(error.value) == (
        "this clone is shallow, and lacks HEAD~1 or how it came about; fetch the rest with "
        "git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"
    )


def test_a_fork_that_lies_before_what_was_fetched_is_said(history: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", history.as_uri(), ".")
    with pytest.raises(GitError, match=SHALLOW):
        Repository(str(tmp_path)).merge_base("origin/side", "HEAD")


def test_the_fork_of_two_branches_is_their_newest_common_commit(history: Path) -> None:
    assert Repository(str(history)).merge_base("side", "main") == git(history, "rev-parse", "main~1")


def test_branches_that_nothing_joins_are_said(history: Path) -> None:
    with pytest.raises(GitError) as error:
        Repository(str(history)).merge_base("lone", "main")
    assert str(error.value) == "no commit that both lone and main grew from is here"


def test_a_repository_without_a_commit_has_no_head(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a": "1"})
    assert (Repository(str(tmp_path)).find("HEAD"), Repository(str(tmp_path)).head()) == ("", ("", ["a"]))


def test_what_differs_from_head_is_told_in_one_answer(tmp_path: Path) -> None:
    """Of every kind: changed, gone, moved, new, in conflict, of another repository; ignored ones not."""
    gone = dict.fromkeys(("gone.yaml", "taken.yaml", "moved.yaml", "link"), ZONE)
    folder = repository(tmp_path / "all", {"a b.yaml": "1", "both": "1", ".gitignore": "*.bak", **gone})
    inner = repository(folder / "inner", {"x": "1"})
    commit(folder)
    git(folder, "switch", "-q", "-c", "side")
    commit(folder, {"both": "2"})
    git(folder, "switch", "-q", "main")
    commit(folder, {"both": "3"})
    with pytest.raises(AssertionError):
        git(folder, "merge", "-q", "side")
    write(folder, {"a b.yaml": "2", "gone.yaml": None, "new/\nü .yaml": "1", "x.bak": "1", "link": None})
    (folder / "link").symlink_to("both")
    (folder / "moved.yaml").rename(folder / "elsewhere.yaml")
    git(folder, "rm", "-q", "taken.yaml")
    git(folder, "add", "elsewhere.yaml", "moved.yaml")
    commit(inner, {"x": "2"})
    asked = Repository(str(folder))
    id, paths = asked.head()
    assert (id, sorted(paths)) == (asked.find("HEAD"), sorted(set(asked.changed("HEAD"))))
    assert {"a b.yaml", "both", "gone.yaml", "new/\nü .yaml", "inner", "link"} < {*paths}


def test_what_is_staged_and_taken_back_may_still_be_committed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "back", {"a": "1"})
    write(folder, {"a": "2"})
    git(folder, "add", "a")
    write(folder, {"a": "1"})
    assert Repository(str(folder)).head()[1] == ["a"]


def test_a_folder_that_is_none_is_no_repository_and_neither_is_what_lies_around_it(
    history: Path,
) -> None:
    inner = history / "inner"
    (inner / ".git").mkdir(parents=True, exist_ok=True)
    with pytest.raises(GitError) as error:
        Repository(str(inner)).find("HEAD")
    (inner / ".git").rmdir()
    inner.rmdir()
    assert str(error.value) == f"git finds no repository in {inner}, though there is a .git"


def test_who_has_no_git_is_told(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError) as error:
        Repository(str(history)).find("HEAD")
    assert str(error.value) == "git is not installed here, so no commit can be compared with"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives folders away")
def test_a_repository_of_somebody_else_is_said_with_its_cure(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1"})
    for each in (tmp_path, tmp_path / ".git"):
        os.chown(each, 12345, 12345)
    with pytest.raises(GitError, match="git config --global --add safe.directory"):
        Repository(str(tmp_path)).find("HEAD")


def test_a_hook_of_another_repository_does_not_lead_git_there(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path, {"a": "1"})
    head = git(tmp_path, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(history / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(history / ".git" / "index"))
    found = Repository(str(tmp_path))
    assert (found.find("HEAD"), found.changed("HEAD")) == (head, [])


def test_what_differs_is_changed_gone_staged_and_not_kept_but_not_ignored(tmp_path: Path) -> None:
    kept = {".gitignore": "*.bak\n", "same": "1", "changed": "1", "gone": "1", "staged": "1"}
    folder = repository(tmp_path, kept)
    write(folder, {"changed": "2", "gone": None, "staged": "2", "new": "1", "x.bak": "1", "-ü\n b": "1"})
    git(folder, "add", "staged")
    assert sorted(Repository(str(folder)).changed("HEAD")) == sorted(
        ["changed", "gone", "staged", "new", "-ü\n b"]
    )


def test_line_ends_that_git_turns_are_no_difference(tmp_path: Path) -> None:
    folder = repository(tmp_path, {".gitattributes": "* text=auto\n", "a.yaml": "x: 1\n"})
    write(folder, {"a.yaml": "x: 1\r\n"})
    assert Repository(str(folder)).changed("HEAD") == []


def test_a_submodule_that_a_pull_request_tells_git_to_ignore_differs_all_the_same(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"a.yaml": "1"})
    outer = repository(tmp_path / "outer", {"b.yaml": "1"})
    git(outer, "submodule", "-q", "add", str(inner), "dns")
    git(outer, "config", "-f", ".gitmodules", "submodule.dns.ignore", "all")
    commit(outer)
    commit(outer / "dns", {"a.yaml": "2"})
    assert Repository(str(outer)).changed("HEAD") == ["dns"]


MOVES = [
    ({"zones/a.yaml": ZONE}, {"dns/a.yaml": ZONE}, {"dns/a.yaml": "zones/a.yaml"}),
    ({"zones/a.yaml": ZONE}, {"dns/a.yaml": ZONE + "# edited\n"}, {"dns/a.yaml": "zones/a.yaml"}),
    ({"zones/a.yaml": ZONE}, {"dns/a.yaml": "rewritten\n"}, {"dns/a.yaml": "zones/a.yaml"}),
    # Another name is another zone.
    ({"zones/a.yaml": ZONE}, {"zones/b.yaml": ZONE}, {}),
    (
        {"zones/a.yaml": ZONE, "zones/b.yaml": ZONE},
        {"dns/a.yaml": ZONE, "dns/b.yaml": ZONE},
        {"dns/a.yaml": "zones/a.yaml", "dns/b.yaml": "zones/b.yaml"},
    ),
    # Which of two it was, only the text can tell.
    (
        {"one/m.yaml": ZONE, "two/m.yaml": ZONE.replace("host", "name")},
        {"a/m.yaml": ZONE.replace("host", "name"), "b/m.yaml": ZONE},
        {"a/m.yaml": "two/m.yaml", "b/m.yaml": "one/m.yaml"},
    ),
    ({"one/m.yaml": "1\n", "two/m.yaml": "2\n"}, {"a/m.yaml": "3\n", "b/m.yaml": "4\n"}, {}),
    ({"a b\n/-ü.yaml": ZONE}, {"c\td/-ü.yaml": ZONE}, {"c\td/-ü.yaml": "a b\n/-ü.yaml"}),
]  # fmt: skip


@pytest.mark.parametrize("kept", [True, False], ids=["staged", "not kept yet"])
@pytest.mark.parametrize(("before", "after", "moves"), MOVES)
def test_a_moved_file_is_known_by_its_name_and_its_text(
    before: dict[str, str], after: dict[str, str], moves: dict[str, str], kept: bool, tmp_path: Path
) -> None:
    folder = repository(tmp_path, before)
    write(folder, {**dict.fromkeys(before), **after})
    if kept:
        git(folder, "add", "-A")
    by_text = len(before) > len({os.path.basename(each) for each in before})
    expected = {} if by_text and not kept else moves  # git compares no text of files that it does not keep
    assert Repository(str(folder)).moved("HEAD") == expected


LEADING = {
    "plain files": ({"zones/a.yaml": "x: 1\n"}, False),
    "an include": ({"zones/a.yaml": "x: !include ../y.md\n"}, True),
    "an include of a master file": ({"zones/a.zone": "$include ../y.md\n"}, True),
    "an include elsewhere": ({"zones/a.yaml": "x: 1\n", "docs/a.md": "!include"}, False),
    "a binary file with an include": ({"zones/a.yaml": b"\0!include x\n"}, True),
    "a file that is called binary": ({".gitattributes": "* binary\n", "zones/a.yaml": "!include x\n"}, True),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), LEADING.values(), ids=LEADING)
def test_files_that_may_take_in_others_are_found(
    files: dict[str, str | bytes], expected: bool, tmp_path: Path
) -> None:
    assert Repository(str(repository(tmp_path, files))).lead_on(["zones"]) is expected


def test_what_git_does_not_look_at_may_hold_anything(tmp_path: Path) -> None:
    folder = repository(tmp_path, {".gitignore": "build\n", "a.yaml": "1", "b.yaml": "1", "c/d.yaml": "1"})
    (folder / "link.yaml").symlink_to("a.yaml")
    git(folder, "add", "link.yaml")
    write(folder, {"build/x.json": "1", "new/x.yaml": "1"})
    git(folder, "update-index", "--assume-unchanged", "a.yaml")
    git(folder, "update-index", "--skip-worktree", "b.yaml")
    names = ("a.yaml", "b.yaml", "link.yaml", "build", "build/x.json", "new", "../x", "c", "absent")
    found = {each: Repository(str(folder)).lead_on([each]) for each in names}
    assert [each for each in names if not found[each]] == ["c", "absent"]


def test_paths_are_named_as_they_are_written_and_where_links_lead(tmp_path: Path) -> None:
    (tmp_path / "r/dns/sub").mkdir(parents=True)
    (tmp_path / "r/zones").symlink_to("dns")
    (tmp_path / "way").symlink_to("r")
    found = Repository(str(tmp_path / "r"))
    names = [
        found.names(["zones/a.yaml"], str(tmp_path / "r")),
        found.names(["../zones"], str(tmp_path / "r/dns")),
        found.names(["."], str(tmp_path / "r")),
        found.names([str(tmp_path / "way/dns")], str(tmp_path)),
    ]
    assert names == [
        {"zones/a.yaml", "dns/a.yaml"},
        {"zones", "dns"},
        {"."},
        {"../way/dns", "dns"},
    ]
