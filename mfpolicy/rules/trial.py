"""Whether an example of a rule comes out as its author says."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mfpolicy.model.findings import Finding, Verdict
from mfpolicy.model.rules import Example, Rule


class Trial(msgspec.Struct, frozen=True):
    """One example; `why` says in words what came instead (empty: as it should be)."""

    rule: Rule
    kind: str
    example: str
    why: str

    @property
    def passed(self) -> bool:
        """Whether it came out as it should."""
        return not self.why

    def line(self) -> str:
        """The trial in one line."""
        said = f"{self.rule.id} {self.rule.slug}: {self.kind}: {self.example}"
        return f"ok   {said}" if self.passed else f"FAIL {said}\n     {self.why}"


def trial(rule: Rule, kind: str, example: Example, findings: Sequence[Finding]) -> Trial:
    """A good example has no finding, a bad one fails with its message, an unknown one stays open."""
    fails = [each.message for each in findings if each.verdict is Verdict.FAIL]
    opens = [each.message for each in findings if each.verdict is Verdict.UNKNOWN]
    return Trial(rule, kind, example.name, _WHY[kind](example.message, fails, opens))


def _good(message: str, fails: list[str], opens: list[str]) -> str:
    found = [*fails, *opens]
    return f"it should be left alone, but: {'; '.join(found)}" if found else ""


def _bad(message: str, fails: list[str], opens: list[str]) -> str:
    if not fails:
        return "it should fail, and nothing was found" + (f" but: {'; '.join(opens)}" if opens else "")
    if message not in fails:
        return f"it should say {message!r}, but says {'; '.join(map(repr, fails))}"
    return ""


def _unknown(message: str, fails: list[str], opens: list[str]) -> str:
    if fails:
        return f"it cannot be known, but fails: {'; '.join(fails)}"
    return "" if opens else "it cannot be known, but nothing was said"


_WHY = {"good": _good, "bad": _bad, "unknown": _unknown}
