"""Exports of ScubaGear, and the traps in them that other tools fell into."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Reason
from mfpolicy.sources.tenants import TenantSet, read_tenant
from mfpolicy.sources.tenants._document import Document
from mfpolicy.sources.tenants._listing import plain
from mfpolicy.sources.tenants.scubagear import NO_SETTINGS, PAGE, read

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "scubagear"
ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
CONNECTOR = {"Name": "A", "SenderIPAddresses": ["192.0.2.1"]}
RULE, DOMAIN = {"Name": "R"}, {"DomainName": "contoso.onmicrosoft.com", "InitialDomain": True}


def export(worked: list[str] | None = None, failed: list[str] | None = None, **keys: Any) -> dict[str, Any]:
    lists = {"exo_successful_commands": worked or [], "exo_unsuccessful_commands": failed or []}
    return {"module_version": "1.8.0", **keys, **lists}


def held(document: dict[str, Any]) -> dict[str, Any]:
    """The objects of each cmdlet, or why they are not known."""
    part = read(Document("a.json", json.dumps(document)))
    return {
        name: each.lacking
        or ([dict(found.values) for found in each.objects] if each.whole else Reason.CUT_SHORT)
        for name, each in part.listings.items()
    }


@pytest.mark.parametrize(
    ("value", "worked", "failed", "found"),
    [
        ([CONNECTOR], True, False, [CONNECTOR]),
        (CONNECTOR, True, False, [CONNECTOR]),
        ([None], True, False, []),
        ([], True, False, []),
        ([None], False, False, Reason.NOT_EXPORTED),
        ([], False, False, Reason.NOT_EXPORTED),
        ([CONNECTOR], False, False, [CONNECTOR]),
        (None, True, False, Reason.NOT_EXPORTED),
        (None, False, False, Reason.NOT_EXPORTED),
        ([], False, True, Reason.EXPORT_FAILED),
        ([None], False, True, Reason.EXPORT_FAILED),
        ([], True, True, Reason.NOT_EXPORTED),
        ([CONNECTOR], True, True, Reason.NOT_EXPORTED),
        ("NaN", True, False, Reason.CUT_SHORT),
        ([CONNECTOR, "@{Name=B}"], True, False, Reason.CUT_SHORT),
        ([CONNECTOR] * PAGE, True, False, Reason.CUT_SHORT),
    ],
)
def test_what_a_key_holds_counts_with_what_its_command_did(
    value: Any, worked: bool, failed: bool, found: Any
) -> None:
    command = ["Get-InboundConnector"]
    document = export(command * worked, command * failed, inbound_connectors=value)
    assert held(document) == {"Get-InboundConnector": found}


@pytest.mark.parametrize("value", [[None], [], None])
def test_what_every_tenant_has_is_never_none(value: Any) -> None:
    document = export(["Get-RemoteDomain", "Get-OrganizationConfig"], remote_domains=value, org_config=value)
    assert set(held(document).values()) == {Reason.NOT_EXPORTED}


def test_a_command_without_its_key_was_not_exported() -> None:
    assert held(export(["Get-TransportRule"])) == {}


def test_a_command_that_failed_without_its_key_failed() -> None:
    assert held(export([], ["Get-TransportRule"])) == {"Get-TransportRule": Reason.EXPORT_FAILED}


@pytest.mark.parametrize("product", ["defender", "securitysuite", "exo"])
def test_the_lists_of_all_products_count(product: str) -> None:
    lists = {f"{product}_successful_commands": ["Get-SafeLinksRule"], f"{product}_unsuccessful_commands": []}
    assert held({"safe_links_rules": [None], **lists}) == {"Get-SafeLinksRule": []}


@pytest.mark.parametrize("key", ["all_domains", "accepted_domains"])
def test_accepted_domains_have_an_old_and_a_new_key(key: str) -> None:
    document = export(["Get-AcceptedDomain"], **{key: [DOMAIN]})
    assert held(document) == {"Get-AcceptedDomain": [DOMAIN]}


@pytest.mark.parametrize(
    ("key", "command", "cmdlet"),
    [
        (
            "conditional_access_policies",
            "Get-MgBetaIdentityConditionalAccessPolicy",
            "Get-MgIdentityConditionalAccessPolicy",
        ),
        (
            "conditional_access_policies",
            "Get-MgIdentityConditionalAccessPolicy",
            "Get-MgIdentityConditionalAccessPolicy",
        ),
        ("legacy_exchange_service_principal", "Get-LegacyExchangeServicePrincipal", "Get-MgServicePrincipal"),
    ],
)
def test_a_command_is_known_by_all_its_names(key: str, command: str, cmdlet: str) -> None:
    assert held(export([command], **{key: [None]})) == {cmdlet: []}


def test_the_authentication_methods_are_put_together_again() -> None:
    method = {"Id": "Sms", "State": "disabled"}
    parts = {"authentication_method_policy": {"Id": "p"}, "authentication_method_feature_settings": [method]}
    document = export(["Get-MgBetaPolicyAuthenticationMethodPolicy"], authentication_method=[parts])
    whole = {"Id": "p", "AuthenticationMethodConfigurations": [method]}
    assert held(document) == {"Get-MgPolicyAuthenticationMethodPolicy": [whole]}


@pytest.mark.parametrize(
    ("plans", "found"),
    [
        (
            {"service_plans": [{"ServicePlanName": "A"}]},
            {"SkuId": ID, "ServicePlans": [{"ServicePlanName": "A"}]},
        ),
        (
            {"service_plans": {"ServicePlanName": "A"}},
            {"SkuId": ID, "ServicePlans": [{"ServicePlanName": "A"}]},
        ),
        ({"service_plans": [None]}, {"SkuId": ID, "ServicePlans": []}),
        ({"service_plans": None}, {"SkuId": ID}),
        ({}, {"SkuId": ID}),
    ],
)
def test_subscriptions_have_the_plans_of_the_tenant(plans: dict[str, Any], found: dict[str, Any]) -> None:
    document = export(["Get-MgBetaSubscribedSku"], license_information=[{"SkuId": ID}], **plans)
    assert held(document) == {"Get-MgSubscribedSku": [found]}


def test_privileged_users_stand_by_their_ids() -> None:
    document = export(["Get-PrivilegedUser"], privileged_users={ID: {"DisplayName": "A"}})
    assert held(document) == {"Get-PrivilegedUser": [{"Id": ID, "DisplayName": "A"}]}


def test_texts_that_were_spoilt_stay_as_they_are() -> None:
    spoilt = {"Name": "u003cIu003eCN=A", "Description": "message:rn", "RuleVersion": "@{Major=14; Minor=0}"}
    assert held(export(["Get-TransportRule"], transport_rule=[spoilt])) == {"Get-TransportRule": [spoilt]}


UTC = datetime.datetime(2026, 5, 4, 17, 15, 48, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        (
            {"timestamp_zulu": "2026-05-04T17:15:48Z", "date": "01/01/2020 00:00:00 Central Daylight Time"},
            UTC,
        ),
        ({"timestamp_zulu": "2026-05-04T17:15:48.0000000Z"}, UTC),
        ({"timestamp_zulu": "/Date(1777914948000)/"}, UTC),
        ({"timestamp_zulu": "Date(1777914948000)"}, UTC),
        ({"date": "05/04/2026 17:15:48 Coordinated Universal Time"}, UTC),
        ({"date": "05/04/2026 17:15:48 Central Daylight Time"}, None),
        ({"date": "10/17/2022 9:24:27 AM"}, None),
        ({"date": "31/12/2026 17:15:48 Coordinated Universal Time"}, None),
        ({"timestamp_zulu": 1777914948}, None),
        ({}, None),
    ],
)
def test_only_a_date_that_reads_the_same_everywhere_counts(
    keys: dict[str, Any], taken: datetime.datetime | None
) -> None:
    assert read(Document("a.json", json.dumps(export(**keys)))).export.taken == taken


@pytest.mark.parametrize(
    ("keys", "id", "name"),
    [
        ({"tenant_id": ID, "accepted_domains": [DOMAIN]}, ID, "contoso.onmicrosoft.com"),
        (
            {"tenant_details": {"TenantId": ID, "DomainName": "contoso.onmicrosoft.com"}},
            ID,
            "contoso.onmicrosoft.com",
        ),
        (
            {
                "tenant_details": [
                    {"TenantId": "Error retrieving Tenant ID", "DomainName": "AAD: Unretrievable"}
                ]
            },
            "",
            "",
        ),
        (
            {"domain_settings": {"Id": "contoso.onmicrosoft.us", "IsInitial": True}},
            "",
            "contoso.onmicrosoft.us",
        ),
        ({"accepted_domains": [{"DomainName": "contoso.com", "InitialDomain": False}]}, "", ""),
        ({"tenant_id": None, "tenant_details": "?"}, "", ""),
    ],
)
def test_the_tenant_is_told_by_id_and_initial_domain(keys: dict[str, Any], id: str, name: str) -> None:
    found = read(Document("a.json", json.dumps(export(**keys)))).export
    assert (found.id, found.name) == (id, name)


@pytest.mark.parametrize("raw", [{}, {"Raw": None}, {"Raw": {"remote_domains": []}}])
def test_results_without_settings_are_a_fault_that_says_so(raw: dict[str, Any]) -> None:
    part = read(Document("a.json", json.dumps({"MetaData": {}, "Summary": {}, "Results": {}, **raw})))
    assert (dict(part.listings), [each.text for each in part.faults]) == ({}, [NO_SETTINGS])


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"A@data.type": "System.Guid", "A": 1}, {"A": 1}),
        ({"@odata.type": "#x", "A": 1}, {"A": 1}),
        ({"LastUsedDate(DateTime])": None, "LastUsedDate": 1}, {"LastUsedDate": 1}),
        ({"Enabled": True, "enabled": True}, {"Enabled": True, "enabled": True}),
        ({"Enabled": True, "enabled": False, "Name": "A"}, {"Name": "A"}),
        ({"Enabled": [], "ENABLED": None, "enabled": []}, {}),
    ],
)
def test_what_stands_beside_a_property_is_none(values: dict[str, Any], kept: dict[str, Any]) -> None:
    assert plain(values) == kept


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize(
    ("version", "objects", "taken"),
    [
        ("0.3.0", {"Get-AcceptedDomain": 1, "Get-TransportRule": 0, "Get-MalwareFilterPolicy": 1}, False),
        ("1.4.0", {"Get-EOPProtectionPolicyRule": 2, "Get-TransportRule": 2, "Get-MgDomain": 1}, True),
        ("1.8.0", {"Get-AcceptedDomain": 7, "Get-InboundConnector": 1, "Get-OutboundConnector": 0}, True),
    ],
)
def test_real_exports_are_read(version: str, objects: dict[str, int], taken: bool) -> None:
    found = sample(version)
    counted = {name: len(found.tenant.listings[name].objects) for name in objects}
    assert (found.faults, counted, found.tenant.taken is not None) == ((), objects, taken)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize("version", ["0.3.0", "1.4.0", "1.8.0"])
def test_of_a_real_export_nothing_is_cut_short_or_failed(version: str) -> None:
    listings = sample(version).tenant.listings
    assert {name for name, each in listings.items() if each.lacking or not each.whole} == set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs ../shared")
def test_a_command_that_worked_says_nothing_without_its_key() -> None:
    assert "Get-HostedContentFilterPolicy" not in sample("1.8.0").tenant.listings


def sample(version: str) -> TenantSet:
    return read_tenant(f"ProviderSettingsExport-v{version}.json", Files(SAMPLES))
