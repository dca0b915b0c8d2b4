"""What the repository's own files may not say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Spelt in two halves, so that this file is judged by its own test.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w./])/" + r"(?:work|root|opt|home)/\w",
            r"\b[A-Z]:\\" + r"\\?Users\b",
            "files." + r"pythonhosted\.org",
            "pypi." + r"org/simple",
            r"registry\." + "npmjs",
            r"proxy\." + "golang",
            r"extra-" + "index-url",
        ]
    )
)


def texts() -> list[str]:
    """The text files of the repository, as git would commit them."""
    if not (ROOT / ".git").exists():
        pytest.skip("there is no git repository here to list")
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    return [file for file in listed.splitlines() if (ROOT / file).is_file() and file != "LICENSE"]


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = {
        f"{file}: {match.group()}"
        for file in texts()
        for match in FORBIDDEN.finditer((ROOT / file).read_text(encoding="utf-8", errors="replace"))
    }
    assert found == set()


@pytest.mark.parametrize("line", ["see /" + "home/someone/notes", "pip --extra-" + "index-url x"])
def test_a_machine_or_a_registry_is_found(line: str) -> None:
    assert FORBIDDEN.search(line)


@pytest.mark.parametrize(
    "line", ["from ../" + "work/lists", "https://example.org/" + "home/page", "a/" + "root/b"]
)
def test_a_relative_path_or_an_address_is_left_alone(line: str) -> None:
    assert FORBIDDEN.search(line) is None


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
