"""What the ledger says of each outside requirement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from mfpolicy.model.findings import Finding, Judged, Verdict
from mfpolicy.model.rules import Rule

_WORST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)


def control_verdicts(ledger: Iterable[Judged], findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """Framework -> control -> the worst verdict of the rules that serve it; a waived fail is a fail."""
    found: dict[str, dict[str, str]] = {}
    for rule, verdict in _distinct(ledger, findings):
        for framework, control in _served(rule):
            row = found.setdefault(framework, {})
            row[control] = _worse(row.get(control, Verdict.NOT_APPLICABLE), verdict)
    return {framework: dict(sorted(row.items())) for framework, row in sorted(found.items())}


def waived_controls(findings: Iterable[Finding]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Framework -> control -> "slug on subject" of each waived finding that counts against it."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for finding in findings:
        for framework, control in _served(finding.rule) if finding.waiver else ():
            row = found.setdefault(framework, {})
            name = f"{finding.rule.slug} on {finding.subject.name}"
            row[control] = tuple(dict.fromkeys((*row.get(control, ()), name)))
    return found


def _distinct(ledger: Iterable[Judged], findings: Iterable[Finding]) -> Iterable[tuple[Rule, Verdict]]:
    """Each rule and verdict once: thousands of subjects have equal ones."""
    rows = {(id(row.rules), row.verdicts): row for row in ledger}.values()
    said = chain(
        ((rule, verdict) for row in rows for rule, verdict in zip(row.rules, row.verdicts, strict=True)),
        ((each.rule, each.verdict) for each in findings),
    )
    return {(rule.id, verdict): (rule, verdict) for rule, verdict in said}.values()


def _served(rule: Rule) -> Iterator[tuple[str, str]]:
    return ((framework, control) for framework, controls in rule.controls.items() for control in controls)


def _worse(one: str, other: str) -> str:
    return min(Verdict(one), Verdict(other), key=_WORST_FIRST.index).value
