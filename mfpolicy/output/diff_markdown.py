"""A change in mail terms as Markdown: the comment under a change request, and the entry of a change log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mfpolicy.model import durations
from mfpolicy.model.changes import NameChange, Plan, RecordSet, Topic
from mfpolicy.model.findings import Finding, Report
from mfpolicy.output.diff import (
    by_rule,
    doings,
    effect,
    groups,
    headline,
    longest,
    said_step,
    status,
    title,
    turn,
    waiting,
)
from mfpolicy.output.escape import page
from mfpolicy.output.markdown import bounded, bullets, code, sentence
from mfpolicy.output.text import waived
from mfpolicy.output.words import counted, word

_SHOWN = 100  # names; a comment on GitHub holds 65,536 characters
_LONGEST = 60_000
_LONGEST_WAIT = 24 * 3600  # of `mfpolicy check --wait`
_FIRST = 5
_NAMED_LAST = ("MX", "CNAME", "NS", "ALIAS", "DNAME")


def comment(report: Report) -> str:
    """For the approver of a change request, at most what a comment holds."""
    return page(bounded([*_comment(report)], _LONGEST, "_The rest is longer than a comment may be._"))


def entry(report: Report) -> str:
    """For a change log: what, why, risk, rollback and verification."""
    return page(_entry(report))


def _comment(report: Report) -> Iterator[str]:
    yield from (f"## {sentence(title(report))}", "")
    if headline(report):
        yield from (f"**{sentence(headline(report))}**", "")
    yield from _findings(report)
    yield from _titled("**This change waives**", [code(waived(each)) for each in report.added])
    shown = groups(report.changes)
    for change, alike in shown[:_SHOWN]:
        yield from ("", *_change(change, alike))
    if len(shown) > _SHOWN:
        yield from ("", f"_and {counted(len(shown) - _SHOWN, 'name')} more_")
    for plan in report.plans:
        yield from ("", *_plan(plan))
    notes = [*report.notes, *([f"incomplete: {report.incomplete}"] if report.incomplete else [])]
    yield from _titled("", [sentence(each) for each in notes])


def _findings(report: Report) -> Iterator[str]:
    for findings in by_rule(doings(report)):
        yield from bullets([_finding(each) for each in findings])
        if word(findings[0]) in ("error", "warning", "note"):
            yield f"  - fix: {sentence(findings[0].rule.remedy)}"
    if waiting(report):
        yield from ("", sentence(waiting(report)))


def _titled(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from ("", *([title, ""] if title else []), *bullets(items))


def _entry(report: Report) -> Iterator[str]:
    names = [code(each.name) for each in report.changes]
    more = f" and {counted(len(names) - _FIRST, 'name')} more" if len(names) > _FIRST else ""
    yield f"## {report.today} mail of {', '.join(names[:_FIRST]) or 'no name'}{more}".replace("  ", " ")
    yield from ("", "**What**", "")
    for change, alike in groups(report.changes):
        also = f" and {counted(len(alike), 'name')} alike" if alike else ""
        yield from bullets(
            [f"{code(change.name)}{also}: {_topic(each)}{_sums(each)}" for each in change.topics]
        )
    yield from bullets([] if report.changes else ["nothing of mail"])
    yield from ("", "**Why**", "", *bullets([code(each) for each in report.why] or ["(say why)"]))
    yield from (
        "",
        "**Risk**",
        "",
        *bullets([_finding(each) for each in doings(report)] or ["no rule objects"]),
    )
    yield from bullets([sentence(waiting(report))] if waiting(report) else [])
    yield from bullets([f"waived: {code(waived(each))}" for each in report.added])
    yield from bullets([sentence(each) for change in report.changes for each in effect(change)])
    yield from _rollback(report)
    yield from _verification(report)


def _rollback(report: Report) -> Iterator[str]:
    """The records as they were, as a zone file has them."""
    sets = {(each.name, each.type): each for change in report.changes for each in change.records}
    yield from ("", "**Rollback**", "", f"- deploy the files as they were in {code(report.base)}")
    yield from bullets([line for each in sets.values() for line in _former(each)])
    yield "- resolvers that have seen the new records keep them for their own TTL"


def _verification(report: Report) -> Iterator[str]:
    yield from ("", "**Verification**", "")
    wait = durations.option(min(max(longest(report), 900), _LONGEST_WAIT))
    yield f"- [ ] {code(f'mfpolicy check --wait {wait}')}: live DNS is what the repository says"
    for each in report.changes:
        for line in _checks(each):
            yield f"- [ ] {line}"


def _checks(change: NameChange) -> Iterator[str]:
    """What to look at once it is deployed, by what changed."""
    name, topics = code(change.name), {each.name for each in change.topics}
    if change.status == "gone":
        uses = "signs with" if change.kind == "selector" else "writes to, or sends as,"
        yield f"nobody {uses} {name} any more"
        return
    if topics & {"MX", "MX host", "DANE", "MTA-STS"}:
        yield f"a message to {name} from outside arrives"
    if topics & {"SPF", "DMARC"}:
        yield f"a message from {name} by every sender says {code('spf=pass')} and {code('dmarc=pass')}"
    if "DKIM" in topics:
        yield f"a message signed by {name} says {code('dkim=pass')}, or nobody signs with it any more"
    if topics & {"DMARC", "TLS-RPT", "MTA-STS"}:
        yield f"the reports of the next days for {name} show nobody who is yours failing"


def _change(change: NameChange, alike: Sequence[str]) -> Iterator[str]:
    yield from (f"### {code(change.name)}{status(change)}", "")
    if alike:
        shown = ", ".join(code(each) for each in alike[:_SHOWN])
        yield from (f"and alike {shown}" + (" and more" if len(alike) > _SHOWN else ""), "")
    for topic in change.topics:
        yield f"- {_topic(topic)}"
        yield from bullets([f"lost: {code(each)}" for each in topic.lost], indent=2)
        yield from bullets([f"gained: {code(each)}" for each in topic.gained], indent=2)
        yield from bullets([sentence(each) for each in topic.remarks], indent=2)
        yield from bullets([sentence(f"not known: {topic.open}")] if topic.open else [], indent=2)
    yield from bullets([sentence(each) for each in effect(change)])


def _topic(topic: Topic) -> str:
    if topic.before and topic.after and topic.before != topic.after:
        return f"**{sentence(topic.name)}** {code(topic.before)} → {code(topic.after)}"
    return f"**{sentence(topic.name)}**" + (f" {code(turn(topic))}" if turn(topic) else "")


def _sums(topic: Topic) -> str:
    """What is lost and gained, behind the topic in one line."""
    parts = [f"lost {', '.join(map(code, topic.lost))}"] if topic.lost else []
    parts += [f"gained {', '.join(map(code, topic.gained))}"] if topic.gained else []
    parts += [sentence(each) for each in topic.remarks]
    return "".join(f"; {each}" for each in parts)


def _finding(finding: Finding) -> str:
    return f"**{word(finding)}** {code(f'{finding.rule.id} {finding.rule.slug}')}: {code(finding.said)}"


def _former(records: RecordSet) -> Iterator[str]:
    if not records.before:
        yield f"remove {code(f'{records.name} {records.type}')}"
    ttl = f"{records.ttl} " if records.ttl is not None else ""
    for each in records.before:
        yield code(f"{records.name}. {ttl}IN {_presented(each)}", 5000)


def _presented(value: str) -> str:
    """A value as zone files have it (RFC 1035, 5.1): names with their final dot, texts in quotes, at most 255
    octets each."""
    type, _, data = value.partition(" ")
    if type in _NAMED_LAST:
        return value if value.endswith(".") else f"{value}."
    if type not in ("TXT", "SPF"):
        return value
    parts = [data[at : at + 255] for at in range(0, len(data), 255)] or [""]
    return f"{type} " + " ".join(f'"{"".join(map(_octet, part))}"' for part in parts)


def _octet(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if " " <= char <= "~" else f"\\{ord(char):03d}"


def _plan(plan: Plan) -> Iterator[str]:
    yield from (f"### A safe order: {sentence(plan.title)}", "", sentence(plan.why), "")
    for number, step in enumerate(plan.steps, 1):
        yield f"{number}. {sentence(said_step(step))}"
