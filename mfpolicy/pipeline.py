"""The whole story: read, look, compute, judge. One short function per command."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from mfpolicy.collect.files import Files, resource
from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation, discover, report_authorisations
from mfpolicy.evaluate.spf_receiver import Receiver, check_host
from mfpolicy.evaluate.spf_sets import AddressSets, address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.dkim import is_selector, selector_facts
from mfpolicy.facts.domains import declared, domain_facts, domain_names
from mfpolicy.facts.files import file_facts
from mfpolicy.facts.names import is_mail_name, name_facts
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.facts.waivers import waiver_facts
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Input, Judgement, Report, Subject
from mfpolicy.model.intent import Sender, Waiver
from mfpolicy.model.places import Place
from mfpolicy.model.rules import Example, Rule
from mfpolicy.rules.compile import Judge, RuleError, RulesError, compile_rules
from mfpolicy.rules.controls import control_verdicts, waived_controls
from mfpolicy.rules.profiles import resolve
from mfpolicy.rules.trial import Trial, trial
from mfpolicy.rules.vocabulary import Vocabulary
from mfpolicy.rules.waive import apply_waivers
from mfpolicy.sources.estate import Estate, Shipped, Unusable, ZonePath, read_estate, read_rules
from mfpolicy.sources.examples import example_day, read_example
from mfpolicy.sources.profiles import placed
from mfpolicy.sources.shipped import decode, read_shipped
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.zones import ZoneBook
from mfpolicy.views.zones import books as merged

__all__ = ["Check", "Trial", "Unusable", "catalogue", "check", "explain_dmarc", "explain_spf", "rehearse"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What a command was asked. Paths are relative to `base`, nothing outside `roots` is read, and empty
    strings mean: not given."""

    base: str
    roots: tuple[str, ...]
    intent: str = ""
    zones: tuple[ZonePath, ...] = ()
    answers: str = ""
    profile: str = ""
    today: datetime.date


def check(call: Check) -> tuple[Report, Files]:
    """Judge an estate; the files that were read come along, for excerpts and digests."""
    files, ours = Files(*call.roots, base=call.base), shipped()
    with _refusing(files):
        estate = _profiled(_estate(call, files, ours), ours, files.texts)
        with _blaming(estate.rules):
            report = judged(estate, call.today, checked=_has_own_words(estate))
    inputs = tuple(Input(file, digest) for file, digest in sorted(files.sha256s().items()))
    return msgspec.structs.replace(report, inputs=inputs), files


def catalogue(base: str = "", folders: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Our rules with their examples, or those of the user's folders; each is type-checked."""
    files = Files(*folders, base=base)
    with _refusing(files):
        rules = read_rules(files, folders) if folders else with_examples().rules
        profiles = shipped().profiles
        compile_rules(rules, Vocabulary(SUBJECTS), profiles["hardened"], check=bool(folders))
    return rules


def shipped() -> Shipped:
    """Our rules without examples, profiles and senders, quick to load."""
    return decode((resource("policies") / "catalogue.json").read_bytes())


def with_examples() -> Shipped:
    """The same from the rule files, examples and all."""
    folder = resource("policies")
    paths = sorted(folder.rglob("*.yaml"))
    return read_shipped({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})


def rehearse(rule: Rule, example: Example) -> Report:
    """One example of one rule, judged by that rule alone and its profile's parameters."""
    estate = read_example(rule, example, shipped())
    return judged(estate, example_day(rule, example), checked=True)


def explain_spf(call: Check, name: str) -> tuple[SpfTree, AddressSets]:
    """The worst case of one name, and the address sets it authorises."""
    tree = SpfStudy(_view(call)).study(name)
    return tree, address_sets(tree)


def receive(call: Check, ip: str, sender: str, helo: str) -> Receiver:
    """What a receiver concludes from one connection (RFC 7208, 4)."""
    return check_host(_view(call), ip, sender, helo)


def explain_dmarc(call: Check, name: str) -> tuple[DmarcResult, tuple[ReportAuthorisation, ...]]:
    """What a receiver concludes for an author domain, and who may be sent its reports."""
    view = _view(call)
    found = discover(view, name)
    return found, tuple(report_authorisations(view, found))


def controls_of(report: Report) -> dict[str, dict[str, str]]:
    """Framework -> control -> verdict, over the whole ledger."""
    return control_verdicts(report.judgements, report.findings)


def waived_of(report: Report) -> dict[str, dict[str, tuple[str, ...]]]:
    """Framework -> control -> the waived findings that count against it all the same."""
    return waived_controls(report.findings)


def try_examples(rules: Sequence[Rule]) -> Iterator[Trial]:
    """Every example of every rule, with what came of it."""
    for rule in rules:
        for kind, examples in msgspec.structs.asdict(rule.examples).items():
            for example in examples:
                yield trial(rule, kind, example, rehearse(rule, example).findings)


def judged(estate: Estate, today: datetime.date, checked: bool = False) -> Report:
    """Facts, rules, waivers: the same for a run and for an example."""
    view = Overlay(estate.zones, estate.answers)
    judge = compile_rules(estate.rules, Vocabulary(SUBJECTS), estate.profile, check=checked)
    books = list(merged(estate.zones).values())
    judgements = [
        judgement
        for subject, facts in subjects(estate, view, books)
        for judgement in judge.judge(subject, facts)
    ]
    findings = [finding for judgement in judgements for finding in judgement.findings]
    findings, used = apply_waivers(findings, estate.intent.waivers, today)
    about_waivers = judge_waivers(judge, estate, used, today)
    return Report(
        judgements=(*judgements, *about_waivers),
        findings=(*findings, *(each for judgement in about_waivers for each in judgement.findings)),
        rules=estate.rules,
        profile=estate.profile.name,
        zones=len(estate.zones),
        records=sum(len(zone.records) for zone in estate.zones),
        notes=estate.notes,
        today=today.isoformat(),
    )


def subjects(
    estate: Estate, view: Overlay, books: Sequence[ZoneBook]
) -> Iterator[tuple[Subject, msgspec.Struct]]:
    """Every subject of the estate with its facts, in a stable order."""
    for file in file_facts(estate.faults):
        yield Subject("file", file.name), file
    for book in books:
        for owner in book.nodes:
            name = name_facts(book, owner)
            if is_mail_name(name):
                yield Subject("name", owner), name
    study = SpfStudy(view)
    for domain, place in domain_names(books, estate.intent).items():
        yield (
            Subject("domain", domain),
            domain_facts(view, study, domain, place, estate.intent, estate.senders),
        )
    for selector, (sender, place) in selectors(books, estate).items():
        yield Subject("selector", selector), selector_facts(view, selector, sender, place)


def selectors(books: Sequence[ZoneBook], estate: Estate) -> dict[str, tuple[str, Place | None]]:
    """Every selector that a zone shows or a declared sender signs with, and whose it is."""
    found: dict[str, tuple[str, Place | None]] = {}
    for domain in estate.intent.domains:
        said = declared(estate.intent, domain.name)
        for name in (said.senders or ()) if said and "*" not in domain.name else ():
            sender = estate.senders.get(name, Sender(name))
            for label in sender.selectors:
                found[f"{label}._domainkey.{domain.name}"] = (sender.title or name, domain.place)
    for book in books:
        for owner in book.nodes:
            if is_selector(owner) and not book.cut_above(owner):
                found.setdefault(owner, ("", None))
    return found


def judge_waivers(
    judge: Judge, estate: Estate, used: Collection[Waiver], today: datetime.date
) -> tuple[Judgement, ...]:
    """Waivers are judged last: whether one is used is known only then."""
    known = {name for rule in estate.rules for name in (rule.id, rule.slug)}
    facts = [waiver_facts(each, used, known, today) for each in estate.intent.waivers]
    return tuple(found for each in facts for found in judge.judge(Subject("waiver", each.name), each))


def _view(call: Check) -> Overlay:
    files = Files(*call.roots, base=call.base)
    with _refusing(files):
        estate = _estate(call, files, shipped())
    return Overlay(estate.zones, estate.answers)


def _estate(call: Check, files: Files, ours: Shipped) -> Estate:
    return read_estate(files, call.intent, call.zones, call.answers, call.profile, ours)


def _profiled(estate: Estate, ours: Shipped, texts: Mapping[str, str]) -> Estate:
    """The estate with its profile over all that the profile includes."""
    file = estate.profile_file
    known = ours.profiles | ({file: estate.profile} if file else {})
    profile, faults = resolve(file or estate.profile.name, known, estate.rules)
    if faults:
        raise Unusable([placed(fault, file, texts.get(file, "")) for fault in faults])
    return msgspec.structs.replace(estate, profile=msgspec.structs.replace(profile, name=estate.profile.name))


def _has_own_words(estate: Estate) -> bool:
    """Whether users wrote rules or parameters: those are checked against the types, ours by our tests."""
    return bool(estate.profile_file) or any(rule.place for rule in estate.rules)


@contextmanager
def _refusing(files: Files) -> Iterator[None]:
    """What a user's file or rule does wrong, as one error with the texts that its places lie in."""
    try:
        yield
    except (Unusable, RulesError) as error:
        raise Unusable(error.faults or str(error), files.texts) from error


@contextmanager
def _blaming(rules: Sequence[Rule]) -> Iterator[None]:
    """A user's rule that cannot be evaluated is the user's to mend; one of ours is a bug."""
    try:
        yield
    except RuleError as error:
        blamed = [rule for rule in rules if rule.place and str(error).startswith(f"rule {rule.id} on ")]
        if not blamed:
            raise
        raise Unusable([Fault("rule-malformed", str(error), blamed[0].place)]) from error
