"""What Microsoft itself reports to be broken."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import day_of, flag, text, time
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_MAIL = ("exchange online", "microsoft 365 suite")


class IncidentFacts(msgspec.Struct, frozen=True):
    """An incident that is open, as Service Health tells it; `since` is a day."""

    id: str
    title: str
    service: str
    since: str
    place: Place | None = None


class HealthFacts(msgspec.Struct, frozen=True):
    """Service Health. `present` is false where it was not exported: it tells of Microsoft, and not of how the
    tenant is set up, so that nothing is missing without it."""

    present: bool = False
    incidents: tuple[IncidentFacts, ...] = ()


def health_facts(held: Held) -> HealthFacts:
    """The open incidents of services that mail depends on (Microsoft Graph, serviceHealthIssue)."""
    found = held.objects("Get-MgServiceAnnouncementIssue")
    if isinstance(found, Unknown):
        return HealthFacts()
    return HealthFacts(True, tuple(_incident(each) for each in found if _is_open(each)))


def _is_open(issue: TenantObject) -> bool:
    # An advisory tells of a part that works less well; what is not said is not alleged.
    incident = text(issue, "classification") in ("incident", "Incident")
    return incident and flag(issue, "isResolved") is False and str(text(issue, "service")).lower() in _MAIL


def _incident(issue: TenantObject) -> IncidentFacts:
    return IncidentFacts(
        id=_said(text(issue, "id")),
        title=_said(text(issue, "title")),
        service=_said(text(issue, "service")),
        since=_said(day_of(time(issue, "startDateTime"))),
        place=issue.place,
    )


def _said(value: str | Unknown) -> str:
    return "" if isinstance(value, Unknown) else value
