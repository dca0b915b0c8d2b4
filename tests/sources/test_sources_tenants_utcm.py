"""Snapshots and baselines of Microsoft Graph: the resources of Microsoft365DSC under other names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.model.tenant import TenantObject
from mfpolicy.sources.tenants import utcm
from mfpolicy.sources.tenants._document import Document

CONTEXT = (
    "https://graph.microsoft.com/beta/$metadata#admin/configurationManagement/configurationSnapshots/$entity"
)
RULE = {
    "displayName": "Block external",
    "resourceType": "microsoft.exchange.transportrule",
    "properties": {
        "Name": "Block external",
        "Enabled": True,
        "Priority@odata.type": "#Int64",
        "Priority": 0,
        "Ensure": "Present",
    },
}
MEETING = {
    "displayName": "g",
    "resourceType": "microsoft.teams.meetingpolicy",
    "properties": {"Identity": "Global"},
}
SNAPSHOT = {"@odata.context": CONTEXT, "displayName": "S", "parameters": [], "resources": [MEETING, RULE]}


def document(content: Any) -> Document:
    return Document("snapshot.json", json.dumps(content))


def test_a_snapshot_lists_its_kinds_whole() -> None:
    part = utcm.read(document(SNAPSHOT))
    listing = part.listings["Get-TransportRule"]
    assert (set(part.listings), listing.whole, part.faults) == ({"Get-TransportRule"}, True, ())
    [found] = listing.objects
    assert isinstance(found, TenantObject)
    known = {name: each for name, each in found.values.items() if each is not None}
    assert known == {
        "Name": "Block external",
        "Identity": "Block external",
        "State": "Enabled",
        "Priority": 0,
    }
    assert found.place == Pointer("snapshot.json", "/resources/1/properties")


def test_a_baseline_may_leave_objects_out() -> None:
    baseline = {name: each for name, each in SNAPSHOT.items() if name != "@odata.context"}
    listing = utcm.read(document(baseline)).listings["Get-TransportRule"]
    assert (listing.whole, "SetSCL" in listing.objects[0].values) == (False, False)


def test_entra_and_exchange_resources_are_those_of_microsoft365dsc() -> None:
    policy = {
        "resourceType": "microsoft.entra.conditionalaccesspolicy",
        "properties": {"DisplayName": "MFA", "IncludeUsers": ["All"]},
    }
    part = utcm.read(document({**SNAPSHOT, "resources": [policy]}))
    [found] = part.listings["Get-MgIdentityConditionalAccessPolicy"].objects
    assert found.value("conditions")["users"] == {"includeUsers": ["All"]}


DRIFT = {"resourceType": "microsoft.exchange.transportrule", "driftedProperties": []}


@pytest.mark.parametrize("content", [DRIFT, {"@odata.context": "x", "value": [DRIFT]}])
def test_a_drift_is_refused_by_what_it_is(content: Any) -> None:
    found = document(content)
    assert utcm.recognises(found)
    part = utcm.read(found)
    words = "tells what differs from a baseline, not what the tenant holds; export a snapshot instead"
    assert (dict(part.listings), part.faults) == (
        {},
        (Fault("unreadable-file", words, Pointer("snapshot.json", "")),),
    )


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        [RULE],
        {"resources": []},
        {"resources": {"resourceType": "microsoft.exchange.transportrule"}},
        {"resources": [{"resourceType": "Microsoft.Network/dnsZones", "properties": {}}]},
        {"value": [{"Name": "x"}]},
        {"tenant": 1},
    ],
)
def test_other_files_are_none_of_ours(content: Any) -> None:
    assert not utcm.recognises(document(content))


NAMES = [
    "resourceType",
    "properties",
    "Ensure",
    "displayName",
    "IncludeUsers",
    "Enabled",
    "State",
    "conditions",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=10,
)
TYPES = st.sampled_from(
    ["microsoft.exchange.transportrule", "microsoft.entra.conditionalaccesspolicy", "x", 5, None]
)


@given(st.lists(JSON | st.fixed_dictionaries({"resourceType": TYPES, "properties": JSON}), max_size=5))
def test_no_resources_make_it_fail(resources: list[Any]) -> None:
    assert utcm.read(document({"@odata.context": CONTEXT, "resources": resources})).faults == ()
