"""The files of a commit, read as those on disk are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from repository import alone, commit, git, repository, write

from mfpolicy.collect.files import Files
from mfpolicy.collect.git import GitError, Repository
from mfpolicy.collect.tree import Tree
from mfpolicy.model.documents import Fault

pytestmark = pytest.mark.slow  # every test starts git

__all__ = ["alone"]
NAMES = [
    "a.yaml",
    "with blank.yaml",
    "-rf",
    "ümläut.yaml",
    "a: b.yaml",
    "tab\t.yaml",
    '"quoted".yaml',
    "HEAD",
]
Open = Callable[..., Tree]


@pytest.fixture
def opened() -> Iterator[Open]:
    """A function that opens the tree of a commit, HEAD unless told, as seen from a folder."""
    every: list[Tree] = []

    def open_(root: Path, ref: str = "HEAD", folder: Path | None = None) -> Tree:
        found = Repository(str(root))
        every.append(Tree(found, found.commit(ref), str(folder or root)))
        return every[-1]

    yield open_
    for each in every:
        each.close()


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links of all kinds beside what they lead to."""
    folder = tmp_path_factory.mktemp("linked")
    (folder / "zones").mkdir()
    for name, target in {
        "zones/two.yaml": "one.yaml",
        "zones/three.yaml": "../zones/two.yaml",
        "zones/sub": "../shared",
        "dns": "zones",
        "zones/out.yaml": "../../secret",
        "zones/absolute.yaml": "/etc/hostname",
        "zones/nowhere.yaml": "absent",
        "zones/loop.yaml": "loop.yaml",
        "zones/through.yaml": "one.yaml/x",
    }.items():
        (folder / name).symlink_to(target)
    return repository(folder, {"zones/one.yaml": "1", "shared/s.yaml": "s"})


def said(found: str | Fault) -> str:
    return found.text if isinstance(found, Fault) else found


def test_files_are_read_as_they_were(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {f"z/{name}": name for name in NAMES})
    write(folder, {f"z/{name}": "changed" for name in NAMES})
    tree = opened(folder)
    assert tree.listing("z") == Files(folder).listing("z")
    assert [tree.text(f"z/{name}") for name in NAMES] == NAMES
    assert dict(tree.texts) == {f"z/{name}": name for name in NAMES}


def test_a_name_that_is_no_text_is_read_too(tmp_path: Path, opened: Open) -> None:
    name = os.fsdecode(b"z/\xff.yaml")
    tree = opened(repository(tmp_path, {name: "x"}))
    assert (tree.listing("z"), tree.text(name)) == ([name], "x")


def test_a_name_with_a_line_end_is_listed_and_cannot_be_asked_for(tmp_path: Path, opened: Open) -> None:
    tree = opened(repository(tmp_path, {"z/a\nHEAD:b.yaml": "x", "b.yaml": "y"}))
    assert (tree.listing("z"), said(tree.text("z/a\nHEAD:b.yaml")), tree.text("b.yaml")) == (
        ["z/a\nHEAD:b.yaml"],
        "cannot be read: git cannot be asked for a name such as this",
        "y",
    )


@pytest.mark.parametrize("path", ["z\0a.yaml", "../\0", "\ud800", "../\ud800", "z/\n"], ids=ascii)
def test_what_no_file_can_be_named_is_not_there(tmp_path: Path, path: str, opened: Open) -> None:
    tree = opened(repository(tmp_path, {"z/a.yaml": "x"}))
    assert (tree.holds(path), tree.listing(path), isinstance(tree.text(path), Fault)) == (False, [], True)


def test_ends_of_lines_and_byte_order_marks_are_kept(tmp_path: Path, opened: Open) -> None:
    tree = opened(repository(tmp_path, {"a": b"\xef\xbb\xbfx\r\ny\r\n\r\n", "empty": ""}))
    assert (tree.text("a"), tree.text("empty")) == ("\ufeffx\r\ny\r\n\r\n", "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("absent", "cannot be read: No such file or directory"),
        ("z", "cannot be read: it is not a file"),
        (".", "cannot be read: it is not a file"),
        ("latin", "byte 2 (0xFF) is not UTF-8"),
        ("latin/x", "cannot be read: Not a directory"),
        ("../x", "lies outside the repository (it begins where .git is), so it is not read"),
        ("/etc/hostname", "lies outside the repository (it begins where .git is), so it is not read"),
    ],
)
def test_what_cannot_be_read_is_the_fault_that_it_is_on_disk(
    path: str, words: str, tmp_path: Path, opened: Open
) -> None:
    folder = repository(tmp_path, {"z/a": "1", "latin": b"ab\xff"})
    assert [said(opened(folder).text(path)), said(Files(folder).text(path))] == [words] * 2


def test_a_file_that_is_too_large_is_let_go_and_the_next_is_read(tmp_path: Path, opened: Open) -> None:
    tree = opened(
        repository(tmp_path, {"large": b"x" * (16 * 2**20 + 1), "just": b"y" * 2**20, "small": "s"})
    )
    found = [tree.text("large"), tree.text("small"), tree.text("just", 2**20 - 1), tree.text("just", 2**20)]
    assert [said(each)[:20] for each in found] == ["larger than 16 MiB", "s", "larger than 0 MiB", "y" * 20]
    assert tree.holds("large")


@pytest.mark.parametrize("path", ["zones/two.yaml", "zones/three.yaml", "dns/one.yaml", "dns/three.yaml"])
def test_a_link_inside_the_repository_is_followed(linked: Path, path: str, opened: Open) -> None:
    assert opened(linked).text(path) == "1"


def test_linked_folders_are_listed_as_folders(linked: Path, opened: Open) -> None:
    tree = opened(linked)
    assert (tree.listing("dns")[-3:], tree.listing("zones/sub")) == (
        ["dns/three.yaml", "dns/through.yaml", "dns/two.yaml"],
        ["zones/sub/s.yaml"],
    )
    assert "dns/sub/" in tree.listing("dns")


OUTSIDE = "lies outside the repository (it begins where .git is), so it is not read"
LINKS = {
    "out": OUTSIDE,
    "nowhere": "cannot be read: No such file or directory",
    "loop": "cannot be read: Too many levels of symbolic links",
    "through": "cannot be read: Not a directory",
}


@pytest.mark.parametrize(("name", "words"), LINKS.items(), ids=LINKS)
def test_a_link_that_leads_to_no_file_is_the_fault_that_it_is_on_disk(
    linked: Path, name: str, words: str, opened: Open
) -> None:
    path = f"zones/{name}.yaml"
    assert [said(opened(linked).text(path)), said(Files(linked).text(path))] == [words] * 2


def test_an_absolute_link_leads_out_of_the_repository(linked: Path, opened: Open) -> None:
    assert said(opened(linked).text("zones/absolute.yaml")) == OUTSIDE


def test_a_moved_folder_is_the_one_it_was(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"zones/a.yaml": "a", "zones/sub/b.yaml": "b"})
    (folder / "zones").rename(folder / "dns")
    tree = opened(folder)
    assert (tree.holds("dns"), tree.listing("dns"), tree.text("dns/a.yaml"), tree.text("dns/sub/b.yaml")) == (
        True,
        ["dns/a.yaml", "dns/sub/"],
        "a",
        "b",
    )
    assert (tree.holds("zones"), tree.text("zones/a.yaml")) == (True, "a")


def test_what_moved_out_of_a_folder_that_is_read_is_read_there(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"zones/a.yaml": "a", "zones/b.yaml": "b"})
    (folder / "more").mkdir()
    (folder / "zones/b.yaml").rename(folder / "more/b.yaml")
    tree = opened(folder)
    before = tree.listing("more")
    tree.read_at(["zones", "more", "absent", "../out"])
    assert (before, tree.listing("more"), tree.holds("more")) == (["more/b.yaml"], [], False)
    assert tree.listing("zones") == ["zones/a.yaml", "zones/b.yaml"]


def test_a_folder_that_was_there_holds_what_it_held(tmp_path: Path, opened: Open) -> None:
    """A draft that moves among the zones was none of them."""
    folder = repository(tmp_path, {"drafts/b.yaml": "b", "zones/a.yaml": "a"})
    (folder / "drafts/b.yaml").rename(folder / "zones/b.yaml")
    assert opened(folder).listing("zones") == ["zones/a.yaml"]


def test_a_file_where_a_folder_is_now_hides_no_move(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"zones": "a file", "old/a.yaml": "a"})
    write(folder, {"zones": None})
    (folder / "old").rename(folder / "zones")
    tree = opened(folder)
    assert (tree.listing("zones"), tree.text("zones/a.yaml")) == (["zones/a.yaml"], "a")


def test_another_name_is_another_file(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"zones/a.yaml": "a"})
    (folder / "zones/a.yaml").rename(folder / "zones/b.yaml")
    assert not opened(folder).holds("zones/b.yaml")


def test_paths_are_seen_from_the_folder_of_the_call(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"sub/x": "x", "zones/a.yaml": "a"})
    tree = opened(folder, folder=folder / "sub")
    assert (tree.listing("../zones"), tree.text("../zones/a.yaml"), tree.text("x"), tree.inside("../..")) == (
        ["../zones/a.yaml"],
        "a",
        "x",
        False,
    )


def test_a_path_that_leads_there_by_a_link_from_outside_is_inside(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path / "r", {"zones/a.yaml": "a"})
    (tmp_path / "way").symlink_to("r")
    (tmp_path / "zones").symlink_to("r/zones")
    tree = opened(folder, folder=tmp_path)
    absolute = f"{tmp_path}/way/zones/a.yaml"
    assert [tree.text(each) for each in ("r/zones/a.yaml", "zones/a.yaml", absolute)] == ["a"] * 3
    assert tree.listing("zones") == ["zones/a.yaml"]


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_folder_of_thousands_is_listed(kind: str, tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {}, f"--object-format={kind}")
    blob = git(folder, "hash-object", "-w", "--stdin")
    lines = "".join(f"100644 blob {blob}\t{number:05} {'x' * 60}.yaml\n" for number in range(5_000))
    tree_id = piped(folder, "mktree", text=lines)
    whole = piped(folder, "mktree", text=f"040000 tree {tree_id}\tzones\n")
    ref = git(folder, "commit-tree", "-m", "x", whole)
    listed = opened(folder, ref).listing("zones")
    assert (len(listed), listed[-1]) == (5_000, f"zones/04999 {'x' * 60}.yaml")


def piped(folder: Path, *arguments: str, text: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.strip()


def test_a_submodule_is_told_from_what_is_not_there(tmp_path: Path, opened: Open) -> None:
    inner = repository(tmp_path / "inner", {"a.yaml": "1"})
    outer = repository(tmp_path / "outer", {"b.yaml": "1"})
    git(outer, "submodule", "-q", "add", str(inner), "dns")
    commit(outer)
    tree = opened(outer)
    assert [(tree.holds(each), tree.is_submodule(each)) for each in ("dns", "absent", "b.yaml")] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    assert (tree.listing("."), tree.listing("dns")) == ([".gitmodules", "b.yaml", "dns"], [])


def test_a_clone_that_left_files_out_is_said_and_nothing_is_fetched(tmp_path: Path, opened: Open) -> None:
    origin = repository(tmp_path / "origin", {"zones/a.yaml": "1"})
    git(origin, "config", "uploadpack.allowFilter", "true")
    commit(origin, {"zones/a.yaml": "2"})
    git(tmp_path, "clone", "-q", "--filter=blob:none", origin.as_uri(), "part")
    tree = opened(tmp_path / "part", "HEAD~1")
    with pytest.raises(GitError) as error:
        tree.text("zones/a.yaml")
    id = git(origin, "rev-parse", "HEAD~1")[:7]
    assert str(error.value) == (
        f"this clone lacks zones/a.yaml of commit {id}: it was cloned in part, or is damaged; "
        "fetch the rest with git fetch --refetch --no-filter"
    )


def test_a_clone_that_left_files_out_cannot_tell_what_moved(tmp_path: Path, opened: Open) -> None:
    origin = repository(tmp_path / "origin", {"zones/a.yaml": "1\n2\n3\n"})
    git(origin, "config", "uploadpack.allowFilter", "true")
    commit(origin, {"zones/a.yaml": None, "dns/a.yaml": "1\n2\n4\n"})
    git(tmp_path, "clone", "-q", "--filter=blob:none", origin.as_uri(), "part")
    with pytest.raises(GitError, match="this clone lacks the files of commit"):
        opened(tmp_path / "part", "HEAD~1").listing("dns")


def test_a_file_that_a_damaged_repository_lost_is_said(tmp_path: Path, opened: Open) -> None:
    folder = repository(tmp_path, {"zones/a.yaml": "1", "zones/b.yaml": "2"})
    id = git(folder, "rev-parse", "HEAD:zones/a.yaml")
    (folder / ".git/objects" / id[:2] / id[2:]).unlink()
    tree = opened(folder)
    assert tree.text("zones/b.yaml") == "2"
    with pytest.raises(GitError, match=r"this clone lacks zones/a\.yaml of commit"):
        tree.text("zones/a.yaml")


def test_a_tree_that_was_closed_may_be_closed_again(tmp_path: Path, opened: Open) -> None:
    tree = opened(repository(tmp_path, {"a": "1"}))
    tree.text("a")
    tree.close()
    tree.close()
    assert tree.text("a") == "1"
