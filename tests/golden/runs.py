"""The real command, called in this process, and git repositories to call it in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from mfpolicy.cli import cli

SHARED = Path(__file__).resolve().parents[3] / "shared"
_OPTIONS = ("-c", "gc.auto=0", "-c", "init.defaultBranch=main", "-c", "core.autocrlf=false")
_WHO = {
    f"GIT_{who}_{what}": f"{who.lower()}@example.org"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}
# Commits of the same files have the same id on every day.
_WHEN = {f"GIT_{who}_DATE": "2026-11-23T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
_ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **_WHO, **_WHEN}


class Checked(NamedTuple):
    """What a run ended with: its exit code, and its report.v1 document."""

    code: int
    report: dict[str, Any]

    @property
    def fails(self) -> list[dict[str, Any]]:
        """The findings that are no unknowns."""
        return [each for each in self.report["findings"] if each["verdict"] == "fail"]


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and standard output of a call."""
    result = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if result.exception:
        raise result.exception
    return int(result.return_value), result.output


def report(*arguments: str) -> Checked:
    """The same, for a machine."""
    code, output = run(*arguments, "--format", "json")
    return Checked(code, json.loads(output))


class Repository:
    """Commits of all that lies in a folder; nothing of the user's git has a say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._git("init", "-q")

    def commit(self, files: Mapping[str, bytes], message: str = "a commit") -> None:
        """Make these the only files, and commit them."""
        clear(self.folder)
        write(self.folder, files)
        self._git("add", "-A")
        self._git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)

    def _git(self, *arguments: str) -> None:
        command = ["git", "-C", str(self.folder), *_OPTIONS, *arguments]
        subprocess.run(command, check=True, env={**os.environ, **_ENVIRONMENT})


def clear(folder: Path) -> None:
    """Remove all but what is git's."""
    for path in folder.iterdir():
        if path.name == ".git":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths from a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
