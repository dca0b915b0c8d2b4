"""The users whom an anti-phish policy protects, as administrators enter them."""

from __future__ import annotations

import pytest

from mfpolicy.facts.tenant.anti_phish import ProtectedUsers
from mfpolicy.model.dns import Unknown
from mfpolicy.model.tenant import TenantObject


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        (["Ada Example;ada@contoso.com"], [""]),
        (["Ada Example; ada@contoso.com "], [""]),
        (["Ada Example;ada@contoso.com", "Ada Example;ada@example.org"], ["", ""]),
        (["Ada Example;ada@contoso.com", "ada example;ADA@contoso.com"], ["", "is there twice"]),
        (["ada@contoso.com"], ["has no address"]),
        (["Ada Example;"], ["has no address"]),
        (["Ada Example;contoso.com"], ["has no address"]),
        (["Ada Example;@contoso.com"], ["has no address"]),
        ([" ;ada@contoso.com"], ["has no display name"]),
        ([""], ["has no display name"]),
        ("Ada Example;ada@contoso.com", [""]),
        ([], []),
        (None, []),
    ],
)
def test_an_entry_protects_somebody_if_it_has_a_name_and_an_address(
    entries: object, faults: list[str]
) -> None:
    found = ProtectedUsers.read(TenantObject("x", {"TargetedUsersToProtect": entries})).entries
    assert not isinstance(found, Unknown)
    assert [each.fault for each in found] == faults


def test_a_list_that_was_cut_short_is_unknown() -> None:
    users = TenantObject("x", {"TargetedUsersToProtect": "System.Collections.ArrayList"})
    assert isinstance(ProtectedUsers.read(users).entries, Unknown)
