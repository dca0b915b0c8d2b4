"""Judgements that stay open, for people: a block for each set of missing answers, not for each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mfpolicy.model.dns import CERTIFICATE, POLICY, NoAnswer, Question, Reason
from mfpolicy.model.findings import Finding, Subject
from mfpolicy.output.escape import visible
from mfpolicy.output.place import Location, where
from mfpolicy.output.text_export import export_blocks, waits_for_export
from mfpolicy.output.words import counted, wrapped

_QUESTIONS = 10  # more different questions that failed alike than this are one sum
_SUBJECTS = 5
_NAMED = 5
_FIRST = 3
_HINTS = {
    "": "for DNS answers: ask with --dns live, or give recorded ones with --dns answers.json",
    POLICY: "for MTA-STS policy files: fetch them with --fetch-policies",
    CERTIFICATE: "for the certificates of hosts: ask for them with --probe",
}
# What the world did comes before what was therefore never asked.
_RANK = {reason: (reason is Reason.NOT_ASKED, rank) for rank, reason in enumerate(Reason)}


class Open(msgspec.Struct, frozen=True):
    """An unknown finding, and where it is."""

    finding: Finding
    location: Location | None = None


def blocks(found: Sequence[Open], head: str, *, show_all: bool = False) -> Iterator[str]:
    """A block for each set of missing answers, the one with most judgements first: the questions and what
    became of them, then the subjects with their rules.

    More than ten different questions, or sets of them, that failed for the same reasons are one line. At
    most five subjects are named, and five questions. `show_all` shows each. `head` starts every block. What
    an export lacks comes after all that, by what that is.
    """
    exported = [each.finding for each in found if waits_for_export(each.finding)]
    asked = [each for each in found if not waits_for_export(each.finding)]
    yield from _by_questions(asked, head, show_all)
    yield from export_blocks(exported, head, show_all=show_all)


def _by_questions(found: Sequence[Open], head: str, show_all: bool) -> Iterator[str]:
    for alike in _grouped((_reasons(each), each) for each in found):
        sets = _grouped((_missing(each), each) for each in alike)
        if not show_all and max(len(sets), len(_questions(alike))) > _QUESTIONS:
            yield f"{head}: {_summed(alike)}"
            yield ""
            continue
        for each in sets:
            yield from _block(each, head, show_all)


def waiting(findings: Iterable[Finding]) -> list[str]:
    """How many judgements only wait for somebody to ask, and how that is done."""
    waits = Counter(_waits_for(each) for each in findings)
    return [f"{_wait(waits[kind])} {hint}" for kind, hint in _HINTS.items() if waits[kind]]


def _waits_for(finding: Finding) -> str:
    """The kind of question that is asked apart from DNS, where a judgement waits for nothing else."""
    kinds = {each.question.type for each in finding.unknown.because} if finding.unknown else set()
    return next((kind for kind in (POLICY, CERTIFICATE) if kinds <= {kind}), "")


def _wait(count: int) -> str:
    return f"{counted(count, 'judgement')} {'waits' if count == 1 else 'wait'}"


def _grouped(pairs: Iterable[tuple[object, Open]]) -> list[list[Open]]:
    """The groups by key, larger ones first, else in the order of their first member."""
    groups: dict[object, list[Open]] = {}
    for key, each in pairs:
        groups.setdefault(key, []).append(each)
    return sorted(groups.values(), key=len, reverse=True)


def _missing(each: Open) -> tuple[NoAnswer, ...]:
    because = set(each.finding.unknown.because) if each.finding.unknown else set()
    return tuple(sorted(because, key=lambda item: (_RANK[item.reason], item.question)))


def _reasons(each: Open) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(item.reason for item in _missing(each)))


def _questions(found: Iterable[Open]) -> list[Question]:
    return sorted({item.question for each in found for item in _missing(each)})


def _summed(found: Sequence[Open]) -> str:
    questions, reasons = _questions(found), _reasons(found[0])
    failed = " or ".join(_became(reason, many=True) for reason in reasons)
    first = ", ".join(map(_question, questions[:_FIRST]))
    if len(questions) > _FIRST:
        first += ", ..."
    subjects = counted(len({each.finding.subject for each in found}), "subject")
    return (
        f"{counted(len(questions), 'question')} {failed} (first: {first}), "
        f"so {counted(len(found), 'judgement')} on {subjects} {_stay(found)} (--all shows each)"
    )


def _block(found: Sequence[Open], head: str, show_all: bool) -> Iterator[str]:
    said = _said(_missing(found[0]), show_all)
    yield f"{head}: {said}, so {counted(len(found), 'judgement')} {_stay(found)}"
    subjects: dict[Subject, list[Open]] = {}
    for each in found:
        subjects.setdefault(each.finding.subject, []).append(each)
    shown = len(subjects) if show_all else _SUBJECTS
    above: list[str] = []
    for subject, rest in [*subjects.items()][:shown]:
        rules = _rules(rest)
        words = ["the", "same"] if rules == above else rules
        yield from wrapped(f"  {_place(rest)}{visible(subject.name) or '.'}:", words, indent=6)
        above = rules
    if len(subjects) > shown:
        yield f"  and {len(subjects) - shown:,} more"
    yield ""


def _stay(found: Sequence[Open]) -> str:
    new = sum(each.finding.status in ("new", "worsened") for each in found)
    stay = "stays open" if len(found) == 1 else "stay open"
    return f"{stay}, {new:,} of them new with this change" if new else stay


def _said(missing: Sequence[NoAnswer], show_all: bool) -> str:
    """`a.example TXT, b.example TXT timed out; c.example TXT answered SERVFAIL`."""
    shown = missing if show_all or len(missing) <= _NAMED else missing[:_FIRST]
    parts = []
    for reason in dict.fromkeys(item.reason for item in shown):
        names = [_question(item.question) for item in shown if item.reason is reason]
        parts.append(f"{', '.join(names)} {_became(reason, many=len(names) > 1)}")
    if len(missing) > len(shown):
        parts.append(f"and {counted(len(missing) - len(shown), 'question')} more")
    return "; ".join(parts) or "a fact is missing without a reason"


def _became(reason: Reason, *, many: bool) -> str:
    if reason is Reason.NOT_ASKED:
        return "were not asked" if many else "was not asked"
    return f"are {reason[3:]}" if many and reason.startswith("is ") else reason.value


def _question(question: Question) -> str:
    return f"{visible(question.name) or '.'} {visible(question.type)}"


def _place(found: Sequence[Open]) -> str:
    return next((f"{where(each.location)} " for each in found if each.location), "")


def _rules(found: Sequence[Open]) -> list[str]:
    """Each rule once, with commas between them."""
    rules = Counter(f"{visible(each.finding.rule.id)} {visible(each.finding.rule.slug)}" for each in found)
    listed = [name if times == 1 else f"{name} ({times:,} times)" for name, times in sorted(rules.items())]
    return [f"{each}," for each in listed[:-1]] + listed[-1:]
