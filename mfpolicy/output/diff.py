"""A change in mail terms, for whoever approves it: whose mail stops, what is lost and gained, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mfpolicy.model.changes import NameChange, Plan, RecordSet, Step, Topic
from mfpolicy.model.durations import duration
from mfpolicy.model.findings import Finding, Report
from mfpolicy.output.escape import clipped, page, visible
from mfpolicy.output.text import waived
from mfpolicy.output.words import counted, is_waiting, word, wrapped

_FAILED = ("error", "warning", "note")
_RANKS = (*_FAILED, "waived", "unknown")
_LABEL, _INDENT = 9, 14
_NAMED = 5
_STATUS = {"new": " (new)", "gone": " (no name of mail any more)", "changed": ""}


def render(report: Report) -> str:
    """The change as text, each line ended; nothing that could steer a terminal comes out."""
    return page([line.rstrip() for line in _lines(report)])


def doings(report: Report) -> list[Finding]:
    """The findings that are the change's doing, the worst first."""
    found = [each for each in report.findings if _is_doing(each) and word(each) in _RANKS]
    return sorted(found, key=lambda each: (_RANKS.index(word(each)), each.subject.name, each.rule.id))


def title(report: Report) -> str:
    """How much mail the change is about, in one line."""
    base = visible(report.base)
    if not report.changes:
        return f"since {base}: the mail of no name changes"
    return f"since {base}: the mail of {counted(len(report.changes), 'name')} changes"


def headline(report: Report) -> str:
    """The answer to "whose mail stops?", before the findings that say it."""
    words = {word(each) for each in doings(report)}
    if "error" in words:
        return "Mail stops, is lost, or can be forged; and what else is wrong:"
    if words & {"warning", "note"}:
        return "No error, but warnings: mail may stop, or its protection gets weaker:"
    if words:
        return "No error that is known, but not all could be told, or is waived:"
    return _quiet(report)


def _quiet(report: Report) -> str:
    """The same where no rule objects."""
    lost = [visible(each.name) for each in report.changes if any(topic.lost for topic in each.topics)]
    more = f" and {counted(len(lost) - _NAMED, 'name')} more" if len(lost) > _NAMED else ""
    if lost:
        where = f"{', '.join(lost[:_NAMED])}{more}"
        return f"No rule objects. Some mail may stop all the same: see what is lost at {where}"
    if waiting(report) or any(topic.open for each in report.changes for topic in each.topics):
        return "Nobody's mail is seen to stop, as far as it can be told without all answers."
    return "Nobody's mail stops: no rule objects, and nothing is lost." if report.changes else ""


def waiting(report: Report) -> str:
    """What nobody can tell while nobody asks; empty where all is known."""
    count = sum(_is_doing(each) and is_waiting(each) for each in report.findings)
    if not count:
        return ""
    wait = "judgement about this change waits" if count == 1 else "judgements about this change wait"
    asked = "ask with --dns live, or give recorded ones with --dns answers.json"
    return f"{count:,} {wait} for DNS answers: {asked}"


def by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of one rule and word together, in their order: they are mended alike."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        found.setdefault((word(each), each.rule.id), []).append(each)
    return list(found.values())


def groups(changes: Sequence[NameChange]) -> list[tuple[NameChange, list[str]]]:
    """The changes, each with the names to which the same happens without records of their own."""
    found: dict[object, tuple[NameChange, list[str]]] = {}
    for each in changes:
        alike = (each.kind, each.status, each.topics) if not each.records else each
        if alike in found:
            found[alike][1].append(each.name)
        else:
            found[alike] = (each, [])
    return list(found.values())


def effect(change: NameChange) -> Iterator[str]:
    """When resolvers see the record sets that differ, those that are alike together."""
    alike: dict[str, list[RecordSet]] = {}
    for each in change.records:
        alike.setdefault(_when(each), []).append(each)
    for when, sets in alike.items():
        names = ", ".join(dict.fromkeys(f"{visible(each.name)} {visible(each.type)}" for each in sets))
        yield f"{names}: {when}"


def longest(report: Report) -> int:
    """For how many seconds any resolver may go on saying what was before, as far as it is known."""
    kept = [each.kept or 0 for change in report.changes for each in change.records]
    return max(kept, default=0)


def status(change: NameChange) -> str:
    """Behind the name, whether it is new or gone; a selector is just gone."""
    return " (gone)" if change.kind == "selector" and change.status == "gone" else _STATUS[change.status]


def turn(topic: Topic) -> str:
    """What was and what will be; one of them where it stays."""
    if topic.before == topic.after:
        return topic.after
    return f"{topic.before} -> {topic.after}" if topic.before and topic.after else topic.before or topic.after


def _is_doing(finding: Finding) -> bool:
    return finding.status in ("new", "worsened")


def _when(found: RecordSet) -> str:
    if found.kept is not None:
        ttl = "TTL" if found.before else "negative TTL"
        return f"in force everywhere {duration(found.kept)} after the deployment ({ttl} in {found.source})"
    if found.before:
        return "nobody says for how long resolvers keep what was (ask with --dns live)"
    return "in force at once, but for resolvers that remember that there was none (negative TTL not known)"


def _lines(report: Report) -> Iterator[str]:
    yield title(report)
    if report.changes or doings(report):
        yield ""
    yield from _stops(report)
    for change, alike in groups(report.changes):
        yield from _change(change, alike)
    for plan in report.plans:
        yield from _plan(plan)
    for waiver in report.added:
        yield f"this change waives {waived(waiver)}"
    yield from map(clipped, report.notes)
    if report.incomplete:
        yield f"incomplete: {clipped(report.incomplete)}"


def _stops(report: Report) -> Iterator[str]:
    if headline(report):
        yield headline(report)
    for findings in by_rule(doings(report)):
        for each in findings:
            head = f"  {word(each)}[{visible(each.rule.id)} {visible(each.rule.slug)}]:"
            yield from wrapped(head, clipped(each.said).split(), 5)
        if word(findings[0]) in _FAILED:
            yield from wrapped("    fix:", visible(findings[0].rule.remedy).split(), 10)
    if waiting(report):
        yield from wrapped("", waiting(report).split(), 3)
    if headline(report) or waiting(report):
        yield ""


def _change(change: NameChange, alike: Sequence[str]) -> Iterator[str]:
    yield f"{visible(change.name)}{status(change)}"
    if alike:
        yield from wrapped("  and alike", [f"{visible(each)}" for each in alike], _INDENT)
    for topic in change.topics:
        yield from _topic(topic)
    for line in effect(change):
        yield from wrapped(f"  {'when':<{_LABEL}} ", line.split(), _INDENT)
    yield ""


def _topic(topic: Topic) -> Iterator[str]:
    open = (f"not known: {topic.open}",) if topic.open else ()
    said = [
        turn(topic),
        *(f"lost: {each}" for each in topic.lost),
        *(f"gained: {each}" for each in topic.gained),
    ]
    head = f"  {visible(topic.name):<{_LABEL}} "
    for line in (*said, *topic.remarks, *open):
        if line:
            yield from wrapped(head, clipped(line).split(), _INDENT)
            head = " " * (_INDENT - 2)


def _plan(plan: Plan) -> Iterator[str]:
    yield f"A safe order: {visible(plan.title)}"
    yield from wrapped("  Why:", clipped(plan.why).split(), 8)
    for number, step in enumerate(plan.steps, 1):
        yield from wrapped(f"  {number}.", clipped(said_step(step)).split(), 6)
    yield ""


def said_step(step: Step) -> str:
    """A step with its wait."""
    return f"{step.do}; then wait {duration(step.wait)}" if step.wait else step.do
