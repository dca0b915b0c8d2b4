"""SARIF 2.1.0, for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

What GitHub reads of it, and how much, is told in github/docs, content/code-security/code-scanning/
integrating-with-code-scanning/sarif-support-for-code-scanning.md, with the limits in
data/reusables/code-scanning/sarif-limits.md. No `automationDetails.id` is given: github/codeql-action
(populateRunAutomationDetails in src/upload-lib.ts) would prefer it to the category that a workflow names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mfpolicy import __version__
from mfpolicy.model.findings import Finding, Status, Verdict
from mfpolicy.model.gate import is_open
from mfpolicy.model.rules import Rule
from mfpolicy.output.escape import clipped
from mfpolicy.output.formats import Run
from mfpolicy.output.json import fingerprint, pieces
from mfpolicy.output.markdown import code, sentence
from mfpolicy.output.place import Location
from mfpolicy.output.text import waived
from mfpolicy.output.words import counted, word

LOG = False
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RESULTS = 5000  # GitHub refuses more than 25,000 and keeps as many as these, by its own choice
_TAGS = 10  # of a rule, likewise
_RELATED = 10  # places of one result
_LONGEST = 1024  # characters that GitHub takes of a rule's description
_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
_STATES: Mapping[Status | None, str] = {"existing": "unchanged", "worsened": "updated"}


def render(run: Run) -> Iterator[str]:
    """One run, a result a line. Fixed findings are left out, because GitHub shows every result as an alert,
    and so are waived ones unless asked for: it does not heed suppressions (github/codeql-action#1230)."""
    found = run.worst_first(each for each in run.report.findings if _is_result(run, each))
    yield f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[\n'
    yield from pieces(_run(run, found[:_RESULTS], len(found[_RESULTS:])))
    yield "]}\n"


def _is_result(run: Run, finding: Finding) -> bool:
    if finding.status == "fixed":
        return False
    if finding.waiver is not None:
        return run.with_waived
    return finding.verdict is Verdict.FAIL or is_open(finding)


def _run(run: Run, found: Sequence[Finding], left_out: int) -> dict[str, Any]:
    rules = {each.rule.id: each.rule for each in sorted(found, key=lambda each: each.rule.id)}
    indexes = {id: index for index, id in enumerate(rules)}
    report = run.report
    return {
        "tool": {"driver": _driver(rules.values())},
        "invocations": [_invocation(run, left_out)],
        # Where the root lies on some machine is nobody's business; GitHub knows its own.
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(run, each, indexes[each.rule.id]) for each in found],
        "properties": {"profile": report.profile, "today": report.today, "base": report.base},
    }


def _driver(rules: Iterable[Rule]) -> dict[str, Any]:
    version = {"version": __version__, "semanticVersion": __version__}
    return {"name": "mfpolicy", **version, "rules": list(map(_rule, rules))}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": clipped(rule.id),
        "name": clipped(rule.slug)[:255],
        "shortDescription": _text(rule.title),
        "fullDescription": _text(rule.rationale),
        "help": {**_text(f"{rule.rationale} Fix: {rule.remedy}"), "markdown": _help(rule)},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {
            "tags": sorted(f"{name}:{id}" for name, ids in rule.controls.items() for id in ids)[:_TAGS],
            "precision": "high",
            "problem.severity": _SEVERITIES[rule.severity],
        },
    }


def _text(text: str) -> dict[str, str]:
    """GitHub supports no empty text where one has to be."""
    return {"text": clipped(text)[:_LONGEST] or "-"}


def _help(rule: Rule) -> str:
    more = f"More: {code(f'mfpolicy rules show {rule.id}')}"
    read = [f"References: {sentence('; '.join(rule.references))}"] if rule.references else []
    return "\n\n".join([sentence(rule.rationale), f"**Fix:** {sentence(rule.remedy)}", more, *read])


def _result(run: Run, finding: Finding, index: int) -> dict[str, Any]:
    """A result, always with one place: GitHub refuses those without (github/codeql-action#1738)."""
    at, said = run.inside(finding)
    fails = finding.verdict is Verdict.FAIL
    result = {
        "ruleId": clipped(finding.rule.id),
        "ruleIndex": index,
        # A kind other than fail has no level (SARIF 2.1.0, 3.27.10).
        "kind": "fail" if fails else "open",
        "level": finding.severity if fails else "none",
        # No text from outside becomes a link of the message (3.11.6).
        "message": {"text": said.replace("](", "] (") or "-"},
        "locations": [{"physicalLocation": _physical(at)}],
        "partialFingerprints": {"mfpolicy/v1": fingerprint(finding)},
    }
    if related := list(_related(run, finding, at)):
        result["relatedLocations"] = related
    # Either no result of a run has a state and suppressions, or all do (3.27.23, 3.27.24).
    if run.report.base:
        result["baselineState"] = _STATES.get(finding.status, "new")
    if run.with_waived:
        result["suppressions"] = _suppressions(finding)
    return result


def _physical(at: Location) -> dict[str, Any]:
    columns = {"startColumn": at.column, "endLine": at.line, "endColumn": at.end} if at.end else {}
    # A name may hold whatever the file system takes, halves of characters too.
    uri = quote(at.file, errors="surrogatepass")
    artifact = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    return {"artifactLocation": artifact, "region": {"startLine": at.line, **columns}}


def _related(run: Run, finding: Finding, main: Location) -> Iterator[dict[str, Any]]:
    """Where else the facts of a finding were seen, each place once."""
    seen = {(main.file, main.line, main.column)}
    for each in finding.evidence:
        at = run.resolved(each.place)
        key = (at.file, at.line, at.column)
        if each.place and key not in seen and run.is_inside(at) and len(seen) <= _RELATED:
            seen.add(key)
            yield {"id": len(seen) - 1, "message": _text(each.fact), "physicalLocation": _physical(at)}


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.waiver is None:
        return []
    return [{"kind": "external", "status": "accepted", "justification": waived(finding.waiver)}]


def _invocation(run: Run, left_out: int) -> dict[str, Any]:
    notices = [_notice("warning", text) for text in _warnings(run, left_out)]
    notices += [_notice("note", text) for text in _notes(run)]
    done = not run.report.incomplete
    return {"executionSuccessful": done, "toolExecutionNotifications": notices}


def _notice(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": clipped(text)}}


def _warnings(run: Run, left_out: int) -> Iterator[str]:
    if run.report.incomplete:
        yield f"incomplete: {run.report.incomplete}"
    if left_out:
        yield f"{counted(left_out, 'result')} more: only the worst {_RESULTS:,} are here"


def _notes(run: Run) -> Iterator[str]:
    """What was judged and is no result."""
    words = [word(each) for each in run.report.findings]
    if waiting := words.count("waiting"):
        yield f"{counted(waiting, 'judgement')} not made: DNS was not asked"
    if not run.with_waived and (count := words.count("waived")):
        yield f"{counted(count, 'waived finding')} left out"
