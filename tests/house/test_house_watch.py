"""Our workflows, carried out: what they do to a pull request and to the issue, and what they keep.

GitHub and its `gh` cannot be run here: steps run in their shells, with a stand-in that writes down its calls.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from actions import OTHERS
from certificates import DAY, NOW, made, pem
from events import BROKEN, GOOD, HARMLESS, ZONE, Event, pull_request, push
from repository import Files, alone, repository
from runner import ROOT, Job, Outputs, composite

__all__ = ["alone"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the action is for runners with Linux or macOS"),
]

# A program that stands for GitHub's: it writes down how it was called, and knows of one open issue or none.
GH = """\
#!/usr/bin/env bash
echo "${*//"$RUNNER_TEMP"/TEMP}" >> "$RUNNER_TEMP/calls"
[ "$1 $2" != "issue list" ] || echo "$OPEN"
[ -n "$GH_TOKEN" ] && [ "$GH_REPO" = contoso/dns ]
"""
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
SILENT = '{"version": 1, "answers": []}'
DRIFTED = """{"version": 1, "answers": [
  {"name": "www.example.org", "type": "A", "rcode": "NOERROR", "records": ["192.0.2.99"]},
  {"name": "example.org", "type": "TXT", "rcode": "NOERROR", "ttl": 300, "records": ["v=spf1 -all"]}]}"""
DEAF = """{"version": 1, "answers": [{"name": "_spf.example.net", "type": "TXT", "rcode": "TIMEOUT"}]}"""

ASKING = GOOD.replace("-all", "include:_spf.example.net -all")
Play = Callable[..., tuple[Job, bool]]


@pytest.fixture
def play(tmp_path: Path, installed: Outputs) -> Play:
    """Run the one job of a workflow: the job, and whether it passed. DNS, and what hosts show to those who
    probe them, are recordings in the repository. Each use of the action has a report of its own."""

    def run(name: str, event: Event, opened: str = "", runner: str = "") -> tuple[Job, bool]:
        programs = tmp_path / "bin"
        programs.mkdir()
        (programs / "gh").write_text(GH, "utf-8")
        (programs / "gh").chmod(0o755)

        def ours(job: Job, given: Mapping[str, str]) -> Outputs:
            report = tempfile.mkdtemp(prefix="report", dir=tmp_path)
            job.done = {"install": {**installed, "report": report}}
            return composite(ROOT)(job, given)

        def recorded(job: Job, given: Mapping[str, str]) -> Outputs:
            dns = "shown.json" if given.get("probe") == "true" else "answers.json"
            return ours(job, {**given, "dns": dns, "fetch-policies": "false", "probe": "false"})

        named = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "OPEN": opened}
        actions = {**OTHERS, "contoso/mfpolicy": recorded, "./": ours}
        job = Job(event.workspace, tmp_path / "temp", event.name, event.payload, actions, named)
        job.variables = {"MAIL_FLOW_RUNNER": runner} if runner else {}
        job.temp.mkdir()
        said = yaml.safe_load((ROOT / name).read_text("utf-8"))
        (only,) = said["jobs"].values()
        return job, not job.run(only["steps"]).failed

    return run


def scheduled(folder: Path, zone: str, answers: str, more: Files | None = None) -> Event:
    """A night on which the repository is as it is."""
    files = {"mailflow.yaml": INTENT, ZONE: zone, "answers.json": answers, **(more or {})}
    return Event("schedule", {"schedule": "17 3 * * *"}, repository(folder, files))


@pytest.mark.parametrize(("zone", "passed"), [(BROKEN, False), (HARMLESS, True)], ids=["broken", "sound"])
def test_the_gate_is_red_where_a_change_breaks_mail(
    play: Play, tmp_path: Path, zone: str, passed: bool
) -> None:
    before = {"mailflow.yaml": INTENT, ZONE: GOOD, "answers.json": SILENT}
    job, ended = play("docs/workflows/gate.yml", pull_request(tmp_path / "dns", {ZONE: zone}, before=before))
    assert (ended, [*job.kept]) == (passed, ["mail-flow"])


def test_the_gate_judges_what_is_queued_for_a_merge(play: Play, tmp_path: Path) -> None:
    event = push(tmp_path / "dns", {"mailflow.yaml": INTENT, ZONE: BROKEN, "answers.json": SILENT})
    queued = event._replace(
        name="merge_group", payload={"merge_group": {"base_sha": event.payload["before"]}}
    )
    name = "docs/workflows/gate.yml"
    started = yaml.safe_load((ROOT / name).read_text("utf-8"))[True]  # YAML 1.1 reads the key `on` so
    job, ended = play(name, queued)
    assert ([*started], ended, [*job.kept]) == (["pull_request", "merge_group"], False, ["mail-flow"])


LABEL = "label create mail-flow --force --description Kept by the night watch of mail flow"
LIST = "issue list --label mail-flow --state open --limit 1 --json number --jq .[0].number // empty"
CREATE = "issue create --title Mail flow needs a look --label mail-flow --body-file TEMP/issue.md"
EDIT = "issue edit 7 --body-file TEMP/issue.md"
CLOSE = "issue close 7 --comment All is well again: https://github.com/contoso/dns/actions/runs/7"


@pytest.mark.parametrize(
    ("zone", "answers", "opened", "passed", "calls"),
    [
        pytest.param(GOOD, SILENT, "", True, [], id="all is well"),
        pytest.param(GOOD, SILENT, "7", True, [CLOSE], id="all is well again"),
        pytest.param(BROKEN, SILENT, "", True, [CREATE], id="a finding"),
        pytest.param(BROKEN, SILENT, "7", True, [EDIT], id="still a finding"),
        pytest.param(GOOD, DRIFTED, "", True, [CREATE], id="drift"),
        pytest.param(GOOD, DRIFTED, "7", True, [EDIT], id="still drift"),
        pytest.param(ASKING, DEAF, "7", False, [], id="a silent name server"),
        pytest.param(":", SILENT, "7", True, [EDIT], id="a zone that cannot be read"),
    ],
)
def test_the_night_watch_keeps_one_issue(
    play: Play, tmp_path: Path, zone: str, answers: str, opened: str, passed: bool, calls: list[str]
) -> None:
    job, ended = play("docs/workflows/nightly.yml", scheduled(tmp_path / "dns", zone, answers), opened)
    made = (job.temp / "calls").read_text("utf-8").splitlines()
    assert (ended, made) == (passed, [LABEL, LIST, *calls])


WATCHED = INTENT + "certificates: {hybrid: {current: mail.cer, hosts: [mail.example.org]}}\n"
SHUT = """{"version": 1, "answers": [],
  "certificates": [{"name": "mail.example.org", "outcome": "TIMEOUT"}]}"""
PLAIN = SHUT.replace("TIMEOUT", "NO-STARTTLS")


@pytest.mark.parametrize(
    ("days", "shown", "runner", "passed", "calls"),
    [
        pytest.param(300, SHUT, "", True, [CLOSE], id="nobody asked the host"),
        pytest.param(300, SHUT, "mail", False, [], id="the host could not be asked"),
        pytest.param(300, PLAIN, "mail", True, [EDIT], id="the host shows none"),
        pytest.param(20, SHUT, "", True, [EDIT], id="a renewal is due, which is no error yet"),
        pytest.param(20, SHUT, "mail", True, [EDIT], id="it is due, and the host could not be asked"),
    ],
)
def test_the_night_watch_looks_at_certificates(
    play: Play, tmp_path: Path, days: int, shown: str, runner: str, passed: bool, calls: list[str]
) -> None:
    file = pem(made("mail.example.org", begins=NOW - 300 * DAY, ends=NOW + days * DAY))
    more = {"mailflow.yaml": WATCHED, "mail.cer": file, "shown.json": shown}
    job, ended = play(
        "docs/workflows/nightly.yml", scheduled(tmp_path / "dns", GOOD, SILENT, more), "7", runner=runner
    )
    made_calls = (job.temp / "calls").read_text("utf-8").splitlines()
    assert (ended, made_calls) == (passed, [LABEL, LIST, *calls])


def test_the_issue_holds_the_report_and_the_run(play: Play, tmp_path: Path) -> None:
    job, _ = play("docs/workflows/nightly.yml", scheduled(tmp_path / "dns", BROKEN, DRIFTED))
    body = (job.temp / "issue.md").read_text("utf-8")
    wanted = ["DMA005", "ive DNS differs in", "/actions/runs/7)"]
    assert [each for each in wanted if each not in body] == []


def test_the_quarter_keeps_what_repeats_the_run(play: Play, tmp_path: Path) -> None:
    job, ended = play("docs/workflows/quarterly.yml", scheduled(tmp_path / "dns", BROKEN, DRIFTED))
    (kept,) = job.kept.values()
    files = [
        "answers.json",
        "check.json",
        "check.md",
        "check.sarif",
        "check.txt",
        "commit.txt",
        "messages.txt",
    ]
    assert (ended, kept) == (True, files)


def test_what_was_not_judged_is_no_evidence(play: Play, tmp_path: Path) -> None:
    job, ended = play("docs/workflows/quarterly.yml", scheduled(tmp_path / "dns", ASKING, DEAF))
    assert (ended, job.kept) == (False, {})


def test_our_own_examples_go_through_the_action(play: Play, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "ours/examples")
    job, ended = play(".github/workflows/mail-flow.yml", push(tmp_path / "ours", {"README.md": "x"}))
    assert (ended, [*job.kept]) == (True, ["dental", "contoso"])
