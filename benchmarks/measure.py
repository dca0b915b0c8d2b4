"""What one run of a program costs: wall clock, processor, memory; bounded in time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]
# ru_maxrss is in kilobytes, on macOS in bytes (getrusage(2)).
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Run(msgspec.Struct, frozen=True):
    """One run, or the median of several: seconds, megabytes, questions that the server was asked."""

    wall: float
    cpu: float
    rss: float
    questions: float = 0.0


class TooSlow(Exception):
    """The program was ended at its limit."""


class Failed(Exception):
    """The program ended in a way that makes its time worthless."""


def run(
    command: Sequence[str], out: Path, timeout: float, stdin: Path | None = None, good: Sequence[int] = (0,)
) -> Run:
    """Run a program, its output into a file; TooSlow past the limit, Failed on a bad exit code."""
    with out.open("wb") as sink, Path(stdin or os.devnull).open("rb") as source:
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdin=source, stdout=sink, stderr=subprocess.PIPE, cwd=ROOT, env=_environment()
        )
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    late = not timer.is_alive()
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if late:
        raise TooSlow(f"{' '.join(command)}: ended after {timeout:.0f} s")
    if process.returncode not in good:
        tail = said.decode("utf-8", "replace")[-500:]
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n{tail}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _RSS_UNIT / 1e6)


def _environment() -> dict[str, str]:
    """As users have it: settings that have Python compile anew, or write by line, would cost every run."""
    slow = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    return {name: value for name, value in os.environ.items() if name not in slow}


def median(runs: Sequence[Run]) -> Run:
    """Each figure's own median."""
    return Run(
        *(statistics.median(figures) for figures in zip(*map(msgspec.structs.astuple, runs), strict=True))
    )
