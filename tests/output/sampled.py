"""Runs to be given out: every status, every kind of unknown, and texts that mean harm."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from mfpolicy.model.dns import Reason, unknown
from mfpolicy.model.findings import Declaration, Drift, Evidence, Finding, Judged, Report, Subject, Verdict
from mfpolicy.model.gate import Gate
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Line, Span
from mfpolicy.model.rules import Rule
from mfpolicy.output.formats import Run

RULE = Rule(
    id="SPF002",
    slug="lookup-limit-exceeded",
    title="SPF record needs more than ten DNS lookups",
    severity="error",
    controls={"scuba": ["MS.EXO.2.2"], "cis-m365": ["2.1.8"]},
    about="domain",
    assert_="domain.spf.lookups <= params.limit",
    message="...",
    rationale="Receivers stop at ten.",
    remedy="Replace nested includes.",
    references=["RFC 7208, section 4.6.4"],
)
ZONE = "? x\n: v=spf1 include:a.example.org -all\n"
TEXTS = {"zones/a.yaml": ZONE, "mailflow.yaml": "domains:\n  a.example.org: {}\n"}
SPOT = Span("zones/a.yaml", 6, 40, "include:a.example.org")
WAIVER = Waiver(
    "SPF002", "w.example.org", "the shop moves", "Web team", "Security", datetime.date(2027, 1, 31)
)
SILENT = unknown("q.example.net", "TXT", Reason.TIMEOUT)
NOT_ASKED = unknown("q.example.net", "TXT", Reason.NOT_ASKED)
HOSTILE = (
    "\n::set-output name=a::b",
    "::stop-commands::x",
    "::add-mask::x",
    "##[command]rm",
    "##vso[task.complete]",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe\u2066",
    "\x00",
    "]]>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- mfpolicy check -->",
    "</details><h1>x",
    "@octocat @a/b",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "http://3232235777/x https://evil",
    "www.evil.example",
    "a@evil.example mailto:a@evil.example",
    "#1 GH-1 octo/repo#1 0123456789abcdef0123456789abcdef01234567",
    ":tada: :+1:",
    "`code` ``two`` " + "`" * 30,
    "| a | b |\n|---|---|",
    "\r\n# heading\n- list\n1. one\n> quote",
    "**bold** _it_ ~~gone~~ $x$",
    "&lt;b&gt; &#64;octocat",
    "\\ \\` \\<",
    "%0A%25::error::x",
    "a,b:c=d",
    "=cmd|'/C calc'!A0",
    "{0} {{1}}",
    "\ud800 \udcff",
    "\ufffe \ufeff \u2028 \u0085",
    "x" * 100_000,
    " ",
    "",
)


def finding(name: str = "a.example.org", **changes: Any) -> Finding:
    """A fail of the rule at one name."""
    message = changes.pop("message", f"{name}: SPF needs 12 DNS lookups; receivers stop at 10")
    fields: dict[str, Any] = {"rule": RULE, "severity": "error", "verdict": Verdict.FAIL} | changes
    return Finding(subject=Subject("domain", name), message=message, **fields)


def report(*findings: Finding, **changes: Any) -> Report:
    """A report on two domains, with these findings."""
    names = ("a.example.org", "clean.example.org")
    ledger = tuple(Judged(Subject("domain", name), (RULE,), (Verdict.PASS,)) for name in names)
    given: dict[str, Any] = {"ledger": ledger, "rules": (RULE,), "zones": 1, "records": 2} | changes
    return Report(findings=findings, today="2026-11-23", **given)


def run(*findings: Finding, **changes: Any) -> Run:
    """A run of such a report; what is no word of a run is one of the report."""
    own = {key: changes.pop(key) for key in (*changes,) if key in Run.__struct_fields__}
    return Run(report=report(*findings, **changes), **{"texts": TEXTS, "folder": "/r", "root": "/r", **own})


FAIL = finding(place=SPOT, evidence=(Evidence("domain.spf.lookups", 12, Line("mailflow.yaml", 2)),))
KINDS = {
    "new": finding("new.example.org", status="new", place=SPOT),
    "worse": finding("worse.example.org", status="worsened", place=SPOT),
    "warning": finding("warn.example.org", severity="warning", status="new"),
    "note": finding("note.example.org", severity="note", status="new"),
    "old": finding("old.example.org", status="existing", place=SPOT),
    "fixed": finding("fixed.example.org", status="fixed"),
    "waived": finding("w.example.org", status="existing", waiver=WAIVER, place=SPOT),
    "silent": finding("silent.example.org", status="new", verdict=Verdict.UNKNOWN, unknown=SILENT),
    "not asked": finding("later.example.org", status="new", verdict=Verdict.UNKNOWN, unknown=NOT_ASKED),
}
CHANGE = {"base": "origin/main", "added": (WAIVER,)}
DRIFT = Drift("a.example.org", "TXT", ("TXT v=spf1 -all",), ("TXT v=spf1 ~all",), SPOT, 300)


def hostile(text: str) -> Run:
    """A run with a text from outside wherever one can stand."""
    fields = {name: text for name in ("id", "slug", "title", "message", "rationale", "remedy")}
    rule = Rule(
        severity="error", about="domain", assert_="true", controls={text: [text]}, references=[text], **fields
    )
    waiver = Waiver(text, text, text, text, text, datetime.date(2027, 1, 31), text, text)
    place = Span(text, 0, 3, text)
    given: dict[str, Any] = {"rule": rule, "key": (text,), "message": text, "place": place}
    seen = (Evidence(text, text, Line(f"{text}2", 1)),)
    findings = [
        finding(text, **given, evidence=seen, status="new"),
        finding(f"{text}w", **given, status="existing", waiver=waiver),
        finding(f"{text}o", **given, status="existing"),
        finding(f"{text}f", **given, status="fixed"),
        finding(f"{text}u", **given, verdict=Verdict.UNKNOWN, unknown=unknown(text, text, Reason.TIMEOUT)),
    ]
    drift = Drift(text, text, (text,), (f"{text}2",), place)
    return run(
        *findings,
        base=text,
        added=(waiver,),
        notes=(text,),
        incomplete=text,
        drift=(drift,),
        declared={text: Declaration(text, place)},
        texts={text: text},
        intent=text,
    )


def many(count: int) -> Run:
    """So many findings of every severity, each at a line of its own."""
    severities = ("error", "warning", "note")
    found = [
        finding(f"n{each}.example.org", severity=severities[each % 3], place=Line("zones/a.yaml", each + 1))
        for each in range(count)
    ]
    return run(*found)


SAMPLES: dict[str, Callable[[], Run]] = {
    "nothing found": run,
    "nothing judged": lambda: run(ledger=(), rules=(), zones=0, records=0),
    "one fail": lambda: run(FAIL),
    "without place": lambda: run(finding(), folder="/r/estate", intent="estate.yaml"),
    "outside": lambda: run(finding(place=Line("../other/zone.yaml", 3))),
    "absolute": lambda: run(finding(place=Line("/srv/zone.yaml", 3)), intent="/srv/mailflow.yaml"),
    "every kind": lambda: run(*KINDS.values(), **CHANGE, drift=(DRIFT,), notes=("a note",)),
    "every kind, all": lambda: run(
        *KINDS.values(), **CHANGE, gate=Gate("note", whole=True), with_waived=True
    ),
    "unknown allowed": lambda: run(*KINDS.values(), **CHANGE, gate=Gate(allow_unknown=True)),
    "incomplete": lambda: run(KINDS["not asked"], incomplete="no name server answered"),
    "strict": lambda: run(*KINDS.values(), **CHANGE, gate=Gate("warning")),
}
