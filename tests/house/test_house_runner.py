"""The runner of the tests reckons as GitHub does, and refuses what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from expressions import Refused, evaluate, holds, inserted
from runner import Job

CONTEXTS = {
    "inputs": {"path": "", "sarif": "TRUE"},
    "github": {"event": {"number": 7}, "event_name": "push"},
    "steps": {"judge": {"outputs": {"code": "1"}}},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.path || 'none'", "none"),
        ("inputs.sarif == 'true'", True),
        ("steps.judge.outputs.code", "1"),
        ("steps.judge.outputs.other", None),
        ("github.event.pull_request.head.repo.full_name", None),
        ("github.event.number == 7", True),
        ("steps.judge.outputs.code == 1", True),
        ("steps.judge.outputs.other == ''", True),
        ("inputs.path == 'x' || inputs.path == '' && true", True),
        ("(true || true) && false", False),
        ("!(inputs.path != '')", True),
        ("'it''s'", "it's"),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(expression: str, value: Any) -> None:
    assert evaluate(expression, CONTEXTS) == value


@pytest.mark.parametrize(
    "expression",
    [
        "inputs.pth",
        "steps.jugde.outputs.code",
        "secrets.KEY",
        "hashFiles('x')",
        "inputs.path ==",
        "inputs.path 'x'",
        "(inputs.path",
        "github.event == github.event",
        "1.5",
        "inputs['path']",
        "",
    ],
)
def test_what_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(Refused):
        evaluate(expression, CONTEXTS)


@pytest.mark.parametrize(
    ("condition", "failed", "runs"),
    [
        ("inputs.path == ''", False, True),
        ("inputs.path == ''", True, False),
        ("always() && inputs.path == ''", True, True),
        ("${{ failure() }}", True, True),
        ("failure()", False, False),
    ],
)
def test_a_step_runs_after_a_failure_only_if_it_asks(condition: str, failed: bool, runs: bool) -> None:
    said = {"always": True, "failure": failed, "success": not failed}
    assert holds(condition, CONTEXTS, {name: lambda v=v: v for name, v in said.items()}) is runs


def test_values_are_put_into_texts() -> None:
    assert (
        inserted("a/${{ github.event_name }}/${{ inputs.path }}/${{ github.event.x }}", CONTEXTS)
        == "a/push//"
    )


@pytest.mark.parametrize("key", ["working-directory", "timeout-minutes", "shel"])
def test_a_step_with_a_key_that_is_not_played_is_refused(key: str, tmp_path: Path) -> None:
    job = Job(tmp_path, tmp_path, "push", {}, {})
    with pytest.raises(Refused, match=key):
        job.run([{"run": "true", "shell": "bash", key: "x"}])


def test_an_action_that_nobody_plays_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="other/action"):
        Job(tmp_path, tmp_path, "push", {}, {}).run([{"uses": "other/action@v1"}])
