"""What exports say of quarantine, in each way that they say it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.quarantine import quarantine_facts, quarantines_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Intent
from mfpolicy.model.tenant import Listing, Tenant, TenantObject

LINES = "[PermissionToBlockSender: True\r\nPermissionToRelease: {}\r\nPermissionToRequestRelease: True]"


def held(*policies: dict[str, Any]) -> Held:
    objects = tuple(TenantObject("Get-QuarantinePolicy", each) for each in policies)
    tenant = Tenant({"Get-QuarantinePolicy": Listing(objects)})
    return Held(tenant, Declared(Intent(), {}, datetime.date(2026, 11, 23)))


def known(value: Any) -> Any:
    return "unknown" if isinstance(value, Unknown) else value


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("04:00:00", 4),
        ("1.00:00:00", 24),
        ("7.00:00:00", 168),
        ("PT4H", 4),
        ("P1D", 24),
        ("P7D", 168),
        ({"Ticks": 864000000000, "Days": 1, "Hours": 0, "TotalHours": 24}, 24),
        ({"Ticks": 864000000000}, "unknown"),
        ("P", "unknown"),
        ("weekly", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("9" * 5000 + ".00:00:00", "unknown"),
    ],
)
def test_how_often_people_are_told_is_read_as_each_export_writes_it(said: Any, hours: Any) -> None:
    told = {"Name": "DefaultGlobalTag", "EndUserSpamNotificationFrequency": said}
    assert known(quarantine_facts(held(told)).notified_every_hours) == hours


def test_the_global_settings_are_found_by_their_type_too() -> None:
    told = {
        "Name": "x",
        "QuarantinePolicyType": "GlobalQuarantineTag",
        "EndUserSpamNotificationFrequency": "P1D",
    }
    assert quarantine_facts(held({"Name": "y"}, told)).notified_every_hours == 24


def test_an_export_without_the_global_settings_does_not_tell_how_often() -> None:
    assert known(quarantine_facts(held({"Name": "AdminOnlyAccessPolicy"})).notified_every_hours) == "unknown"


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ({"EndUserQuarantinePermissionsValue": 0}, False),
        ({"EndUserQuarantinePermissionsValue": 43}, False),
        ({"EndUserQuarantinePermissionsValue": 39}, True),
        ({"EndUserQuarantinePermissionsValue": "39"}, True),
        ({"EndUserQuarantinePermissions": LINES.format("True")}, True),
        ({"EndUserQuarantinePermissions": LINES.format("False")}, False),
        (
            {
                "EndUserQuarantinePermissions": LINES.format("False"),
                "EndUserQuarantinePermissionsValue": None,
            },
            False,
        ),
        (
            {
                "EndUserQuarantinePermissions": "System.Object",
                "EndUserQuarantinePermissionsValue": 4,
            },
            True,
        ),
        ({"EndUserQuarantinePermissions": "[PermissionToRequestRelease: True]"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_whether_people_may_release_is_read_from_lines_and_from_a_number(
    said: dict[str, Any], may: Any
) -> None:
    policy = TenantObject("Get-MalwareFilterPolicy", {"QuarantineTag": "House"})
    (use,) = quarantines_of(held({"Name": "contoso\\House", **said}), "malware", policy)[
        "malware_quarantines"
    ]
    assert known(use.may_release) == may


@pytest.mark.parametrize(
    ("tag", "notifies"),
    [
        ("DefaultFullAccessPolicy", False),
        ("defaultfullaccesswithnotificationpolicy", True),
        ("House", True),
        ("Gone", "unknown"),
        (None, "unknown"),
    ],
)
def test_whether_people_are_told_is_up_to_the_quarantine_policy(tag: str | None, notifies: Any) -> None:
    policy = {"AuthenticationFailAction": "Quarantine", "SpoofQuarantineTag": tag}
    house = held({"Name": "House", "ESNEnabled": True})
    uses = quarantines_of(house, "anti-phish", TenantObject("Get-AntiPhishPolicy", policy))["quarantines"]
    assert (uses[0].used, known(uses[0].notifies)) == (True, notifies)
