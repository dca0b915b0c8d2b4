"""What a change starts from, as an estate: files as they were, or what live DNS serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from mfpolicy.collect.files import Files
from mfpolicy.facts.change import Side
from mfpolicy.facts.domains import shown_domains
from mfpolicy.facts.subjects import studies
from mfpolicy.model.call import INTENT, Check, TenantPaths
from mfpolicy.model.dns import Answers, Question, Zone
from mfpolicy.model.findings import Finding, Report
from mfpolicy.model.intent import Intent
from mfpolicy.model.places import Line, Place
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.estate import Estate, Said, Shipped, declaring, read_said
from mfpolicy.sources.relevance import matters
from mfpolicy.views.served import served, to_compare

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base

_NO_BASE = (
    "there is nothing to compare with: name the commit, branch or folder that the change starts from, "
    "such as mfpolicy diff origin/main"
)
_UNLISTED = "live DNS cannot be listed: names that only it has, and that nobody would guess, are not compared"


def former_of(base: Base | None, call: Check, files: Files, head: Estate, ours: Shipped) -> Former | None:
    """What head is compared with, once it is known what DNS says; None where nothing is. Raises Unusable
    where that cannot be, or where somebody wants to be told of it and there is nothing."""
    if call.base == "live":
        if not (head.zones or head.proposal):
            raise Unusable("--base live: this call names no zone that DNS could be compared with")
        if head.zones and call.live is None and not head.answers.replies:
            raise Unusable("--base live compares with what DNS says: ask it, or give answers with --dns FILE")
        return Former(head, "live DNS", live=True)
    if base is not None and _matters(base, call, files, head.intent):
        return Former(_estate(base, call, files, head, ours), base.label)
    if (head.former or head.proposal) and call.base != "none":
        return Former(_as_told(head), _told_by(head))
    if call.telling:
        raise Unusable(_NO_BASE)
    return None


class Former(msgspec.Struct, frozen=True):
    """The estate as it was, and what people call that. With `live` it is what DNS serves of its zones."""

    estate: Estate
    label: str
    live: bool = False

    def over(self, answers: Answers) -> Estate:
        """The estate over what DNS says."""
        if not self.live:
            return msgspec.structs.replace(self.estate, answers=answers)
        # What is wrong in a file was never served.
        zones = served(self.estate.zones, answers)
        return msgspec.structs.replace(self.estate, zones=zones, answers=answers, faults=(), proposal=None)

    def questions(self, head: Side) -> set[Question]:
        """What DNS has to say first, before it is known what there was."""
        if not self.live:
            return set()
        every = [*studies(head.view.books, head.declared, names=[*shown_domains(head.view.books)])]
        domains = [each.subject.name for each in every if each.subject.kind == "domain"]
        selectors = [each.subject.name for each in every if each.subject.kind == "selector"]
        return to_compare(head.view.books, domains, selectors)


def _as_told(head: Estate) -> Estate:
    """The estate before a change whose files tell that themselves, as a plan does and an export beside a
    proposal; other files are as they were. What is wrong in any file counts as new: nobody knows since
    when."""
    kept = [each for each in head.zones if each.file not in head.former]
    return msgspec.structs.replace(head, zones=(*kept, *_told(head)), faults=(), proposal=None)


def _told(head: Estate) -> list[Zone]:
    return [zone for zones in head.former.values() for zone in zones]


def _told_by(head: Estate) -> str:
    told = [f"what is there before {' and '.join(head.former)}"] if head.former else []
    return " and ".join([*told, *(["the tenant as it was exported"] if head.proposal else [])])


def _estate(base: Base, call: Check, files: Files, head: Estate, ours: Shipped) -> Estate:
    """The estate as it was, judged by the rules of today. Without an intent then, by that of today."""
    said, notes = _said(base, call, head, ours)
    sources = [each for each in call.zones or said.intent.zones if each.path not in head.former]
    here = {each.path for each in sources if files.holds(each.path)}
    notes += filter(None, [base.absence(each.path) for each in sources if each.path in here])
    paths, said = _exports(base, call, said)
    base.read_at([*(each.path for each in sources), *filter(None, _named(paths, said))])
    # What neither has is the same fault in both.
    there = [each for each in sources if base.files.holds(each.path) or each.path not in here]
    former = _with_tenant(declaring(head, base.files, said, there, ours, paths), call, head)
    notes += ["the tenant is compared with its export"] * bool(call.proposed)
    read = {zone.name for zone in head.zones if zone.readable}
    unread = [zone.file for zone in former.zones if not zone.readable and zone.name in read]
    notes += [f"{file} could not be read in {base.label}, so nothing in it counts as old" for file in unread]
    return msgspec.structs.replace(former, zones=(*former.zones, *_told(head)), notes=tuple(notes))


def _exports(base: Base, call: Check, said: Said) -> tuple[TenantPaths, Said]:
    """Where the exports lay, and what was said of them; of those that were not there yet all is new."""

    def kept(path: str) -> str:
        return path if path and base.files.holds(path) else ""

    tenant = said.intent.tenant
    live, proposed = ("", "") if call.tenant else (kept(tenant.source.live), kept(tenant.source.proposed))
    tenant = msgspec.structs.replace(
        tenant,
        source=msgspec.structs.replace(tenant.source, live=live, proposed=proposed),
        premises=msgspec.structs.replace(tenant.premises, export=kept(tenant.premises.export)),
    )
    intent = msgspec.structs.replace(said.intent, tenant=tenant)
    return TenantPaths(kept(call.tenant)), msgspec.structs.replace(said, intent=intent)


def _named(paths: TenantPaths, said: Said) -> tuple[str, ...]:
    tenant = said.intent.tenant
    return (paths.live, tenant.source.live, tenant.source.proposed, tenant.premises.export)


def _with_tenant(former: Estate, call: Check, head: Estate) -> Estate:
    """A proposal starts from the export, which need not be kept beside it; one that the call itself names
    from nothing else."""
    if call.proposed:
        return msgspec.structs.replace(former, tenant=head.tenant, proposal=None)
    if former.tenant is None and head.proposal:
        return msgspec.structs.replace(former, tenant=head.tenant)
    return former


def _said(base: Base, call: Check, head: Estate, ours: Shipped) -> tuple[Said, list[str]]:
    """What the intent said, and what has to be told about it."""
    today = Said(head.intent)
    if not call.intent:
        gone = not call.names and base.files.holds(INTENT)
        return today, [f"{INTENT} is gone since {base.label}: what it declared is not judged"] * gone
    if not base.files.holds(call.intent):
        return today, []
    try:
        said = read_said(base.files, call.intent, ours)
    except Unusable:
        said = Said()
    if said.intent.place is not None:
        return said, [] if call.profile else _other_profile(said.intent, head.intent, base.label)
    words = f"{call.intent} could not be read in {base.label}, so what was there is judged by today's"
    return msgspec.structs.replace(today, faults=said.faults), [words]


def _other_profile(was: Intent, now: Intent, then: str) -> list[str]:
    """Both sides are judged by one yardstick; whoever approves a change has to see that it is another."""
    if was.profile == now.profile:
        return []
    return [f"the profile was {was.profile} in {then} and is {now.profile} now, by which both are judged"]


def _matters(base: Base, call: Check, files: Files, intent: Intent) -> bool:
    """Whether there is anything to compare. Where nobody asked, that takes a file that was read."""
    if base.asked or call.telling or base.differing is None:
        return True
    exports = [intent.tenant.source.live, intent.tenant.source.proposed, intent.tenant.premises.export]
    sources = [*(each.path for each in call.zones or intent.zones), call.tenant, *exports]
    return bool(base.differing) and matters(
        base.differing, base.names(files.tried), base.names(filter(None, sources))
    )


def labelled(report: Report, base: Base | None, former: Former | None, texts: Mapping[str, str]) -> Report:
    """The report with the name of its base, and with the lines where what is fixed stood there, or in one of
    today's files (`texts`) that tells what there was."""
    if former is None:
        return report
    texts = {**texts, **base.files.texts} if base else texts
    findings = tuple(
        _where_it_stood(each, texts) if each.status == "fixed" else each for each in report.findings
    )
    notes = (_UNLISTED,) if former.live else former.estate.notes
    why = tuple(base.why()) if base and report.changes else ()
    return msgspec.structs.replace(
        report, findings=findings, base=former.label, notes=(*report.notes, *notes), why=why
    )


def _where_it_stood(finding: Finding, texts: Mapping[str, str]) -> Finding:
    """A finding of base by the lines of its files: their texts are not those of today."""
    from mfpolicy.output.place import resolve

    def line(place: Place | None) -> Line | None:
        return Line(place.file, resolve(place, texts).line) if place else None

    seen = tuple(msgspec.structs.replace(each, place=line(each.place)) for each in finding.evidence)
    return msgspec.structs.replace(finding, place=line(finding.place), evidence=seen)
