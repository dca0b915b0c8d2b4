"""The whole story: read, look, ask, compute, judge. One short function per command."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mfpolicy.collect.clock import rounds
from mfpolicy.collect.files import Files, resource, shipped_topic, write
from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation, discover, report_authorisations
from mfpolicy.evaluate.spf_receiver import Receiver, check_host
from mfpolicy.evaluate.spf_sets import AddressSets, address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.change import ChangeFacts, Side, change_facts, new_selector_facts
from mfpolicy.facts.questions import settle
from mfpolicy.facts.subjects import studies
from mfpolicy.facts.tenant.survey import surveyed
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.former import Former, former_of, labelled
from mfpolicy.judging import judged, kinds_of, of_zones, side, view_of
from mfpolicy.model.call import Check, Live
from mfpolicy.model.dns import Answers, Question, Silence
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Input, Report, Subject
from mfpolicy.model.rules import Rule
from mfpolicy.model.spelling import meant
from mfpolicy.model.survey import Survey
from mfpolicy.model.tenant import Tenant
from mfpolicy.model.unusable import Unusable
from mfpolicy.rules.compile import Judge, RuleError, RulesError, compile_rules
from mfpolicy.rules.controls import control_verdicts, waived_controls
from mfpolicy.rules.profiles import resolve
from mfpolicy.rules.trial import Trial, trial
from mfpolicy.rules.vocabulary import Vocabulary
from mfpolicy.sources import recipe
from mfpolicy.sources.answers import write_answers
from mfpolicy.sources.estate import (
    Estate,
    Said,
    Shipped,
    read_estate,
    read_rules,
    read_said,
)
from mfpolicy.sources.examples import example_day, read_example, read_example_base
from mfpolicy.sources.profiles import placed
from mfpolicy.sources.shipped import decode, read_shipped
from mfpolicy.sources.tenants import read_tenant
from mfpolicy.sources.tenants.own import written
from mfpolicy.views.drift import apexes, compared
from mfpolicy.views.overlay import Overlay

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base
    from mfpolicy.collect.world import World

_ALWAYS = ("unreadable-file", "too-large")
_Found = TypeVar("_Found")
__all__ = [
    "Silence",
    "Trial",
    "catalogue",
    "check",
    "explain_dmarc",
    "explain_spf",
    "keep",
    "record",
    "try_examples",
    "save",
]


def check(call: Check, base: Base | None = None) -> tuple[Report, Files]:
    """Judge an estate, and what a change does to it; the files that were read come along, for excerpts and
    digests."""
    files, ours = Files(*call.roots, folder=call.folder), shipped()
    with refusing(files):
        said = read_said(files, call.intent, ours)
        estate = chosen(profiled(estate_of(call, files, ours, said), ours, files.texts), call.only)
        former = former_of(base, call, files, estate, ours)
        with _blaming(estate.rules):
            estate, report = _judged_in_time(estate, call, former)
    # A world that said nothing is no reason to forget what an older recording knows.
    if call.recording and (estate.answers.replies or estate.answers.certificates):
        files.wrote(call.recording, keep(call.recording, estate.answers))
    return labelled(report, base, former, files.texts), files


def survey(call: Check) -> tuple[Survey, Files]:
    """What the export of a call holds, and which rules cannot be judged by it, with the files that were
    read."""
    files, ours = Files(*call.roots, folder=call.folder), shipped()
    with refusing(files):
        estate = profiled(estate_of(call, files, ours), ours, files.texts)
        tenant = _told(estate.tenant, estate.faults, call.tenant)
        with _blaming(estate.rules):
            report = judged(estate, judge_of(estate, _has_own_words(estate)), call.today)
    return surveyed(call.tenant, tenant, estate.faults, report, recipe), files


def normalised(call: Check, taken: datetime.date | None = None) -> tuple[str, Survey]:
    """The export of a call as tenant.v1, and what it held; `taken` is when those of its files were exported
    that do not say."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        found = read_tenant(call.tenant, files)
        tenant = _dated(_told(found.tenant, found.faults, call.tenant), taken)
    report = Report(today=call.today.isoformat())
    return written(tenant), surveyed(call.tenant, tenant, found.faults, report, recipe)


def _dated(tenant: Tenant, taken: datetime.date | None) -> Tenant:
    """A tenant with a day for those of its files that tell none."""
    if taken is None:
        return tenant
    time = datetime.datetime.combine(taken, datetime.time(), datetime.UTC)
    dated = [msgspec.structs.replace(each, taken=each.taken or time) for each in tenant.exports]
    return msgspec.structs.replace(tenant, exports=tuple(dated))


def _told(tenant: Tenant | None, faults: Sequence[Fault], path: str) -> Tenant:
    """A tenant of which anything is known. Raises Unusable."""
    if tenant is None or not tenant.listings:
        raise Unusable(faults or f"{path}: there is no export of a tenant here")
    return tenant


def with_inputs(report: Report, files: Files) -> Report:
    """The report with every file that was read or written, by its SHA-256."""
    inputs = tuple(Input(*each) for each in files.sha256s().items())
    return msgspec.structs.replace(report, inputs=inputs)


def record(call: Check, also: Collection[Question] = ()) -> Answers:
    """What DNS says to all that judging an estate would ask, and to some questions more; of other names,
    what the recording of the call knows. Raises Silence."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        estate = estate_of(call, files, shipped())
        fresh = asked(msgspec.structs.replace(estate, answers=Answers()), call, also)
    names = {question.name for question in fresh.replies}
    old = {
        question: reply for question, reply in estate.answers.replies.items() if question.name not in names
    }
    return Answers(
        {**old, **fresh.replies},
        policies={**estate.answers.policies, **fresh.policies},
        certificates={**estate.answers.certificates, **fresh.certificates},
    )


def keep(path: str, answers: Answers) -> str:
    """Write a recording; the SHA-256 of its bytes."""
    return save(path, write_answers(answers))


def save(path: str, text: str) -> str:
    """Write a text as a whole or not at all; the SHA-256 of its bytes."""
    try:
        return write(path, text)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {error.strerror or error}") from error


def catalogue(folder: str = "", folders: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Our rules with their examples, or those of the user's folders; each is type-checked."""
    files = Files(*folders, folder=folder)
    with refusing(files):
        ours = shipped()
        rules = read_rules(files, folders) if folders else with_examples().rules
        # Rules of one's own may not take the names of ours; who tests a folder of ours has ours from there.
        tested = {shipped_topic(each, folder) for each in folders}
        beside = [each for each in ours.rules if each.topic not in tested] if folders else ()
        compile_rules((*beside, *rules), vocabulary(), ours.profiles["hardened"], check=bool(folders))
    return rules


def shipped() -> Shipped:
    """Our rules without examples, profiles and senders, quick to load."""
    return decode((resource("policies") / "catalogue.json").read_bytes())


def with_examples() -> Shipped:
    """The same from the rule files, examples and all."""
    folder = resource("policies")
    paths = sorted(folder.rglob("*.yaml"))
    return read_shipped({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})


@cache
def vocabulary() -> Vocabulary:
    """All facts that a rule may name."""
    return Vocabulary(SUBJECTS)


def judge_of(estate: Estate, checked: bool = False) -> Judge:
    """The rules of an estate as its profile holds them; with `checked` also type-checked."""
    return compile_rules(estate.rules, vocabulary(), estate.profile, check=checked)


def explain_spf(
    call: Check, name: str, client: tuple[str, str, str] | None = None
) -> tuple[SpfTree, AddressSets, Receiver | None]:
    """The worst case of one name, the address sets it authorises, and what a receiver concludes from one
    connection (RFC 7208, 4): the client's address, envelope sender and HELO name."""

    def look(view: Overlay, spf: SpfStudy) -> tuple[SpfTree, Receiver | None]:
        return spf.study(name), check_host(view, *client) if client else None

    tree, receiver = _seen(call, look)
    return tree, address_sets(tree), receiver


def explain_dmarc(call: Check, name: str) -> tuple[DmarcResult, tuple[ReportAuthorisation, ...]]:
    """What a receiver concludes for an author domain, and who may be sent its reports."""

    def look(view: Overlay, spf: SpfStudy) -> tuple[DmarcResult, tuple[ReportAuthorisation, ...]]:
        found = discover(view, name)
        return found, report_authorisations(view, found)

    return _seen(call, look)


def controls_of(report: Report) -> dict[str, dict[str, str]]:
    """Framework -> control -> verdict, over the whole ledger."""
    return control_verdicts(report.ledger, report.findings)


def waived_of(report: Report) -> dict[str, dict[str, tuple[str, ...]]]:
    """Framework -> control -> the waived findings that count against it all the same."""
    return waived_controls(report.findings)


def try_examples(rules: Sequence[Rule]) -> Iterator[Trial]:
    """Every example of every rule, judged by that rule alone with its profile's parameters."""
    ours = shipped()
    for rule in rules:
        judges: dict[str, Judge] = {}
        for kind, examples in msgspec.structs.asdict(rule.examples).items():
            for example in examples:
                estate = read_example(rule, example, ours)
                profile = estate.profile.name
                if profile not in judges:
                    judges[profile] = judge_of(estate, checked=True)
                base = read_example_base(example, estate, ours)
                report = judged(estate, judges[profile], example_day(rule, example), base=base)
                now = [each for each in report.findings if each.status != "fixed"]
                yield trial(rule, kind, example, now)
        if not (rule.examples.good or rule.examples.bad):
            yield Trial(rule, "bad", "none", "a rule without an example is not proved")


def _judged_in_time(estate: Estate, call: Check, base: Former | None = None) -> tuple[Estate, Report]:
    """Judged once, or until live DNS has become what the repository says."""
    live, judge = call.live, judge_of(estate, _has_own_words(estate))
    for left in rounds(live.wait if live else 0):
        answered, silence = _answered(estate, call, base)
        former = base.over(answered.answers) if base else None
        waits = bool(live and live.wait)
        report = judged(answered, judge, call.today, call.names, former, deployed=waits, telling=call.telling)
        trouble = silence or (_unlike(report) if live and live.wait else "")
        if not trouble:
            break
        if live and live.waiting:
            live.waiting(left, trouble)
    # Of a name that nobody could ask about there is nothing to show.
    shown = () if silence else report.portraits
    return answered, msgspec.structs.replace(report, incomplete=trouble, portraits=shown)


def _unlike(report: Report) -> str:
    """Why live DNS cannot be said to be what the repository says; empty where it is."""
    differing, unseen = len(report.drift), len(report.uncompared)
    if not (differing or unseen):
        return ""
    return (
        "live DNS has not become what the repository says: "
        f"{differing} record sets differ, {unseen} did not answer"
    )


def _answered(estate: Estate, call: Check, base: Former | None) -> tuple[Estate, str]:
    """The estate with what DNS said, else with one sentence that tells why it said nothing."""
    try:
        answers = asked(estate, call, base=base)
    except Silence as silence:
        return estate, f"{silence}, so DNS was not asked"
    return msgspec.structs.replace(estate, answers=answers), ""


def asked(
    estate: Estate, call: Check, also: Collection[Question] = (), base: Former | None = None
) -> Answers:
    """The question loop, for base too, then what DNS holds of the repository's own records; nothing new if
    offline."""
    if call.live is None:
        return estate.answers
    head = side(estate, call.today)
    with _world(call.live) as world:
        head.view.learn(world.answers(head.view.partly))
        _settle(head, estate, world, call.names)
        deployed = head
        if base:
            head.view.learn(world.answers(base.questions(head)))
            former = base.over(head.view.answers)
            deployed = side(former, call.today)
            deployed.view.learn(world.answers(deployed.view.partly))
            _settle(deployed, former, world)
            head.view.learn(deployed.view.answers)
            _settle_changes(deployed, head, world, call.telling)
        # After a deployment it is head that live DNS should say.
        view = (head if call.live.wait else deployed).view
        # Whoever asks for some rules does not ask whether DNS has what the repository says.
        of_deployed = set() if call.only else of_zones(view)
        view.learn(world.answers({*of_deployed, *also}))
        drift, _ = compared(view, of_deployed, view.answers)
        of_names = _apexes_between(head, deployed) if call.telling else set()
        view.learn(world.answers({*apexes(view, drift), *of_names}))
    return view.answers


def _apexes_between(head: Side, base: Side) -> set[Question]:
    """What tells for how long resolvers remember that a new name was not there (RFC 2308, 5)."""
    differing = set(head.view.books) ^ set(base.view.books)
    return {Question(book.zone.name, "SOA") for book in differing}


def _settle(side: Side, estate: Estate, world: World, names: Sequence[str] = ()) -> None:
    every = studies(side.view.books, side.declared, estate.faults, names, tenant=side.tenant)
    kinds = kinds_of(estate)
    looks = (look for study in every if study.subject.kind in kinds for look in study.looks)
    settle(side.view, looks, world.answers)


def _seen(call: Check, look: Callable[[Overlay, SpfStudy], _Found]) -> _Found:
    """One look at the view of a call, DNS asked for what it lacks. Raises Silence."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        view = view_of(estate_of(call, files, shipped()))
    if call.live:
        with _world(call.live) as world:
            settle(view, [look], world.answers)
    if call.recording:
        keep(call.recording, view.answers)
    return look(view, SpfStudy(view))


def _settle_changes(base: Side, head: Side, world: World, telling: bool) -> None:
    """What is asked only because something was there before, or was not; to be told, new domains are asked
    for what they were."""

    def both(questions: Collection[Question]) -> Answers:
        answers = world.answers(questions)
        base.view.learn(answers)
        for each in (base, head):
            each.forget()
        return answers

    before, after = (
        dict.fromkeys(study.subject for study in studies(each.view.books, each.declared))
        for each in (base, head)
    )
    looks = [partial(_change, base, head, each) for each in (after | before if telling else before)]
    added = [partial(_new_selector, base, head, each) for each in after if each not in before]
    settle(head.view, [*looks, *added], both)


def _change(base: Side, head: Side, subject: Subject, view: Overlay, spf: SpfStudy) -> ChangeFacts | None:
    return change_facts(base, head, subject, alike=False)


def _new_selector(
    base: Side, head: Side, subject: Subject, view: Overlay, spf: SpfStudy
) -> ChangeFacts | None:
    return new_selector_facts(base, head, subject)


@contextmanager
def _world(live: Live) -> Iterator[World]:
    # What reaches the network takes long to load, and most runs do not.
    from mfpolicy.collect.dns import Resolver, servers_of
    from mfpolicy.collect.world import World

    try:
        servers = servers_of(live.nameservers)
    except ValueError as error:
        raise Unusable(f"--nameserver: {error}") from error
    with Resolver(servers, timeout=live.timeout, tries=live.tries, progress=live.progress) as resolver:
        yield World(resolver, live)


def estate_of(call: Check, files: Files, ours: Shipped, said: Said | None = None) -> Estate:
    """All that a call names, read; its profile is not yet over those that it includes. Raises Unusable."""
    said = said or read_said(files, call.intent, ours)
    return read_estate(files, said, call.zones, call.answers, call.profile, ours, call.tenant)


def profiled(estate: Estate, ours: Shipped, texts: Mapping[str, str]) -> Estate:
    """The estate with its profile over all that the profile includes."""
    file = estate.profile_file
    known = ours.profiles | ({file: estate.profile} if file else {})
    profile, faults = resolve(file or estate.profile.name, known, estate.rules)
    if faults:
        raise Unusable([placed(fault, file, texts.get(file, "")) for fault in faults])
    return msgspec.structs.replace(estate, profile=msgspec.structs.replace(profile, name=estate.profile.name))


def chosen(estate: Estate, only: Sequence[str]) -> Estate:
    """The estate with the rules of some topics, or by their ids and slugs; all without any. That a file was
    not read is told with all of them. Raises Unusable."""
    if not only:
        return estate
    known = {name: rule for rule in estate.rules for name in (rule.topic, rule.id, rule.slug)}
    for name in only:
        if name not in known:
            raise Unusable(f"--only {name}: there is no topic and no rule {name!r}{meant(name, known)}")
    wanted = {*only, *_ALWAYS}
    rules = tuple(each for each in estate.rules if {each.topic, each.id, each.slug} & wanted)
    return msgspec.structs.replace(estate, rules=rules)


def _has_own_words(estate: Estate) -> bool:
    """Whether users wrote rules or parameters: those are checked against the types, ours by our tests."""
    return bool(estate.profile_file) or any(rule.place for rule in estate.rules)


@contextmanager
def refusing(files: Files) -> Iterator[None]:
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
