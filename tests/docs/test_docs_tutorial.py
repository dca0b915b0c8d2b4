"""Every command that a page shows with its output prints that, and every file it shows does what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from transcripts import Shell, shows, steps

ROOT = Path(__file__).resolve().parents[2]

WRITTEN = [
    each for each in sorted((ROOT / "docs").rglob("*.md")) if "generated" not in each.read_text("utf-8")[:20]
]
RUN = [each for each in WRITTEN if any(True for _ in steps(each.read_text("utf-8")))]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.relative_to(ROOT / "docs").as_posix())
def test_a_page_does_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".git").mkdir()
    shell = Shell(tmp_path, monkeypatch, capsys)
    for step in steps(page.read_text("utf-8")):
        shell.carry_out(step)


def test_the_tutorial_is_among_them() -> None:
    assert ROOT / "docs" / "tutorial.md" in RUN


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n", "a\n"),
        ("a\n...\nd\n", "a\nb\nc\nd\n"),
        ("a\n...\nd\n", "a\nd\n"),
        ("a\n...\n", "a\nb\n"),
        ("1 zone, ... rules: 2 errors\n", "1 zone, 5 records, 64 rules: 2 errors\n"),
    ],
)
def test_a_shortened_output_is_left_alone(shown: str, printed: str) -> None:
    assert shows(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [("a\n", "b\n"), ("a\n", "a\nb\n"), ("a\n...\nd\n", "a\nb\n"), ("a ... c\n", "a b\nc\n"), ("", "a\n")],
)
def test_another_output_is_found(shown: str, printed: str) -> None:
    assert not shows(shown, printed)


def test_files_and_commands_are_steps_and_the_rest_is_read() -> None:
    files = '```yaml title="a.yaml"\nx: 1\n```\n\n```sh\nrm -rf it\n```\n\n'
    page = files + "```console\n$ mfpolicy rules\nout\n$ echo $?\n0\n```\n"
    assert [tuple(each) for each in steps(page)] == [
        ("a.yaml", "", "x: 1\n"),
        ("", "mfpolicy rules", "out\n"),
        ("", "echo $?", "0\n"),
    ]
