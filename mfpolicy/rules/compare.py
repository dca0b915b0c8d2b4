"""Findings against those of the base: new, existing, worsened, fixed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from mfpolicy.model.findings import Finding, Status, Subject, Verdict

_Identity = tuple[str, Subject, tuple[str, ...]]


def compared(
    head: Sequence[Finding], base: Sequence[Finding], touched: Collection[Subject], files: Collection[str]
) -> list[Finding]:
    """The findings of head with their status, then what base had and head has not, as fixed.

    Identity is rule, subject and key; the same identity twice is two findings. `touched` are the subjects
    whose facts the change alters. `files` are those that head has findings about or reads: what was wrong in
    a file that is gone is looked for in the others, for it may have moved.
    """
    before = _Before(base, files)
    found = before.taken(head)
    said = [
        msgspec.structs.replace(each, status=_status(each, was), touched=each.subject in touched)
        for each, was in zip(head, found, strict=True)
    ]
    return [*said, *before.fixed()]


class _Before:
    """The findings of base, each taken at most once."""

    def __init__(self, findings: Iterable[Finding], files: Collection[str]) -> None:
        self._files = files
        self._left: dict[_Identity, list[Finding]] = {}
        for each in sorted(findings, key=_rank):
            self._left.setdefault(self._identity(each), []).append(each)

    def taken(self, head: Sequence[Finding]) -> list[Finding | None]:
        """What each finding was. Those that say the same are taken first, then those of the same verdict, so
        that it is the same in whatever order they come."""
        found: list[Finding | None] = [None] * len(head)
        for alike in (_message, _verdict, _anything):
            left = (at for at, was in enumerate(found) if was is None)
            for at in sorted(left, key=lambda at: _rank(head[at])):
                found[at] = self._take(head[at], alike)
        return found

    def _take(self, finding: Finding, alike: Callable[[Finding], object]) -> Finding | None:
        for identity in (_identity(finding), _moved(finding)):
            left = self._left.get(identity, [])
            for at, each in enumerate(left):
                if alike(each) == alike(finding):
                    return left.pop(at)
        return None

    def fixed(self) -> Iterator[Finding]:
        """The fails that nobody took."""
        for left in self._left.values():
            for each in left:
                if each.verdict is Verdict.FAIL:
                    yield msgspec.structs.replace(each, status="fixed")

    def _identity(self, finding: Finding) -> _Identity:
        gone = finding.subject.kind == "file" and finding.subject.name not in self._files
        return _moved(finding) if gone else _identity(finding)


def _identity(finding: Finding) -> _Identity:
    return finding.rule.id, finding.subject, finding.key


def _moved(finding: Finding) -> _Identity:
    """What stays of a finding about a file when the file moves."""
    kind = finding.subject.kind
    return finding.rule.id, Subject(kind, "" if kind == "file" else finding.subject.name), finding.key


def _message(finding: Finding) -> object:
    return finding.verdict, finding.message


def _verdict(finding: Finding) -> object:
    return finding.verdict


def _anything(finding: Finding) -> object:
    return True


def _rank(finding: Finding) -> tuple[int, str]:
    """The lesser evil first."""
    return finding.measure or 0, finding.message


def _status(now: Finding, was: Finding | None) -> Status:
    """What is measured, and no worse than before, is not new: a first policy that asks for nothing is no
    weaker than none. Of all else that was unknown before nobody knows that it is old."""
    failed = was is not None and was.verdict is Verdict.FAIL
    before = was.measure if was is not None and failed else now.measured
    if now.verdict is Verdict.FAIL and now.measure is not None and before is not None:
        return "existing" if now.measure <= before else "worsened" if failed else "new"
    return "existing" if failed or (was is not None and now.verdict is Verdict.UNKNOWN) else "new"
