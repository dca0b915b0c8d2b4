"""The offline path stays light: what is slow to import is imported only where it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[str], str]:
    """The exit code, the imported modules and the output of a small offline check."""
    folder = tmp_path_factory.mktemp("estate")
    (folder / "zones").mkdir()
    (folder / "zones/example.org.yaml").write_text(ZONE, encoding="utf-8")
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RUN}"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
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
