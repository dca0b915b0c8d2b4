"""A Containerfile, read as strictly as ours is written (docs.docker.com, "Dockerfile reference"): an
instruction a line, a backslash at its end joins the next; what is not known here is refused.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KNOWN = {"ARG", "FROM", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT"}


class Instruction(NamedTuple):
    """A word in capitals, its options such as --from=build, and the rest."""

    word: str
    options: dict[str, str]
    rest: str


def instructions(text: str) -> list[Instruction]:
    """The instructions of a file, with the values of ARG put in. Raises ValueError."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    said: dict[str, str] = {}
    return [_read(line, said) for line in joined.splitlines() if line.strip()]


def stages(read: list[Instruction]) -> list[list[Instruction]]:
    """The instructions of each stage, from its FROM on."""
    starts = [number for number, each in enumerate(read) if each.word == "FROM"]
    return [read[at:end] for at, end in zip(starts, [*starts[1:], None], strict=True)]


def copied(stage: list[Instruction]) -> Iterator[tuple[str, str]]:
    """What a stage takes from the folder of the build, and where it lays it."""
    for each in stage:
        if each.word == "COPY" and "from" not in each.options:
            *sources, target = each.rest.split()
            yield from ((source, target) for source in sources)


def is_ignored(path: str, patterns: str) -> bool:
    """Whether a .dockerignore leaves a path out: the last line that fits it, or a folder above, decides."""
    ignored = False
    names = [path, *(parent.as_posix() for parent in Path(path).parents if parent.name)]
    for line in patterns.splitlines():
        if line.strip() and not line.startswith("#") and any(_fits(name, line.lstrip("!")) for name in names):
            ignored = not line.startswith("!")
    return ignored


def _fits(name: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(name.rpartition("/")[2], pattern[3:])
    same_depth = name.count("/") == pattern.count("/")
    return same_depth and fnmatch.fnmatchcase(name, pattern)


def _read(line: str, said: dict[str, str]) -> Instruction:
    word, _, rest = line.partition(" ")
    if word not in KNOWN:
        raise ValueError(f"{word}: not known here")
    options: dict[str, str] = {}
    while found := re.match(r"\s*--([a-z]+)=(\S+)\s+", rest):
        options[found[1]] = found[2]
        rest = rest[found.end() :]
    if word == "ARG":
        said.update([rest.split("=", 1)])
    return Instruction(word, options, re.sub(r"\$\{(\w+)\}", lambda found: said[found[1]], rest).strip())
