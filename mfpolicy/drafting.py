"""The two commands that write an intent: init and waive."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mfpolicy.asking import asked
from mfpolicy.collect.files import Files
from mfpolicy.draft.intent import Judge, New, Seen
from mfpolicy.draft.intent import draft as draft_intent
from mfpolicy.draft.waiver import Unwritable, adds_only, refusal, with_waiver
from mfpolicy.facts.subjects import studies
from mfpolicy.judging import declared_of, judge_waivers, judged, view_of
from mfpolicy.loading import estate_of, judge_of, profiled, refusing, shipped, vocabulary
from mfpolicy.model.call import Check
from mfpolicy.model.dns import Question
from mfpolicy.model.findings import Finding, Subject, Verdict
from mfpolicy.model.intent import Intent, Waiver, ZoneSource
from mfpolicy.model.unusable import Unusable
from mfpolicy.pipeline import keep, save
from mfpolicy.rules.compile import compile_rules
from mfpolicy.sources.estate import Estate, needed
from mfpolicy.sources.intent import read_intent
from mfpolicy.sources.plain import plain
from mfpolicy.sources.senders import over
from mfpolicy.sources.yaml import read

_Identity = tuple[Verdict, str, Subject, tuple[str, ...]]


def draft(call: Check, zones: Sequence[ZoneSource]) -> str:
    """The text of an intent that declares what the zones and DNS show, and by which judging finds nothing
    that it would not find without; `zones` are those of the call as that text names them. Empty where there
    is no domain. Raises Silence."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        estate = profiled(estate_of(call, files, ours := shipped()), ours, files.texts)
    view = view_of(estate)
    every = studies(view.books, declared_of(estate, view, call.today), estate.faults, call.names)
    selectors = _selectors([study.subject for study in every])
    estate = _answered(estate, call, selectors)
    view = view_of(estate)
    there = {
        name: labels
        for name, labels in selectors.items()
        if name not in call.names or view.exists(name) is not False
    }
    held = frozenset(zone.name for zone in estate.zones)
    seen = Seen(domains=there, services=estate.senders, zones=zones, held=held)
    return draft_intent(view, seen, _judge(estate, call, files)) if there else ""


def _answered(estate: Estate, call: Check, domains: Iterable[str]) -> Estate:
    """The estate with what DNS says, also of what the records alone would not be asked for."""
    answers = asked(estate, call, [Question(f"_smtp._tls.{name}", "TXT") for name in domains])
    if call.recording:
        keep(call.recording, answers)
    return msgspec.structs.replace(estate, answers=answers)


def _judge(estate: Estate, call: Check, files: Files) -> Judge:
    """What a draft's text makes rules say that the records alone do not."""
    rules = judge_of(estate)
    alone = {*map(_identity, judged(estate, rules, call.today, call.names).findings)}

    def judge(text: str) -> New:
        report = judged(_declaring(estate, text, files), rules, call.today)
        new = (each for each in report.findings if _identity(each) not in alone)
        # What only waits for somebody to ask is no finding.
        return _by_domain(each for each in new if not _waits(each))

    return judge


def waive(call: Check, waiver: Waiver) -> str:
    """Write a waiver into the intent of a call; the lines that are new. Unusable, and the file as it was,
    where the waiver would itself be a finding, or anything but it would change."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        estate = profiled(estate_of(call, files, ours := shipped()), ours, files.texts)
        text, lines, read = _waived_text(call, files, waiver)
        trouble = refusal(read, estate.intent.waivers, estate.rules, call.today)
        trouble = trouble or next(_against(read, estate, call.today), "")
    if trouble:
        raise Unusable(trouble)
    save(os.path.join(call.folder, call.intent), text)
    return lines


def _waived_text(call: Check, files: Files, waiver: Waiver) -> tuple[str, str, Waiver]:
    """The intent with the waiver, its new lines, and the waiver as it is read back."""
    before = needed(files, call.intent)
    root, faults = read(before, call.intent)
    if root is None:
        raise Unusable(faults)
    try:
        text, lines = with_waiver(before, root, waiver)
    except Unwritable as why:
        raise Unusable(f"{call.intent}: the waiver cannot be written there: {why}") from why
    after, more = read(text, call.intent)
    if after is None or len(more) != len(faults) or not adds_only(plain(root), plain(after), waiver):
        trouble = "the waiver cannot be written there without changing more; add it yourself"
        raise Unusable(f"{call.intent}: {trouble}:\n{lines}")
    return text, lines, read_intent(text, call.intent, files)[0].waivers[-1]


def _against(waiver: Waiver, estate: Estate, today: datetime.date) -> Iterator[str]:
    """What the rules about waivers say of one, whether it is used left aside."""
    rules = [rule for rule in estate.rules if rule.about == "waiver" and rule.slug != "waiver-ends-soon"]
    alone = msgspec.structs.replace(estate, intent=Intent(waivers=(waiver,)))
    judge = compile_rules(rules, vocabulary(), estate.profile)
    for _, findings in judge_waivers(judge, alone, [waiver], today):
        yield from (finding.message for finding in findings)


def _selectors(subjects: Sequence[Subject]) -> dict[str, list[str]]:
    """Domain -> the labels of the selectors that it has or may have."""
    found: dict[str, list[str]] = {each.name: [] for each in subjects if each.kind == "domain"}
    for each in subjects:
        label, _, domain = each.name.rpartition("._domainkey.")
        if each.kind == "selector" and domain in found:
            found[domain].append(label)
    return found


def _declaring(estate: Estate, text: str, files: Files) -> Estate:
    """The estate as this intent declares it."""
    intent, faults = read_intent(text, "mailflow.yaml", files, estate.senders)
    senders = over(estate.senders, intent.senders)
    return msgspec.structs.replace(estate, intent=intent, senders=senders, faults=(*estate.faults, *faults))


def _waits(finding: Finding) -> bool:
    return finding.unknown is not None and finding.unknown.not_asked


def _identity(finding: Finding) -> _Identity:
    return finding.verdict, finding.rule.slug, finding.subject, finding.key


def _by_domain(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Domain -> the slugs of the rules that speak of it, or of one of its selectors."""
    found: dict[str, set[str]] = {}
    for each in findings:
        found.setdefault(each.subject.name.rpartition("._domainkey.")[2], set()).add(each.rule.slug)
    return found
