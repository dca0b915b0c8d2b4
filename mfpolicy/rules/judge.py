"""Rules held against one subject at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.findings import Age, Finding, Judged, Subject, Verdict
from mfpolicy.model.rules import Parameter, Rule, Severity
from mfpolicy.rules import message
from mfpolicy.rules.expression import ELEMENT, Engine, EvaluationError, Program
from mfpolicy.rules.guard import Guard, value_at, with_value
from mfpolicy.rules.look import Element, Look, elements_of
from mfpolicy.rules.vocabulary import Facts, Seen, Vocabulary

FAIL, PASS, SKIP, OPEN = 0, 1, 2, 3
_PART = 100  # elements
_Found = tuple[Verdict, tuple[Finding, ...]]
_PASSED: _Found = (Verdict.PASS, ())
_SKIPPED: _Found = (Verdict.NOT_APPLICABLE, ())
_NOW = Age()
_INDEX = re.compile(r"\[\d+\]")


class RuleError(Exception):
    """A rule that cannot be evaluated for another reason than an unknown fact: a fault of the rule."""


class Each(msgspec.Struct, frozen=True):
    """One finding for each element of `path`. `outer` decides whether to look at the list at all, where
    `when` does not speak of the element; `one` judges the engine's ELEMENT alone. `words` are those of the
    path; `whole`: the rule reads the list itself, too."""

    variable: str
    path: str
    words: tuple[str, ...]
    outer: Program | None
    one: Program
    whole: bool = False


class Held(msgspec.Struct, frozen=True):
    """A rule as a profile holds it, compiled."""

    rule: Rule
    severity: Severity
    params: dict[str, Parameter]
    program: Program
    each: Each | None = None
    guard: Guard | None = None


class Case(msgspec.Struct, frozen=True):
    """One subject with its facts, as types and for the engine."""

    subject: Subject
    facts: msgspec.Struct
    plain: Facts
    activation: Any


class Judge:
    """All rules of a profile."""

    def __init__(
        self, vocabulary: Vocabulary, engine: Engine, held: Iterable[tuple[Rule, Callable[[], Held]]]
    ) -> None:
        """`held`: each rule with what compiles it, which is called once there is a subject of its kind."""
        self._vocabulary = vocabulary
        self._engine = engine
        self._compiling: dict[str, list[Callable[[], Held]]] = {}
        for rule, compiled in held:
            self._compiling.setdefault(rule.about, []).append(compiled)
        self._held: dict[str, list[Held]] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._verdicts: dict[tuple[Verdict, ...], tuple[Verdict, ...]] = {}

    def judge(
        self, subject: Subject, facts: msgspec.Struct, age: Age = _NOW
    ) -> tuple[Judged, tuple[Finding, ...]]:
        """Every rule about the subject's kind, and what they found. Raises RuleError, never a pass. Under a
        doubt that the facts still hold, what would pass by them is unknown."""
        held = self._of(subject.kind)
        if not held:
            return Judged(subject, (), ()), ()
        plain = self._vocabulary.activation(subject.kind, facts)
        case = Case(subject, facts, plain, self._engine.activation(plain.data))
        found = [self._one(rule, case) for rule in held]
        if age != _NOW:
            found = [self._aged(rule, case, each, age) for rule, each in zip(held, found, strict=True)]
        verdicts = tuple([verdict for verdict, _ in found])
        verdicts = self._verdicts.setdefault(verdicts, verdicts)
        findings = tuple([each for _, findings in found for each in findings])
        return Judged(subject, self._rules[subject.kind], verdicts), findings

    def _of(self, kind: str) -> list[Held]:
        if kind not in self._held:
            self._held[kind] = [compiled() for compiled in self._compiling.get(kind, ())]
            self._rules[kind] = tuple(each.rule for each in self._held[kind])
        return self._held[kind]

    def measured(self, finding: Finding, old: msgspec.Struct) -> Finding:
        """The finding with how bad its subject was by its rule's measure, where that is not of an element."""
        root = finding.rule.measure.partition(".")[0]
        if root != finding.rule.about:
            return finding
        was = Look(self._vocabulary, finding.rule, {}, old).measure()
        return msgspec.structs.replace(finding, measured=was)

    def alike(self, subject: Subject, facts: msgspec.Struct, old: msgspec.Struct) -> bool:
        """Whether rules read the same from two sets of facts, wherever it stands."""
        if facts == old:
            return True
        now, was = (self._vocabulary.activation(subject.kind, each) for each in (facts, old))
        return now == was

    def _one(self, held: Held, case: Case) -> _Found:
        if (held.guard and held.guard.shuts(case.plain.data)) or _finds_nothing(held.each, case):
            return _SKIPPED
        try:
            result = self._result(held, case)
        except EvaluationError as error:
            return self._without_answer(held, case, error)
        if held.each is not None:
            return self._of_elements(held, case, result if isinstance(result, list) else [result])
        if result == FAIL:
            return _found([self._fail(held, case)])
        return _PASSED if result == PASS else _SKIPPED

    def _aged(self, held: Held, case: Case, found: _Found, age: Age) -> _Found:
        """What was found, with its day; a pass by facts that are in doubt is none."""
        if age.of and not _is_read(age.of, held.program.reads):
            return found
        if found is _PASSED and age.doubt is not None:
            found = _found([self._open(held, case, age.doubt)])
        verdict, findings = found
        return (verdict, tuple(replace(each, as_of=age.as_of) for each in findings)) if findings else found

    def _result(self, held: Held, case: Case) -> int | list[int]:
        """What the engine says. It copies a list for every element that it adds to the result, so that a long
        one is judged in parts, where the rule does not read the whole of it."""
        each = held.each
        listed = _elements(case.plain.data, each.words) if each and not each.whole else None
        if each is None or listed is None or len(listed) <= _PART:
            return held.program.run(case.activation)
        codes: list[int] = []
        for at in range(0, len(listed), _PART):
            part = listed[at : at + _PART]
            data = with_value(case.plain.data, each.words, part)
            found = held.program.run(self._engine.activation(data))
            if not isinstance(found, list) or len(found) != len(part):
                return found  # the rule does not apply, whatever the elements are
            codes += found
        return codes

    def _without_answer(self, held: Held, case: Case, error: EvaluationError) -> _Found:
        """Element by element, where the list is known and is to be looked at; else unknown as a whole."""
        each = held.each
        listed = _elements(case.plain.data, each.words) if each is not None else None
        if each is None or listed is None or _errs(each.outer, case):
            why = _because(held, case, error)
            return _found([self._open(held, case, why)])
        codes = [self._code(held, each, case, index, item) for index, item in enumerate(listed)]
        return self._of_elements(held, case, codes)

    def _code(self, held: Held, each: Each, case: Case, index: int, element: Any) -> int:
        try:
            result = each.one.run(self._engine.activation({**case.plain.data, ELEMENT: element}))
        except EvaluationError as error:
            _because(held, case, error, index)
            return OPEN
        return result if isinstance(result, int) else result[0]

    def _of_elements(self, held: Held, case: Case, codes: Sequence[int]) -> _Found:
        """No element that breaks the rule is a pass, also of an empty list; unless nothing was looked at."""
        each = held.each
        if each is not None and (FAIL in codes or OPEN in codes):
            seen = elements_of(list(self._vocabulary.look(each.path, case.facts)))
            found = [
                self._fail(held, case, element)
                if code == FAIL
                else self._open(held, case, _unknown(held, case, index), element)
                for index, (code, element) in enumerate(zip(codes, seen, strict=True))
                if code in (FAIL, OPEN)
            ]
            return _found(found)
        looked = PASS in codes or (not codes and each is not None and each.outer is not None)
        return _PASSED if looked else _SKIPPED

    def _fail(self, held: Held, case: Case, element: Seen | None = None) -> Finding:
        look = self._look(held, case, element)
        text = message.filled(held.rule.message, look.value)
        return _finding(held, case, look, Verdict.FAIL, text)

    def _open(self, held: Held, case: Case, why: Unknown | None, element: Seen | None = None) -> Finding:
        text = _cannot_tell(held.rule, case.subject, why)
        return _finding(held, case, self._look(held, case, element), Verdict.UNKNOWN, text, why)

    def _look(self, held: Held, case: Case, element: Seen | None) -> Look:
        own = Element(held.each.variable, held.each.path, element) if held.each and element else None
        return Look(self._vocabulary, held.rule, held.params, case.facts, own)


def _finding(
    held: Held, case: Case, look: Look, verdict: Verdict, text: str, why: Unknown | None = None
) -> Finding:
    return Finding(
        rule=held.rule,
        severity=held.severity,
        verdict=verdict,
        subject=case.subject,
        key=() if held.each and look.element is None else look.key(),
        message=text,
        place=look.place(),
        # Thousands of judgements may wait for answers: there is nothing to show yet.
        evidence=() if why and why.not_asked else look.evidence(held.program.reads),
        unknown=why,
        measure=look.measure(),
    )


def _found(findings: Sequence[Finding]) -> _Found:
    fails = any(each.verdict is Verdict.FAIL for each in findings)
    return Verdict.FAIL if fails else Verdict.UNKNOWN, tuple(findings)


def _unknown(held: Held, case: Case, index: int | None) -> Unknown | None:
    """Every reason why a fact that the rule reads is missing; of a list, the element's own reasons."""
    listed = f"{held.each.path}[" if held.each and index is not None else "["
    own = f"{listed}{index}]"
    found = [
        unknown
        for path, unknown in case.plain.unknowns.items()
        if _is_read(path, held.program.reads)
        and (index is None or not path.startswith(listed) or path.startswith(own))
    ]
    return joined(found) if found else None


@lru_cache(maxsize=65536)
def _is_read(path: str, reads: frozenset[str]) -> bool:
    """Whether a rule reads what is missing at a path. The same few paths are missing everywhere."""
    path = _INDEX.sub("", path)
    return any(read == path or read.startswith(path + ".") or path.startswith(read + ".") for read in reads)


def _errs(program: Program | None, case: Case) -> bool:
    try:
        return program is not None and program.run(case.activation) is None
    except EvaluationError:
        return True


def _because(held: Held, case: Case, error: EvaluationError, index: int | None = None) -> Unknown:
    """An evaluation error is never a pass: a missing fact is unknown, all else a fault of the rule."""
    why = _unknown(held, case, index) if error.missing else None
    if why is None:
        subject = case.subject
        raise RuleError(f"rule {held.rule.id} on {subject.kind} {subject.name}: {error}") from error
    return why


def _finds_nothing(each: Each | None, case: Case) -> bool:
    """Whether all that a rule speaks of are elements, and there is none: the engine need not be asked."""
    return each is not None and each.outer is None and _elements(case.plain.data, each.words) == []


def _elements(data: dict[str, Any], words: tuple[str, ...]) -> list[Any] | None:
    found = value_at(data, words)
    return found if type(found) is list else None


def _cannot_tell(rule: Rule, subject: Subject, why: Unknown | None) -> str:
    title = rule.title if rule.title[1:2].isupper() else rule.title[:1].lower() + rule.title[1:]
    text = f"{subject.name}: cannot tell whether {title}"
    if why is None or not why.because:
        return text
    first, more = why.because[0], len(why.because) - 1
    question = f"{first.question.name} {first.question.type}"
    return f"{text}: {question} {first.reason}" + (f" (and {more} more)" if more else "")
