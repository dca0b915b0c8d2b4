"""Plans of mailboxes: what a mailbox is given when somebody gets a licence for it."""

from __future__ import annotations

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, name_of, text
from mfpolicy.model.dns import Unknown, any_of, joined
from mfpolicy.model.tenant import TenantObject


def open_plans(held: Held) -> tuple[str, ...] | Unknown:
    """The plans that let new mailboxes be read by POP or IMAP; unknown where none does for sure."""
    found = held.objects("Get-CASMailboxPlan")
    if isinstance(found, Unknown):
        return found
    states = [(each, any_of(flag(each, name) for name in ("PopEnabled", "ImapEnabled"))) for each in found]
    unknowns = [state for _, state in states if isinstance(state, Unknown)]
    opened = tuple(_named(each) for each, state in states if state is True)
    return joined(unknowns) if unknowns and not opened else opened


def _named(plan: TenantObject) -> str:
    """Its name ends in an id; what is shown tells people which one it is."""
    shown = text(plan, "DisplayName")
    return shown if isinstance(shown, str) and shown else name_of(plan)
