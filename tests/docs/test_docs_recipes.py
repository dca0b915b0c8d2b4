"""The recipes that make records.v1 of other formats, run as a reader runs them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from transcripts import steps

from mfpolicy.collect.files import Files
from mfpolicy.sources.zones import read_zones

PAGE = Path(__file__).resolve().parents[2] / "docs/zone-formats.md"


def made(folder: Path, *command: str) -> list[tuple[str, str, str, int | None]]:
    """The records that a program of the page makes of a file of the page."""
    for step in steps(PAGE.read_text("utf-8")):
        if step.path:
            (folder / step.path).parent.mkdir(exist_ok=True)
            (folder / step.path).write_bytes(step.text.encode())
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=30)
    (folder / "made.json").write_bytes(done.stdout)
    found = read_zones("records", "made.json", Files(folder))
    assert found.faults == ()
    return [(each.name, each.type, each.value, each.ttl) for zone in found.zones for each in zone.records]


@pytest.mark.slow
def test_yaml_of_ones_own_becomes_records(tmp_path: Path) -> None:
    assert made(tmp_path, sys.executable, "to_records.py", "inhouse.yml") == [
        ("example.net", "MX", "0 example-net.mail.protection.outlook.com.", 300),
        ("example.net", "TXT", "v=spf1 include:spf.protection.outlook.com -all", 300),
        ("_dmarc.example.net", "TXT", "v=DMARC1; p=reject; rua=mailto:dmarc@example.net", 300),
    ]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq: apt-get install jq")
def test_a_zone_of_powerdns_becomes_records(tmp_path: Path) -> None:
    assert made(tmp_path, "jq", "-f", "powerdns.jq", "powerdns.json") == [
        ("example.net", "MX", "0 .", 300),
        ("example.net", "TXT", "v=spf1 -all", 300),
    ]
