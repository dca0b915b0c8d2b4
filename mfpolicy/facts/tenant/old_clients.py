"""Whether clients that know no second factor ever get in.

What they cannot show keeps them out as well as a block does: every policy for such clients that asks for
anything. https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions"""

from __future__ import annotations

from mfpolicy.facts.tenant.authentication_strength import controlled
from mfpolicy.facts.tenant.conditional_access import OLD_CLIENTS, AccessPolicy
from mfpolicy.facts.tenant.optional import lower, optional, optional_part
from mfpolicy.facts.tenant.values import part
from mfpolicy.model.dns import Unknown, all_of, any_of
from mfpolicy.model.tenant import TenantObject

_ACTIVESYNC = "exchangeactivesync"


def old_clients_stopped(
    found: tuple[TenantObject, ...] | Unknown, policies: tuple[AccessPolicy, ...]
) -> bool | Unknown:
    """Whether each kind of them meets a control under all conditions; `policies` tell what those `found` do.
    Exchange ActiveSync leads to mail alone, so that a policy for Exchange Online is enough for it."""
    if isinstance(found, Unknown):
        return found
    pairs = tuple(zip(found, policies, strict=True))
    return all_of(any_of(_stops(of, policy, client) for of, policy in pairs) for client in OLD_CLIENTS)


def _stops(of: TenantObject, policy: AccessPolicy, client: str) -> bool | Unknown:
    facts = policy.facts
    wide = True if client == _ACTIVESYNC else facts.all_applications
    always = facts.narrowed if isinstance(facts.narrowed, Unknown) else not facts.narrowed
    asks = controlled(optional_part(of, "grantControls"))
    return all_of((facts.enabled, facts.all_users, policy.mail, wide, always, asks, _is_for(of, client)))


def _is_for(of: TenantObject, client: str) -> bool | Unknown:
    clients = lower(optional(part(of, "conditions"), "clientAppTypes"))
    if isinstance(clients, Unknown):
        return clients
    return not clients or "all" in clients or client in clients
