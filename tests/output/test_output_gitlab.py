"""Code quality as GitLab reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sampled import FAIL, KINDS, finding, many, run

from mfpolicy.model.places import Line
from mfpolicy.output.formats import Run
from mfpolicy.output.formats.gitlab import render
from mfpolicy.output.json import fingerprint


def entries(run: Run) -> list[Any]:
    found: list[Any] = json.loads("".join(render(run)))
    return found


def test_a_fail_is_an_entry() -> None:
    assert entries(run(FAIL)) == [
        {
            "description": "a.example.org: SPF needs 12 DNS lookups; receivers stop at 10",
            "check_name": "SPF002 lookup-limit-exceeded",
            "fingerprint": fingerprint(FAIL),
            "severity": "critical",
            "location": {"path": "zones/a.yaml", "lines": {"begin": 2}},
        }
    ]


def test_fixed_waived_and_unknown_ones_are_left_out_and_old_ones_are_not() -> None:
    found = [each["description"].partition(".")[0] for each in entries(run(*KINDS.values(), base="main"))]
    assert found == ["new", "worse", "old", "warn", "note"]


@pytest.mark.parametrize(
    ("severity", "shown"), [("error", "critical"), ("warning", "major"), ("note", "info")]
)
def test_severities_are_among_those_that_gitlab_knows(severity: str, shown: str) -> None:
    assert entries(run(finding(severity=severity)))[0]["severity"] == shown


@pytest.mark.parametrize(
    ("file", "path", "said"),
    [
        ("./zones/a b.yaml", "zones/a b.yaml", "m"),
        ("../z.yaml", "mailflow.yaml", "m (at ../z.yaml:3)"),
        ("/srv/z.yaml", "mailflow.yaml", "m (at ../srv/z.yaml:3)"),
    ],
)
def test_paths_are_those_of_the_repository(file: str, path: str, said: str) -> None:
    (entry,) = entries(run(finding(place=Line(file, 3), message="m")))
    assert (entry["location"]["path"], entry["description"]) == (path, said)


def test_findings_with_one_identity_are_entries_of_their_own() -> None:
    found = [each["fingerprint"] for each in entries(run(*[finding()] * 3))]
    assert (found[0], len(set(found))) == (fingerprint(FAIL), 3)


@pytest.mark.slow
def test_the_worst_ten_thousand_are_shown_and_the_rest_counted() -> None:
    found = entries(many(10_003))
    assert len(found) == 10_001
    assert found[-1]["description"] == "3 findings more: only the worst 10,000 are here"


def test_nothing_found_is_an_empty_list() -> None:
    assert entries(run()) == []
