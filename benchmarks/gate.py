"""The gate over many zones: with one changed file, and with nothing changed that matters."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

_GIT = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"]
_WANTED = {"no base": "1.0", "a base, one zone changed": "1.2", "a base, nothing of mail changed": "0.06"}
Measured = Callable[[list[str]], tuple[str, ...]]


def gate(zones: Path, folder: Path, check: list[str], measured: Measured) -> list[tuple[str, ...]]:
    """A line for each case: its name, what `measured` tells of the run, and the goal in seconds.
    `check` is the command that judges; the zones are copied into a repository of their own."""
    _committed(zones, folder)
    call = [*check, "--zones", f"octodns:{folder / 'zones'}", "--dns", "offline"]
    lines = [("no base", *measured([*call, "--base", "none"]))]
    with next(iter(sorted((folder / "zones").glob("*.yaml")))).open("a") as file:
        file.write("\nmfpolicy-bench: {type: TXT, value: v=spf1 -all}\n")
    lines.append(("a base, one zone changed", *measured([*call, "--base", "HEAD"])))
    _git(folder, "checkout", "-q", ".")
    (folder / "notes.html").write_text("nothing of mail\n")
    lines.append(("a base, nothing of mail changed", *measured([*call, "--base", "HEAD"])))
    return [(*line, _WANTED[line[0]]) for line in lines]


def _committed(zones: Path, folder: Path) -> None:
    shutil.copytree(zones, folder / "zones")
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "The zones")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run([*_GIT, *arguments], cwd=folder, check=True, timeout=60)
