"""What `mfpolicy diff` tells an approver, of composed changes and of the incidents.

REGOLD=1 pytest tests/golden/test_golden_diff.py   rewrites the expectations; read them before you keep them
"""

from __future__ import annotations

from pathlib import Path

import pytest
from diff_cases import CASES, LIVE
from runs import Repository, run, write
from test_golden_incidents import files, index
from test_golden_runs import agrees, shared

pytestmark = pytest.mark.slow  # every test starts git

OPTIONS = ("--today", "2026-11-23")


def told(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> str:
    """What a case reads as, with recorded answers."""
    case = CASES[name]
    repository = Repository(folder / "repository")
    repository.commit(case.was, "As it was")
    repository.commit(case.now, case.why)
    write(folder, {"answers.json": LIVE})
    monkeypatch.chdir(repository.folder)
    zones = () if "mailflow.yaml" in case.now else ("--zones", "octodns:zones")
    code, text = run("diff", "HEAD~1", *zones, "--dns", "../answers.json", "--format", format, *OPTIONS)
    assert code == 0
    return text


@pytest.mark.parametrize("name", CASES)
def test_a_change_reads_as_approved(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agrees(f"diff/{name}.txt", told(name, tmp_path, monkeypatch, "text"))


@pytest.mark.parametrize("name", ["rotation", "mx-move", "mta-sts", "weakening", "zone-removed"])
def test_a_comment_reads_as_approved(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agrees(f"diff/{name}.md", told(name, tmp_path, monkeypatch, "markdown"))


@pytest.mark.parametrize("name", ["mx-move", "sender-removed", "nothing-of-mail", "zone-removed"])
def test_an_entry_of_a_change_log_reads_as_approved(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agrees(f"diff/{name}.changelog.md", told(name, tmp_path, monkeypatch, "changelog"))


@shared
def test_the_incidents_read_as_approved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = []
    for incident in sorted(index()):
        was, now = (files(incident, each) for each in ("before", "change"))
        if not was:
            continue
        repository = Repository(tmp_path / incident)
        repository.commit(was)
        repository.commit(now)
        monkeypatch.chdir(repository.folder)
        code, text = run("diff", "HEAD~1", "--zones", "octodns:.", "--dns", "offline", *OPTIONS)
        assert code == 0
        parts.append(f"===== {incident}\n{text}")
    agrees("diff/incidents.txt", "\n".join(parts))
