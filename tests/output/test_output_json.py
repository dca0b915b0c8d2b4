from __future__ import annotations

import datetime
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy import __version__
from mfpolicy.model.findings import Drift, Evidence, Finding, Input, Judged, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Line, Pointer, Span
from mfpolicy.model.rules import Example, Examples, Rule
from mfpolicy.output.json import digest, dumped, fingerprint, render
from mfpolicy.output.report_v1 import ReportV1

RULE = Rule(
    id="SPF002",
    slug="lookup-limit-exceeded",
    title="Too many lookups",
    severity="error",
    controls={"scuba": ["MS.EXO.2.2"]},
    about="domain",
    assert_="domain.spf.lookups <= 10",
    message="...",
    rationale="Receivers stop at ten.",
    remedy="Flatten.",
)
WAIVER = Waiver(
    "SPF002",
    "b.example",
    "moves",
    "Web",
    "Security",
    datetime.date(2027, 1, 31),
    place=Line("mailflow.yaml", 4),
)
SUBJECT = Subject("domain", "a.example")
FINDING = Finding(
    rule=RULE,
    severity="error",
    verdict=Verdict.FAIL,
    subject=SUBJECT,
    message="a.example: SPF needs 12",
    place=Span("z.yaml", 3, 5),
    evidence=(
        Evidence("domain.spf.lookups", 12, Pointer("t.json", "/a")),
        Evidence("domain.spf.present", True),
    ),
    status="new",
)
WAIVED = msgspec.structs.replace(FINDING, subject=Subject("domain", "b.example"), waiver=WAIVER, place=None)
REPORT = Report(
    ledger=(
        Judged(Subject("domain", "b.example"), (RULE,), (Verdict.FAIL,)),
        Judged(SUBJECT, (RULE,), (Verdict.FAIL,)),
    ),
    findings=(WAIVED, FINDING),
    rules=(RULE,),
    inputs=(Input("z.yaml", "f" * 64),),
)
TEXTS = {"z.yaml": "a:\nbc", "t.json": '{"a": 1}'}
CONTROLS = {"scuba": {"MS.EXO.2.2": "fail"}}
SHOWN: dict[str, Any] = {
    "rule": "SPF002",
    "slug": "lookup-limit-exceeded",
    "severity": "error",
    "verdict": "fail",
    "status": "new",
    "subject": {"kind": "domain", "name": "a.example"},
    "message": "a.example: SPF needs 12",
    "as_of": "",
    "location": {"file": "z.yaml", "line": 2, "column": 1},
    "evidence": [
        {"fact": "domain.spf.lookups", "value": 12, "location": {"file": "t.json", "line": 1, "column": 7}},
        {"fact": "domain.spf.present", "value": True, "location": None},
    ],
    "waiver": None,
    "controls": {"scuba": ["MS.EXO.2.2"]},
}


def test_a_report_is_report_v1() -> None:
    read = json.loads(render(REPORT, CONTROLS, TEXTS))
    entry = {
        "rule": "SPF002",
        "slug": "lookup-limit-exceeded",
        "subject": SHOWN["subject"],
        "verdict": "fail",
    }
    assert read.pop("findings")[0] == SHOWN | {"fingerprint": fingerprint(FINDING)}
    assert read.pop("ledger")[0] == entry
    assert read == {
        "version": 1,
        "summary": {
            "verdict": {"pass": 0, "fail": 2, "unknown": 0, "not_applicable": 0},
            "severity": {"error": 1, "warning": 0, "note": 0},
            "status": {"new": 2, "existing": 0, "fixed": 0, "worsened": 0},
            "waived": 1,
        },
        "base": "",
        "waivers_added": [],
        "incomplete": "",
        "drift": [],
        "uncompared": [],
        "controls": CONTROLS,
        "waived_controls": {},
        "profile": "baseline",
        "today": "",
        "inputs": [{"file": "z.yaml", "sha256": "f" * 64}],
        "tool": {"name": "mfpolicy", "version": __version__, "rules": {"SPF002": digest(RULE)}},
    }


def test_a_waived_finding_names_its_waiver_and_one_without_place_has_no_location() -> None:
    shown = json.loads(render(REPORT, {}, TEXTS))["findings"][1]
    assert shown["location"] is None
    assert shown["waiver"] == {
        "rule": "SPF002",
        "subject": "b.example",
        "reason": "moves",
        "owner": "Web",
        "approved_by": "Security",
        "expires": "2027-01-31",
        "ticket": "",
        "compensating": "",
        "location": {"file": "mailflow.yaml", "line": 4, "column": 1},
    }


def test_drift_and_what_made_a_run_incomplete_stand_beside_the_findings() -> None:
    drift = (
        Drift("b.example", "TXT", ("TXT a",), ("TXT a", "TXT b"), Span("z.yaml", 3, 5), 300),
        Drift("a.example", "MX", (), ("MX 0 .",)),
    )
    report = msgspec.structs.replace(REPORT, drift=drift, incomplete="no name server answered")
    shown = json.loads(render(report, {}, TEXTS))
    assert shown["incomplete"] == "no name server answered"
    assert shown["summary"] == json.loads(render(REPORT, {}, TEXTS))["summary"]
    assert shown["drift"] == [
        {
            "name": "a.example",
            "type": "MX",
            "repository": [],
            "live": ["MX 0 ."],
            "kept": None,
            "location": None,
        },
        {
            "name": "b.example",
            "type": "TXT",
            "repository": ["TXT a"],
            "live": ["TXT a", "TXT b"],
            "kept": 300,
            "location": {"file": "z.yaml", "line": 2, "column": 1},
        },
    ]
    msgspec.convert(msgspec.json.decode(render(report, CONTROLS, TEXTS)), ReportV1)


def test_the_order_of_what_was_judged_does_not_change_a_byte() -> None:
    turned = msgspec.structs.replace(REPORT, findings=REPORT.findings[::-1], ledger=REPORT.ledger[::-1])
    assert render(turned, CONTROLS, TEXTS) == render(REPORT, CONTROLS, TEXTS)


@pytest.mark.parametrize(
    "change",
    [{"message": "x"}, {"place": None}, {"status": "existing"}, {"evidence": ()}, {"severity": "note"}],
)
def test_a_fingerprint_outlives_text_place_and_status(change: dict[str, Any]) -> None:
    assert fingerprint(msgspec.structs.replace(FINDING, **change)) == fingerprint(FINDING)


@pytest.mark.parametrize(
    "change",
    [
        {"rule": msgspec.structs.replace(RULE, id="SPF003")},
        {"subject": Subject("domain", "b.example")},
        {"subject": Subject("zone", "a.example")},
        {"key": ("x",)},
    ],
)
def test_a_fingerprint_tells_rule_subject_and_key_apart(change: dict[str, Any]) -> None:
    other = fingerprint(msgspec.structs.replace(FINDING, **change))
    assert other != fingerprint(FINDING) and len(other) == 32 and int(other, 16) >= 0


def test_a_rule_digest_follows_its_meaning_and_not_its_examples_or_place() -> None:
    moved = msgspec.structs.replace(RULE, place=Line("f", 1), examples=Examples(good=[Example("x")]))
    changed = msgspec.structs.replace(RULE, assert_="true")
    assert digest(moved) == digest(RULE) != digest(changed)


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_survives_as_printable_ascii(text: str) -> None:
    out = dumped({"a": text, "b": [{text: text}]})
    assert json.loads(out) == {"a": text, "b": [{text: text}]}
    assert out.isascii() and out.replace("\n", "").isprintable() and "##" not in out


@pytest.mark.parametrize(
    "odd", ["b.example.org", "bücher.example.org", "b\x7f##.example.org", "b\ud800.example.org"]
)
def test_a_ledger_is_one_judgement_a_line_whatever_names_stand_in_it(odd: str) -> None:
    names = sorted([f"a{number:04}.example.org" for number in range(2500)] + [odd])
    judged = tuple(Judged(Subject("domain", name), (RULE,), (Verdict.PASS,)) for name in names)
    text = render(msgspec.structs.replace(REPORT, ledger=judged, findings=()), CONTROLS, TEXTS)
    entries = [
        {"rule": "SPF002", "slug": RULE.slug, "subject": {"kind": "domain", "name": name}, "verdict": "pass"}
        for name in names
    ]
    assert json.loads(text)["ledger"] == entries
    lines = text.partition('"ledger": [\n')[2].partition("\n  ],\n")[0].split(",\n")
    assert [json.loads(line) for line in lines] == entries
    assert text.isascii() and "##" not in text and "\x7f" not in text
