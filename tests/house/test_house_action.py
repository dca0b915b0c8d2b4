"""The action as a runner runs it: what a pull request gets to see, and what it cannot do.

GitHub cannot be run here: steps run in their shells, the actions of others are looked at (see runner.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from actions import OTHERS
from events import BROKEN, HARMLESS, ZONE, Event, pull_request, push, shallow
from repository import alone
from runner import ROOT, Failed, Job, Outputs, composite

__all__ = ["alone"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the action is for runners with Linux or macOS"),
]
OFFLINE = {"zones": "octodns:zones", "dns": "offline"}
ESTATE = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
REPORT = ["check.json", "check.md", "check.sarif", "check.txt", "diff.md", "messages.txt"]
Act = Callable[..., tuple[Job, bool, Outputs]]


@pytest.fixture
def act(tmp_path: Path, installed: Outputs) -> Act:
    """Run the action on an event: the job, whether it passed, and what the action says."""

    def run(event: Event, **given: str) -> tuple[Job, bool, Outputs]:
        report = tmp_path / "report"
        report.mkdir()
        done = {"install": {**installed, "report": str(report)}}
        job = Job(event.workspace, tmp_path / "temp", event.name, event.payload, OTHERS, {}, done)
        job.temp.mkdir()
        named = {name.replace("_", "-"): value for name, value in given.items()}
        try:
            return job, True, composite(ROOT)(job, named)
        except Failed as failed:
            return job, False, failed.outputs

    return run


def test_a_change_that_breaks_mail_is_red_and_leaves_a_report(act: Act, tmp_path: Path) -> None:
    job, passed, outputs = act(pull_request(tmp_path / "dns", {ZONE: BROKEN}), sarif="true", **OFFLINE)
    assert (passed, outputs["exit-code"], job.kept, job.sent) == (
        False,
        "1",
        {"mail-flow": REPORT},
        ["mfpolicy/mail-flow"],
    )


def test_the_log_the_lines_and_the_summary_say_why(act: Act, tmp_path: Path) -> None:
    job, *_ = act(pull_request(tmp_path / "dns", {ZONE: BROKEN}), **OFFLINE)
    heads = re.findall(r"^## (Mail flow|since)", job.summary, re.MULTILINE)
    named = [text.count("DMA005") > 0 for text in (job.log, job.summary)]
    assert (heads, named, job.commands[0][:40]) == (
        ["Mail flow", "since"],
        [True, True],
        f"::error file={ZONE},line=8,"[:40],
    )


def test_a_change_that_breaks_nothing_is_green_and_told(act: Act, tmp_path: Path) -> None:
    job, passed, outputs = act(pull_request(tmp_path / "dns", {ZONE: HARMLESS}), **OFFLINE)
    assert (passed, outputs["exit-code"], job.kept, job.commands, job.summary.count("\n## ")) == (
        True,
        "0",
        {"mail-flow": REPORT},
        [],
        2,
    )


def test_old_faults_fail_nobody(act: Act, tmp_path: Path) -> None:
    change = {ZONE: BROKEN.replace("192.0.2.80", "192.0.2.81")}
    _, passed, outputs = act(pull_request(tmp_path / "dns", change, before={ZONE: BROKEN}), **OFFLINE)
    assert (passed, outputs["exit-code"]) == (True, "0")


def test_only_what_is_named_is_judged(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", {ZONE: BROKEN})
    job, _, outputs = act(event, **OFFLINE, only="dmarc\n\nmx-missing\n")
    found = {line.partition("title=")[2].partition(" ")[0][:3] for line in job.commands}
    assert (outputs["exit-code"], found) == ("1", {"DMA"})


def test_hosts_are_asked_for_certificates_where_that_is_wanted(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", {ZONE: HARMLESS})
    job, _, outputs = act(event, **OFFLINE, probe="true")
    said = "--probe: only a live run asks the world"
    assert (outputs["exit-code"], said in job.log) == ("2", True)


def test_without_a_base_every_finding_counts_and_nothing_is_compared(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", {"README.md": "x"}, before={ZONE: BROKEN})
    job, passed, outputs = act(event, base="none", **OFFLINE)
    kept = [name for name in REPORT if name != "diff.md"]
    assert (passed, outputs["exit-code"], job.kept) == (False, "1", {"mail-flow": kept})


def test_a_push_is_compared_with_what_was_there_before(act: Act, tmp_path: Path) -> None:
    event = push(tmp_path / "dns", {ZONE: BROKEN})
    job, passed, _ = act(event, **OFFLINE)
    assert (passed, f"compared with {event.payload['before'][:7]}" in job.log) == (False, True)


def test_a_shallow_clone_is_red_and_says_what_to_do(act: Act, tmp_path: Path) -> None:
    event = shallow(pull_request(tmp_path / "dns", {ZONE: HARMLESS}), tmp_path / "clone")
    job, passed, outputs = act(event, sarif="true", **OFFLINE)
    said = [text.count("fetch-depth: 0") for text in (job.log, job.summary)]
    assert (passed, outputs["exit-code"], outputs["sarif"], said, job.kept, job.sent) == (
        False,
        "2",
        "",
        [1, 1],
        {"mail-flow": ["messages.txt"]},
        [],
    )


def test_the_answers_are_kept_and_serve_the_diff(act: Act, tmp_path: Path) -> None:
    answers = '{"version": 1, "answers": [], "otherwise": "NXDOMAIN"}'
    event = pull_request(tmp_path / "dns", {ZONE: BROKEN}, before={ZONE: HARMLESS, "answers.json": answers})
    job, passed, _ = act(event, zones="octodns:zones", dns="answers.json")
    assert (passed, "## since" in job.summary) == (False, True)


ODD = """it's "odd" $(touch x) `touch y`; touch z & *"""


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"path": ODD}, id="the path"),
        pytest.param({"path": f"{ODD}/mailflow.yaml"}, id="the file"),
        pytest.param({"zones": f"octodns:{ODD}/zones\n\noctodns:zones\n"}, id="zones"),
    ],
)
def test_odd_paths_are_paths(act: Act, tmp_path: Path, given: Mapping[str, str]) -> None:
    before = {ZONE: HARMLESS, f"{ODD}/mailflow.yaml": ESTATE, f"{ODD}/zones/example.com.yaml": HARMLESS}
    event = pull_request(tmp_path / "dns", {f"{ODD}/zones/example.com.yaml": BROKEN}, before=before)
    job, _, outputs = act(event, dns="offline", report=ODD, **given)
    touched = [each for each in ("x", "y", "z") if (event.workspace / each).exists()]
    assert (outputs["exit-code"], [*job.kept], touched) == ("1", [ODD], [])


@pytest.mark.parametrize(
    "given",
    [
        {"path": "--help"},
        {"path": "$(touch x)"},
        {"zones": "--help"},
        {"zones": "octodns:$(touch x)"},
        {"base": "--help"},
        {"base": "$(touch x)"},
        {"dns": "--help"},
        {"dns": "$(touch x)"},
        {"profile": "--help"},
        {"only": "--help"},
        {"only": "dmarc\n$(touch x)"},
        {"fail_on": "`touch x`"},
    ],
)
def test_no_input_is_a_command_or_an_option(act: Act, tmp_path: Path, given: Mapping[str, str]) -> None:
    event = pull_request(tmp_path / "dns", {ZONE: HARMLESS})
    job, passed, outputs = act(event, **{**OFFLINE, **given})
    there = (event.workspace / "x").exists()
    assert (passed, outputs["exit-code"], "Usage: mfpolicy [" in job.log, there) == (False, "2", False, False)


@pytest.mark.parametrize("name", ["allow_unknown", "fetch_policies", "probe"])
def test_a_switch_is_true_or_false(act: Act, tmp_path: Path, name: str) -> None:
    job, passed, outputs = act(pull_request(tmp_path / "dns", {ZONE: HARMLESS}), **OFFLINE, **{name: "yes"})
    said = f"::error title=mfpolicy::the input {name.replace('_', '-')} is true or false"
    assert (passed, outputs["exit-code"], job.commands) == (False, "", [said])


def test_what_is_not_asked_for_is_not_done(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", {ZONE: HARMLESS})
    job, passed, _ = act(event, **OFFLINE, report="", python_version="")
    assert (passed, job.kept, job.sent, [name for name, _ in job.clock]) == (
        True,
        {},
        [],
        ["Install mfpolicy", "Judge", "End as the judgement did"],
    )


# Whatever is imported from the work tree says so.
SPY = "import pathlib\npathlib.Path(__file__).with_name('imported').touch()\n"
SPIES = [
    *("mfpolicy/__init__.py", "mfpolicy/__main__.py", "yaml.py", "json.py", "runpy.py", "click/__init__.py"),
    *("sitecustomize.py", "usercustomize.py", "venv.py", "ensurepip/__init__.py", "pip/__init__.py"),
    *("pip/__main__.py", "hatchling/__init__.py", "packaging/__init__.py"),
]
SPEAKS = r"x\n::set-output name=exit-code::0\n::error::pwned\r::add-mask::a\n##[error]pwned\n<script>\n```"
HOSTILE: Mapping[str, str] = {
    **dict.fromkeys(SPIES, SPY),
    ZONE: BROKEN + f'evil: {{type: TXT, value: "{SPEAKS}"}}\n"{SPEAKS}": {{type: A, value: "{SPEAKS}"}}\n',
    "zones/::error::pwned.yaml": BROKEN,
    "zones/a\n::error::pwned\n$(touch x).example.yaml": BROKEN,
    "pip.conf": "[install]\nfind-links = pwned\n",
    "setup.cfg": "[install]\nprefix = pwned\n",
    ".gitattributes": "* filter=pwned diff=pwned\n",
}


def test_a_fork_has_nothing_run_and_says_nothing_to_the_runner(
    tmp_path: Path, offline: Mapping[str, str]
) -> None:
    event = pull_request(tmp_path / "dns", HOSTILE, fork=True)
    careless = {**offline, "PYTHONPATH": ".", "PYTHONSTARTUP": "yaml.py", "PYTHONSAFEPATH": ""}
    job = Job(event.workspace, tmp_path / "temp", event.name, event.payload, OTHERS, careless)
    job.temp.mkdir()
    with pytest.raises(Failed) as failed:
        composite(ROOT)(job, {**OFFLINE, "sarif": "true"})
    ours = re.compile(
        r"::(error|warning) file=\S[^\n]*,title=[A-Z]{3}\d{3} [a-z-]+::|::notice title=mfpolicy::"
    )
    assert {
        "ended": failed.value.outputs["exit-code"],
        "imported": [*event.workspace.rglob("imported")],
        "new": [each for each in ("x", "pwned") if (event.workspace / each).exists()],
        "kept": job.kept,
        "sent": job.sent,
        "commands": [line for line in job.commands if not ours.match(line)],
        "marks": [line for line in job.summary.splitlines() if "<script>" in line and "`" not in line],
    } == {
        "ended": "1",
        "imported": [],
        "new": [],
        "kept": {"mail-flow": REPORT},
        "sent": [],
        "commands": [],
        "marks": [],
    }


def test_a_module_of_the_work_tree_would_be_seen(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", HOSTILE, fork=True)
    job, *_ = act(event, **OFFLINE)
    code, _ = job.shell("python3 -m mfpolicy", {})
    assert (code, [path.parent.name for path in event.workspace.rglob("imported")]) == (0, ["mfpolicy"])


def test_a_branch_of_the_same_repository_may_send_its_findings(act: Act, tmp_path: Path) -> None:
    event = pull_request(tmp_path / "dns", {ZONE: HARMLESS})
    event.payload["pull_request"]["head"]["repo"]["fork"] = True  # the whole project is one
    job, passed, _ = act(event, **OFFLINE, sarif="true")
    assert (passed, job.sent) == (True, ["mfpolicy/mail-flow"])
