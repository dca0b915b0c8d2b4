"""Faults that once went into production, judged as the changes that brought and that repaired them.

python tests/golden/test_golden_incidents.py   lists all else that is new in each of these changes
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from runs import SHARED, Checked, Repository, report, write

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Zone
from mfpolicy.model.names import is_within
from mfpolicy.sources.zones import read_zones

INCIDENTS = SHARED / "incidents"
# The slug of the error that names the fault.
NAMED = {
    "INC-01": "mx-of-another-domain",
    "INC-02": "cname-target-is-text",
    "INC-03": "cname-target-is-text",
    "INC-04": "cname-target-is-text",
    "INC-05": "several-spf-records",
    "INC-06": "half-of-a-selector-pair",
    "INC-07": "spf-syntax-error",
    "INC-08": "cname-target-is-text",
    "INC-09": "policies-in-one-string",
    "INC-10": "doubled-zone-name",
    "INC-13": "damaged-key",
    "INC-14": "key-has-quotes",
    "INC-15": "key-has-quotes",
    "INC-16": "damaged-key",
    "INC-17": "not-a-key",
    "INC-18": "not-a-key",
    "INC-19": "obsolete-spf-type",
    "INC-20": "spf-missing",
    "INC-21": "spf-missing",
    "INC-22": "cname-and-other-records",
}
SOUND = "INC-11"  # octoDNS serves `;` and `\;` alike
NOT_KEPT = "INC-12"
CHANGE, REPAIR = ("before", "change"), ("change", "fixed")
WAYS = ("git", "folder", "records")

Step = tuple[str, str]
Judge = Callable[[str, Step, str], Checked]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not INCIDENTS.is_dir(), reason="the incidents beside the project are not there"),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A function that judges one step of an incident, once."""
    return cache(lambda incident, step, way: run(incident, step, way, tmp_path_factory.mktemp(incident)))


@pytest.mark.parametrize("incident", NAMED)
def test_the_change_is_refused_by_the_name_of_its_fault(incident: str, judged: Judge) -> None:
    found = judged(incident, CHANGE, "git")
    assert (found.code, NAMED[incident] in told(found, incident, "new")) == (1, True), found.fails


@pytest.mark.parametrize("incident", NAMED)
def test_the_repair_passes_unless_it_breaks_something_itself(incident: str, judged: Judge) -> None:
    found, broken = judged(incident, REPAIR, "git"), broken_by_the_repair(incident)
    assert (found.code, NAMED[incident] in told(found, incident, "fixed"), told(found, incident, "new")) == (
        1 if broken else 0,
        True,
        broken,
    )


@pytest.mark.parametrize("step", [CHANGE, REPAIR])
def test_a_change_without_a_fault_passes(step: Step, judged: Judge) -> None:
    assert judged(SOUND, step, "git").code == 0


def test_the_incident_that_cannot_be_judged_has_three_files_alike() -> None:
    """Its damaged key stands in none of them: the commits that it came and went with were not kept."""
    before, change, fixed = (files(NOT_KEPT, each) for each in ("before", "change", "fixed"))
    assert (before == change == fixed, b"default._domainkey" in change["judiciary.uk.yaml"]) == (True, False)


def test_every_incident_is_judged_or_said_not_to_be() -> None:
    assert sorted([*NAMED, SOUND, NOT_KEPT]) == sorted(index())


@pytest.mark.parametrize("step", [CHANGE, REPAIR], ids=["change", "repair"])
@pytest.mark.parametrize("incident", [*NAMED, SOUND])
def test_a_folder_as_base_says_what_git_says(incident: str, step: Step, judged: Judge) -> None:
    assert outline(judged(incident, step, "folder")) == outline(judged(incident, step, "git"))


@pytest.mark.parametrize("step", [CHANGE, REPAIR], ids=["change", "repair"])
@pytest.mark.parametrize("incident", [*NAMED, SOUND])
def test_the_same_records_from_any_tool_say_the_same(incident: str, step: Step, judged: Judge) -> None:
    """Not of the files: how octoDNS' YAML is written is the concern of nobody else."""
    assert about_dns(judged(incident, step, "records")) == about_dns(judged(incident, step, "git"))


@cache
def index() -> dict[str, dict[str, Any]]:
    """What is known of each incident."""
    return {each["id"]: each for each in yaml.safe_load((INCIDENTS / "index.yaml").read_text("utf-8"))}


def files(incident: str, version: str) -> dict[str, bytes]:
    """The zone file of one version by its name; none where that was not kept."""
    folder = INCIDENTS / incident / version
    return {each.name: each.read_bytes() for each in folder.iterdir()} if folder.is_dir() else {}


def broken_by_the_repair(incident: str) -> set[str]:
    """The slug of the incident that the repair brought about, if that was a fault."""
    again = index()[incident].get("repair", "").removeprefix("breaks again: ")
    return {NAMED[again]} if again in NAMED else set()


def told(found: Checked, incident: str, status: str) -> set[str]:
    """The slugs of the errors of a status at the incident's owners, or below; without a base all are new."""
    owners = [each.rstrip(".").lower() for each in index()[incident]["owners"]]
    return {
        each["slug"]
        for each in found.fails
        if each["severity"] == "error"
        and (each["status"] or "new") == status
        and any(is_within(each["subject"]["name"], owner) for owner in owners)
    }


def outline(found: Checked) -> list[tuple[str, ...]]:
    """Slug, verdict, status and subject of all findings."""
    return sorted(
        (each["slug"], each["verdict"], each["status"] or "", *each["subject"].values())
        for each in found.report["findings"]
    )


def about_dns(found: Checked) -> list[tuple[str, ...]]:
    return [each for each in outline(found) if each[3] != "file"]


def run(incident: str, step: Step, way: str, folder: Path) -> Checked:
    """One version over the one before it; where that was not kept, all of it."""
    was, now = (files(incident, each) for each in step)
    zones = ("--zones", "records:records.json" if way == "records" else "octodns:.")
    if way == "records":
        was, now = (as_records(each, folder / str(at)) for at, each in enumerate((was, now)))
    repository = Repository(folder / "repository")
    repository.commit(was)
    repository.commit(now)
    base = "HEAD~1"
    if way == "folder":
        write(folder / "was", was)
        base = str(folder / "was")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository.folder)
        compared = ("--base", base) if was else ("--base", "none", "--all")
        return report("check", "--dns", "offline", *zones, *compared)


def as_records(zones: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The records of octoDNS zone files as a records.v1 document."""
    if not zones:
        return {}
    write(folder, zones)
    found = read_zones("octodns", ".", Files(folder)).zones
    document = {"version": 1, "records": [entry for zone in found for entry in entries(zone)]}
    return {"records.json": json.dumps(document, indent=1).encode()}


def entries(zone: Zone) -> Iterator[dict[str, Any]]:
    """One for each owner and type; one that cannot be read for each owner that could not."""
    assert zone.readable
    for name in sorted(zone.unreadable):
        yield {"zone": zone.name, "name": name, "type": "TXT", "values": "unreadable"}
    ordered = sorted(zone.records, key=lambda each: (each.name, each.type, each.ttl or 0))
    for (name, type, ttl), records in groupby(ordered, key=lambda each: (each.name, each.type, each.ttl)):
        values = [list(each.strings) or each.value for each in records]
        yield {"zone": zone.name, "name": name, "type": type, "ttl": ttl, "values": values}


def others() -> Iterator[str]:
    """What else the changes bring, in words; of those without a before, all that their repair takes away."""
    for incident in [*NAMED, SOUND]:
        step, status = (CHANGE, "new") if files(incident, "before") else (REPAIR, "fixed")
        with tempfile.TemporaryDirectory() as folder:
            found = run(incident, step, "git", Path(folder))
        at_owners = told(found, incident, status)
        for each in found.fails:
            known = each["slug"] == NAMED.get(incident) and each["slug"] in at_owners
            if each["status"] in (status, "worsened") and not known:
                line = (each["location"] or {}).get("line", 0)
                yield f"{incident} {each['severity']} {each['slug']}: {each['message']} (line {line})\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.stdout.writelines(others())
