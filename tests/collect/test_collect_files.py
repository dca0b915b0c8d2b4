from __future__ import annotations

import hashlib
import os
from pathlib import Path

from mfpolicy.collect.files import Files, resource, write
from mfpolicy.model.documents import Fault


def test_a_file_is_read_with_its_digest_and_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x\r\n")
    files = Files(tmp_path)
    assert (files.text("./a.txt"), dict(files.texts), list(files.sha256s())) == (
        "x\r\n",
        {"a.txt": "x\r\n"},
        ["a.txt"],
    )


def test_digests_are_of_the_bytes_also_where_they_are_no_text_or_were_written(tmp_path: Path) -> None:
    contents = {"bom.txt": "\ufeffü\r\n".encode(), "latin.txt": b"ab\xff", "old.txt": b"old"}
    files = Files(tmp_path)
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        files.text(name)
    files.wrote("./old.txt", write(str(tmp_path / "old.txt"), "new"))
    (tmp_path / "latin.txt").write_bytes(b"changed since")
    contents["old.txt"] = b"new"
    assert files.sha256s() == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }


def test_what_is_no_utf_8_no_file_or_outside_is_a_fault(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("s")
    (root / "latin").write_bytes(b"ab\xff")
    (root / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(root / "pipe")
    files = Files(root)
    found = [files.text(path) for path in ("latin", "link", "pipe", "../secret", "absent", ".", "a\0b")]
    assert [each.code if isinstance(each, Fault) else each for each in found] == ["unreadable-file"] * 7
    assert "byte 2" in found[0].text  # type: ignore[union-attr]


def test_a_listing_marks_folders_and_stays_inside(tmp_path: Path) -> None:
    (tmp_path / "z/sub").mkdir(parents=True)
    (tmp_path / "z/a.yaml").write_text("")
    files = Files(tmp_path)
    assert (files.listing("z"), files.listing(".."), files.listing("z/a.yaml")) == (
        ["z/a.yaml", "z/sub/"],
        [],
        [],
    )


def test_the_packaged_policies_are_named_inside_or_beside_the_package() -> None:
    assert resource("policies").name == "policies"


def test_a_file_may_be_as_large_as_its_reader_says(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("12345")
    (tmp_path / "b").write_text("12345")
    files = Files(tmp_path)
    assert files.text("a", 5) == "12345"
    assert isinstance(files.text("b", 4), Fault)
