"""What is asked of whom: controls of conditional access, and whether they reach one account."""

from __future__ import annotations

import pytest

from mfpolicy.facts.tenant.authentication_strength import (
    FACTORS,
    PHISHING_RESISTANT,
    asked_by,
    several_factors,
)
from mfpolicy.facts.tenant.conditional_access import AccessPolicy, access_policy
from mfpolicy.facts.tenant.exempt import Exempt
from mfpolicy.facts.tenant.forwarding import address_in
from mfpolicy.facts.tenant.reach import Reach, asks
from mfpolicy.model.dns import Unknown
from mfpolicy.model.tenant import TenantObject

NOBODY = Exempt((), {})
STRONG = {"allowedCombinations": ["fido2", "windowsHelloForBusiness"]}


def known(answer: bool | Unknown) -> bool | None:
    return None if isinstance(answer, Unknown) else answer


@pytest.mark.parametrize(
    ("grant", "asks", "resistant"),
    [
        ({"builtInControls": ["mfa"]}, True, False),
        ({"builtInControls": ["block"]}, False, False),
        ({"builtInControls": ["mfa", "compliantDevice"], "operator": "OR"}, False, False),
        ({"builtInControls": ["mfa", "compliantDevice"], "operator": "AND"}, True, False),
        ({"builtInControls": ["mfa", "compliantDevice"]}, None, False),
        ({"builtInControls": ["mfa"], "termsOfUse": ["t"], "operator": "OR"}, False, False),
        ({"builtInControls": [], "customAuthenticationFactors": ["c"]}, None, None),
        ({"builtInControls": [], "authenticationStrength": STRONG}, True, True),
        (
            {"builtInControls": [], "authenticationStrength": {"allowedCombinations": ["password"]}},
            False,
            False,
        ),
        ({"authenticationStrength": {"allowedCombinations": ["password,sms", "fido2"]}}, True, False),
        ({"authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"}}, True, True),
        ({"authenticationStrength": {"id": "00000000-0000-0000-0000-000000000002"}}, True, False),
        ({"authenticationStrength": {"id": "one of our own"}}, None, None),
        ({"authenticationStrength": {"displayName": "Phishing-resistant MFA"}}, True, True),
        ({"authenticationStrength": {"displayName": "Multifactor authentication"}}, True, False),
        ({"authenticationStrength": {"displayName": "Ours"}}, None, None),
        ({"authenticationStrength": {"Id": None, "AllowedCombinations": None}}, False, False),
        ({"authenticationStrength": "@{Id=x}"}, None, None),
    ],
)
def test_what_controls_ask_for(grant: dict[str, object], asks: bool | None, resistant: bool | None) -> None:
    found = TenantObject("grant", grant)
    answers = (
        asked_by(found, several_factors, FACTORS),
        asked_by(found, PHISHING_RESISTANT.issuperset),
    )
    assert tuple(map(known, answers)) == (asks, resistant)


def policy(users: dict[str, list[str]], exempt: Exempt = NOBODY, **conditions: object) -> AccessPolicy:
    of = {
        "displayName": "MFA",
        "state": "enabled",
        "conditions": {"users": users, "applications": {"includeApplications": ["Office365"]}, **conditions},
        "grantControls": {"builtInControls": ["mfa"]},
    }
    return access_policy(TenantObject("policy", of), exempt)


EVERYBODY = policy({"includeUsers": ["All"]})


@pytest.mark.parametrize(
    ("policies", "admin", "asked"),
    [
        ([EVERYBODY], False, True),
        ([], False, False),
        ([policy({"includeUsers": ["BOB"]})], False, True),
        ([policy({"includeUsers": ["eve"]})], False, False),
        ([policy({"includeUsers": ["All"], "excludeUsers": ["Bob"]})], False, False),
        ([policy({"includeUsers": ["All"], "excludeUsers": ["bob"]}), EVERYBODY], False, True),
        ([policy({"includeGroups": ["g"]})], False, None),
        ([policy({"includeGroups": ["g"]}), EVERYBODY], False, True),
        ([policy({"includeUsers": ["All"], "excludeGroups": ["g"]})], False, None),
        ([policy({"includeUsers": ["All"], "excludeGroups": ["g"]}, Exempt(["G"], {}))], False, True),
        ([policy({"includeRoles": ["r"]})], False, False),
        ([policy({"includeRoles": ["r"]})], True, None),
        ([policy({"includeUsers": ["All"]}, signInRiskLevels=["high"])], False, False),
        ([policy({"includeUsers": ["All"]}, clientAppTypes=["browser"])], False, False),
        ([policy({"includeUsers": ["All"]}, platforms="@{IncludePlatforms=x}")], False, None),
    ],
)
def test_whether_an_account_is_asked(policies: list[AccessPolicy], admin: bool, asked: bool | None) -> None:
    assert known(Reach(tuple(policies), asks).of(["bob"], admin)) == asked


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("smtp:bob@example.org", "bob@example.org"),
        ('"Bob" [SMTP:bob@example.org]', "bob@example.org"),
        ("bob@example.org", "bob@example.org"),
        ("Bob <bob@example.org>", "bob@example.org"),
        ('"bob@example.org" [EX:/o=First/cn=bob]', ""),
        ("Bob", ""),
        ("", ""),
    ],
)
def test_the_address_in_a_recipient(written: str, address: str) -> None:
    assert address_in(written) == address
