"""Wheels of what is installed here, so that pip resolves and installs as it would from an index."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What an installation adds to a wheel's own files.
_ADDED = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}


def wheelhouse(folder: Path, *names: str) -> Path:
    """A folder with a wheel of each distribution, and of all that they need."""
    folder.mkdir()
    for each in _needed(names):
        _pack(each, folder)
    return folder


def environment(folder: Path) -> dict[str, str]:
    """What makes pip take wheels from a folder and nothing from anywhere else."""
    alone = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1"}
    return {**alone, "PIP_FIND_LINKS": str(folder)}


def requirements(*lines: str) -> list[str]:
    """The names of those requirements that hold on this machine, without extras."""
    parsed = map(Requirement, lines)
    return [each.name for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]


def _needed(names: tuple[str, ...]) -> Iterator[Distribution]:
    seen: set[str] = set()
    open_names = list(names)
    while open_names:
        name = canonicalize_name(open_names.pop())
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        open_names += requirements(*(found.requires or ()))
        yield found


def _pack(found: Distribution, folder: Path) -> None:
    """By the binary distribution format (packaging.python.org, "Binary distribution format")."""
    kept = [each for each in found.files or () if _is_packed(each.parts)]
    info = next(each.parts[0] for each in kept if each.name == "WHEEL")
    wheel = folder / f"{info.removesuffix('.dist-info')}-{_tag(found)}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for each in kept:
            archive.write(Path(str(each.locate())), each.as_posix())
        record = "".join(f"{each.as_posix()},,\n" for each in kept)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


def _is_packed(parts: tuple[str, ...]) -> bool:
    added = parts[0].endswith(".dist-info") and parts[-1] in _ADDED
    return ".." not in parts and "__pycache__" not in parts and not added


def _tag(found: Distribution) -> str:
    lines = (found.read_text("WHEEL") or "").splitlines()
    tags = [line.partition(":")[2].strip().split("-") for line in lines if line.startswith("Tag:")]
    return "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
