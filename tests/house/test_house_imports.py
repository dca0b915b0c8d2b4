"""The import contracts hold, and each would notice being broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BROKEN = [
    pytest.param("layers", "records/broken.py", "import mfpolicy.evaluate", id="a grammar that evaluates"),
    pytest.param("layers", "facts/broken.py", "import mfpolicy.rules", id="facts that know the rules"),
    pytest.param("layers", "utils.py", "", id="a room that nobody decided on"),
    pytest.param("door", "evaluate/broken.py", "import socket", id="an evaluator that opens a socket"),
    pytest.param("door", "cli/broken.py", "import subprocess", id="a command that starts a process"),
    pytest.param("rules", "rules/broken.py", "import mfpolicy.records", id="rules that read SPF"),
    pytest.param("expression", "rules/broken.py", "import cel_expr_python", id="a second door to CEL"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its contracts, to break."""
    shutil.copytree(ROOT / "mfpolicy", tmp_path / "mfpolicy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """One contract, judged by the tool itself on the package in a folder."""
    code = (
        "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command as run; run()"
    )
    command = [sys.executable, "-c", code, "--contract", contract, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "line"), BROKEN)
def test_a_broken_contract_is_red(copy: Path, contract: str, file: str, line: str) -> None:
    (copy / "mfpolicy" / file).write_text(line + "\n", encoding="utf-8")
    result = lint_imports(copy, contract)
    assert (result.returncode, "1 broken" in result.stdout) == (1, True), result.stdout + result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("contract", ["layers", "door", "rules", "expression"])
def test_an_unbroken_contract_is_green(copy: Path, contract: str) -> None:
    (copy / "mfpolicy/collect/sound.py").write_text("import socket\nimport subprocess\n", encoding="utf-8")
    result = lint_imports(copy, contract)
    assert (result.returncode, "0 broken" in result.stdout) == (0, True), result.stdout + result.stderr
