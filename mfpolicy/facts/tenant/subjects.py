"""What there is to judge of a tenant."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.study import Study
from mfpolicy.facts.tenant.accounts import account_studies
from mfpolicy.facts.tenant.connectors import connector_studies
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.overview import overview_studies
from mfpolicy.facts.tenant.protection import protection_studies
from mfpolicy.facts.tenant.transport_rules import transport_rule_studies

# What there is of these only an export tells.
KINDS = ("account", "connector", "protection_policy", "tenant", "transport_rule")
_OF_EXPORT = (
    overview_studies,
    connector_studies,
    protection_studies,
    transport_rule_studies,
    account_studies,
)


def tenant_studies(held: Held) -> Iterator[Study]:
    """Every subject of a tenant, in a stable order."""
    for studies in _OF_EXPORT:
        for each in studies(held):
            yield msgspec.structs.replace(each, as_of=held.as_of, doubt=held.doubt)
