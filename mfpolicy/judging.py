"""An estate judged, alone or against what it was before: facts, rules, statuses, waivers."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from mfpolicy.facts.accounts import Account, account, ordered
from mfpolicy.facts.accounts.tenant import tenant_accounts
from mfpolicy.facts.change import (
    ChangeFacts,
    Side,
    change_facts,
    new_selector_facts,
    tenant_changes,
    wildcard_facts,
    wildcards,
)
from mfpolicy.facts.changes.tenant.compared import compared as compared_tenants
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.domains import shown_domains
from mfpolicy.facts.plans import plans
from mfpolicy.facts.portrait import portraits
from mfpolicy.facts.study import Study
from mfpolicy.facts.subjects import published, studies
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.notes import tenant_notes
from mfpolicy.facts.tenant.subjects import KINDS
from mfpolicy.facts.waivers import waiver_facts
from mfpolicy.model.changes import NameChange, Status
from mfpolicy.model.dns import Question
from mfpolicy.model.findings import Age, Declaration, Finding, Judged, Report, Subject
from mfpolicy.model.intent import Waiver
from mfpolicy.rules.compare import compared
from mfpolicy.rules.compile import Judge
from mfpolicy.rules.waive import apply_waivers
from mfpolicy.sources.estate import Estate
from mfpolicy.views import drift
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.tenants import proposed
from mfpolicy.views.zones import ZoneBook

_AT_ONCE = 1000  # subjects; what they were worked out from is let go then
_Pair = tuple[Study | None, Study | None]


def judged(
    estate: Estate,
    judge: Judge,
    today: datetime.date,
    names: Sequence[str] = (),
    base: Estate | None = None,
    deployed: bool = False,
    telling: bool = False,
) -> Report:
    """Facts, rules, waivers: the same for a run and for an example. With a base, every finding has a status,
    and those that are gone come along; live DNS is compared with base, unless the change is `deployed`.
    `telling`: what the change means comes along too."""
    head = side(estate, today)
    former = side(base, today, head) if base else None
    there, absent = _there(head.view, names)
    live = drift.live_view(estate.answers) if telling else None
    said = _Judging(judge, head, former, keep=bool(there), live=live)
    said.judge(_pairs(_studies(head, estate, there), said.former(base)))
    rows, found = _waived(said.now, judge, estate, today)
    if base:
        found = compared(found, _waived(said.before, judge, base, today)[1], said.touched, estate.files)
    served = (head if deployed or former is None else former).view
    accounts = ordered(said.accounts)
    differing, uncompared = drift.compared(served, of_zones(served), estate.answers)
    return Report(
        ledger=tuple(row for row in (*said.ledger, *rows) if row.rules),
        findings=tuple(found),
        rules=estate.rules,
        idle=0 if estate.tenant or estate.proposal else sum(each.about in KINDS for each in estate.rules),
        profile=estate.profile.name,
        zones=len(estate.zones),
        records=sum(len(zone.records) for zone in estate.zones),
        drift=differing,
        uncompared=uncompared,
        portraits=tuple(portraits(there, said.seen, estate.senders)),
        declared=_declarations(head.declared, found),
        added=_added(estate, base) if base else (),
        changes=(*(each.told for each in accounts), *said.told),
        plans=plans(accounts),
        notes=(*estate.notes, *absent, *(tenant_notes(head.tenant) if head.tenant else ())),
        today=today.isoformat(),
    )


class _Judging:
    """Subjects judged one after the other: the ledger, the findings now and before, the facts of every one
    if they are to be kept, and those that the change touches. With DNS as it is now (`live`) also the account
    of each name that the change touches."""

    def __init__(
        self, judge: Judge, head: Side, base: Side | None, keep: bool, live: Overlay | None = None
    ) -> None:
        self._judge, self._head, self._base, self._keep, self._live = judge, head, base, keep, live
        self._unchanged = frozenset(base.view.books if base else ()) & frozenset(head.view.books)
        self.ledger: list[Judged] = []
        self.now: list[Finding] = []
        self.before: list[Finding] = []
        self.seen: dict[Subject, msgspec.Struct] = {}
        self.touched: set[Subject] = set()
        self.accounts: list[Account] = []
        self.told: list[NameChange] = []

    def former(self, estate: Estate | None) -> Iterator[Study]:
        """The subjects as they were, without names in zones that stay as they are."""
        if self._base and estate:
            yield from _studies(self._base, estate, known=self._unchanged)

    def judge(self, pairs: Iterable[_Pair]) -> None:
        """What one domain was worked out from helps few others, and takes memory."""
        for number, (study, former) in enumerate(pairs):
            if number % _AT_ONCE == 0:
                self._head.forget()
                if self._base:
                    self._base.forget()
            self._pair(study, former)
        if self._base:
            self._wildcards(self._base)
            self._of_tenant(self._base)

    def _of_tenant(self, base: Side) -> None:
        found = compared_tenants(base, self._head)
        for change in tenant_changes(found) if found else ():
            self._changed(change)
        if found and self._live is not None:
            self.told += tenant_accounts(found)

    def _wildcards(self, base: Side) -> None:
        """They are no names of their own, and still take mail."""
        for owner in wildcards(each for each in base.view.books if each not in self._unchanged):
            change = wildcard_facts(base, self._head, owner)
            self._changed(change)
            self._account(base, change, "changed")

    def _pair(self, study: Study | None, former: Study | None) -> None:
        facts = study.facts(self._head.view, self._head.spf) if study else None
        found = self._said(study, facts) if study and facts and study.counts(facts) else ()
        if study and study.book in self._unchanged:
            self.before += found
        elif self._base is not None:
            self._compare(self._base, study, facts, former, found)

    def _compare(
        self,
        base: Side,
        study: Study | None,
        facts: msgspec.Struct | None,
        former: Study | None,
        found: Sequence[Finding],
    ) -> None:
        """Facts that did not change say what they said."""
        old = former.facts(base.view, base.spf) if former else None
        if old is not None and found:
            self.now[-len(found) :] = [self._judge.measured(each, old) for each in found]
        alike = (
            facts is not None
            and old is not None
            and former is not None
            and self._judge.alike(former.subject, facts, old)
        )
        if former and old and former.counts(old):
            same = alike and study is not None and study.doubt == former.doubt
            self.before += found if same else self._judged(former, old)[1]
        if study and not alike:
            self.touched.add(study.subject)
        if former:
            change = change_facts(base, self._head, former.subject, alike)
            self._changed(change)
            self._account(base, change, "changed" if study else "gone")
        elif study and not study.probe:
            self._changed(new_selector_facts(base, self._head, study.subject))
            self._begun(base, study.subject)

    def _said(self, study: Study, facts: msgspec.Struct) -> tuple[Finding, ...]:
        if self._keep:
            self.seen[study.subject] = facts
        said, found = self._judged(study, facts)
        self.ledger.append(said)
        self.now += found
        return found

    def _judged(self, study: Study, facts: msgspec.Struct) -> tuple[Judged, tuple[Finding, ...]]:
        return self._judge.judge(study.subject, facts, Age(study.as_of, study.doubt, study.exported))

    def _changed(self, change: ChangeFacts | None) -> None:
        if change is not None:
            said, found = self._judge.judge(Subject("change", change.name), change)
            self.ledger.append(said)
            self.now += found

    def _begun(self, base: Side, subject: Subject) -> None:
        """A new name has nothing to lose, but something to tell."""
        if self._live is not None:
            self._account(base, change_facts(base, self._head, subject, alike=False), "new")

    def _account(self, base: Side, change: ChangeFacts | None, status: Status) -> None:
        told = account(base, self._head, self._live, change, status) if change and self._live else None
        if told is not None:
            self.accounts.append(told)


def _pairs(head: Iterable[Study], base: Iterable[Study]) -> Iterator[_Pair]:
    """Every subject as it is now and as it was, those that are gone last."""
    former = {each.subject: each for each in base}
    for study in head:
        yield study, former.pop(study.subject, None)
    yield from ((None, each) for each in former.values())


def _studies(
    side: Side, estate: Estate, names: Sequence[str] = (), known: Collection[ZoneBook] = ()
) -> Iterator[Study]:
    """The subjects of a side that some rule speaks of; where names are asked for, all: they are shown."""
    every = studies(side.view.books, side.declared, estate.faults, names, known, side.tenant)
    kinds = kinds_of(estate)
    return (each for each in every if names or each.subject.kind in kinds)


def kinds_of(estate: Estate) -> frozenset[str]:
    """The kinds of subjects that any rule speaks of; a change is one of domains and selectors."""
    kinds = {each.about for each in estate.rules}
    return frozenset(kinds | {"domain", "selector", "name"} if "change" in kinds else kinds)


def _there(view: Overlay, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of a call that may exist, and a sentence for each that does not."""
    absent = [name for name in names if view.exists(name) is False]
    sentences = [f"{name} does not exist in DNS, and no file here has that name" for name in absent]
    return [name for name in names if name not in absent], sentences


def _waived(
    findings: Sequence[Finding], judge: Judge, estate: Estate, today: datetime.date
) -> tuple[list[Judged], list[Finding]]:
    """The findings under the waivers of an estate, with those about the waivers, whose ledger comes first."""
    said, used = apply_waivers(findings, estate.intent.waivers, today)
    about = judge_waivers(judge, estate, used, today)
    return [row for row, _ in about], [*said, *(each for _, found in about for each in found)]


def judge_waivers(
    judge: Judge, estate: Estate, used: Collection[Waiver], today: datetime.date
) -> list[tuple[Judged, tuple[Finding, ...]]]:
    """Waivers are judged last: whether one is used is known only then."""
    rules = {name: rule for rule in estate.rules for name in (rule.id, rule.slug)}
    facts = [waiver_facts(each, used, rules, today) for each in estate.intent.waivers]
    return [judge.judge(Subject("waiver", each.name), each) for each in facts]


def _added(estate: Estate, base: Estate) -> tuple[Waiver, ...]:
    """The waivers that base does not have as they are, wherever they stand."""
    known = [msgspec.structs.replace(each, place=None) for each in base.intent.waivers]
    return tuple(
        each for each in estate.intent.waivers if msgspec.structs.replace(each, place=None) not in known
    )


def side(estate: Estate, today: datetime.date, beside: Side | None = None) -> Side:
    """An estate as it is judged on a day."""
    view = view_of(estate, beside.view if beside else None)
    declared = declared_of(estate, view, today)
    tenant = proposed(estate.tenant, estate.proposal)
    return Side(view, declared, Held(tenant, declared, estate.premises) if tenant else None)


def view_of(estate: Estate, beside: Overlay | None = None) -> Overlay:
    """DNS as it would be with the estate's zones, over its answers."""
    return Overlay(estate.zones, estate.answers, estate.policies, beside)


def declared_of(estate: Estate, view: Overlay, today: datetime.date) -> Declared:
    """What the intent says of every domain, on a day."""
    return Declared(estate.intent, estate.senders, today, shown_domains(view.books), estate.certificates)


def _declarations(declared: Declared, findings: Sequence[Finding]) -> dict[str, Declaration]:
    """Where the intent speaks of the domains that have findings; a selector is its domain's."""
    names = dict.fromkeys(each.subject.name.rpartition("._domainkey.")[2] for each in findings)
    found = ((name, declared.declaration(name)) for name in names)
    return {name: each for name, each in found if each}


def of_zones(view: Overlay) -> set[Question]:
    """What the judgement takes from the repository, so that it matters whether DNS says the same."""
    return {each for each in (*view.proposed, *published(view.books)) if each.type != "CNAME"}
