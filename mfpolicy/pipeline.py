"""The whole story: read, look, ask, compute, judge. One short function per command."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mfpolicy.collect.clock import rounds
from mfpolicy.collect.files import Files, resource, write
from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation, discover, report_authorisations
from mfpolicy.evaluate.spf_receiver import Receiver, check_host
from mfpolicy.evaluate.spf_sets import AddressSets, address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.domains import shown_domains
from mfpolicy.facts.portrait import portraits
from mfpolicy.facts.questions import settle
from mfpolicy.facts.subjects import Study, published, studies
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.facts.waivers import waiver_facts
from mfpolicy.model.call import Check, Live
from mfpolicy.model.dns import Answers, Question, Silence
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Declaration, Finding, Input, Judged, Report, Subject
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Rule
from mfpolicy.rules.compile import Judge, RuleError, RulesError, compile_rules
from mfpolicy.rules.controls import control_verdicts, waived_controls
from mfpolicy.rules.profiles import resolve
from mfpolicy.rules.trial import Trial, trial
from mfpolicy.rules.vocabulary import Vocabulary
from mfpolicy.rules.waive import apply_waivers
from mfpolicy.sources.answers import write_answers
from mfpolicy.sources.estate import Estate, Shipped, Unusable, read_estate, read_rules
from mfpolicy.sources.examples import example_day, read_example
from mfpolicy.sources.profiles import placed
from mfpolicy.sources.shipped import decode, read_shipped
from mfpolicy.views.drift import apexes, compared
from mfpolicy.views.overlay import Overlay

if TYPE_CHECKING:
    from mfpolicy.collect.world import World

_Found = TypeVar("_Found")
__all__ = [
    "Silence",
    "Trial",
    "Unusable",
    "catalogue",
    "check",
    "explain_dmarc",
    "explain_spf",
    "keep",
    "record",
    "try_examples",
    "save",
]


def check(call: Check) -> tuple[Report, Files]:
    """Judge an estate; the files that were read come along, for excerpts and digests."""
    files, ours = Files(*call.roots, base=call.base), shipped()
    with refusing(files):
        estate = profiled(estate_of(call, files, ours), ours, files.texts)
        with _blaming(estate.rules):
            estate, report = _judged_in_time(estate, call)
    # A world that said nothing is no reason to forget what an older recording knows.
    if call.recording and estate.answers.replies:
        files.wrote(call.recording, keep(call.recording, estate.answers))
    return report, files


def with_inputs(report: Report, files: Files) -> Report:
    """The report with every file that was read or written, by its SHA-256."""
    inputs = tuple(Input(*each) for each in files.sha256s().items())
    return msgspec.structs.replace(report, inputs=inputs)


def record(call: Check, also: Collection[Question] = ()) -> Answers:
    """What DNS says to all that judging an estate would ask, and to some questions more; of other names,
    what the recording of the call knows. Raises Silence."""
    files = Files(*call.roots, base=call.base)
    with refusing(files):
        estate = estate_of(call, files, shipped())
        fresh = asked(msgspec.structs.replace(estate, answers=Answers()), call, also)
    names = {question.name for question in fresh.replies}
    old = {
        question: reply for question, reply in estate.answers.replies.items() if question.name not in names
    }
    return Answers({**old, **fresh.replies}, policies={**estate.answers.policies, **fresh.policies})


def keep(path: str, answers: Answers) -> str:
    """Write a recording; the SHA-256 of its bytes."""
    return save(path, write_answers(answers))


def save(path: str, text: str) -> str:
    """Write a text as a whole or not at all; the SHA-256 of its bytes."""
    try:
        return write(path, text)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {error.strerror or error}") from error


def catalogue(base: str = "", folders: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Our rules with their examples, or those of the user's folders; each is type-checked."""
    files = Files(*folders, base=base)
    with refusing(files):
        ours = shipped()
        rules = read_rules(files, folders) if folders else with_examples().rules
        # Rules of one's own may not take the names of ours.
        beside = ours.rules if folders else ()
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
                report = judged(estate, judges[profile], example_day(rule, example))
                yield trial(rule, kind, example, report.findings)
        if not (rule.examples.good or rule.examples.bad):
            yield Trial(rule, "bad", "none", "a rule without an example is not proved")


def judged(estate: Estate, judge: Judge, today: datetime.date, names: Sequence[str] = ()) -> Report:
    """Facts, rules, waivers: the same for a run and for an example."""
    view = view_of(estate)
    there, absent = _there(view, names)
    declared = declared_of(estate, view, today)
    every = studies(view.books, declared, estate.faults, there)
    ledger, found, seen = _judgements(_studied(view, every), judge, keep=bool(there))
    findings, used = apply_waivers(found, estate.intent.waivers, today)
    about_waivers = judge_waivers(judge, estate, used, today)
    drift, uncompared = compared(view, _of_zones(view), estate.answers)
    return Report(
        ledger=tuple(said for said in (*ledger, *(said for said, _ in about_waivers)) if said.rules),
        findings=(*findings, *(each for _, found in about_waivers for each in found)),
        rules=estate.rules,
        profile=estate.profile.name,
        zones=len(estate.zones),
        records=sum(len(zone.records) for zone in estate.zones),
        drift=drift,
        uncompared=uncompared,
        portraits=tuple(portraits(there, seen, estate.senders)),
        declared=_declarations(declared, findings),
        notes=(*estate.notes, *absent),
        today=today.isoformat(),
    )


def _there(view: Overlay, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of a call that may exist, and a sentence for each that does not."""
    absent = [name for name in names if view.exists(name) is False]
    sentences = [f"{name} does not exist in DNS, and no file here has that name" for name in absent]
    return [name for name in names if name not in absent], sentences


def _studied(view: Overlay, studies: Iterable[Study]) -> Iterator[tuple[Study, msgspec.Struct]]:
    """Every subject with its facts. What one domain was worked out from helps few others, and takes memory:
    it is forgotten from time to time."""
    for number, study in enumerate(studies):
        if number % 1000 == 0:
            view.forget()
            spf = SpfStudy(view)
        yield study, study.facts(view, spf)


def _judgements(
    studied: Iterable[tuple[Study, msgspec.Struct]], judge: Judge, keep: bool
) -> tuple[list[Judged], list[Finding], dict[Subject, msgspec.Struct]]:
    """What the rules say of all that counts, and the facts of everything if they are to be kept."""
    ledger: list[Judged] = []
    findings: list[Finding] = []
    seen: dict[Subject, msgspec.Struct] = {}
    for study, facts in studied:
        if keep:
            seen[study.subject] = facts
        if study.counts(facts):
            said, found = judge.judge(study.subject, facts)
            ledger.append(said)
            findings += found
    return ledger, findings, seen


def judge_waivers(
    judge: Judge, estate: Estate, used: Collection[Waiver], today: datetime.date
) -> list[tuple[Judged, tuple[Finding, ...]]]:
    """Waivers are judged last: whether one is used is known only then."""
    known = {name for rule in estate.rules for name in (rule.id, rule.slug)}
    facts = [waiver_facts(each, used, known, today) for each in estate.intent.waivers]
    return [judge.judge(Subject("waiver", each.name), each) for each in facts]


def view_of(estate: Estate) -> Overlay:
    """DNS as it would be with the estate's zones, over its answers."""
    return Overlay(estate.zones, estate.answers, estate.policies)


def declared_of(estate: Estate, view: Overlay, today: datetime.date) -> Declared:
    """What the intent says of every domain, on a day."""
    return Declared(estate.intent, estate.senders, today, shown_domains(view.books))


def _declarations(declared: Declared, findings: Sequence[Finding]) -> dict[str, Declaration]:
    """Where the intent speaks of the domains that have findings; a selector is its domain's."""
    names = dict.fromkeys(each.subject.name.rpartition("._domainkey.")[2] for each in findings)
    found = ((name, declared.declaration(name)) for name in names)
    return {name: each for name, each in found if each}


def _of_zones(view: Overlay) -> set[Question]:
    """What the judgement takes from the repository, so that it matters whether DNS says the same."""
    return {each for each in (*view.proposed, *published(view.books)) if each.type != "CNAME"}


def _judged_in_time(estate: Estate, call: Check) -> tuple[Estate, Report]:
    """Judged once, or until live DNS has become what the repository says."""
    live, judge = call.live, judge_of(estate, _has_own_words(estate))
    for left in rounds(live.wait if live else 0):
        answered, silence = _answered(estate, call)
        report = judged(answered, judge, call.today, call.names)
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


def _answered(estate: Estate, call: Check) -> tuple[Estate, str]:
    """The estate with what DNS said, else with one sentence that tells why it said nothing."""
    try:
        answers = asked(estate, call)
    except Silence as silence:
        return estate, f"{silence}, so DNS was not asked"
    return msgspec.structs.replace(estate, answers=answers), ""


def asked(estate: Estate, call: Check, also: Collection[Question] = ()) -> Answers:
    """The question loop, then what DNS holds of the repository's own records; nothing new if offline."""
    if call.live is None:
        return estate.answers
    view = view_of(estate)
    with _world(call.live) as world:
        subjects = studies(view.books, declared_of(estate, view, call.today), estate.faults, call.names)
        looks = (look for study in subjects for look in study.looks)
        settle(view, looks, world.answers)
        of_zones = _of_zones(view)
        view.learn(world.answers({*of_zones, *also}))
        drift, _ = compared(view, of_zones, view.answers)
        view.learn(world.answers(apexes(view, drift)))
    return view.answers


def _seen(call: Check, look: Callable[[Overlay, SpfStudy], _Found]) -> _Found:
    """One look at the view of a call, DNS asked for what it lacks. Raises Silence."""
    files = Files(*call.roots, base=call.base)
    with refusing(files):
        view = view_of(estate_of(call, files, shipped()))
    if call.live:
        with _world(call.live) as world:
            settle(view, [look], world.answers)
    if call.recording:
        keep(call.recording, view.answers)
    return look(view, SpfStudy(view))


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
        yield World(resolver, live.fetch_policies)


def estate_of(call: Check, files: Files, ours: Shipped) -> Estate:
    """All that a call names, read; its profile is not yet over those that it includes. Raises Unusable."""
    return read_estate(files, call.intent, call.zones, call.answers, call.profile, ours)


def profiled(estate: Estate, ours: Shipped, texts: Mapping[str, str]) -> Estate:
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
