"""Repositories for tests: made by the real git, whatever the developer has told theirs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TEMPLATE_DIR": ""}
_SAID = [
    *("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"),
    *("-c", "core.fsync=none", "-c", "gc.auto=0", "-c", "init.defaultBranch=main"),
    *("-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"),
]
Files = Mapping[str, str | bytes | None]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's git knows no settings either. For a module that imports it."""
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder."""
    done = subprocess.run(
        ["git", "-C", str(folder), *_SAID, *arguments],
        capture_output=True,
        env={**os.environ, **ALONE},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return os.fsdecode(done.stdout).strip()


def write(folder: Path, files: Files) -> None:
    """Write files; None takes one away."""
    for path, content in files.items():
        target = folder / path
        if content is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(folder: Path, files: Files | None = None) -> str:
    """Write files, and commit all that lies there; the id of the commit."""
    write(folder, files or {})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, files: Files, *how: str) -> Path:
    """A new repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", *how)
    commit(folder, files)
    return folder
