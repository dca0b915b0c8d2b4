"""How old an export is, of which tenant it is, and whether anything can be concluded from it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator

import msgspec

from mfpolicy.model.dns import Reason, Unknown, joined, unknown
from mfpolicy.model.intent_tenant import TenantSource
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import EXPORT, Tenant

_AHEAD = datetime.timedelta(days=1)  # it is tomorrow elsewhere, and clocks differ


class ExportFacts(msgspec.Struct, frozen=True):
    """An export. `taken` is its day (empty: unknown, or to come), `age_days` how old it is in whole days,
    `max_age_days` how old it may be, in days begun (0: not said). `others` are ids and names of tenants in it
    that are not the declared one, or that differ among its files. `failed` are cmdlets that gave nothing when
    it was made."""

    taken: str = ""
    dated: bool = False
    age_days: int = 0
    max_age_days: int = 0
    tools: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    place: Place | None = None


def export_facts(tenant: Tenant, source: TenantSource, today: datetime.date) -> ExportFacts:
    """The facts of an export on a day."""
    taken = _day(tenant, source, today)
    return ExportFacts(
        taken=taken.isoformat() if taken else "",
        dated=taken is not None,
        age_days=max(0, (today - taken).days) if taken else 0,
        max_age_days=math.ceil((source.max_age or 0) / 86400),
        tools=tuple(dict.fromkeys(each.tool for each in tenant.exports if each.tool)),
        files=tuple(each.file for each in tenant.exports),
        others=tuple(_others(tenant, source)),
        failed=tuple(name for name, each in tenant.listings.items() if each.lacking is Reason.EXPORT_FAILED),
        place=tenant.place,
    )


def _day(tenant: Tenant, source: TenantSource, today: datetime.date) -> datetime.date | None:
    """The day of its oldest file; what the intent says, where its files do not. A day to come proves nothing:
    such an export would never grow old."""
    told = [each.taken.date() for each in tenant.exports if each.taken]
    found = tenant.taken.date() if tenant.taken else source.taken
    latest = max([*told, found]) if found else None
    return found if latest and latest <= today + _AHEAD else None


def doubt_of(facts: ExportFacts) -> Unknown | None:
    """Why nothing can be said to be in order by an export; None where that can be."""
    whole = f"the export of {facts.taken}" if facts.dated else "the export"
    reasons = []
    if facts.others:
        reasons.append(unknown(whole, EXPORT, Reason.OTHER_TENANT))
    if facts.max_age_days and not facts.dated:
        reasons.append(unknown(whole, EXPORT, Reason.UNDATED))
    if facts.max_age_days and facts.age_days > facts.max_age_days:
        reasons.append(unknown(whole, EXPORT, Reason.TOO_OLD))
    return joined(reasons) if reasons else None


def as_of(facts: ExportFacts) -> str:
    """When it was seen, for people: `2026-11-20 (3 days ago)`."""
    if not facts.dated:
        return "an unknown day"
    if not facts.age_days:
        return facts.taken
    return f"{facts.taken} ({facts.age_days} day{'s' * (facts.age_days != 1)} ago)"


def _others(tenant: Tenant, source: TenantSource) -> Iterator[str]:
    """GUIDs and names compare without case. Some files tell the id, others the name, most neither."""
    wanted = source.id.lower()
    for kind in ("id", "name"):
        told = dict.fromkeys(getattr(each, kind).lower() for each in tenant.exports)
        told.pop("", None)
        asked = bool(wanted) and ("." in wanted) == (kind == "name")
        yield from (each for each in told if (each != wanted if asked else len(told) > 1))
