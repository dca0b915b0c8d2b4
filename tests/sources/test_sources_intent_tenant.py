"""What an intent says of the tenant, read and refused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.model.intent_tenant import (
    AcceptedDomainIntent,
    CertificateIntent,
    ConnectorIntent,
    ForwardingIntent,
    IdentityIntent,
    ProtectionIntent,
    ReviewIntent,
    TenantIntent,
    TenantSource,
    TransportRulesIntent,
)
from mfpolicy.model.places import Span
from mfpolicy.sources.examples import TextFiles
from mfpolicy.sources.intent import read_intent

WHOLE = """\
version: 1
tenant: {live: tenant, max_age: 7d, id: contoso.onmicrosoft.com, taken: 2026-11-20}
addresses: {datacentre: [192.0.2.0/28]}
certificates:
  hybrid: {current: certs/2026.cer, next: certs/2027.cer, hosts: [Mail.contoso.com], owner: Messaging}
accepted_domains:
  Contoso.com: {type: internal-relay, because: unsynchronised mailboxes}
  fabrikam.com:
connectors:
  hybrid-in:
    {direction: inbound, type: on-premises, match: "Inbound from *", identified_by: {certificate: hybrid}}
  scanners: {identified_by: {addresses: [datacentre, 198.51.100.7]}, tls: none, because: a private line}
  partner: {direction: outbound, to: [gw.example.net], domains: [Example.net], owner: Sales}
protection:
  {preset: standard, strict_for: [Executives@contoso.com], anti_spam: {BulkThreshold: 5, AllowedSenders: []}}
transport_rules: {may_bypass: ["Phish test *"], may_journal: [Archive]}
forwarding: {domains: [Partner.example], mailboxes: [desk@contoso.com]}
identity:
  {mfa: required, by: conditional-access, exempt: [breakglass@contoso.com], basic_auth: [scan@contoso.com]}
reviews:
  anti-spam: {every: quarter, last: 2026-10-06, by: Mail operations, record: CHG-4711, settings: 0123abc}
  connectors: {every: 90d}
"""


def bare(value: Any) -> Any:
    """A value without its places."""
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if not hasattr(value, "__struct_fields__"):
        return value
    found = {name: bare(getattr(value, name)) for name in value.__struct_fields__}
    return type(value)(**{**found, "place": None} if "place" in found else found)


def read(text: str) -> tuple[TenantIntent, list[str]]:
    intent, faults = read_intent(text, "house/mailflow.yaml", TextFiles({}))
    assert all(isinstance(each.place, Span) for each in faults)
    return bare(intent.tenant), [each.text for each in faults]


def test_all_that_is_said_of_a_tenant_is_read() -> None:
    assert read(WHOLE) == (
        TenantIntent(
            source=TenantSource(
                "house/tenant", "", 604_800, "contoso.onmicrosoft.com", datetime.date(2026, 11, 20)
            ),
            certificates=(
                CertificateIntent(
                    "hybrid",
                    "house/certs/2026.cer",
                    "house/certs/2027.cer",
                    ("mail.contoso.com",),
                    "Messaging",
                ),
            ),
            accepted_domains=(
                AcceptedDomainIntent("contoso.com", "internal-relay", "unsynchronised mailboxes"),
                AcceptedDomainIntent("fabrikam.com"),
            ),
            connectors=(
                ConnectorIntent("hybrid-in", "inbound", "on-premises", "Inbound from *", "hybrid"),
                ConnectorIntent(
                    "scanners",
                    match="scanners",
                    addresses=("192.0.2.0/28", "198.51.100.7/32"),
                    tls="none",
                    because="a private line",
                ),
                ConnectorIntent(
                    "partner",
                    "outbound",
                    match="partner",
                    domains=("example.net",),
                    hosts=("gw.example.net",),
                    owner="Sales",
                ),
            ),
            protection=ProtectionIntent(
                "standard",
                ("executives@contoso.com",),
                {"anti_spam": {"BulkThreshold": 5, "AllowedSenders": []}},
            ),
            transport_rules=TransportRulesIntent(may_bypass=("Phish test *",), may_journal=("Archive",)),
            forwarding=ForwardingIntent(("partner.example",), ("desk@contoso.com",)),
            identity=IdentityIntent(
                "required", "conditional-access", ("breakglass@contoso.com",), ("scan@contoso.com",)
            ),
            reviews=(
                ReviewIntent(
                    "anti-spam",
                    "quarter",
                    datetime.date(2026, 10, 6),
                    "Mail operations",
                    "CHG-4711",
                    "0123abc",
                ),
                ReviewIntent("connectors", 90 * 86_400),
            ),
        ),
        [],
    )


def test_nothing_is_said_where_nothing_stands() -> None:
    assert read("version: 1\n") == (TenantIntent(), [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tenant: {max_age: 7d}", "tenant has no live"),
        ("tenant: tenant.json", 'tenant is "tenant.json"; expected a mapping'),
        ("tenant: {live: t, max_age: soon}", "expected a time such as 7d"),
        ("tenant: {live: t, taken: last week}", "expected a day such as"),
        ("certificates: {hybrid: {curent: a.cer}}", "did you mean current?"),
        ("connectors: {a: {identified_by: {certificate: hybrid}}}", 'there is no certificate "hybrid"'),
        ("connectors: {a: {identified_by: {addresses: office}}}", "neither a range nor in addresses"),
        ("connectors: {a: {tls: sometimes}}", "expected none or opportunistic or encrypted"),
        ("connectors: {a: {direction: both}}", "expected inbound or outbound"),
        ("protection: {preset: hardened}", "expected standard or strict"),
        ("protection: {anti_spam: {Bulk: {a: 1}}}", "Bulk is a mapping; expected a value or a list"),
        ("accepted_domains: {a.example: {type: authoritativ}}", "did you mean authoritative?"),
        ("identity: {mfa: optional}", "expected required"),
        ("reviews: {antispam: {every: quarter}}", "did you mean anti-spam?"),
        ("reviews: {anti-spam: {every: fortnight}}", "expected a time such as 7d"),
        ("transport_rules: {may_bypass: all}", "expected a list of texts"),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(text: str, expected: str) -> None:
    _, faults = read(f"version: 1\n{text}\n")
    assert [expected in each for each in faults] == [True], faults
