"""Code quality in GitLab: what is new in a merge request, at its line.

The form is told in gitlabhq/gitlabhq, doc/ci/testing/code_quality.md; its reader
(lib/gitlab/ci/parsers/codequality/code_climate.rb) stops at the first entry that it does not take.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from mfpolicy.model.findings import Finding, Verdict
from mfpolicy.output.escape import clipped
from mfpolicy.output.formats import Run
from mfpolicy.output.json import fingerprint, listed
from mfpolicy.output.place import Location
from mfpolicy.output.words import counted

LOG = False
_SHOWN = 10_000
_SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def render(run: Run) -> Iterator[str]:
    """Every fail that is neither fixed nor waived, old ones too: GitLab compares with the target branch."""
    found = run.worst_first(each for each in run.report.findings if _is_fail(each))
    identities = _distinct(map(fingerprint, found[:_SHOWN]))
    entries = [_entry(run, each, identity) for each, identity in zip(found, identities, strict=False)]
    if more := len(found) - len(entries):
        said = f"{counted(more, 'finding')} more: only the worst {_SHOWN:,} are here"
        at = run.inside(found[-1])[0]
        entries.append(_form(said, "mfpolicy", _hashed("more"), "info", at))
    yield from listed(entries)


def _is_fail(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL and finding.status != "fixed" and finding.waiver is None


def _distinct(identities: Iterable[str]) -> Iterator[str]:
    """Of alike fingerprints GitLab keeps the last entry (lib/gitlab/ci/reports/codequality_reports.rb)."""
    seen: Counter[str] = Counter()
    for each in identities:
        seen[each] += 1
        yield each if seen[each] == 1 else _hashed(f"{each} {seen[each]}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _entry(run: Run, finding: Finding, identity: str) -> dict[str, Any]:
    at, said = run.inside(finding)
    name = clipped(f"{finding.rule.id} {finding.rule.slug}")
    return _form(said, name, identity, _SEVERITIES[finding.severity], at)


def _form(said: str, name: str, identity: str, severity: str, at: Location) -> dict[str, Any]:
    return {
        "description": said,
        "check_name": name,
        "fingerprint": identity,
        "severity": severity,
        "location": {"path": at.file, "lines": {"begin": at.line}},
    }
