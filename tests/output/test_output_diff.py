"""A change as text, Markdown and JSON: the worst first, and nothing from outside that acts."""

from __future__ import annotations

import datetime
import json
import re

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.changes import NameChange, Plan, RecordSet, Step, Topic
from mfpolicy.model.findings import Finding, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Rule
from mfpolicy.output import diff, diff_json, diff_markdown
from mfpolicy.output.diff_v1 import DiffV1

HOSTILE = (
    "\n::error::x",
    "##[command]rm",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "@octocat",
    "`code` ``two``",
    "<img src=x onerror=alert(1)>",
    "[link](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "#1",
    "| a | b |",
    "**bold** _it_",
    "<!-- -->",
    "\r\n## heading",
    "&lt;script&gt;",
    "\\",
)


def rule(severity: str) -> Rule:
    return msgspec.convert(
        {
            "id": f"X{len(severity)}",
            "slug": f"a-{severity}",
            "title": "t",
            "severity": severity,
            "about": "change",
            "assert": "true",
            "message": "m",
            "rationale": "r",
            "remedy": "Do better.",
        },
        Rule,
    )


def finding(severity: str, message: str, **fields: object) -> Finding:
    given = {"status": "new", "verdict": Verdict.FAIL, **fields}
    found = rule(severity)
    return Finding(
        rule=found, severity=found.severity, subject=Subject("change", "a.example"), message=message, **given
    )  # type: ignore[arg-type]


def report(text: str) -> Report:
    """A report with a text from outside wherever one can stand."""
    topic = Topic(text, text, f"{text}2", (text,), (text,), (text,), text)
    records = RecordSet(text, "TXT", (f"TXT {text}",), (), 60, 60, "live DNS")
    change = NameChange(text, "domain", "changed", (topic,), (records,))
    waiver = Waiver(text, text, text, text, text, datetime.date(2027, 1, 31))
    alike = (msgspec.structs.replace(change, name=each, records=()) for each in (text, "b"))
    return Report(
        base=text,
        today="2026-11-23",
        findings=(finding("error", text),),
        changes=(change, *alike),
        plans=(Plan(text, text, (Step(text, 60),)),),
        added=(waiver,),
        notes=(text,),
        why=(text,),
        incomplete=text,
    )


def rendered(found: Report) -> list[str]:
    return [
        diff.render(found),
        diff_markdown.comment(found),
        diff_markdown.entry(found),
        diff_json.render(found),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_steers_a_terminal_or_a_workflow(text: str) -> None:
    for shown in rendered(report(text)):
        assert not re.search(r"\x1b|\u202e|\r|##\[|^\s*::", shown, re.MULTILINE)


def outside_code(markdown: str) -> str:
    """Markdown without its code spans, as GitHub finds them: a run of backticks up to an equal one."""
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", markdown)


@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=30)))
def test_markdown_from_outside_stays_text(text: str) -> None:
    for shown in (diff_markdown.comment(report(text)), diff_markdown.entry(report(text))):
        left = outside_code(shown).replace("- [ ] ", "").replace("\\x3a:", "")
        assert not re.search(r"[@<&`|\[\]!#\\]", re.sub(r"^#+ ", "", left, flags=re.MULTILINE))


@given(st.text(max_size=30))
def test_json_is_a_diff_v1(text: str) -> None:
    document = json.loads(diff_json.render(report(text.encode("utf-8", "replace").decode())))
    jsonschema.validate(document, msgspec.json.schema(DiffV1))
    msgspec.convert(document, DiffV1)


def test_the_worst_comes_first_and_old_findings_do_not_come() -> None:
    found = Report(
        findings=(
            finding("note", "n"),
            finding("warning", "w"),
            finding("error", "old", status="existing"),
            finding("error", "gone", status="fixed"),
            finding("error", "e"),
            finding("error", "worse", status="worsened"),
        )
    )
    assert [each.message for each in diff.doings(found)] == ["e", "worse", "w", "n"]


LOST = NameChange("a.example", "domain", "changed", (Topic("SPF", lost=("192.0.2.1",)),))
OPEN = NameChange("a.example", "domain", "changed", (Topic("SPF", open="TXT of b.example (not asked)"),))
SAME = NameChange("a.example", "domain", "changed", (Topic("SPF", gained=("192.0.2.1",)),))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            Report(findings=(finding("error", "e"), finding("note", "n"))),
            "Mail stops, is lost, or can be forged",
        ),
        (Report(findings=(finding("warning", "w"),)), "No error, but warnings: mail may stop"),
        (
            Report(changes=(LOST,)),
            "No rule objects. Some mail may stop all the same: see what is lost at a.example",
        ),
        (Report(changes=(OPEN,)), "Nobody's mail is seen to stop, as far as"),
        (Report(changes=(SAME,)), "Nobody's mail stops: no rule objects"),
        (Report(), ""),
    ],
)
def test_the_headline_says_whether_mail_stops(found: Report, expected: str) -> None:
    assert diff.headline(found).startswith(expected)


def test_a_fix_is_told_once_for_findings_of_one_rule() -> None:
    text = diff.render(Report(base="b", findings=(finding("error", "one"), finding("error", "two"))))
    assert (text.count("Do better."), text.count("error[")) == (1, 2)


def test_names_to_which_the_same_happens_stand_together() -> None:
    changes = [msgspec.structs.replace(SAME, name=each) for each in ("a.example", "b.example", "c.example")]
    assert diff.groups(changes) == [(changes[0], ["b.example", "c.example"])]


@pytest.mark.parametrize(
    ("record", "line"),
    [
        ("MX 10 mx.b.example", "MX 10 mx.b.example."),
        ("MX 0 .", "MX 0 ."),
        ("CNAME b.example", "CNAME b.example."),
        ('TXT a "b" \\ é', 'TXT "a \\"b\\" \\\\ \\233"'),
        (f"TXT {'x' * 300}", f'TXT "{"x" * 255}" "{"x" * 45}"'),
    ],
)
def test_rollback_records_are_those_of_a_zone_file(record: str, line: str) -> None:
    found = RecordSet("a.example", line.split()[0], (record,), (), 300)
    change = NameChange("a.example", "domain", "changed", (Topic("SPF"),), (found,))
    assert f"- `a.example. 300 IN {line}`\n" in diff_markdown.entry(Report(base="b", changes=(change,)))


def test_a_comment_is_no_longer_than_one_may_be() -> None:
    topic = Topic("SPF", lost=tuple(f"192.0.2.{each % 256}" * 20 for each in range(400)))
    changes = tuple(
        NameChange(f"n{each}.example", "domain", "changed", (topic,), (RecordSet(f"n{each}", "TXT", (), ()),))
        for each in range(20)
    )
    text = diff_markdown.comment(Report(base="b", changes=changes))
    assert len(text) < 65_536
    assert text.endswith("_The rest is longer than a comment may be._\n")
