"""Annotations in GitHub Actions: workflow commands in the log, the worst ten, then how many more.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word
(actions/toolkit, docs/problem-matchers.md); ten in all are what somebody reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mfpolicy.model.findings import Finding
from mfpolicy.model.gate import Gate, is_new, is_open
from mfpolicy.output.escape import clipped
from mfpolicy.output.formats import Run
from mfpolicy.output.words import counted, word

LOG = True
_SHOWN = 10
_LEVELS = {"error": "error", "warning": "warning", "note": "notice", "unknown": "warning"}
# By the runner's own rules (actions/runner, src/Runner.Common/ActionCommand.cs): data, and properties.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(run: Run) -> Iterator[str]:
    """One command a line for what is new or worse, and for what did not answer; the last line counts the
    rest. Whatever was there before the change is nobody's news, unless the run judges everything."""
    if run.report.incomplete:
        yield _command("warning", "title=mfpolicy", f"incomplete: {run.report.incomplete}")
    found = run.worst_first(each for each in run.report.findings if _is_news(run.gate, each))
    room = _SHOWN - bool(run.report.incomplete)
    shown = found[:room]
    if len(found) > room and all(word(each) == "note" for each in shown):
        # An eleventh notice, the one that counts, would not be seen.
        shown.pop()
    for each in shown:
        yield _annotation(run, each)
    if rest := Counter(word(each) for each in found[len(shown) :]):
        more = ", ".join(counted(rest[kind], kind) for kind in _LEVELS if rest[kind])
        yield _command("notice", "title=mfpolicy", f"{more} more; the report has them all")


def _is_news(gate: Gate, finding: Finding) -> bool:
    if word(finding) not in _LEVELS or (word(finding) == "unknown" and not is_open(finding)):
        return False
    return gate.whole or is_new(finding) or gate.leaves_open(finding)


def _annotation(run: Run, finding: Finding) -> str:
    at, rule = run.located(finding), finding.rule
    title = _property(f"{rule.id} {rule.slug}")
    where = f"file={_property(at.file)},line={at.line},col={at.column},title={title}"
    return _command(_LEVELS[word(finding)], where, finding.said)


def _property(text: str) -> str:
    return clipped(text).translate(_PROPERTY)


def _command(level: str, properties: str, text: str) -> str:
    return f"::{level} {properties}::{clipped(text).translate(_DATA)}\n"
