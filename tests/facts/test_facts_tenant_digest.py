"""A digest of settings: what changes it, and what does not."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.digest import DIGESTED, digest
from mfpolicy.facts.tenant.held import Held
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Intent
from mfpolicy.model.tenant import Listing, Tenant, TenantObject

POLICY = "Get-HostedContentFilterPolicy"
RULE = "Get-HostedContentFilterRule"
PRESET = "Get-EOPProtectionPolicyRule"
TRANSPORT = "Get-TransportRule"
INBOUND = "Get-InboundConnector"
OUTBOUND = "Get-OutboundConnector"


def held(listings: dict[str, list[dict[str, Any]]]) -> Held:
    found = {
        name: Listing(tuple(TenantObject(name, each) for each in objects))
        for name, objects in listings.items()
    }
    return Held(Tenant(found), Declared(Intent(), {}, datetime.date(2026, 11, 24)))


def spam(policy: dict[str, Any], rules: tuple[dict[str, Any], ...] = ()) -> str | Unknown:
    listings = {POLICY: [{"Name": "Default", **policy}], RULE: [*rules], PRESET: []}
    return digest(held(listings), "anti-spam")


def rule(**said: Any) -> dict[str, Any]:
    return {"Name": "Desk", "HostedContentFilterPolicy": "Desk", "State": "Enabled", "Priority": 0, **said}


PLAIN = {
    "BulkThreshold": 6,
    "SpamZapEnabled": True,
    "AllowedSenderDomains": ["a.example.com", "b.example.com"],
}


@pytest.mark.parametrize(
    "change",
    [
        {"WhenChangedUTC": "2026-11-20T08:00:00Z", "Guid": "11111111-2222-3333-4444-555555555555"},
        {"ExchangeVersion": "0.20 (15.0.0.0)", "RuleVersion": "@{Major=14}", "AdminDisplayName": "ours"},
        {"BulkThreshold": "6", "SpamZapEnabled": "True"},
        {"AllowedSenderDomains": [{"Domain": "B.example.com"}, "@{Domain=a.example.com}"]},
        {"RegionBlockList": [], "AddXHeaderValue": "", "DownloadLink": False, "ModifySubjectValue": None},
    ],
    ids=["times", "versions", "texts", "objects", "nothing"],
)
def test_the_digest_of_the_same_settings_is_the_same(change):
    assert spam(PLAIN | change) == spam(PLAIN)


@pytest.mark.parametrize(
    "change",
    [
        {"BulkThreshold": 7},
        {"SpamZapEnabled": False},
        {"AllowedSenderDomains": ["a.example.com"]},
        {"RegionBlockList": ["AQ"]},
    ],
    ids=["number", "flag", "list", "set before"],
)
def test_a_setting_that_was_changed_changes_the_digest(change):
    assert spam(PLAIN | change) != spam(PLAIN)


def test_for_whom_a_policy_is_belongs_to_it():
    assert spam(PLAIN, (rule(SentTo=["ada@contoso.com"]),)) != spam(
        PLAIN, (rule(SentTo=["bob@contoso.com"]),)
    )


def test_the_order_of_rules_counts_and_their_numbers_do_not():
    first, second = rule(Name="A", Priority=0), rule(Name="B", Priority=1)
    later = (rule(Name="B", Priority=5), rule(Name="A", Priority=3))
    turned = (rule(Name="A", Priority=1), rule(Name="B", Priority=0))
    found = [spam(PLAIN, each) for each in ((first, second), later, turned)]
    assert (found[0] == found[1], found[0] == found[2]) == (True, False)


def test_a_transport_rule_is_all_that_somebody_wrote_into_it():
    bare = {"Name": "Scanner", "State": "Enabled", "SetSCL": -1, "Priority": 0}
    told = bare | {
        "Description": "If the message ...",
        "Conditions": ["Microsoft.Exchange.X"],
        "Mode": "Enforce",
    }
    wider = bare | {"SenderDomainIs": ["fabrikam.com"]}
    found = [digest(held({TRANSPORT: [each]}), "transport-rules") for each in (bare, told, wider)]
    assert (found[0] == found[1], found[0] == found[2]) == (True, False)


def test_rules_that_were_exported_without_what_they_do_leave_the_digest_unknown():
    hidden = {"Name": "Scanner", "State": "Enabled", "Actions": [], "SetSCL": None, "SenderDomainIs": None}
    assert isinstance(digest(held({TRANSPORT: [hidden]}), "transport-rules"), Unknown)


def test_an_address_space_reads_the_same_with_and_without_its_cost():
    found = [
        digest(held({INBOUND: [{"Name": "In", "SenderDomains": each}], OUTBOUND: []}), "connectors")
        for each in (["smtp:*;1"], ["*"], "*")
    ]
    assert len(set(found)) == 1


def test_blocks_are_no_part_of_the_allow_lists():
    lists = {
        POLICY: [],
        "Get-HostedConnectionFilterPolicy": [],
        "Get-TenantAllowBlockListSpoofItems": [],
        "Get-TenantAllowBlockListItems": [],
    }
    blocked = lists | {"Get-TenantAllowBlockListItems": [{"Value": "fabrikam.com", "Action": "Block"}]}
    assert digest(held(blocked), "allow-lists") == digest(held(lists), "allow-lists")


def test_a_setting_that_was_cut_short_leaves_the_digest_unknown():
    assert isinstance(spam(PLAIN | {"RegionBlockList": "System.Object[]"}), Unknown)


@pytest.mark.parametrize("topic", DIGESTED)
def test_of_a_topic_that_was_not_exported_nobody_knows_the_digest(topic):
    assert isinstance(digest(held({}), topic), Unknown)


def test_a_value_that_nests_without_end_leaves_the_digest_unknown():
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    assert isinstance(spam(PLAIN | {"RegionBlockList": deep}), Unknown)
