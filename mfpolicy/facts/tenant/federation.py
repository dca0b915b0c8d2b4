"""Whose accounts another identity provider signs in.

https://learn.microsoft.com/graph/api/resources/internaldomainfederation: what nobody set means that factors
of the provider are accepted, and that Entra asks for them itself where there were none."""

from __future__ import annotations

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import optional_part
from mfpolicy.facts.tenant.values import text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import normal
from mfpolicy.model.tenant import TenantObject

DOMAINS = "Get-MgDomain"
_INITIAL = ".onmicrosoft.com"
_REJECTS = "rejectMfaByFederatedIdp"


class Federation:
    """The federated domains of a tenant. Where nobody exported the domains, all but the initial one are, if
    the intent says so (`declared`), and none if it does not."""

    def __init__(self, held: Held) -> None:
        self.declared = held.intent.identity.by == "federation"
        found = held.objects(DOMAINS)
        self._known = not isinstance(found, Unknown)
        self._domains = {} if isinstance(found, Unknown) else {_name(each): _accepted(each) for each in found}

    def of(self, account: str) -> bool | Unknown:
        """Whether the factors of another provider count for an account."""
        domain = normal(account.rpartition("@")[2])
        if self._known and domain in self._domains:
            return self._domains[domain]
        return self.declared and not domain.endswith(_INITIAL)


def _name(of: TenantObject) -> str:
    found = text(of, "id")
    return normal(found) if isinstance(found, str) else ""


def _accepted(of: TenantObject) -> bool | Unknown:
    type = text(of, "authenticationType")
    if isinstance(type, Unknown) or type.lower() != "federated":
        return type if isinstance(type, Unknown) else False
    behaviour = text(optional_part(of, "federationConfiguration"), "federatedIdpMfaBehavior")
    return behaviour != _REJECTS
