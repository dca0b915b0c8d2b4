"""Pages as a reader carries them out: files are written, commands run, and what they print is compared.

A block ```yaml title="zones/example.org.yaml" is a file to write. A ```console block holds `$ command` lines,
each followed by what it prints; `...` stands for any text, on a line of its own for any lines. `$ cd`,
`$ mkdir -p`, `$ git` and `$ echo $?` are understood; every other command is mfpolicy's. Blocks of other kinds
are read, not run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mfpolicy.cli import main

_BLOCK = re.compile(r'^```(\w+)(?: title="([^"\n]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
MOST = 5_000  # characters of an output that a failure shows
_ASKS = {"check", "spf", "dmarc", "record"}


class Step(NamedTuple):
    """A file to write (`path`, `text`), or a command to run and what it should print."""

    path: str
    command: str
    text: str


class Mismatch(AssertionError):
    """A command printed something else than the page shows."""


def steps(page: str) -> Iterator[Step]:
    """What a reader does, in order."""
    for language, title, body in _BLOCK.findall(page):
        if title:
            yield Step(title, "", body)
        elif language == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step("", command, output)


def shows(expected: str, printed: str) -> bool:
    """Whether a page shows what was printed; `...` stands for any text."""
    pattern = "".join(_line(each) for each in expected.strip("\n").splitlines(keepends=True))
    return re.fullmatch(pattern, printed.strip("\n")) is not None


def _line(line: str) -> str:
    if line.strip() == "...":
        return r"(?:[^\n]*(?:\n|\Z))*?"
    return "[^\n]*".join(re.escape(each) for each in line.split("..."))


def _git(words: list[str]) -> str:
    """What git prints, as a reader with a name of his own runs it."""
    who = [each for role in ("AUTHOR", "COMMITTER") for each in (f"GIT_{role}_NAME", f"GIT_{role}_EMAIL")]
    named = {**os.environ, **dict.fromkeys(who, "reader@example.org"), "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30, env=named)
    return done.stdout + done.stderr


class Shell:
    """The few words that pages use, in one folder, without a process for each."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self.folder, self.patch, self.captured, self.code = folder, patch, captured, 0
        patch.chdir(folder)

    def carry_out(self, step: Step) -> None:
        """One step; raises Mismatch."""
        if step.path:
            target = Path.cwd() / step.path
            assert target.resolve().is_relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(step.text.encode())
            return
        printed = self.run(step.command)
        if not shows(step.text, printed):
            raise Mismatch(f"$ {step.command}\n--- shown\n{step.text}\n--- printed\n{printed[:MOST]}")

    def run(self, command: str) -> str:
        """What a command prints, on both streams."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.patch.chdir(words[1])
            return ""
        if words[:2] == ["mkdir", "-p"]:
            Path(words[2]).mkdir(parents=True, exist_ok=True)
            return ""
        if command == "echo $?":
            return f"{self.code}\n"
        if words[0] == "git":
            return _git(words)
        return self._mfpolicy(words)

    def _mfpolicy(self, words: list[str]) -> str:
        assert words[0] == "mfpolicy", f"pages run mfpolicy, not {words[0]}"
        assert words[1] not in _ASKS or "--dns" in words, f"{words} would ask the world"
        self.patch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as stopped:
            main()
        self.code = int(stopped.value.code or 0)
        printed = self.captured.readouterr()
        return printed.out + printed.err
