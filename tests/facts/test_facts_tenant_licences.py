"""What a tenant has bought, by what its export shows."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.licences import ENTRA_P1, SKUS, has_defender, has_plan, mailbox_licences
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Intent
from mfpolicy.model.tenant import Listing, Tenant, TenantObject


def held(**listings: list[dict[str, Any]]) -> Held:
    found = {
        name.replace("_", "-"): Listing(tuple(TenantObject(name, each) for each in objects))
        for name, objects in listings.items()
    }
    return Held(Tenant(found), Declared(Intent(), {}, datetime.date(2026, 11, 24)))


def sku(name: str, **more: Any) -> dict[str, Any]:
    return {"ServicePlans": [{"ServicePlanName": name, "ProvisioningStatus": "Success"}], **more}


@pytest.mark.parametrize(
    ("skus", "expected"),
    [
        ([sku("ATP_ENTERPRISE")], True),
        ([sku("EXCHANGE_S_STANDARD"), sku("THREAT_INTELLIGENCE", CapabilityStatus="Warning")], True),
        ([sku("EXCHANGE_S_STANDARD")], False),
        ([sku("ATP_ENTERPRISE", CapabilityStatus="Suspended")], False),
        (
            [{"servicePlans": [{"servicePlanName": "ATP_ENTERPRISE", "provisioningStatus": "Disabled"}]}],
            False,
        ),
    ],
    ids=["plan 1", "days of grace", "none", "subscription ended", "switched off"],
)
def test_defender_is_there_where_a_live_subscription_has_its_plan(skus, expected):
    assert has_defender(held(**{SKUS.replace("-", "_"): skus})) is expected


def test_of_subscriptions_without_their_plans_nobody_knows():
    assert isinstance(has_defender(held(Get_MgSubscribedSku=[{"SkuPartNumber": "SPE_E5"}])), Unknown)


def test_policies_of_defender_show_that_it_is_there():
    assert has_defender(held(Get_SafeLinksPolicy=[{"Name": "Built-In Protection Policy"}])) is True


def test_an_empty_list_of_such_policies_shows_nothing():
    assert isinstance(has_defender(held(Get_SafeLinksPolicy=[])), Unknown)


def test_the_second_plan_of_entra_holds_the_first():
    assert has_plan(held(Get_MgSubscribedSku=[sku("AAD_PREMIUM_P2")]), ENTRA_P1) is True


@pytest.mark.parametrize(
    ("skus", "expected"),
    [
        ([], 0),
        ([sku("EXCHANGE_S_DESKLESS", CapabilityStatus="Enabled", PrepaidUnits={"Enabled": 3})], 3),
        ([sku("EXCHANGE_S_FOUNDATION", CapabilityStatus="Enabled", PrepaidUnits={"Enabled": 10000})], 0),
        ([sku("EXCHANGE_S_STANDARD", CapabilityStatus="Suspended", PrepaidUnits={"Enabled": 0})], 0),
        (
            [
                sku("EXCHANGE_S_STANDARD", CapabilityStatus="Enabled", PrepaidUnits={"Enabled": 3}),
                sku("exchange_s_enterprise_gov", CapabilityStatus="Warning", PrepaidUnits={"enabled": 4}),
            ],
            7,
        ),
    ],
    ids=["none", "kiosk", "no mailbox", "subscription ended", "two subscriptions"],
)
def test_licences_with_a_mailbox_are_counted(skus, expected):
    assert mailbox_licences(held(Get_MgSubscribedSku=skus)) == expected


@pytest.mark.parametrize(
    "other",
    [
        sku("EXCHANGE_S_STANDARD", PrepaidUnits={"Enabled": 3}),
        sku("EXCHANGE_S_STANDARD", CapabilityStatus="Enabled"),
        {"CapabilityStatus": "Enabled", "PrepaidUnits": {"Enabled": 3}},
    ],
    ids=["without its status, as ScubaGear joins plans", "without its number", "without its plans"],
)
def test_one_subscription_that_is_not_known_leaves_the_number_unknown(other):
    known = sku("EXCHANGE_S_STANDARD", CapabilityStatus="Enabled", PrepaidUnits={"Enabled": 3})
    assert isinstance(mailbox_licences(held(Get_MgSubscribedSku=[known, other])), Unknown)
