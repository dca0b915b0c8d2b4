"""Whole runs of the real command, compared with what a reader saw and approved.

REGOLD=1 pytest tests/golden   rewrites the expectation; read the difference before you keep it
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import runs
from runs import SHARED

ROOT = Path(__file__).resolve().parents[2]
MOJ = SHARED / "corpora" / "moj-dns" / "hostedzones"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora beside the project are not there")


def run(*arguments: str) -> tuple[int, str]:
    # What is not committed yet, here or among the corpora, is judged as all the rest is.
    return runs.run(*arguments, "--base", "none")


def report(*arguments: str) -> runs.Checked:
    return runs.report(*arguments, "--base", "none")


def agrees(name: str, text: str) -> None:
    path = Path(__file__).parent / name
    if os.environ.get("REGOLD"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_the_example_estate_reads_as_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code, text = run(
        "check", "examples/contoso", "--dns", "examples/contoso/answers.json", "--today", "2026-11-23"
    )
    agrees("contoso.txt", text)
    assert code == 1


def test_a_domain_by_its_name_reads_as_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code, text = run(
        "check", "fabrikam.com", "--dns", "examples/one-domain/answers.json", "--today", "2026-11-23"
    )
    agrees("one-domain.txt", text)
    assert code == 1


@pytest.mark.parametrize(
    ("folder", "answers", "exit_code"),
    [
        ("small-firm", "small-firm", 1),
        ("provider/tenants/dental", "provider", 0),
        ("provider/tenants/law", "provider", 0),
        ("provider/tenants/bakery", "provider", 1),
    ],
)
def test_an_example_reads_as_approved(
    folder: str, answers: str, exit_code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    answers = f"examples/{answers}/answers.json"
    code, text = run("check", f"examples/{folder}", "--dns", answers, "--today", "2026-11-23")
    agrees(f"{Path(folder).name}.txt", text)
    assert code == exit_code


@shared
def test_every_zone_of_the_corpus_is_read() -> None:
    code, found = report("check", "--zones", f"octodns:{MOJ}", "--dns", "offline", "--all")
    zones = {each["subject"]["name"] for each in found["ledger"] if each["subject"]["kind"] == "domain"}
    files = {path.stem for path in MOJ.glob("*.yaml")} - {"octodns"}
    assert (len(files), {each for each in files if not each.endswith(".arpa")} - zones) == (405, set())
    assert code == 1


@pytest.mark.parametrize("profile", ["baseline", "hardened"])
def test_a_guard_changes_no_verdict_that_is_known(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    call = ("check", "examples/contoso", "--dns", "offline", "--today", "2026-11-23", "--profile", profile)
    guarded = report(*call).report["ledger"]
    monkeypatch.setattr("mfpolicy.rules.compile.guard", lambda when, about: None)
    bare = report(*call).report["ledger"]
    differing = {
        (before["verdict"], after["verdict"])
        for before, after in zip(bare, guarded, strict=True)
        if before != after
    }
    # What is false already need not wait for elements that are unknown.
    assert differing <= {("unknown", "not_applicable")}
