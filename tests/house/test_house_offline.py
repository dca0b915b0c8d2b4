"""The offline path stays light: what is slow to import is imported only where it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from repository import commit, git, write

ROOT = Path(__file__).resolve().parents[2]
HEAVY = [
    "argparse",
    "asyncio",
    "cryptography",
    "dataclasses",
    "dns",
    "hashlib",  # of digests; loads OpenSSL
    "httpx",
    "pycares",
    "google.protobuf.descriptor_pb2",  # the type check; the engine itself loads the rest of protobuf
    "importlib.metadata",
    "jinja2",
    "json",
    "jsonschema",
    "jsonschema_rs",
    "logging",
    "mfpolicy.output.json",
    "rich",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
]
ZONE = """\
"":
  - type: MX
    value: {exchange: mail.example.org., preference: 10}
  - type: TXT
    value: v=spf1 mx -all
_dmarc:
  type: TXT
  value: v=DMARC1; p=reject
mail:
  type: A
  value: 192.0.2.25
"""
RUN = """\
import sys
from mfpolicy.cli import main
sys.argv = ["mfpolicy", "check", "--zones", "octodns:zones", "--dns", "offline", "--today", "2026-11-23"]
try:
    main()
except SystemExit as end:
    print([int(end.code or 0), sorted(sys.modules)], file=sys.stderr)
"""


# What a commit that does not touch mail need not wait for.
UNTOUCHED = ["mfpolicy.pipeline", "mfpolicy.output.text", "mfpolicy.sources.intent", "pathlib", "yaml"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[str], str]:
    """The exit code, the imported modules and the output of a small offline check."""
    return ran(estate(tmp_path_factory))


@pytest.fixture(scope="module")
def passing_by(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[str], str]:
    """The same of a check that git calls at a commit without a change."""
    folder = estate(tmp_path_factory)
    git(folder, "init", "-q")
    commit(folder)
    return ran(folder, GIT_INDEX_FILE=".git/index")


def estate(factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("estate")
    write(folder, {"zones/example.org.yaml": ZONE})
    return folder


def ran(folder: Path, **said: str) -> tuple[int, list[str], str]:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RUN}"]
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **said},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    last = result.stderr.strip().rpartition("\n")[2]
    assert last.startswith("["), result.stderr
    code, modules = ast.literal_eval(last)
    return code, modules, result.stdout


@pytest.mark.slow
def test_an_offline_check_comes_to_a_judgement(run: tuple[int, list[str], str]) -> None:
    code, modules, output = run
    assert code in (0, 1), output
    assert "mfpolicy.pipeline" in modules


@pytest.mark.slow
@pytest.mark.parametrize("heavy", HEAVY)
def test_an_offline_check_does_not_import(run: tuple[int, list[str], str], heavy: str) -> None:
    assert heavy not in run[1]


@pytest.mark.slow
@pytest.mark.parametrize("heavy", sorted({*HEAVY, *UNTOUCHED} - {"subprocess"}))  # it asks git
def test_a_commit_that_does_not_touch_mail_does_not_import(
    passing_by: tuple[int, list[str], str], heavy: str
) -> None:
    code, modules, output = passing_by
    assert (code, "nothing that mail depends on differs" in output) == (0, True)
    assert heavy not in modules
