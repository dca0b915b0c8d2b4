"""A tenant as its facts are worked out: what it holds, what is declared of it, and on which day."""

from __future__ import annotations

import datetime
from functools import cached_property

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.directory import Directory
from mfpolicy.facts.tenant.export import as_of, doubt_of, export_facts
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent_tenant import TenantIntent
from mfpolicy.model.names import normal
from mfpolicy.model.tenant import Tenant, TenantObject


class Held:
    """See the module. What many facts share is worked out once. `premises` are one's own Exchange servers,
    None where none are declared."""

    def __init__(self, tenant: Tenant, declared: Declared, premises: Tenant | None = None) -> None:
        self.tenant = tenant
        self.premises = premises
        self.declared = declared
        self.export = export_facts(tenant, self.intent.source, self.today)
        self.doubt = doubt_of(self.export)
        self.as_of = as_of(self.export)

    @property
    def intent(self) -> TenantIntent:
        """What is declared of the tenant."""
        return self.declared.intent.tenant

    @property
    def today(self) -> datetime.date:
        """The day that is judged for."""
        return self.declared.today

    @cached_property
    def directory(self) -> Directory:
        """Who is in the tenant."""
        return Directory(self.tenant, self.intent.identity)

    def objects(self, cmdlet: str) -> tuple[TenantObject, ...] | Unknown:
        """See `Tenant.objects`."""
        return self.tenant.objects(cmdlet)

    def one(self, cmdlet: str) -> TenantObject | Unknown:
        """See `Tenant.one`."""
        return self.tenant.one(cmdlet)

    @cached_property
    def accepted(self) -> tuple[str, ...] | Unknown:
        """The accepted domains, normal names."""
        found = self.objects("Get-AcceptedDomain")
        if isinstance(found, Unknown):
            return found
        names = gathered(text(each, "DomainName") for each in found)
        return names if isinstance(names, Unknown) else tuple(map(normal, names))
