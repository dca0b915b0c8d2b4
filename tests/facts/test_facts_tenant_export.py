from __future__ import annotations

import datetime

import pytest

from mfpolicy.facts.tenant.export import as_of, doubt_of, export_facts
from mfpolicy.model.dns import Reason
from mfpolicy.model.intent_tenant import TenantSource
from mfpolicy.model.tenant import Export, Tenant

TODAY = datetime.date(2026, 11, 23)
WEEK = 7 * 86_400
ID, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


def at(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T08:00:00+00:00")


def doubts(source: TenantSource, *exports: Export) -> list[Reason]:
    found = doubt_of(export_facts(Tenant(exports=exports), source, TODAY))
    return [each.reason for each in found.because] if found else []


NEW, OLD, UNDATED = (
    Export("a.json", taken=at("2026-11-20")),
    Export("b.json", taken=at("2026-11-15")),
    Export("c.json"),
)


@pytest.mark.parametrize(
    ("source", "exports", "expected"),
    [
        (TenantSource(max_age=WEEK), [NEW], []),
        (TenantSource(max_age=WEEK), [NEW, OLD], [Reason.TOO_OLD]),
        (TenantSource(max_age=12 * 3600), [OLD], [Reason.TOO_OLD]),
        (TenantSource(), [OLD], []),
        (TenantSource(max_age=WEEK), [NEW, UNDATED], [Reason.UNDATED]),
        (TenantSource(max_age=WEEK, taken=datetime.date(2026, 11, 20)), [UNDATED], []),
        (TenantSource(max_age=WEEK, taken=datetime.date(2026, 11, 1)), [UNDATED], [Reason.TOO_OLD]),
        (TenantSource(max_age=WEEK), [Export("a.json", taken=at("2026-11-24"))], []),
        (TenantSource(max_age=WEEK), [Export("a.json", taken=at("2062-11-20"))], [Reason.UNDATED]),
        (TenantSource(max_age=WEEK), [NEW, Export("a.json", taken=at("2062-11-20"))], [Reason.UNDATED]),
        (TenantSource(max_age=WEEK, taken=datetime.date(2027, 11, 1)), [UNDATED], [Reason.UNDATED]),
        (TenantSource(id=ID.upper()), [Export("a.json", id=ID)], []),
        (TenantSource(id=ID), [Export("a.json", id=OTHER)], [Reason.OTHER_TENANT]),
        (TenantSource(), [Export("a.json", id=ID), Export("b.json", id=OTHER)], [Reason.OTHER_TENANT]),
        (TenantSource(), [Export("a.json", id=ID), Export("b.json")], []),
        (
            TenantSource(id="contoso.onmicrosoft.com"),
            [Export("a.json", id=ID, name="fabrikam.onmicrosoft.com")],
            [Reason.OTHER_TENANT],
        ),
        (
            TenantSource(id="contoso.onmicrosoft.com"),
            [Export("a.json", id=ID, name="Contoso.onmicrosoft.com")],
            [],
        ),
    ],
)
def test_an_export_is_doubted_where_it_may_say_nothing_of_the_tenant_now(
    source: TenantSource, exports: list[Export], expected: list[Reason]
) -> None:
    assert doubts(source, *exports) == expected


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        ([NEW], "2026-11-20 (3 days ago)"),
        ([Export("a.json", taken=at("2026-11-22"))], "2026-11-22 (1 day ago)"),
        ([Export("a.json", taken=at("2026-11-23"))], "2026-11-23"),
        ([UNDATED], "an unknown day"),
    ],
)
def test_people_read_when_it_was_exported(exports: list[Export], expected: str) -> None:
    assert as_of(export_facts(Tenant(exports=tuple(exports)), TenantSource(), TODAY)) == expected
