"""What stands in the properties of connectors, and how it is compared with what is declared."""

from __future__ import annotations

import pytest

from mfpolicy.facts.tenant.connector_intent import deviations, tls_rank
from mfpolicy.facts.tenant.connector_values import (
    certificate_domain,
    covers_domain,
    domain_of,
    is_address,
    is_named,
    networks_of,
    outside,
)
from mfpolicy.facts.tenant.gateway import locks, skips
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent_tenant import ConnectorIntent
from mfpolicy.model.tenant import TenantObject


def connector(**values: object) -> TenantObject:
    return TenantObject("Get-InboundConnector in", values)


@pytest.mark.parametrize(
    ("space", "domain"),
    [
        ("smtp:*;1", "*"),
        ("smtp:*.Contoso.com;10", "*.contoso.com"),
        ("contoso.com", "contoso.com"),
        ("*", "*"),
    ],
)
def test_an_address_space_is_a_domain_and_a_cost(space: str, domain: str) -> None:
    assert domain_of(space) == domain


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("192.0.2.1", ["192.0.2.1/32"]),
        ("192.0.2.9/28", ["192.0.2.0/28"]),
        ("192.0.2.1-192.0.2.4", ["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/32"]),
        ("192.0.2.1 - 192.0.2.1", ["192.0.2.1/32"]),
        ("2001:db8::/64", ["2001:db8::/64"]),
        ("192.0.2.4-192.0.2.1", []),
        ("192.0.2.1-2001:db8::1", []),
        ("datacentre", []),
    ],
)
def test_a_range_is_read_in_each_form(text: str, networks: list[str]) -> None:
    found, odd = networks_of([text])
    assert ([str(each) for each in found], odd) == (networks, () if networks else (text,))


def test_a_range_is_covered_by_several_together() -> None:
    known, _ = networks_of(["192.0.2.0/29", "192.0.2.8/29"])
    assert outside(["192.0.2.0/28", "192.0.2.0/27", "2001:db8::/64"], known) == (
        "192.0.2.0/27",
        "2001:db8::/64",
    )


@pytest.mark.parametrize(
    ("name", "pattern", "is_one"),
    [
        ("Inbound from 4711", "inbound from *", True),
        ("Bank [EU]", "Bank [EU]", True),
        ("Bank E", "Bank [EU]", False),
        ("Bank?", "Bank?", True),
        ("Banks", "Bank?", False),
        ("To Bank", "Bank*", False),
    ],
)
def test_a_pattern_knows_the_star_alone(name: str, pattern: str, is_one: bool) -> None:
    assert is_named(name, pattern) is is_one


@pytest.mark.parametrize(
    ("names", "wanted", "covered"),
    [
        (["mail.contoso.com"], "mail.contoso.com", True),
        (["mail.contoso.com"], "*.contoso.com", True),
        (["a.mail.contoso.com"], "*.contoso.com", True),
        (["contoso.com"], "*.contoso.com", True),
        (["*.contoso.com"], "mail.contoso.com", True),
        (["*.contoso.com"], "*.contoso.com", True),
        (["*.contoso.com"], "contoso.com", False),
        (["*.contoso.com"], "a.mail.contoso.com", False),
        (["mail.contoso.com"], "contoso.com", False),
        (["mail.notcontoso.com"], "*.contoso.com", False),
        ([], "mail.contoso.com", False),
    ],
)
def test_names_are_compared_label_by_label(names: list[str], wanted: str, covered: bool) -> None:
    assert covers_domain(names, wanted) is covered


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Mail.Contoso.com", "mail.contoso.com"),
        ("<I>CN=Example CA, C=US<S>CN=mail.contoso.com, O=Contoso", "mail.contoso.com"),
        ("<I>CN=Example CA<S>O=Contoso, CN=mail.contoso.com", "mail.contoso.com"),
    ],
)
def test_the_domain_of_a_certificate_name(text: str, domain: str) -> None:
    assert certificate_domain(text) == domain


@pytest.mark.parametrize(
    ("host", "is_one"), [("[192.0.2.1]", True), ("192.0.2.0/29", True), ("gw.contoso.com", False)]
)
def test_a_smart_host_may_be_an_address(host: str, is_one: bool) -> None:
    assert is_address(host) is is_one


@pytest.mark.parametrize(
    ("level", "rank"),
    [(None, 1), ("", 1), ("EncryptionOnly", 2), ("CertificateValidation", 3), ("domainvalidation", 4)],
)
def test_levels_of_tls_have_an_order(level: str | None, rank: int) -> None:
    assert tls_rank("outbound", connector(TlsSettings=level)) == rank


@pytest.mark.parametrize(
    ("values", "rank"),
    [
        pytest.param({"RequireTls": False, "ConnectorType": "Partner"}, 1, id="nothing"),
        pytest.param({"RequireTls": True, "ConnectorType": "Partner"}, 2, id="encryption"),
        pytest.param({"RequireTls": True, "ConnectorType": "Partner", "name": "a.b"}, 4, id="a name too"),
        pytest.param(
            {"RequireTls": False, "ConnectorType": "Partner", "name": "a.b"}, 1, id="a name for nothing"
        ),
        pytest.param(
            {"RequireTls": False, "ConnectorType": "OnPremises", "name": "a.b"}, 4, id="own servers"
        ),
    ],
)
def test_what_an_inbound_connector_asks_of_tls(values: dict[str, object], rank: int) -> None:
    name = values.pop("name", None)
    assert tls_rank("inbound", connector(TlsSenderCertificateName=name, **values)) == rank


def test_a_property_that_is_missing_is_no_deviation_and_no_agreement() -> None:
    said = ConnectorIntent("in", addresses=("192.0.2.0/28",))
    assert isinstance(deviations(said, "inbound", connector(Enabled=True)), Unknown)


def test_a_deviation_that_is_certain_is_told_beside_what_is_unknown() -> None:
    said = ConnectorIntent("in", type="partner", addresses=("192.0.2.0/28",))
    found = deviations(said, "inbound", connector(Enabled=True, ConnectorType="OnPremises"))
    assert [each.words for each in found] == ["ConnectorType is OnPremises; the intent declares Partner"]  # type: ignore[union-attr]


def test_what_is_as_declared_is_left_alone() -> None:
    said = ConnectorIntent("in", type="partner", domains=("fabrikam.com",), addresses=("192.0.2.0/28",))
    there = connector(
        Enabled=True,
        ConnectorType="Partner",
        SenderDomains=["smtp:fabrikam.com;1"],
        SenderIPAddresses=["192.0.2.0/28"],
    )
    assert deviations(said, "inbound", there) == ()


@pytest.mark.parametrize(
    ("values", "skipped"),
    [
        ({"EFSkipLastIP": True, "EFSkipIPs": []}, True),
        ({"EFSkipLastIP": False, "EFSkipIPs": ["192.0.2.1"]}, True),
        ({"EFSkipLastIP": False, "EFSkipIPs": []}, False),
        ({"EFSkipLastIp": False, "EFSkipIPs": None}, False),
    ],
)
def test_enhanced_filtering_is_on_by_either_setting(values: dict[str, object], skipped: bool) -> None:
    assert skips(connector(**values)) is skipped


def test_a_connector_locks_only_with_a_restriction() -> None:
    known = {"Enabled": True, "ConnectorType": "Partner", "SenderDomains": ["smtp:*;1"]}
    restrictions = [
        {"RestrictDomainsToIPAddresses": addresses, "RestrictDomainsToCertificate": False}
        for addresses in (True, False)
    ]
    assert [locks(connector(**known, **each)) for each in restrictions] == [True, False]
