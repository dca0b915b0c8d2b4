"""What an export holds, and which of the questions that were put to it have no answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from mfpolicy.facts.tenant.export import export_facts
from mfpolicy.facts.tenant.values import is_cut
from mfpolicy.model.dns import NoAnswer, Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Finding, Report, Verdict
from mfpolicy.model.intent_tenant import TenantSource
from mfpolicy.model.rules import Rule
from mfpolicy.model.survey import Content, Gap, Survey
from mfpolicy.model.tenant import EXPORT, Listing, Tenant, TenantObject


class Recipe(Protocol):
    """How a cmdlet is called so that its file can be read."""

    def line(self, cmdlet: str) -> str:
        """What exports it; empty where nothing does."""
        ...

    def before(self, cmdlets: Iterable[str]) -> tuple[str, ...]:
        """What has to be said before the lines of some cmdlets."""
        ...


def contents(tenant: Tenant) -> Iterator[Content]:
    """What each cmdlet gave, by name."""
    for name, listing in sorted(tenant.listings.items()):
        yield Content(
            name, len(listing.objects), listing.file, listing.lacking, listing.whole, tuple(_cut(listing))
        )


def _cut(listing: Listing) -> list[str]:
    """The properties of which a part was cut off in any object."""
    return sorted({name for each in listing.objects for name in _cut_in(each)})


def _cut_in(of: TenantObject) -> Iterator[str]:
    return (name for name, value in of.values.items() if _holds_cut(value))


def _holds_cut(value: Any) -> bool:
    """No reader gives values that are nested so deeply that this would not end."""
    if isinstance(value, dict):
        return any(map(_holds_cut, value.values()))
    return any(map(_holds_cut, value)) if isinstance(value, list) else is_cut(value)


def gaps(findings: Iterable[Finding]) -> tuple[Gap, ...]:
    """What the export does not tell, by cmdlet and reason, with the rules that asked."""
    found: dict[tuple[str, bool, Reason], tuple[set[str], dict[str, Rule]]] = {}
    for each in findings:
        for missing in _missing(each):
            whose, what = _divided(missing.question.name)
            asked = found.setdefault((whose, not what, missing.reason), (set(), {}))
            asked[0].update([what] if what else [])
            asked[1][each.rule.id] = each.rule
    return tuple(
        Gap(whose, reason, tuple(sorted(names)), tuple(rules[id] for id in sorted(rules)))
        for (whose, _, reason), (names, rules) in sorted(found.items())
    )


def _missing(finding: Finding) -> Iterator[NoAnswer]:
    if finding.verdict is Verdict.UNKNOWN and finding.unknown is not None:
        yield from (each for each in finding.unknown.because if each.question.type == EXPORT)


def _divided(name: str) -> tuple[str, str]:
    """A cmdlet, and the property of it that was asked for; what is no cmdlet is the export itself."""
    cmdlet, _, what = name.partition(" ")
    return (cmdlet, what.replace(" ", ".")) if "-" in cmdlet else (name, "")


def surveyed(path: str, tenant: Tenant, faults: Sequence[Fault], report: Report, recipe: Recipe) -> Survey:
    """An export, and what a judgement by it left open."""
    day = datetime.date.fromisoformat(report.today)
    export = export_facts(tenant, TenantSource(), day)
    found = gaps(report.findings)
    return Survey(
        path=path,
        profile=report.profile,
        taken=export.taken,
        age_days=export.age_days,
        tools=export.tools,
        tenants=tuple(dict.fromkeys(filter(None, _names(tenant)))),
        contents=tuple(contents(tenant)),
        gaps=tuple(msgspec.structs.replace(each, line=recipe.line(each.whose)) for each in found),
        faults=tuple(faults),
        before=recipe.before([each.whose for each in found]),
    )


def _names(tenant: Tenant) -> Iterator[str]:
    yield from (each.name for each in tenant.exports)
    yield from (each.id for each in tenant.exports)
