"""The image: on glibc, without root, made of what the repository holds, and judging a mounted tree.

Its lines are carried out in folders laid out as they say: no test asks a registry. Where one may be asked, in
.github/workflows/ci.yml, the image itself is built and run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from containerfile import Instruction, copied, instructions, is_ignored, stages
from repository import alone, repository
from runner import ROOT

__all__ = ["alone"]
READ = instructions((ROOT / "Containerfile").read_text("utf-8"))
IGNORED = (ROOT / ".dockerignore").read_text("utf-8")
FIRST, LAST = stages(READ)
CALL = ["check", "examples/contoso", "--dns", "examples/contoso/answers.json", "--today", "2026-11-23"]


def rest(stage: list[Instruction], word: str) -> list[str]:
    """What stands behind a word in a stage."""
    return [each.rest for each in stage if each.word == word]


def test_both_stages_start_from_one_image_with_glibc_by_its_digest() -> None:
    starts = {each.rest.partition(" ")[0] for each in READ if each.word == "FROM"}
    assert [
        bool(re.fullmatch(r"python:3\.\d+-slim-trixie@sha256:[0-9a-f]{64}", each)) for each in starts
    ] == [True]


def test_it_runs_as_nobody_and_without_a_shell() -> None:
    assert (rest(LAST, "USER"), [json.loads(each) for each in rest(LAST, "ENTRYPOINT")]) == (
        ["10001:10001"],
        [["mfpolicy"]],
    )


def test_what_it_copies_is_there_and_goes_in() -> None:
    sources = [source for source, _ in copied(FIRST)]
    assert [each for each in sources if not (ROOT / each).exists() or is_ignored(each, IGNORED)] == []


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("mfpolicy/cli/check.py", False),
        ("policies/spf/x.yaml", False),
        ("README.md", False),
        (".git/config", True),
        (".venv/bin/python", True),
        ("tests/conftest.py", True),
        ("docs/README.md", True),
        ("mfpolicy/cli/__pycache__/check.pyc", True),
    ],
)
def test_nothing_else_goes_in(path: str, ignored: bool) -> None:
    assert is_ignored(path, IGNORED) is ignored


@pytest.mark.parametrize("line", ["ADD x y", "run true", "SHELL x"])
def test_an_instruction_that_is_not_played_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not known"):
        instructions(line)


def done(*command: str | Path, cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command that has ended, in an environment of its own."""
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the example, to mount."""
    folder = tmp_path_factory.mktemp("mounted") / "work"
    shutil.copytree(ROOT / "examples/contoso", folder / "examples/contoso")
    return repository(folder, {})


@pytest.fixture(scope="module")
def image(
    tmp_path_factory: pytest.TempPathFactory, offline: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """What starts the program as the image would, and its variables."""
    root = tmp_path_factory.mktemp("image")
    variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", **offline}
    for source, target in copied(FIRST):
        _lay(ROOT / source, root / "src" / target)
    for stage, folder in ((FIRST, root / "src"), (LAST, root)):
        python = _python(root / f"env{folder.name}", variables)
        for line in rest(stage, "RUN"):
            if not line.startswith(("apt-get ", "git ")):
                told = line.replace("/wheels", str(root / "wheels"))
                run = done(
                    "sh", "-c", told, cwd=folder, environment={**variables, "PATH": f"{python}:/usr/bin:/bin"}
                )
                assert run.returncode == 0, run.stdout + run.stderr
    system = {**variables, "GIT_CONFIG_SYSTEM": str(root / "gitconfig"), "GIT_CONFIG_GLOBAL": os.devnull}
    return [str(python / "mfpolicy")], system


def _lay(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        return
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _python(folder: Path, variables: Mapping[str, str]) -> Path:
    assert (
        done(sys.executable, "-I", "-m", "venv", folder, cwd=folder.parent, environment=variables).returncode
        == 0
    )
    return folder / "bin"


slow = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="the image is for Linux")


@slow
@posix
def test_its_lines_make_a_program_that_judges_the_example(
    image: tuple[list[str], dict[str, str]], tree: Path
) -> None:
    start, variables = image
    judged = done(*start, *CALL, "--base", "none", cwd=tree, environment=variables)
    assert (judged.returncode, "12 errors" in judged.stdout, judged.stderr) == (1, True, "")


@slow
@posix
@pytest.mark.parametrize("allowed", [True, False], ids=["mounted at /work", "mounted elsewhere"])
def test_a_tree_of_another_user_is_read_where_the_image_allows_it(
    image: tuple[list[str], dict[str, str]], tree: Path, allowed: bool
) -> None:
    start, variables = image
    # By this git takes every tree for another user's (git's own tests, t/t0033-safe-directory.sh).
    theirs = {**variables, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    Path(theirs["GIT_CONFIG_SYSTEM"]).unlink(missing_ok=True)
    (line,) = [each for each in rest(LAST, "RUN") if each.startswith("git ")]
    if allowed:
        told = line.replace("/work", str(tree))
        assert done("sh", "-c", told, cwd=tree, environment=variables).returncode == 0
    judged = done(*start, *CALL, "--base", "HEAD", cwd=tree, environment=theirs)
    assert (judged.returncode, "safe.directory" in judged.stderr) == ((0, False) if allowed else (2, True))
