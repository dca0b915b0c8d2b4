"""Annotations in GitHub Actions: workflow commands in the log, the worst ten, then how many more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mfpolicy.model.findings import Finding
from mfpolicy.model.gate import is_new, is_open
from mfpolicy.output.escape import clipped
from mfpolicy.output.formats import Run
from mfpolicy.output.words import counted, word

LOG = True
_SHOWN = 10  # of one step; GitHub drops what comes after without a word
_LEVELS = {"error": "error", "warning": "warning", "note": "notice", "unknown": "warning"}
# By the runner's own rules (actions/toolkit, packages/core/src/command.ts): data, and properties.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(run: Run) -> Iterator[str]:
    """One command a line for what is new or worse, and for what did not answer; the last line counts the
    rest. Whatever was there before the change is nobody's news."""
    found = sorted(filter(_is_news, run.report.findings), key=lambda each: _order(run, each))
    for each in found[:_SHOWN]:
        yield _annotation(run, each)
    if len(found) > _SHOWN:
        counts = Counter(word(each) for each in found[_SHOWN:])
        more = ", ".join(counted(counts[kind], kind) for kind in _LEVELS if counts[kind])
        yield f"::notice title=mfpolicy::{more} more; the report has them all\n"


def _is_news(finding: Finding) -> bool:
    return word(finding) in _LEVELS and is_new(finding) and (is_open(finding) or word(finding) != "unknown")


def _order(run: Run, finding: Finding) -> tuple[int, str, int, str, str]:
    at = run.located(finding)
    return [*_LEVELS].index(word(finding)), at.file, at.line, finding.rule.id, finding.message


def _annotation(run: Run, finding: Finding) -> str:
    at, rule = run.located(finding), finding.rule
    title = _said(f"{rule.id} {rule.slug}", _PROPERTY)
    where = f"file={_said(at.file, _PROPERTY)},line={at.line},col={at.column},title={title}"
    text = finding.message if word(finding) != "unknown" else f"{finding.message}: a question has no answer"
    return f"::{_LEVELS[word(finding)]} {where}::{_said(text, _DATA)}\n"


def _said(text: str, escapes: dict[int, str]) -> str:
    return clipped(text).translate(escapes)
