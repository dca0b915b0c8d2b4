"""Alerts that tell when mail is abused or does not flow."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, name_of, texts
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class AlertFacts(msgspec.Struct, frozen=True):
    """An alert policy, and whom it tells."""

    name: str
    disabled: bool | Unknown
    tells: tuple[str, ...] | Unknown
    place: Place | None = None


def alert_facts(held: Held) -> tuple[AlertFacts, ...] | Unknown:
    """All alert policies of a tenant (Get-ProtectionAlert)."""
    found = held.objects("Get-ProtectionAlert")
    return found if isinstance(found, Unknown) else tuple(map(_alert, found))


def _alert(of: TenantObject) -> AlertFacts:
    return AlertFacts(name_of(of), flag(of, "Disabled"), texts(of, "NotifyUser"), of.place)
