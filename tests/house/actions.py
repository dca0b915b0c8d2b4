"""What the actions of others do for a job, as far as it can be seen from here: they get what they need, and
say what they say. Their inputs and outputs are those of their action.yml.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from runner import Action, Job, Outputs, Refused


def checkout(job: Job, given: Mapping[str, str]) -> Outputs:
    """The repository lies there already: a test lays it out as the event has it."""
    _only(given, "fetch-depth", "persist-credentials")
    assert (job.workspace / ".git").is_dir()
    return {}


def setup_python(job: Job, given: Mapping[str, str]) -> Outputs:
    """The Python of the test, whatever the version asked for."""
    _only(given, "python-version", "update-environment")
    return {"python-path": sys.executable}


def upload_artifact(job: Job, given: Mapping[str, str]) -> Outputs:
    """Keep the names of the files, which have to be there."""
    _only(given, "name", "path", "if-no-files-found", "retention-days")
    folder = Path(given["path"])
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found, f"there is nothing to upload in {folder}"
    assert given["name"] not in job.kept, f"a second artefact {given['name']}"
    job.kept[given["name"]] = found
    return {}


def upload_sarif(job: Job, given: Mapping[str, str]) -> Outputs:
    """Send a document, which has to be one."""
    _only(given, "sarif_file", "category")
    sent = json.loads(Path(given["sarif_file"]).read_text("utf-8"))
    assert sent["version"] == "2.1.0"
    job.sent.append(given["category"])
    return {}


def _only(given: Mapping[str, str], *known: str) -> None:
    if unknown := given.keys() - set(known):
        raise Refused(f"{sorted(unknown)} given to an action of others")


OTHERS: Mapping[str, Action] = {
    "actions/checkout": checkout,
    "actions/setup-python": setup_python,
    "actions/upload-artifact": upload_artifact,
    "github/codeql-action/upload-sarif": upload_sarif,
}
