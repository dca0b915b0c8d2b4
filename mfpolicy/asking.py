"""DNS asked, round by round: what a judgement rests on, what a change rests on, what one look needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from mfpolicy.collect.clock import rounds
from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.change import ChangeFacts, Side, change_facts, new_selector_facts
from mfpolicy.facts.questions import settle
from mfpolicy.facts.subjects import studies
from mfpolicy.former import Former
from mfpolicy.judging import judged, kinds_of, of_zones, side
from mfpolicy.loading import has_own_words, judge_of
from mfpolicy.model.call import Check, Live
from mfpolicy.model.dns import Answers, Question, Silence
from mfpolicy.model.findings import Report, Subject
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.estate import Estate
from mfpolicy.views.drift import apexes, compared
from mfpolicy.views.overlay import Overlay

if TYPE_CHECKING:
    from mfpolicy.collect.world import World


def judged_in_time(estate: Estate, call: Check, base: Former | None = None) -> tuple[Estate, Report]:
    """Judged once, or until live DNS has become what the repository says."""
    live, judge = call.live, judge_of(estate, has_own_words(estate))
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


def complete(view: Overlay, look: Callable[[Overlay, SpfStudy], object], live: Live | None) -> None:
    """Ask DNS for what one look at a view lacks; nobody where the call is offline."""
    if live is None:
        return
    with _world(live) as world:
        settle(view, [look], world.answers)


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
