"""The whole story: read, look, ask, compute, judge. One short function per command."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mfpolicy.asking import asked, complete, judged_in_time
from mfpolicy.collect.files import Files, shipped_topic, write
from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation, discover, report_authorisations
from mfpolicy.evaluate.spf_receiver import Receiver, check_host
from mfpolicy.evaluate.spf_sets import AddressSets, address_sets
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.tenant.survey import surveyed
from mfpolicy.former import former_of, labelled
from mfpolicy.judging import judged, view_of
from mfpolicy.loading import (
    blaming,
    chosen,
    estate_of,
    has_own_words,
    judge_of,
    profiled,
    refusing,
    shipped,
    vocabulary,
    with_examples,
)
from mfpolicy.model.call import Check
from mfpolicy.model.dns import Answers, Question
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Input, Report
from mfpolicy.model.rules import Rule
from mfpolicy.model.survey import Survey
from mfpolicy.model.tenant import Tenant
from mfpolicy.model.unusable import Unusable
from mfpolicy.rules.compile import Judge, compile_rules
from mfpolicy.rules.controls import control_verdicts, waived_controls
from mfpolicy.rules.trial import Trial, trial
from mfpolicy.sources import recipe
from mfpolicy.sources.answers import write_answers
from mfpolicy.sources.estate import read_rules, read_said
from mfpolicy.sources.examples import example_day, read_example, read_example_base
from mfpolicy.sources.tenants import read_tenant
from mfpolicy.sources.tenants.own import written
from mfpolicy.views.overlay import Overlay

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base

_Found = TypeVar("_Found")


def check(call: Check, base: Base | None = None) -> tuple[Report, Files]:
    """Judge an estate, and what a change does to it; the files that were read come along, for excerpts and
    digests."""
    files, ours = Files(*call.roots, folder=call.folder), shipped()
    with refusing(files):
        said = read_said(files, call.intent, ours)
        estate = chosen(profiled(estate_of(call, files, ours, said), ours, files.texts), call.only)
        former = former_of(base, call, files, estate, ours)
        with blaming(estate.rules):
            estate, report = judged_in_time(estate, call, former)
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
        with blaming(estate.rules):
            report = judged(estate, judge_of(estate, has_own_words(estate)), call.today)
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


def _seen(call: Check, look: Callable[[Overlay, SpfStudy], _Found]) -> _Found:
    """One look at the view of a call, DNS asked for what it lacks. Raises Silence."""
    files = Files(*call.roots, folder=call.folder)
    with refusing(files):
        view = view_of(estate_of(call, files, shipped()))
    complete(view, look, call.live)
    if call.recording:
        keep(call.recording, view.answers)
    return look(view, SpfStudy(view))
