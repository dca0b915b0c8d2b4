"""A runner of GitHub Actions, small and strict: steps run in their shells with the files and variables that
GitHub sets (docs.github.com, "Variables reference" and "Workflow commands"), what other actions get is looked
at, and what this runner does not know it refuses. GitHub itself cannot be run here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from expressions import Refused, holds, inserted

ROOT = Path(__file__).resolve().parents[2]
# The command line that "bash" stands for (docs.github.com, "Workflow syntax", jobs.<job_id>.steps[*].shell).
_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
_OF_STEP = {"name", "id", "if", "uses", "with", "run", "shell", "env", "continue-on-error"}
_FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
_COMMAND = re.compile(r"^\s*::.*|.*##\[.*", re.MULTILINE)
_PATIENCE = 300
Outputs = Mapping[str, str]
Action = Callable[["Job", Mapping[str, str]], Outputs]


class Job(msgspec.Struct):
    """A job: where it runs, what started it, and what came of it.

    `actions`: what a step's `uses` names -> what it does. `done`: the outputs of steps, by their ids, that
    ran in an earlier job and would do the same here. `clock`: the name of a step and its seconds.
    `variables`: those of the repository.
    """

    workspace: Path
    temp: Path
    event: str
    payload: Mapping[str, Any]
    actions: Mapping[str, Action]
    environment: Mapping[str, str] = {}
    done: Mapping[str, Outputs] = {}
    log: str = ""
    summary: str = ""
    kept: dict[str, list[str]] = {}
    sent: list[str] = []
    clock: list[tuple[str, float]] = []
    added: dict[str, str] = {}
    variables: Mapping[str, str] = {}

    def run(self, steps: Sequence[Mapping[str, Any]], inputs: Mapping[str, str] | None = None) -> Course:
        """Run the steps of a job, or of an action with its inputs."""
        course = Course(self, dict(inputs or {}))
        for step in steps:
            course.take(step)
        return course

    @property
    def github(self) -> dict[str, Any]:
        """The context `github`."""
        where = {"server_url": "https://github.com", "repository": "contoso/dns", "run_id": "7"}
        return {"event_name": self.event, "event": self.payload, "token": "a token", **where}

    @property
    def commands(self) -> list[str]:
        """The lines of the log that GitHub obeys."""
        return _COMMAND.findall(self.log)

    def shell(self, script: str, more: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        """Run a script as a step; its exit code and outputs."""
        folder = self.temp / f"step{len(self.clock)}"
        folder.mkdir(parents=True)
        files = {name: folder / name for name in _FILES}
        for path in (*files.values(), folder / "script.sh"):
            path.write_text(script if path.suffix else "", "utf-8")
        written = {name: str(path) for name, path in files.items()}
        done = subprocess.run(
            [*_BASH, str(folder / "script.sh")],
            cwd=self.workspace,
            env={**self._variables(), **self.added, **more, **written},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
        self.log += done.stdout.decode("utf-8")
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        self.added |= _assigned(files["GITHUB_ENV"].read_text("utf-8"))
        if files["GITHUB_PATH"].read_text("utf-8"):
            raise Refused("GITHUB_PATH")
        return done.returncode, _assigned(files["GITHUB_OUTPUT"].read_text("utf-8"))

    def _variables(self) -> dict[str, str]:
        payload = self.temp / "event.json"
        payload.write_text(json.dumps(self.payload), "utf-8")
        return {
            **{"PATH": os.environ["PATH"], "HOME": str(self.temp), "LANG": "C.UTF-8", "CI": "true"},
            **{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": self.event, "GITHUB_EVENT_PATH": str(payload)},
            **{"GITHUB_WORKSPACE": str(self.workspace), "RUNNER_TEMP": str(self.temp), "GITHUB_RUN_ID": "7"},
            **{"GITHUB_REPOSITORY": "contoso/dns", "GITHUB_SERVER_URL": "https://github.com"},
            **self.environment,
        }


class Course(msgspec.Struct):
    """The steps of one job or action so far."""

    job: Job
    inputs: dict[str, str]
    steps: dict[str, Any] = {}
    failed: bool = False

    def take(self, step: Mapping[str, Any]) -> None:
        """Run a step, or skip it."""
        if unknown := step.keys() - _OF_STEP:
            raise Refused(f"{sorted(unknown)} of a step")
        outcome, outputs = "skipped", {}
        if holds(str(step.get("if", "success()")), self.contexts, self._status()):
            start = time.monotonic()
            ended, outputs = self._done(step)
            self.job.clock.append((self._name(step), time.monotonic() - start))
            outcome = "success" if ended else "failure"
            self.failed |= not ended and not step.get("continue-on-error", False)
        if "id" in step:
            self.steps[step["id"]] = {"outputs": outputs, "outcome": outcome}

    @property
    def contexts(self) -> dict[str, Any]:
        """The values that expressions may name."""
        given = {"inputs": self.inputs, "vars": self.job.variables}
        return {"github": self.job.github, "steps": self.steps, **given}

    def _status(self) -> dict[str, Callable[[], bool]]:
        said = {"always": True, "cancelled": False, "success": not self.failed, "failure": self.failed}
        return {name: lambda value=value: value for name, value in said.items()}

    def _name(self, step: Mapping[str, Any]) -> str:
        return str(step.get("name") or step.get("uses") or step.get("id"))

    def _done(self, step: Mapping[str, Any]) -> tuple[bool, Outputs]:
        if step.get("id") in self.job.done:
            return True, self.job.done[step["id"]]
        if "uses" in step:
            return self._used(step)
        # A workflow may leave the shell out, which is bash with less; ours do not.
        if step["shell"] != "bash":
            raise Refused(f"the shell {step['shell']}")
        code, outputs = self.job.shell(self._value(step["run"]), self._values(step.get("env", {})))
        return code == 0, outputs

    def _used(self, step: Mapping[str, Any]) -> tuple[bool, Outputs]:
        name = step["uses"].partition("@")[0]
        if name not in self.job.actions:
            raise Refused(f"the action {name}")
        try:
            return True, self.job.actions[name](self.job, self._values(step.get("with", {})))
        except Failed as failed:
            return False, failed.outputs

    def _values(self, given: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._value(value) for name, value in given.items()}

    def _value(self, value: Any) -> str:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return inserted(text, self.contexts)


class Failed(Exception):
    """An action ended badly; what it had said by then is kept, as the runner keeps it."""

    def __init__(self, outputs: Outputs) -> None:
        super().__init__()
        self.outputs = outputs


def composite(folder: Path) -> Action:
    """An action that is made of steps, by its action.yml."""
    said = yaml.safe_load((folder / "action.yml").read_text("utf-8"))

    def run(job: Job, given: Mapping[str, str]) -> Outputs:
        if unknown := given.keys() - said["inputs"].keys():
            raise Refused(f"{sorted(unknown)} given to an action that has no such input")
        inputs = {name: str(each.get("default", "")) for name, each in said["inputs"].items()}
        job.added["GITHUB_ACTION_PATH"] = str(folder)
        course = job.run(said["runs"]["steps"], {**inputs, **given})
        values = {name: inserted(each["value"], course.contexts) for name, each in said["outputs"].items()}
        if course.failed:
            raise Failed(values)
        return values

    return run


def _assigned(text: str) -> dict[str, str]:
    """The lines of a file of variables; those of several lines are refused, for nobody here needs them."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if not equals or "<<" in name:
            raise Refused(f"{line!r} in a file of variables")
        found[name] = value
    return found
