from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.dns import Reason, unknown
from mfpolicy.model.findings import Finding, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Line, Span
from mfpolicy.model.rules import Rule
from mfpolicy.output.text import render

RULE = Rule(
    id="SPF002",
    slug="lookup-limit-exceeded",
    title="SPF record needs more than ten DNS lookups",
    severity="error",
    about="domain",
    assert_="domain.spf.lookups <= params.limit",
    message="...",
    rationale="Receivers stop at ten.",
    remedy="Replace nested includes.",
)
OTHER = msgspec.structs.replace(RULE, id="SPF003", slug="ptr-used", severity="note")
ZONE = "? x\n: v=spf1 include:a.example -all\n"
WAIVER = Waiver("SPF002", "a.example", owner="Web team", expires=datetime.date(2027, 1, 31))
NOT_ASKED = unknown("q.example", "TXT", Reason.NOT_ASKED)
SILENT = unknown("q.example", "TXT", Reason.TIMEOUT)


def _finding(name: str = "a.example", **changes: Any) -> Finding:
    message = changes.pop("message", f"{name}: SPF needs 12 DNS lookups; receivers stop at 10")
    fields: dict[str, Any] = {"rule": RULE, "severity": "error", "verdict": Verdict.FAIL} | changes
    return Finding(subject=Subject("domain", name), message=message, **fields)


def _report(*findings: Finding, **changes: Any) -> Report:
    return Report(findings=findings, rules=(RULE,), zones=405, records=6548, **changes)


SPOT = Span("zones/a.yaml", 6, 36, "include:a.example")
FULL = """\
error[SPF002 lookup-limit-exceeded]: a.example: SPF needs 12 DNS lookups; receivers stop at 10
 --> zones/a.yaml:2:10
  |
2 | : v=spf1 include:a.example -all
  |          -----------------{label}
  = why: Receivers stop at ten.
  = fix: Replace nested includes.
  = more: mfpolicy rules show SPF002

"""
ESTATE = "405 zones, 6,548 records, 1 rule"


@pytest.mark.parametrize(
    ("status", "label"),
    [(None, ""), ("new", " new with this change"), ("worsened", " worse than before this change")],
)
def test_a_finding_shows_place_excerpt_reason_and_fix(status: Any, label: str) -> None:
    shown = render(_report(_finding(place=SPOT, status=status)), {"zones/a.yaml": ZONE})
    assert shown == FULL.format(label=label) + f"{ESTATE}: 1 error, 0 warnings, 0 notes (profile baseline)\n"


ONE_LINE = "a.example: SPF needs 12 DNS lookups; receivers stop at 10"


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        pytest.param(
            _finding(waiver=WAIVER),
            f"waived[SPF002 lookup-limit-exceeded]: {ONE_LINE} (by Web team until 2027-01-31)\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes, 1 waived (profile baseline)\n",
            id="waived",
        ),
        pytest.param(
            _finding(status="fixed"),
            f"fixed[SPF002 lookup-limit-exceeded]: {ONE_LINE}\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes, 1 fixed (profile baseline)\n",
            id="fixed",
        ),
        pytest.param(
            _finding(status="existing", place=Line("zones/a.yaml", 3)),
            "error[SPF002 lookup-limit-exceeded]: from before this change: "
            f"zones/a.yaml:3 {ONE_LINE}\n\n"
            f"{ESTATE}: 1 error, 0 warnings, 0 notes (profile baseline)\n1 of them from before this change\n",
            id="existing",
        ),
        pytest.param(
            _finding(verdict=Verdict.UNKNOWN, unknown=NOT_ASKED),
            "1 judgement waits for DNS answers (offline): give recorded ones with --dns answers.json\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes (profile baseline)\n",
            id="not asked",
        ),
        pytest.param(
            _finding(verdict=Verdict.UNKNOWN, unknown=SILENT),
            f"unknown[SPF002 lookup-limit-exceeded]: {ONE_LINE}\n"
            "  = unknown: q.example TXT timed out\n"
            "  = why: Receivers stop at ten.\n"
            "  = fix: Replace nested includes.\n"
            "  = more: mfpolicy rules show SPF002\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes, 1 unknown (profile baseline)\n",
            id="unknown",
        ),
    ],
)
def test_each_kind_of_finding_has_its_own_form(finding: Finding, shown: str) -> None:
    assert render(_report(finding)) == shown


def test_nothing_found_is_one_line() -> None:
    assert render(_report()) == f"{ESTATE}: 0 errors, 0 warnings, 0 notes (profile baseline)\n"


def test_notes_of_the_run_are_said_before_the_sums() -> None:
    assert render(_report(notes=("no tenant declared",))).startswith("no tenant declared\n\n405 zones")


def _many(count: int, **changes: Any) -> Report:
    return _report(*(_finding(f"d{n}.example", place=Line("z.yaml", n + 1), **changes) for n in range(count)))


def test_six_of_a_rule_are_three_in_full_and_a_list() -> None:
    shown = render(_many(6))
    assert shown.count("= why:") == 3
    assert (
        "error[SPF002 lookup-limit-exceeded]: 3 more: SPF needs 12 DNS lookups; receivers stop at 10\n"
        "  z.yaml:4 d3.example\n  z.yaml:5 d4.example\n  z.yaml:6 d5.example\n\n"
    ) in shown


@pytest.mark.parametrize(("report", "show_all"), [(_many(5), False), (_many(6), True)])
def test_five_of_a_rule_or_all_asked_for_are_each_in_full(report: Report, show_all: bool) -> None:
    assert render(report, show_all=show_all).count("= why:") == len(report.findings)


def test_a_list_of_findings_that_differ_keeps_their_messages() -> None:
    report = _report(*(_finding(f"d{n}.example", message=f"d{n}.example: needs {n}") for n in range(6)))
    assert "3 more: SPF record needs more than ten DNS lookups\n  d3.example: needs 3\n" in render(report)


def test_an_estate_of_405_zones_stays_near_one_line_a_zone() -> None:
    assert len(render(_many(405)).splitlines()) < 430


def test_findings_stand_by_severity_then_file_then_line() -> None:
    findings = (
        _finding("n.example", rule=OTHER, severity="note"),
        _finding("u.example", verdict=Verdict.UNKNOWN, unknown=SILENT),
        _finding("b.example", place=Line("b.yaml", 1)),
        _finding("a10.example", place=Line("a.yaml", 10)),
        _finding("a9.example", place=Line("a.yaml", 9)),
    )
    heads = [line.split(": ")[1] for line in render(_report(*findings)).splitlines() if "]: " in line]
    assert heads == ["a9.example", "a10.example", "b.example", "n.example", "u.example"]


def test_colour_marks_heads_only_where_asked_for() -> None:
    report = _report(_finding())
    assert "\x1b[1;31merror[SPF002 lookup-limit-exceeded]\x1b[0m: a" in render(report, colour=True)
    assert "\x1b" not in render(report)


def test_a_hostile_record_reaches_neither_terminal_nor_workflow() -> None:
    text = "\x1b]0;x\x07::error::\u202e\n::error::gotcha\n"
    finding = _finding("::error::", message="::error::\n::error::\x1b[2J", place=Span("::a\n::", 18, 24))
    shown = render(_report(*[finding] * 7), {"::a\n::": text})
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in shown.split("\n"))


TEXT = st.text(st.characters(exclude_categories=()), max_size=20)


@given(TEXT, TEXT, TEXT, TEXT)
def test_whatever_comes_in_only_printable_lines_come_out(
    name: str, message: str, file: str, text: str
) -> None:
    waiver = Waiver("SPF002", name, owner=message)
    findings = [_finding(name, message=message, place=Span(file, 0, 9, name))] * 6
    report = _report(*findings, _finding(name, message=message, waiver=waiver), notes=(text,), profile=file)
    lines = render(report, {file: text}).split("\n")
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in lines)
