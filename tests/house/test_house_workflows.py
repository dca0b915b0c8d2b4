"""The workflows that we run and those that we hand out: pinned, by the schemas, and doing what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from runner import ROOT

OURS = sorted((ROOT / ".github/workflows").glob("*.yml"))
HANDED_OUT = sorted((ROOT / "docs/workflows").glob("*.yml"))
FILES = [ROOT / "action.yml", *OURS, *HANDED_OUT]
TO_REVIEW = "contoso/mfpolicy@REVIEWED-COMMIT"
_USES = re.compile(r"^ *(?:- )?uses: (\S+)(?:  # (.*))?$", re.MULTILINE)
_PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")


def used() -> Iterator[tuple[str, str, str]]:
    """File, action and comment of every action that is used."""
    for file in FILES:
        for action, comment in _USES.findall(file.read_text("utf-8")):
            yield file.relative_to(ROOT).as_posix(), action, comment


def steps(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every step of a workflow or an action."""
    for each in value.get("jobs", {"": value.get("runs", {})}).values():
        yield from each["steps"]


def test_actions_of_others_are_pinned_by_commit_and_name_their_version() -> None:
    loose = {(file, action) for file, action, said in used() if not (_PINNED.fullmatch(action) and said)}
    ours = {(".github/workflows/mail-flow.yml", "./")}
    assert loose - ours == {(file.relative_to(ROOT).as_posix(), TO_REVIEW) for file in HANDED_OUT}


def test_one_version_of_an_action_is_used_everywhere() -> None:
    pins = {(action, said) for _, action, said in used() if "@" in action}
    assert len(pins) == len({action.partition("@")[0] for action, _ in pins})


def test_nothing_is_put_into_a_shell_line() -> None:
    said = [yaml.safe_load(file.read_text("utf-8")) for file in FILES]
    lines = [step["run"] for each in said for step in steps(each) if "run" in step]
    assert [line for line in lines if "${{" in line] == []


@pytest.mark.parametrize("file", [*OURS, *HANDED_OUT], ids=lambda file: file.name)
def test_strangers_get_no_rights(file: Path) -> None:
    said = yaml.safe_load(file.read_text("utf-8"))
    # YAML 1.1 reads the key `on` as true.
    started = set(said[True])
    rights = [said["permissions"], *(job.get("permissions", {}) for job in said["jobs"].values())]
    write = {name for each in rights for name, value in each.items() if value == "write"}
    strangers = started & {"pull_request", "pull_request_target", "issue_comment", "issues", "workflow_run"}
    assert (strangers <= {"pull_request"}, not (write and strangers)) == (True, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-actions", FILES[:1]), ("github-workflows", FILES[1:])],
    ids=["action", "rest"],
)
def test_they_are_what_github_takes(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    command += map(str, files)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_shows_the_gate_that_we_hand_out() -> None:
    page = (ROOT / "docs/how-to/approve-a-change.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shown = [yaml.safe_load(block) for block in blocks]
    assert yaml.safe_load((ROOT / "docs/workflows/gate.yml").read_text("utf-8")) in shown
