"""An installed action for the tests that run pipelines: once for all of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest
import yaml
from actions import OTHERS
from runner import ROOT, Job, Outputs
from wheels import environment, requirements, wheelhouse


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Variables with which pip installs mfpolicy without an index, resolving and building as ever."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = requirements(*said["project"]["dependencies"], *said["build-system"]["requires"])
    return environment(wheelhouse(tmp_path_factory.mktemp("index") / "wheels", *needed))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, offline: Mapping[str, str]) -> Outputs:
    """What the install step of the action says, once it ran."""
    temp = tmp_path_factory.mktemp("installed")
    steps = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"][:2]
    job = Job(temp, temp, "push", {}, OTHERS, {**offline, "GITHUB_ACTION_PATH": str(ROOT)})
    course = job.run(steps, {"python-version": "3.13"})
    assert not course.failed, job.log
    outputs: Outputs = course.steps["install"]["outputs"]
    return outputs
