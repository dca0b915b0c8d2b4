"""For a comment, or the summary of a step: the answer, what is new, and the rest folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mfpolicy.model.findings import Finding
from mfpolicy.output import drift
from mfpolicy.output.escape import page
from mfpolicy.output.formats import Run
from mfpolicy.output.markdown import bounded, bullets, code, folded, outline, sentence
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
_Found = dict[str, list[Finding]]


def render(run: Run) -> Iterator[str]:
    """The report as GitHub Flavored Markdown, at most what a comment holds."""
    cut = "_The rest is longer than a comment may be: the other formats have it._"
    # What somebody writes below begins a paragraph of its own.
    yield page([*bounded([*_lines(run)], _LONGEST, cut), ""])


def _lines(run: Run) -> Iterator[str]:
    report, found = run.report, _found(run)
    yield from (MARK, f"## Mail flow: {_answer(run, found)}", "", sentence(_judged(run)))
    yield from _section("", [sentence(f"Incomplete: {report.incomplete}")] if report.incomplete else [])
    yield from _failed(run, [each for kind in _FAILED for each in found.get(kind, ())])
    unanswered = [Open(each) for each in found.get("unknown", ())]
    yield from _section("Not answered", outline(blocks(unanswered, "unknown")))
    yield from _section("This change waives", bullets([sentence(waived(each)) for each in report.added]))
    yield from _section("Fixed by this change", _listed(run, found.get("fixed", ())))
    yield from _listed_folded(run, "from before this change", found.get("old", ()))
    yield from _listed_folded(run, "waived", found.get("waived", ()))
    differing = outline(drift.lines(report.drift, run.texts))
    yield from folded(f"Live DNS differs in {counted(len(report.drift), 'record set')}", differing)
    notes = [*report.notes, *drift.unseen(report.uncompared), *waiting(found.get("waiting", ()))]
    yield from _section("", bullets([sentence(each) for each in notes]))


def _found(run: Run) -> _Found:
    """The findings by their word, the worst first; "old" are those that are none of the change's doing."""
    found: _Found = {}
    for each in run.worst_first(run.report.findings):
        found.setdefault("old" if _is_old(run, each) else word(each), []).append(each)
    return found


def _is_old(run: Run, finding: Finding) -> bool:
    if run.gate.whole or run.gate.leaves_open(finding):
        return False
    return finding.status == "existing" and word(finding) in (*_FAILED, "unknown")


def _answer(run: Run, found: _Found) -> str:
    """Whether the change may go in, before what that rests on."""
    said, fixed = _counted(run, found), len(found.get("fixed", ()))
    if any(map(run.gate.fails, run.report.findings)):
        return said
    silent = bool(run.report.incomplete) and not run.gate.allow_silence
    if silent or any(map(run.gate.leaves_open, run.report.findings)):
        return f"incomplete, because not all was answered{'; ' if said else ''}{said}"
    if not run.report.ledger and not run.report.findings:
        return "there is nothing to judge"
    if said:
        return f"passes, with {said}"
    if fixed:
        return f"passes, and {counted(fixed, 'finding')} {'is' if fixed == 1 else 'are'} fixed"
    return "passes, nothing new" if found.get("old") else "passes"


def _counted(run: Run, found: _Found) -> str:
    """`2 new errors, 1 new or worse warning and 3 new notes`."""
    compared = bool(run.report.base) and not run.gate.whole
    parts = []
    for kind in filter(found.__contains__, _FAILED):
        new = "new or worse " if any(each.status == "worsened" for each in found[kind]) else "new "
        parts.append(counted(len(found[kind]), f"{new if compared else ''}{kind}"))
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _judged(run: Run) -> str:
    report = run.report
    read = [counted(report.zones, "zone"), counted(report.records, "record")] if report.zones else []
    since = f", compared with {report.base}" if report.base else ""
    by = f"by {counted(len(report.rules), 'rule')} of profile {report.profile}"
    return f"Judged {' and '.join(read)}{' ' if read else ''}{by} for {report.today}{since}."


def _failed(run: Run, findings: Sequence[Finding]) -> Iterator[str]:
    """A few are shown with their fix, which stands once below all that it mends."""
    counts: Counter[str] = Counter()
    shown = []
    for each in findings:
        counts[word(each)] += 1
        if counts[word(each)] <= _SHOWN:
            shown.append(each)
    for rule, alike in _by_rule(shown).items():
        yield from ("", f"**{rule[0]}** {code(rule[1])}", "")
        yield from bullets([_entry(run, each) for each in alike])
        yield from ("", f"Fix: {sentence(alike[0].rule.remedy)}")
    rest = [counted(counts[kind] - _SHOWN, kind) for kind in _FAILED if counts[kind] > _SHOWN]
    yield from _section("", [f"and {', '.join(rest)} more"] if rest else [])


def _by_rule(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """By severity and rule, in the order of each one's first finding."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((word(each), f"{each.rule.id} {each.rule.slug}"), []).append(each)
    return groups


def _listed_folded(run: Run, what: str, findings: Sequence[Finding]) -> list[str]:
    return folded(f"{counted(len(findings), 'finding')} {what}", _listed(run, findings))


def _listed(run: Run, findings: Sequence[Finding]) -> list[str]:
    more = len(findings) - _SHOWN
    entries = [f"{each.severity} {code(each.rule.id)} {_entry(run, each)}" for each in findings[:_SHOWN]]
    return bullets(entries + ([f"and {counted(more, 'finding')} more"] if more > 0 else []))


def _entry(run: Run, finding: Finding) -> str:
    place = f", {code(where(run.located(finding)))}" if finding.place else ""
    until = finding.waiver.expires if finding.waiver else None
    by = f" (waived until {until.isoformat()})" if until else ""
    by += " (worse than before)" if finding.status == "worsened" else ""
    return f"{sentence(finding.said)}{place}{by}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", *([f"**{title}**", ""] if title else []), *lines)
