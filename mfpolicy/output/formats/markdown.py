"""For a comment, or the summary of a step: what is new first, old findings folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from mfpolicy.model.findings import Finding
from mfpolicy.output import drift
from mfpolicy.output.escape import page
from mfpolicy.output.formats import Run
from mfpolicy.output.markdown import bounded, bullets, code, sentence
from mfpolicy.output.place import where
from mfpolicy.output.text import waived
from mfpolicy.output.text_unknown import Open, blocks, waiting
from mfpolicy.output.words import counted, word

LOG = False
# By this a comment that is written again finds the one before it.
MARK = "<!-- mfpolicy check -->"
_FAILED = ("error", "warning", "note")
_LONGEST = 60_000  # a comment on GitHub holds 65,536 characters, a step's summary 1 MiB
_SHOWN = 50  # findings of one kind


def render(run: Run) -> Iterator[str]:
    """The report as GitHub Flavored Markdown, at most what a comment holds."""
    cut = "_The rest is longer than a comment may be: the other formats have it._"
    yield page(bounded([*_lines(run)], _LONGEST, cut))


def _lines(run: Run) -> Iterator[str]:
    report = run.report
    found: dict[str, list[Finding]] = {}
    for each in sorted(report.findings, key=lambda each: _order(run, each)):
        found.setdefault("old" if _is_old(run, each) else word(each), []).append(each)
    yield from (MARK, f"## Mail flow: {_title(run, found)}", "")
    yield sentence(_judged(run))
    yield from _section("", [sentence(f"incomplete: {report.incomplete}")] if report.incomplete else [])
    for kind in _FAILED:
        yield from _findings(run, found.get(kind, ()))
    yield from _section("", _unanswered(found.get("unknown", ())))
    yield from _section("This change waives", [code(waived(each)) for each in report.added])
    yield from _section("Fixed", _listed(run, found.get("fixed", ())))
    yield from _folded(f"{counted(len(found.get('old', ())), 'finding')} from before this change",
                       _listed(run, found.get("old", ())))  # fmt: skip
    yield from _folded(f"{len(found.get('waived', ())):,} waived", _listed(run, found.get("waived", ())))
    differing = [code(each) for each in drift.lines(report.drift, run.texts)]
    yield from _folded(f"Drift: live DNS differs in {counted(len(report.drift), 'record set')}", differing)
    notes = [*report.notes, *drift.unseen(report.uncompared), *waiting(found.get("waiting", ()))]
    yield from _section("", [sentence(each) for each in notes])


def _is_old(run: Run, finding: Finding) -> bool:
    kinds = (*_FAILED, "unknown")
    return finding.status == "existing" and word(finding) in kinds and not run.gate.whole


def _order(run: Run, finding: Finding) -> tuple[int, str, str, int]:
    at = run.located(finding)
    rank = _FAILED.index(word(finding)) if word(finding) in _FAILED else len(_FAILED)
    return rank, finding.rule.id, at.file, at.line


def _title(run: Run, found: dict[str, list[Finding]]) -> str:
    """The answer, before what it rests on."""
    counts = Counter({kind: len(found.get(kind, ())) for kind in _FAILED})
    said = " and ".join(counted(counts[kind], kind) for kind in _FAILED if counts[kind])
    new = " new with this change" if run.report.base and said and not run.gate.whole else ""
    if any(map(run.gate.fails, run.report.findings)):
        return f"{said}{new}"
    if run.report.incomplete or any(map(run.gate.leaves_open, run.report.findings)):
        return "not all could be looked at" + (f"; {said}{new}" if said else "")
    return f"nothing fails; {said}{new}" if said else "nothing fails"


def _judged(run: Run) -> str:
    report = run.report
    read = [counted(report.zones, "zone"), counted(report.records, "record")] if report.zones else []
    parts = [*read, counted(len(report.rules), "rule")]
    since = f" compared with {report.base}" if report.base else ""
    return f"{', '.join(parts)}{since}; profile {report.profile}, judged for {report.today}"


def _findings(run: Run, findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield ""
    for number, each in enumerate(findings[:_SHOWN]):
        yield f"- **{word(each)}** {_entry(run, each)}"
        last = number + 1 == len(findings) or findings[number + 1].rule.id != each.rule.id
        # One remedy stands below all that it mends.
        if last or number + 1 == _SHOWN:
            yield f"  - fix: {sentence(each.rule.remedy)}"
    if len(findings) > _SHOWN:
        yield f"- and {counted(len(findings) - _SHOWN, 'finding')} more"


def _listed(run: Run, findings: Sequence[Finding]) -> list[str]:
    more = len(findings) - _SHOWN
    listed = [f"{each.severity} {_entry(run, each)}" for each in findings[:_SHOWN]]
    return listed + ([f"and {counted(more, 'finding')} more"] if more > 0 else [])


def _entry(run: Run, finding: Finding) -> str:
    name = code(f"{finding.rule.id} {finding.rule.slug}")
    place = f" {code(where(run.located(finding)))}" if finding.place else ""
    until = finding.waiver.expires if finding.waiver else None
    by = f" (waived until {until.isoformat()})" if until else ""
    return f"{name}{place} {code(finding.message)}{by}"


def _unanswered(findings: Iterable[Finding]) -> list[str]:
    lines = [line for line in blocks([Open(each) for each in findings], "unknown") if line]
    return [code(line.strip()) for line in lines]


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from ("", *([f"**{title}**", ""] if title else []), *bullets(items))


def _folded(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from ("", f"<details><summary>{title}</summary>", "", *bullets(items), "", "</details>")
