"""Figures as Markdown."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence

import msgspec

from benchmarks.measure import Run
from benchmarks.nsd import NSD


class Row(msgspec.Struct, frozen=True):
    """One program under one condition: the median of its runs over so many domains."""

    condition: str
    program: str
    domains: int
    run: Run
    scaled: float = 0.0
    """Wall clock for as many domains as mfpolicy had, where fewer were measured; else 0."""

    @property
    def wall(self) -> float:
        return self.scaled or self.run.wall


def comparison(rows: Sequence[Row]) -> str:
    """Programs side by side; the ratio is to mfpolicy under the same condition."""
    ours = {row.condition: row.wall for row in rows if row.program == "mfpolicy"}
    head = (
        "condition",
        "program",
        "domains",
        "wall s",
        "scaled s",
        "CPU s",
        "questions per domain",
        "MB",
        "x",
    )
    lines = [
        (
            row.condition,
            row.program,
            f"{row.domains:,}",
            f"{row.run.wall:.2f}",
            f"{row.scaled:.1f}" if row.scaled else "",
            f"{row.run.cpu:.2f}",
            f"{row.run.questions / row.domains:.1f}",
            f"{row.run.rss:.0f}",
            f"{row.wall / ours[row.condition]:.2f}" if row.condition in ours else "",
        )
        for row in rows
    ]
    return markdown(head, lines)


def growth(rows: Sequence[Row]) -> str:
    """One program over more and more domains."""
    head = ("domains", "wall s", "ms per domain", "CPU ms per domain", "questions per domain", "max MB")
    lines = [
        (
            f"{row.domains:,}",
            f"{row.run.wall:.2f}",
            f"{1000 * row.run.wall / row.domains:.2f}",
            f"{1000 * row.run.cpu / row.domains:.2f}",
            f"{row.run.questions / row.domains:.1f}",
            f"{row.run.rss:.0f}",
        )
        for row in rows
    ]
    return markdown(head, lines)


def markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table; every column but the words is right-aligned."""
    words = {"condition", "program", "step"}
    rule = ["---" if each in words else "---:" for each in head]
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))


def name_servers() -> tuple[str, ...]:
    """The programs beside Python that the live benchmark needs, with their versions."""
    return f"NSD {_said(str(NSD), '-v')}", f"dnsperf {_said('dnsperf', '-h')}"


def machine(command: str, packages: Sequence[str], programs: Sequence[str] = ()) -> str:
    """What ran, on what, when."""
    versions = [f"{name} {_version(name)}" for name in packages]
    day = datetime.datetime.now(tz=datetime.UTC).date()
    python = f"Python {platform.python_version()}"
    listed = ", ".join([python, *versions, *programs])
    return f"`{command}`, {day}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}; {listed}.\n"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _said(program: str, option: str) -> str:
    """The version in what a program says about itself."""
    if shutil.which(program) is None:
        return "(not installed)"
    result = subprocess.run([program, option], capture_output=True, text=True, timeout=30, check=False)
    found = re.search(r"[Vv]ersion (\S+)", result.stdout + result.stderr)
    return found.group(1) if found else "(unknown)"
