"""A report for programs: report.v1, the same bytes for the same run."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any

import msgspec

from mfpolicy import __version__
from mfpolicy.model.findings import Drift, Finding, Judged, Report, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Place
from mfpolicy.model.rules import Rule
from mfpolicy.output.drift import ordered
from mfpolicy.output.place import resolve

_ENCODER = msgspec.json.Encoder()
_AT_ONCE = 1000
_SEVERITIES = ("error", "warning", "note")
_TIGHT = (",", ":")
Located = Callable[[Place | None], dict[str, Any] | None]
_STATUSES = ("new", "existing", "fixed", "worsened")


class _Entry(msgspec.Struct, frozen=True):
    """A line of the ledger."""

    rule: str
    slug: str
    subject: Subject
    verdict: Verdict


def render(
    report: Report,
    controls: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    waived: Mapping[str, Any] | None = None,
) -> str:
    """The report as a report.v1 document in ASCII, one finding or judgement a line.

    `controls`: framework -> control -> verdict, as the control table was computed. `texts`: file -> what
    was read, to turn places into lines. `waived`: framework -> control -> the waived findings that count
    against it.
    """
    return "".join(lines(report, controls, texts, waived))


def lines(
    report: Report,
    controls: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    waived: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """The same piece by piece: the ledger of a provider is longer than all else that is in memory."""
    return pieces(_document(report, controls, texts, waived))


def _document(
    report: Report,
    controls: Mapping[str, Any],
    texts: Mapping[str, str] | None,
    waived: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The report.v1 document in a stable order; the ledger, its longest part by far, is made line by line."""
    # Of the thousands of facts that findings show, most stand at the same places.
    located = cache(partial(location, texts=texts or {}))
    findings = [finding_form(each, located) for each in report.findings]
    return {
        "version": 1,
        "summary": _summary(report),
        "profile": report.profile,
        "today": report.today,
        "base": report.base,
        "incomplete": report.incomplete,
        "findings": sorted(findings, key=_finding_order),
        "waivers_added": [waiver_form(each, located) for each in report.added],
        "drift": [_drift(each, located) for each in ordered(report.drift)],
        "uncompared": msgspec.to_builtins(report.uncompared),
        "ledger": map(_entry, _ordered(report.ledger)),
        "controls": msgspec.to_builtins(controls, str_keys=True),
        "waived_controls": msgspec.to_builtins(waived or {}, str_keys=True),
        "inputs": inputs(report),
        "tool": tool(report),
    }


def fingerprint(finding: Finding) -> str:
    """32 hexadecimal digits that stay while rule, subject and key do; line, file and message do not count."""
    identity = [finding.rule.id, finding.subject.kind, finding.subject.name, *finding.key]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]


def digest(rule: Rule) -> str:
    """The SHA-256 of what a rule says, wherever its file lies and whatever its examples are."""
    said = msgspec.structs.replace(rule, topic="", place=None, examples=type(rule.examples)())
    return hashlib.sha256(json.dumps(msgspec.to_builtins(said), sort_keys=True).encode()).hexdigest()


def dumped(values: Mapping[str, Any]) -> str:
    """A JSON object in ASCII: one top-level key, or one item of a list, a line."""
    return "".join(pieces(values))


def pieces(values: Mapping[str, Any]) -> Iterator[str]:
    """The same piece by piece."""
    before = "{\n"
    for key, value in values.items():
        yield f"{before}  {_line(key)}: "
        yield from _value(value)
        before = ",\n"
    yield "\n}\n" if values else "{\n\n}\n"


def listed(items: Sequence[Any]) -> Iterator[str]:
    """A JSON list in ASCII, an item a line."""
    yield from _value([*items])
    yield "\n"


def _value(value: Any) -> Iterator[str]:
    if not isinstance(value, list | map):
        yield _line(value)
        return
    items, before = iter(value), "[\n    "
    while batch := list(islice(items, _AT_ONCE)):
        yield before + _lines(batch)
        before = ",\n    "
    yield "[]" if before.startswith("[") else "\n  ]"


def _lines(items: Sequence[Any]) -> str:
    """Items of a list, one a line: all by one call where that can be."""
    text = _quick(_ENCODER.encode_lines, items)
    return _safe(text[:-1].replace("\n", ",\n    ")) if text else ",\n    ".join(map(_line, items))


def _line(value: Any) -> str:
    quick = _quick(_ENCODER.encode, value)
    return _safe(quick or json.dumps(msgspec.to_builtins(value), separators=_TIGHT))


def _safe(text: str) -> str:
    """ASCII leaves lone surrogates and bidi characters escaped; DEL and old workflow commands take a hand."""
    return text.replace("\x7f", "\\u007f").replace("##", "#\\u0023")


def _quick(encode: Callable[[Any], bytes], value: Any) -> str:
    """The text by a faster encoder, which escapes nothing beyond ASCII; empty where there is such a thing."""
    try:
        text = encode(value)
    except UnicodeEncodeError:
        return ""
    return text.decode() if text.isascii() else ""


def _summary(report: Report) -> dict[str, Any]:
    counted = [each for each in report.findings if each.status != "fixed"]
    failed = [each for each in counted if each.verdict is Verdict.FAIL and each.waiver is None]
    return {
        "verdict": _verdicts(report.ledger),
        "severity": _tally((each.severity for each in failed), _SEVERITIES),
        "status": _tally((each.status for each in report.findings if each.status), _STATUSES),
        "waived": sum(each.waiver is not None for each in counted),
    }


def _verdicts(ledger: Iterable[Judged]) -> dict[str, int]:
    """How often each verdict was given. Few rows differ, so that equal ones are counted first."""
    counts: Counter[str] = Counter()
    for verdicts, times in Counter(each.verdicts for each in ledger).items():
        for verdict in verdicts:
            counts[verdict] += times
    return {str(verdict): counts[verdict] for verdict in Verdict}


def _tally(values: Iterable[str], names: Iterable[str]) -> dict[str, int]:
    counts = Counter(values)
    return {str(name): counts[str(name)] for name in names}


def inputs(report: Report) -> list[dict[str, Any]]:
    """The files of a run by their names."""
    return [msgspec.to_builtins(each) for each in sorted(report.inputs, key=lambda each: each.file)]


def tool(report: Report) -> dict[str, Any]:
    """Who judged, by which rules."""
    return {"name": "mfpolicy", "version": __version__, "rules": _digests(report.rules)}


def finding_form(finding: Finding, located: Located) -> dict[str, Any]:
    """A finding as every document has it."""
    return {
        "rule": finding.rule.id,
        "slug": finding.rule.slug,
        "severity": finding.severity,
        "verdict": finding.verdict.value,
        "status": finding.status,
        "subject": _subject(finding.subject),
        "message": finding.said,
        "as_of": finding.as_of,
        "location": located(finding.place),
        "evidence": [
            {
                "fact": each.fact,
                "value": msgspec.to_builtins(each.value, str_keys=True),
                "location": located(each.place),
            }
            for each in finding.evidence
        ],
        "waiver": waiver_form(finding.waiver, located),
        "controls": {name: list(ids) for name, ids in sorted(finding.rule.controls.items())},
        "fingerprint": fingerprint(finding),
    }


def _drift(drift: Drift, located: Located) -> dict[str, Any]:
    return {
        "name": drift.name,
        "type": drift.type,
        "repository": list(drift.proposed),
        "live": list(drift.live),
        "kept": drift.kept,
        "location": located(drift.place),
    }


def location(place: Place | None, texts: Mapping[str, str]) -> dict[str, Any] | None:
    """A place as every document has it."""
    if place is None:
        return None
    where = resolve(place, texts)
    return {"file": where.file, "line": where.line, "column": where.column}


def waiver_form(waiver: Waiver | None, located: Located) -> dict[str, Any] | None:
    """A waiver as every document has it."""
    if waiver is None:
        return None
    fields = msgspec.to_builtins(msgspec.structs.replace(waiver, place=None))
    kept = {key: value for key, value in fields.items() if key not in ("place", "problems")}
    return {**kept, "expires": kept["expires"] or "", "location": located(waiver.place)}


def _ordered(ledger: Iterable[Judged]) -> Iterator[tuple[Rule, Judged, Verdict]]:
    """All judgements by rule, then by subject. Subjects of one kind have the same rules, so that a column of
    verdicts after the other is told without a list of them all."""
    kinds: dict[str, list[Judged]] = {}
    for row in sorted(ledger, key=lambda row: row.subject):
        kinds.setdefault(row.subject.kind, []).append(row)
    columns = [(rule, kind, at) for kind, rows in kinds.items() for at, rule in enumerate(rows[0].rules)]
    for rule, kind, at in sorted(columns, key=lambda column: column[0].id):
        yield from ((rule, row, row.verdicts[at]) for row in kinds[kind])


def _entry(judgement: tuple[Rule, Judged, Verdict]) -> _Entry:
    rule, row, verdict = judgement
    return _Entry(rule.id, rule.slug, row.subject, verdict)


def _subject(subject: Subject) -> dict[str, str]:
    return {"kind": subject.kind, "name": subject.name}


def _finding_order(item: Mapping[str, Any]) -> tuple[Any, ...]:
    subject, where = item["subject"], item["location"] or {"file": "", "line": 0, "column": 0}
    place = (where["file"], where["line"], where["column"])
    return item["rule"], subject["kind"], subject["name"], *place, item["fingerprint"], item["message"]


def _digests(rules: Iterable[Rule]) -> dict[str, str]:
    return {rule.id: digest(rule) for rule in sorted(rules, key=lambda rule: rule.id)}
