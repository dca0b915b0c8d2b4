from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.dns import POLICY, Reason, joined, unknown
from mfpolicy.model.findings import Declaration, Finding, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Line, Pointer, Span
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
            f"{ESTATE}: 1 error, 0 warnings, 0 notes (profile baseline)\n",
            id="existing",
        ),
        pytest.param(
            _finding(verdict=Verdict.UNKNOWN, unknown=NOT_ASKED),
            "1 judgement waits for DNS answers: ask with --dns live, or give recorded ones with "
            "--dns answers.json\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes (profile baseline)\n",
            id="not asked",
        ),
        pytest.param(
            _finding(verdict=Verdict.UNKNOWN, unknown=SILENT),
            "unknown: q.example TXT timed out, so 1 judgement stays open\n"
            "  a.example: SPF002 lookup-limit-exceeded\n\n"
            f"{ESTATE}: 0 errors, 0 warnings, 0 notes, 1 unknown (profile baseline)\n",
            id="unknown",
        ),
    ],
)
def test_each_kind_of_finding_has_its_own_form(finding: Finding, shown: str) -> None:
    assert render(_report(finding)) == shown


@pytest.mark.parametrize(
    ("name", "subject", "at", "line"),
    [
        ("a.example", "domain", SPOT, "  = intent: mailflow.yaml:2:1 declares 2 senders"),
        ("s1._domainkey.a.example", "selector", SPOT, "  = intent: mailflow.yaml:2:1 declares 2 senders"),
        ("b.example", "domain", SPOT, None),
        ("a.example", "domain", Span("mailflow.yaml", 13, 20), None),
    ],
)
def test_a_finding_says_where_the_intent_speaks_of_its_domain(
    name: str, subject: str, at: Span, line: str | None
) -> None:
    texts = {"zones/a.yaml": ZONE, "mailflow.yaml": "version: 1\na: {senders: [x, y]}\n"}
    finding = msgspec.structs.replace(_finding(name, place=at), subject=Subject(subject, name))
    said = {"a.example": Declaration("declares 2 senders", Span("mailflow.yaml", 11, 12))}
    lines = render(_report(finding, declared=said), texts).splitlines()
    assert [each for each in lines if "intent" in each and "-->" not in each] == ([line] if line else [])


LABEL = "new with this change"


@pytest.mark.parametrize(
    ("pointer", "lines"),
    [
        pytest.param("/0", [":2:3", f"  = {LABEL}"], id="a bracket tells nothing"),
        pytest.param(
            "/0/On",
            [":3:11", "  |", '3 |     "On": false', f"  |           ----- {LABEL}"],
            id="a property does",
        ),
    ],
)
def test_an_object_of_an_export_is_shown_by_its_place_alone(pointer: str, lines: list[str]) -> None:
    texts = {"t/x.json": '[\n  {\n    "On": false\n  }\n]\n'}
    text = render(_report(_finding(place=Pointer("t/x.json", pointer), status="new")), texts)
    shown = text.partition(" --> t/x.json")[2].partition("\n  = why")[0]
    assert shown.split("\n") == lines


def test_a_change_is_summed_up_by_what_it_did() -> None:
    found = (_finding(status=each) for each in ("new", "existing", "existing", "worsened", "fixed"))
    waiting = _finding(status="new", verdict=Verdict.UNKNOWN, unknown=NOT_ASKED)
    said = render(_report(*found, waiting, base="main (1a2b3c4)")).splitlines()[-1]
    assert said == "compared with main (1a2b3c4): 1 new, 1 worse, 2 from before, 1 fixed"


def test_a_waiver_that_a_change_brings_is_shown_to_whoever_approves_it() -> None:
    waiver = msgspec.structs.replace(WAIVER, reason="shop moves\n::error::", approved_by="Security")
    shown = render(_report(base="main", added=(waiver,)))
    line = (
        "this change waives SPF002 on a.example until 2027-01-31, for Web team: "
        "shop moves\\n::error:: (approved by Security)"
    )
    assert line in shown.splitlines()


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
    shown = render(_report(*findings))
    names = ["a9.example: SPF", "a10.example: SPF", "b.example: SPF", "n.example: SPF", "u.example: SPF"]
    assert sorted(names, key=shown.index) == names


def _open(name: str, *questions: tuple[str, Reason], **changes: Any) -> Finding:
    why = joined(unknown(question, "TXT", reason) for question, reason in questions)
    return _finding(name, verdict=Verdict.UNKNOWN, unknown=why, **changes)


def _blocks(*findings: Finding, show_all: bool = False) -> str:
    return render(_report(*findings), show_all=show_all).partition("405 zones")[0]


def test_open_judgements_stand_by_the_answer_that_they_miss() -> None:
    silent = ("_spf.example", Reason.TIMEOUT)
    findings = (
        _open("a.example", silent, place=Line("a.yaml", 7)),
        _open("a.example", silent, rule=OTHER, place=Line("a.yaml", 9)),
        _open("b.example", silent, place=Line("b.yaml", 1)),
        _open("b.example", silent, rule=OTHER, key=("1",), place=Line("b.yaml", 2)),
        _open("b.example", silent, rule=OTHER, key=("2",), place=Line("b.yaml", 3)),
        _open("c.example", ("c.example", Reason.SERVFAIL)),
    )
    assert _blocks(*findings) == (
        "unknown: _spf.example TXT timed out, so 5 judgements stay open\n"
        "  a.yaml:7 a.example: SPF002 lookup-limit-exceeded, SPF003 ptr-used\n"
        "  b.yaml:1 b.example: SPF002 lookup-limit-exceeded, SPF003 ptr-used (2 times)\n\n"
        "unknown: c.example TXT answered SERVFAIL, so 1 judgement stays open\n"
        "  c.example: SPF002 lookup-limit-exceeded\n\n"
    )


def test_several_missing_answers_are_one_block_and_what_failed_comes_first() -> None:
    missing = [("z.example", Reason.NOT_ASKED), ("y.example", Reason.LOOP), ("x.example", Reason.LOOP)]
    turned = _open("b.example", *missing[::-1])
    assert _blocks(_open("a.example", *missing), turned) == (
        "unknown: x.example TXT, y.example TXT are a loop of CNAME records; z.example TXT was not asked, "
        "so 2 judgements stay open\n"
        "  a.example: SPF002 lookup-limit-exceeded\n"
        "  b.example: the same\n\n"
    )


def test_of_many_questions_in_one_block_three_are_named() -> None:
    finding = _open("a.example", *((f"q{n}.example", Reason.TIMEOUT) for n in range(7)))
    named = "unknown: q0.example TXT, q1.example TXT, q2.example TXT timed out; and 4 questions more, so 1 "
    assert _blocks(finding).startswith(named)
    assert "q6.example" in _blocks(finding, show_all=True)


def test_five_subjects_of_one_missing_answer_are_named_and_the_rest_counted() -> None:
    findings = [_open(f"d{n:02}.example", ("q.example", Reason.TIMEOUT)) for n in range(17)]
    assert _blocks(*findings).endswith("  d04.example: the same\n  and 12 more\n\n")
    assert "  and " not in _blocks(*findings[:5])
    assert _blocks(*findings, show_all=True).endswith("  d16.example: the same\n\n")


def _each_its_own(count: int) -> list[Finding]:
    return [
        _open(f"d{n}.example", (f"d{n:04}.example", Reason.TIMEOUT), rule=rule)
        for n in range(count)
        for rule in (RULE, OTHER)
    ]


def test_more_than_ten_questions_that_failed_alike_are_one_line() -> None:
    other = _open("z.example", ("z.example", Reason.SERVFAIL))
    assert _blocks(*_each_its_own(1204), other) == (
        "unknown: 1,204 questions timed out (first: d0000.example TXT, d0001.example TXT, d0002.example TXT, "
        "...), so 2,408 judgements on 1,204 subjects stay open (--all shows each)\n\n"
        "unknown: z.example TXT answered SERVFAIL, so 1 judgement stays open\n"
        "  z.example: SPF002 lookup-limit-exceeded\n\n"
    )


def test_ten_questions_or_all_asked_for_are_a_block_each() -> None:
    assert _blocks(*_each_its_own(10)).count("so 2 judgements stay open") == 10
    assert _blocks(*_each_its_own(30), show_all=True).count("so 2 judgements stay open") == 30


def test_sets_of_few_questions_are_summed_too_when_they_are_many() -> None:
    pairs = [(a, b) for a in range(6) for b in range(a)]
    findings = [_open("a.example", *((f"q{n}.example", Reason.TIMEOUT) for n in pair)) for pair in pairs]
    assert _blocks(*findings).startswith("unknown: 6 questions timed out (first: ")
    assert len(_blocks(*findings).splitlines()) == 2


def test_open_judgements_that_are_new_are_counted_as_such() -> None:
    silent = ("q.example", Reason.TIMEOUT)
    findings = (_open("a.example", silent, status="new"), _open("b.example", silent, status="existing"))
    assert "so 2 judgements stay open, 1 of them new with this change\n" in _blocks(*findings)


def test_a_long_list_of_rules_is_set_in_lines() -> None:
    rules = [msgspec.structs.replace(RULE, id=f"SPF{n:03}", slug="a-slug-of-some-length") for n in range(9)]
    shown = _blocks(*(_open("a.example", ("q.example", Reason.TIMEOUT), rule=rule) for rule in rules))
    assert all(len(line) <= 110 for line in shown.splitlines())
    assert "\n      SPF003 a-slug-of-some-length," in shown


def test_judgements_that_wait_for_dns_and_for_policy_files_are_told_apart() -> None:
    policy = _finding(verdict=Verdict.UNKNOWN, unknown=unknown("a.example", POLICY, Reason.NOT_ASKED))
    both = _finding(
        verdict=Verdict.UNKNOWN,
        unknown=joined([NOT_ASKED, unknown("a.example", POLICY, Reason.NOT_ASKED)]),
    )
    assert _blocks(policy, both, both) == (
        "2 judgements wait for DNS answers: ask with --dns live, or give recorded ones with "
        "--dns answers.json\n"
        "1 judgement waits for MTA-STS policy files: fetch them with --fetch-policies\n\n"
    )


def test_a_policy_file_that_timed_out_is_open_and_does_not_wait() -> None:
    silent = _finding(verdict=Verdict.UNKNOWN, unknown=unknown("a.example", POLICY, Reason.TIMEOUT))
    assert _blocks(silent).startswith("unknown: a.example MTA-STS policy timed out, so 1 judgement stays")


def test_what_made_a_run_incomplete_is_said_before_the_sums() -> None:
    shown = render(_report(incomplete="no name server answered"))
    assert shown.startswith("incomplete: no name server answered\n\n405 zones")


def test_colour_marks_heads_only_where_asked_for() -> None:
    report = _report(_finding())
    assert "\x1b[1;31merror[SPF002 lookup-limit-exceeded]\x1b[0m: a" in render(report, colour=True)
    silent = render(_report(_open("a.example", ("q.example", Reason.TIMEOUT))), colour=True)
    assert silent.startswith("\x1b[1;35munknown\x1b[0m: q.example TXT timed out")
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
    findings += [_finding(name, message=message, waiver=waiver), _open(name, (text, Reason.TIMEOUT))]
    report = _report(*findings, notes=(text,), profile=file, incomplete=text)
    lines = render(report, {file: text}).split("\n")
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in lines)
