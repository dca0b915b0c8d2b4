"""JUnit XML as Jenkins, GitLab and Azure DevOps read it."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from sampled import CHANGE, FAIL, KINDS, finding, many, run

from mfpolicy.model.gate import Gate
from mfpolicy.output.formats import Run
from mfpolicy.output.formats.junit import render


def suite(run: Run) -> ET.Element:
    return ET.fromstring("".join(render(run)))


def outcome(case: ET.Element) -> str:
    return next((each.tag for each in case if each.tag != "system-out"), "passed")


def outcomes(run: Run) -> dict[str, str]:
    """What became of each case, by the first label of its subject."""
    cases = suite(run).iter("testcase")
    return {case.get("classname", "").split(" ")[-1].partition(".")[0]: outcome(case) for case in cases}


def test_a_fail_says_what_where_why_and_what_to_do() -> None:
    (case, clean) = suite(run(FAIL)).iter("testcase")
    said = "a.example.org: SPF needs 12 DNS lookups; receivers stop at 10"
    (failure,) = case
    assert case.attrib == {"classname": "domain a.example.org", "name": "SPF002 lookup-limit-exceeded"}
    assert failure.attrib == {"type": "error", "message": said}
    assert failure.text == (
        f"{said}\nat zones/a.yaml:2\nwhy: Receivers stop at ten.\nfix: Replace nested includes."
    )
    assert clean.attrib == {"classname": "domain clean.example.org", "name": "all rules"}


ALWAYS = {"clean": "passed", "a": "passed", "fixed": "passed", "w": "skipped", "later": "skipped"}


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        pytest.param(
            Gate(),
            {"new": "failure", "worse": "failure", "old": "skipped", "warn": "passed", "silent": "error"},
            id="errors fail",
        ),
        pytest.param(Gate("note"), {"warn": "failure", "note": "failure"}, id="notes fail"),
        pytest.param(Gate(whole=True), {"old": "failure", "note": "passed"}, id="old ones too"),
        pytest.param(Gate(allow_unknown=True), {"silent": "skipped"}, id="open ones pass"),
    ],
)
def test_cases_end_as_the_gate_says(gate: Gate, expected: dict[str, str]) -> None:
    found = outcomes(run(*KINDS.values(), **CHANGE, gate=gate))
    assert found | expected | ALWAYS == found


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (
            "waived",
            "waived: SPF002 on w.example.org until 2027-01-31, for Web team: the shop moves "
            "(approved by Security)",
        ),
        ("not asked", "not judged: DNS was not asked"),
        ("old", "from before this change"),
    ],
)
def test_a_skipped_case_says_why(kind: str, reason: str) -> None:
    (skipped,) = suite(run(KINDS[kind], ledger=(), base="main")).iter("skipped")
    assert skipped.get("message") == reason and (skipped.text or "").startswith(f"{reason}\n")


@pytest.mark.parametrize("kind", ["warning", "fixed"])
def test_what_passes_with_a_word_has_it_in_its_output(kind: str) -> None:
    (said,) = suite(run(KINDS[kind], ledger=())).iter("system-out")
    assert (said.text or "").startswith(f"{kind}: ")


def test_the_sums_are_right() -> None:
    found = suite(run(*KINDS.values(), **CHANGE))
    expected = {
        "name": "mfpolicy",
        "tests": "11",
        "failures": "2",
        "errors": "1",
        "skipped": "3",
        "time": "0",
    }
    assert found.attrib == expected


def test_cases_of_one_subject_have_names_of_their_own() -> None:
    cases = suite(run(finding(key=("a",)), finding(key=("b",)), ledger=())).iter("testcase")
    assert [case.get("name") for case in cases] == [
        "SPF002 lookup-limit-exceeded: a",
        "SPF002 lookup-limit-exceeded: b",
    ]


def test_findings_with_one_identity_are_cases_of_their_own() -> None:
    cases = suite(run(*[finding(key=("a",))] * 3, finding("b.example.org"), ledger=())).iter("testcase")
    assert [case.get("name") for case in cases] == [
        "SPF002 lookup-limit-exceeded: a",
        "SPF002 lookup-limit-exceeded: a (2)",
        "SPF002 lookup-limit-exceeded: a (3)",
        "SPF002 lookup-limit-exceeded",
    ]


def test_a_silence_that_is_allowed_is_no_error() -> None:
    silent = run(incomplete="no name server answered", gate=Gate(allow_unknown=True, allow_silence=True))
    (case, *_) = suite(silent).iter("testcase")
    assert (case.get("name"), outcome(case)) == ("every question has an answer", "skipped")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"incomplete": "no name server answered"}, "every question has an answer"),
        ({"ledger": ()}, "there is something to judge"),
    ],
)
def test_a_run_that_proves_nothing_is_an_error(given: Any, name: str) -> None:
    (case, *_) = suite(run(**given)).iter("testcase")
    assert (case.get("name"), outcome(case)) == (name, "error")


@pytest.mark.slow
@pytest.mark.parametrize(("gate", "end"), [(Gate("note"), "failure"), (Gate(), "passed")])
def test_the_rest_is_one_case_that_fails_if_one_of_it_does(gate: Gate, end: str) -> None:
    crowd = run(*many(10_003).report.findings, gate=gate)
    *cases, last = suite(crowd).iter("testcase")
    assert (len(cases), last.get("name"), outcome(last)) == (10_000, "the rest", end)


def test_characters_that_xml_forbids_are_written_out() -> None:
    shown = "".join(render(run(finding(message="a\x00b\x1b\ufffe\ud800]]>"))))
    assert r"a\x00b\x1b\ufffe\ud800]]&gt;" in shown


def test_the_library_is_loaded_only_where_a_document_is_made() -> None:
    assert "junit_xml" not in vars(sys.modules["mfpolicy.output.formats.junit"])
