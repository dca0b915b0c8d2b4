"""SARIF as code scanning reads it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from sampled import FAIL, KINDS, RULE, WAIVER, finding, hostile, many, run

from mfpolicy import __version__
from mfpolicy.model.findings import Evidence
from mfpolicy.model.places import Line
from mfpolicy.model.rules import Rule
from mfpolicy.output.formats import Run
from mfpolicy.output.formats.sarif import render
from mfpolicy.output.json import fingerprint


def log(run: Run) -> Any:
    """The one run of the document."""
    (found,) = json.loads("".join(render(run)))["runs"]
    return found


def names(run: Run) -> list[str]:
    return [each["message"]["text"].partition(":")[0] for each in log(run)["results"]]


def test_a_fail_has_its_rule_its_region_and_where_its_facts_were_seen() -> None:
    artifact = {"uri": "zones/a.yaml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 31}
    seen = {
        "artifactLocation": {"uri": "mailflow.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 20},
    }
    assert log(run(FAIL))["results"] == [
        {
            "ruleId": "SPF002",
            "ruleIndex": 0,
            "kind": "fail",
            "level": "error",
            "message": {"text": "a.example.org: SPF needs 12 DNS lookups; receivers stop at 10"},
            "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
            "partialFingerprints": {"mfpolicy/v1": fingerprint(FAIL)},
            "relatedLocations": [
                {"id": 1, "message": {"text": "domain.spf.lookups"}, "physicalLocation": seen}
            ],
        }
    ]


def test_a_rule_says_what_code_scanning_shows() -> None:
    help = "Receivers stop at ten. Fix: Replace nested includes."
    markdown = (
        "Receivers stop at ten.\n\n**Fix:** Replace nested includes.\n\nMore: `mfpolicy rules show SPF002`"
        "\n\nReferences: RFC 7208, section 4.6.4"
    )
    assert log(run(FAIL))["tool"]["driver"] == {
        "name": "mfpolicy",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [
            {
                "id": "SPF002",
                "name": "lookup-limit-exceeded",
                "shortDescription": {"text": "SPF record needs more than ten DNS lookups"},
                "fullDescription": {"text": "Receivers stop at ten."},
                "help": {"text": help, "markdown": markdown},
                "defaultConfiguration": {"level": "error"},
                "properties": {
                    "tags": ["cis-m365:2.1.8", "scuba:MS.EXO.2.2"],
                    "precision": "high",
                    "problem.severity": "error",
                },
            }
        ],
    }


def test_only_rules_with_results_are_named_and_each_result_finds_its_own() -> None:
    other = msgspec.structs.replace(RULE, id="ABC001")
    found = log(run(FAIL, finding("b.example.org", rule=other)))
    rules = [each["id"] for each in found["tool"]["driver"]["rules"]]
    assert rules == ["ABC001", "SPF002"]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in found["results"])


@pytest.mark.parametrize(("severity", "level"), [("note", "recommendation"), ("warning", "warning")])
def test_the_level_is_the_profile_s_and_that_of_the_rule_its_own(severity: Any, level: str) -> None:
    rule = msgspec.structs.replace(RULE, severity=severity)
    found = log(run(finding(rule=rule, severity="error")))
    assert found["results"][0]["level"] == "error"
    assert found["tool"]["driver"]["rules"][0]["properties"]["problem.severity"] == level


def test_fixed_waived_and_not_asked_are_no_results() -> None:
    assert names(run(*KINDS.values(), base="main")) == [
        f"{each}.example.org" for each in ("new", "worse", "old", "warn", "note", "silent")
    ]


@pytest.mark.parametrize(
    ("kind", "state"), [("new", "new"), ("worse", "updated"), ("old", "unchanged"), ("silent", "new")]
)
def test_each_result_has_a_state_where_there_is_a_base(kind: str, state: str) -> None:
    assert log(run(KINDS[kind], base="main"))["results"][0]["baselineState"] == state


def test_without_a_base_there_is_no_state() -> None:
    assert "baselineState" not in log(run(FAIL))["results"][0]


def test_what_did_not_answer_is_open_and_has_no_level() -> None:
    (result,) = log(run(KINDS["silent"]))["results"]
    assert (result["kind"], result["level"]) == ("open", "none")


def test_waived_ones_are_suppressed_where_they_are_wanted_and_the_others_say_that_they_are_not() -> None:
    found = log(run(KINDS["waived"], KINDS["new"], with_waived=True))["results"]
    said = "SPF002 on w.example.org until 2027-01-31, for Web team: the shop moves (approved by Security)"
    assert [each["suppressions"] for each in found] == [
        [],
        [{"kind": "external", "status": "accepted", "justification": said}],
    ]


@pytest.mark.parametrize(
    ("place", "uri", "said"),
    [
        pytest.param(Line("zones/é #1%.yaml", 3), "zones/%C3%A9%20%231%25.yaml", "", id="odd characters"),
        pytest.param(Line("c:x.yaml", 3), "c%3Ax.yaml", "", id="no scheme"),
        pytest.param(Line("./zones/a.yaml", 3), "zones/a.yaml", "", id="no dot"),
        pytest.param(Line("\udcff.yaml", 3), "%ED%B3%BF.yaml", "", id="half a character"),
        pytest.param(Line("../z.yaml", 3), "mailflow.yaml", " (at ../z.yaml:3)", id="outside"),
        pytest.param(Line("/srv/z.yaml", 3), "mailflow.yaml", " (at ../srv/z.yaml:3)", id="absolute"),
        pytest.param(None, "mailflow.yaml", "", id="no place"),
    ],
)
def test_every_result_is_at_one_file_of_the_repository(place: Any, uri: str, said: str) -> None:
    (result,) = log(run(finding(place=place, message="m")))["results"]
    (at,) = result["locations"]
    assert (at["physicalLocation"]["artifactLocation"]["uri"], result["message"]["text"]) == (uri, f"m{said}")


def test_paths_begin_at_the_root_of_the_repository() -> None:
    (result,) = log(run(FAIL, folder="/r/dns"))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "dns/zones/a.yaml"


def test_a_place_in_a_file_that_is_not_at_hand_is_a_line() -> None:
    (result,) = log(run(finding(place=Line("zone.js", 7))))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}


def test_places_of_facts_are_told_once_and_ten_of_them_at_most() -> None:
    seen = tuple(Evidence(f"f{each}", 1, Line("z.js", each // 2 + 1)) for each in range(40))
    outside = (Evidence("o", 1, Line("/srv/z", 1)), Evidence("n", 1))
    (result,) = log(run(finding(place=Line("z.js", 1), evidence=outside + seen)))["results"]
    found = [each["physicalLocation"]["region"]["startLine"] for each in result["relatedLocations"]]
    assert found == list(range(2, 12))


def test_a_message_holds_no_link_of_its_own() -> None:
    (result, *_) = log(hostile("[click](https://evil.example)"))["results"]
    assert "](" not in result["message"]["text"]


def test_a_rule_has_ten_tags_and_short_texts() -> None:
    fields = {name: "x" * 9000 for name in ("slug", "title", "rationale", "remedy")}
    rule = Rule(
        id="A", severity="note", about="d", assert_="", message="", controls={"c": ["x"] * 30}, **fields
    )
    (shown,) = log(run(finding(rule=rule)))["tool"]["driver"]["rules"]
    assert len(shown["name"]) == 255 and len(shown["properties"]["tags"]) == 10
    assert max(len(shown[each]["text"]) for each in ("shortDescription", "fullDescription", "help")) == 1003


def test_no_text_that_has_to_be_there_is_empty() -> None:
    found = log(hostile(""))
    (rule,) = found["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] and all(each["message"]["text"] for each in found["results"])


def notices(run: Run) -> list[tuple[str, str]]:
    (found,) = log(run)["invocations"]
    return [(each["level"], each["message"]["text"]) for each in found["toolExecutionNotifications"]]


@pytest.mark.slow
def test_the_worst_five_thousand_are_shown_and_the_rest_counted() -> None:
    crowd = many(5003)
    assert len(log(crowd)["results"]) == 5000
    assert {each["level"] for each in log(crowd)["results"][-1:]} == {"note"}
    assert notices(crowd) == [("warning", "3 results more: only the worst 5,000 are here")]


def test_what_was_not_asked_and_what_is_waived_is_counted() -> None:
    assert notices(run(KINDS["not asked"], KINDS["waived"])) == [
        ("note", "1 judgement not made: DNS was not asked"),
        ("note", "1 waived finding left out"),
    ]


def test_a_run_that_could_not_ask_did_not_succeed() -> None:
    (found,) = log(run(incomplete="no name server answered"))["invocations"]
    assert (found["executionSuccessful"], notices(run(incomplete="x"))) == (
        False,
        [("warning", "incomplete: x")],
    )


def test_nothing_tells_of_the_machine() -> None:
    found = log(run(FAIL, base="origin/main", added=(WAIVER,)))
    assert found["originalUriBaseIds"] == {
        "%SRCROOT%": {"description": {"text": "The root of the repository."}}
    }
    assert set(found) & {"automationDetails", "versionControlProvenance"} == set()
    assert found["properties"] == {"profile": "baseline", "today": "2026-11-23", "base": "origin/main"}
