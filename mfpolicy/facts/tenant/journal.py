"""Journal rules: copies of mail for an archive."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.forwarding import leads_outside
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.named import is_named
from mfpolicy.facts.tenant.values import flag, name_of, text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class JournalRuleFacts(msgspec.Struct, frozen=True):
    """A journal rule, where its reports go, and whether that is outside the tenant. `declared`: the intent
    allows it under transport_rules: may_journal."""

    name: str
    enabled: bool | Unknown
    address: str | Unknown
    outside: bool | Unknown
    declared: bool
    place: Place | None = None


def journal_facts(held: Held) -> tuple[JournalRuleFacts, ...] | Unknown:
    """The facts of all journal rules."""
    found = held.objects("Get-JournalRule")
    return found if isinstance(found, Unknown) else tuple(_facts(held, each) for each in found)


def _facts(held: Held, of: TenantObject) -> JournalRuleFacts:
    name = "JournalEmailAddress"
    address = text(of, name)
    return JournalRuleFacts(
        name=name_of(of),
        enabled=flag(of, "Enabled"),
        address=address,
        outside=address if isinstance(address, Unknown) else leads_outside(held, of, name, address),
        declared=is_named(name_of(of), held.intent.transport_rules.may_journal),
        place=of.place,
    )
