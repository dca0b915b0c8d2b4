"""The hooks as their users get them: installed by the real pre-commit, called by the real git.

No index is asked: pip builds with what lies beside (`PIP_NO_BUILD_ISOLATION=0` is how pip takes that option
from the environment, pypa/pip#5735), and virtualenv seeds from the wheels that it carries.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from repository import ALONE, Files, commit, git, repository, write

ROOT = Path(__file__).resolve().parent.parent
PRE_COMMIT = (sys.executable, "-m", "pre_commit")
CONFIG = ".pre-commit-config.yaml"
# What the running environment has installed, behind all that pre-commit installs: a plain folder at the end
# of the path, of which no .pth file is run, so that an editable install of mfpolicy stays out.
_BESIDE = f"import sys\nsys.path.append({sysconfig.get_path('purelib')!r})\n"
_WHO = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
_SAID = {
    **ALONE,
    **dict.fromkeys(_WHO, "a@example.org"),
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_NO_DEPS": "1",
    "PIP_NO_INDEX": "1",
    "VIRTUALENV_NO_DOWNLOAD": "1",
    "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
}
# PYTHONDONTWRITEBYTECODE would make every start compile all that it loads, which no user's does.
_UNSAID = ("PIP_FIND_LINKS", "PYTHONDONTWRITEBYTECODE")


class Done(NamedTuple):
    """What came of a command: its exit code, and what it printed on both streams."""

    code: int
    text: str

    @property
    def verdict(self) -> str:
        """What pre-commit says of the last of our hooks: Passed, Failed, or nothing."""
        found = re.findall(r"^mail flow.*\.(Passed|Failed)$", self.text, re.MULTILINE)
        return found[-1] if found else ""


def done(folder: Path, *command: str) -> Done:
    result = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(result.returncode, result.stdout)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """This work tree as a repository of hooks, and its one commit. What pre-commit installs is kept apart."""
    if not (ROOT / ".git").exists():
        pytest.skip("there is no git repository here to install from")
    room = tmp_path_factory.mktemp("hooks")
    write(room, {"beside/sitecustomize.py": _BESIDE})
    here = {"PRE_COMMIT_HOME": "home", "VIRTUALENV_OVERRIDE_APP_DATA": "seeds", "PYTHONPATH": "beside"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**_SAID, **{name: str(room / folder) for name, folder in here.items()}}.items():
            patch.setenv(name, value)
        for name in _UNSAID:
            patch.delenv(name, raising=False)
        _copy(room / "mfpolicy")
        yield room / "mfpolicy", commit(repository(room / "mfpolicy", {}))


def _copy(target: Path) -> None:
    """What git keeps of this work tree, or would."""
    for file in git(ROOT, "ls-files", "-co", "--exclude-standard", "-z").split("\0"):
        if (ROOT / file).is_file():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, target / file)


class Room(NamedTuple):
    """A DNS repository whose hooks are installed, and what its first commit is."""

    folder: Path
    first: str

    def commit(self, files: Files, *how: str) -> Done:
        """Stage files, and commit."""
        write(self.folder, files)
        git(self.folder, "add", "-A")
        return done(self.folder, "git", "commit", "-m", "x", *how)

    def push(self, *what: str) -> Done:
        return done(self.folder, "git", "push", "origin", *(what or ("HEAD",)))

    @property
    def head(self) -> str:
        return git(self.folder, "rev-parse", "HEAD")


class Maker(NamedTuple):
    """Makes such repositories."""

    folder: Path
    hooks: tuple[Path, str]

    def room(self, files: Mapping[str, str], *args: str, live: tuple[str, ...] = (), **keys: object) -> Room:
        """With some files, the hooks called with `args` (at a push with `live` too), and a remote that has
        all of it. `keys` are given to both hooks."""
        folder = repository(self.folder / "dns", {**files, CONFIG: self.config(args, live, **keys)})
        git(self.folder, "init", "-q", "--bare", "remote")
        git(folder, "remote", "add", "origin", "../remote")
        git(folder, "push", "-q", "-u", "origin", "main")
        installed = done(
            folder, *PRE_COMMIT, "install", "--hook-type", "pre-commit", "--hook-type", "pre-push"
        )
        assert installed.code == 0, installed.text
        return Room(folder, git(folder, "rev-parse", "HEAD"))

    def config(self, args: tuple[str, ...], live: tuple[str, ...], **keys: object) -> str:
        repo, rev = self.hooks
        called = {"mfpolicy": args, "mfpolicy-live": (*args, *live)}
        listed = [{"id": id, "args": [*given], **keys} for id, given in called.items()]
        return yaml.safe_dump({"repos": [{"repo": str(repo), "rev": rev, "hooks": listed}]})


@pytest.fixture
def maker(tmp_path: Path, hooks: tuple[Path, str]) -> Maker:
    return Maker(tmp_path, hooks)
