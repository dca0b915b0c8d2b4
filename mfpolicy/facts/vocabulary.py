"""Every subject that a rule may be about, and the type of its facts."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.certificates import CertificateFacts
from mfpolicy.facts.change import ChangeFacts
from mfpolicy.facts.dkim import SelectorFacts
from mfpolicy.facts.domains import DomainFacts
from mfpolicy.facts.files import FileFacts
from mfpolicy.facts.groups import GroupFacts
from mfpolicy.facts.names import NameFacts
from mfpolicy.facts.reviews import ReviewFacts
from mfpolicy.facts.tenant.accounts import AccountFacts
from mfpolicy.facts.tenant.connectors import ConnectorFacts
from mfpolicy.facts.tenant.overview import TenantFacts
from mfpolicy.facts.tenant.protection import ProtectionFacts
from mfpolicy.facts.tenant.transport_rules import TransportRuleFacts
from mfpolicy.facts.waivers import WaiverFacts

SUBJECTS: dict[str, type[msgspec.Struct]] = {
    "account": AccountFacts,
    "certificate": CertificateFacts,
    "change": ChangeFacts,
    "connector": ConnectorFacts,
    "domain": DomainFacts,
    "file": FileFacts,
    "group": GroupFacts,
    "name": NameFacts,
    "protection_policy": ProtectionFacts,
    "review": ReviewFacts,
    "selector": SelectorFacts,
    "tenant": TenantFacts,
    "transport_rule": TransportRuleFacts,
    "waiver": WaiverFacts,
}
