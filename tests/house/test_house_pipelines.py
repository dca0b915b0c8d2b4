"""The pipelines of other services in the guide: by their schemas, and their lines run with the variables that
the service sets. The services themselves cannot be run here.

GitLab: docs.gitlab.com, "Predefined CI/CD variables". Azure: learn.microsoft.com, "Use predefined variables";
the target branch has refs/heads/ before it from Azure Repos and not from GitHub (semantic-release/env-ci,
services/azure-pipelines.js). Jenkins: jenkins.io, "Pipeline: Multibranch", environment variables.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from events import BROKEN, GOOD, HARMLESS, ZONE, pull_request
from repository import alone, commit, git
from runner import ROOT, Outputs

__all__ = ["alone"]
PAGE = (ROOT / "docs/how-to/other-pipelines.md").read_text("utf-8")
BLOCKS = {name: text for name, text in re.findall(r'^```\w+ title="(.*?)"\n(.*?)^```$', PAGE, re.M | re.S)}
GITLAB = "\n".join(yaml.safe_load(BLOCKS[".gitlab-ci.yml"])["mail-flow"]["script"])
AZURE = "\n".join(
    each["bash"] for each in yaml.safe_load(BLOCKS["azure-pipelines.yml"])["steps"] if "bash" in each
)
JENKINS = re.findall(r"sh '''\n(.*?)'''", BLOCKS["Jenkinsfile"], re.S)[0]
# How each service calls a shell: GitLab's runner, Azure's Bash task, Jenkins's sh step.
BASH, PLAIN, SH = (("bash", "-eo", "pipefail", "-c"), ("bash", "--noprofile", "--norc", "-c"), ("sh", "-xec"))
SERVICES = ("gitlab", "gitlab-merged", "azure", "azure-github", "jenkins")
SOURCE = '"mfpolicy @ git+https://github.com/contoso/mfpolicy@REVIEWED-COMMIT"'
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"

slow = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="the pipelines run on Linux")


def called(service: str, base: str, target: str) -> tuple[tuple[str, ...], str, dict[str, str]]:
    """The shell of a service, its lines, and what it says of a pull request."""
    return {
        "gitlab": (
            BASH,
            GITLAB,
            {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": ""},
        ),
        "gitlab-merged": (
            BASH,
            GITLAB,
            {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target},
        ),
        "azure": (PLAIN, AZURE, {"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}),
        "azure-github": (PLAIN, AZURE, {"SYSTEM_PULLREQUEST_TARGETBRANCH": "main"}),
        "jenkins": (SH, JENKINS, {"CHANGE_TARGET": "main"}),
    }[service]


def run(
    service: str, folder: Path, base: str, target: str, installed: Outputs
) -> subprocess.CompletedProcess[str]:
    """The lines of a service on what is checked out; what installs has been done."""
    shell, lines, said = called(service, base, target)
    kept = [line for line in lines.splitlines() if "pip install" not in line and "-m venv" not in line]
    # The world is a recording.
    script = "\n".join(kept).replace(" check ", " check --dns offline ")
    programs, tools = Path(installed["python"]).parent, folder.with_name("tools")
    tools.mkdir()
    (tools / "mfpolicy").symlink_to(programs.parent)
    variables = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tools),
        "WORKSPACE_TMP": str(tools),
    }
    return subprocess.run(
        [*shell, script],
        cwd=folder,
        env={**variables, **said},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@slow
@pytest.mark.parametrize(
    ("name", "schema"), [(".gitlab-ci.yml", "gitlab-ci"), ("azure-pipelines.yml", "azure-pipelines")]
)
def test_a_snippet_is_what_the_service_takes(name: str, schema: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(BLOCKS[name], "utf-8")
    how = ["--builtin-schema", f"vendor.{schema}", "--data-transform", schema]
    command = [sys.executable, "-m", "check_jsonschema", *how, str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("lines", [GITLAB, AZURE, JENKINS], ids=["gitlab", "azure", "jenkins"])
def test_what_installs_looks_for_nothing_in_the_work_tree(lines: str) -> None:
    installs = [line for line in lines.splitlines() if "pip install" in line or "-m venv" in line]
    assert [
        line for line in installs if " -I -m " not in line or ("pip" in line and SOURCE not in line)
    ] == []


def test_no_pipeline_takes_alpine() -> None:
    assert [name for name, text in BLOCKS.items() if "alpine" in text.lower()] == []


@slow
@posix
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("zone", "code"), [(BROKEN, 1), (HARMLESS, 0)], ids=["broken", "sound"])
def test_a_change_that_breaks_mail_is_red(
    service: str, zone: str, code: int, tmp_path: Path, installed: Outputs
) -> None:
    before = {"mailflow.yaml": INTENT, ZONE: GOOD}
    folder = pull_request(tmp_path / "dns", {ZONE: zone}, before=before).workspace
    base = git(folder, "rev-parse", "HEAD^1")
    git(folder, "update-ref", "refs/remotes/origin/main", base)
    done = run(service, folder, base, base, installed)
    written = [each for each in ("mail-flow.xml", "codequality.json") if (folder / each).exists()]
    wanted = ["mail-flow.xml", *(["codequality.json"] if "gitlab" in service else [])]
    assert (done.returncode, written) == (code, wanted), done.stdout + done.stderr


@slow
@posix
@pytest.mark.parametrize("service", [each for each in SERVICES if each != "gitlab"])
def test_what_the_target_branch_got_meanwhile_is_no_part_of_the_change(
    service: str, tmp_path: Path, installed: Outputs
) -> None:
    folder = pull_request(
        tmp_path / "dns", {"README.md": "x"}, before={"mailflow.yaml": INTENT, ZONE: GOOD}
    ).workspace
    fork = git(folder, "rev-parse", "HEAD^1")
    git(folder, "checkout", "-q", "main")
    target = commit(folder, {ZONE: BROKEN})
    git(folder, "checkout", "-q", "--detach", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "change")
    merged = git(folder, "rev-parse", "HEAD")
    # And then it went on.
    git(folder, "checkout", "-q", "main")
    later = commit(folder, {ZONE: GOOD})
    git(folder, "update-ref", "refs/remotes/origin/main", later)
    git(folder, "checkout", "-q", "--detach", merged)
    done = run(service, folder, fork, target, installed)
    assert done.returncode == 0, done.stdout + done.stderr
