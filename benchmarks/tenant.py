"""A made-up tenant of any size, as an export and an intent that declares it.

    python -m benchmarks.tenant FOLDER ACCOUNTS

Its parts are in proportion: 50 policies and 200 transport rules for 5,000 accounts. `earlier.json` beside it
is the same tenant some days before, with a twentieth of all objects otherwise or not there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from mfpolicy.facts.tenant.rule_shape import ACTIONS, ADDRESS, CONTENT, HEADERS, RECIPIENT, SCOPE, SENDER

_KINDS = ("HostedContentFilter", "AntiPhish", "MalwareFilter", "SafeLinks", "SafeAttachment")
_INTENT = """\
---
version: 1
organization: Contoso
tenant: {live: tenant.json, max_age: 7d}
domains: {contoso.com: {mx: exchange-online, senders: [exchange-online]}}
protection: {preset: standard}
identity: {mfa: required}
"""
_EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "contoso" / "tenant"
# What a licence for Defender for Office 365 adds, as in the Standard preset.
_SETTINGS: dict[str, dict[str, Any]] = {
    "AntiPhish": {
        "PhishThresholdLevel": 3,
        "EnableTargetedUserProtection": True,
        "TargetedUsersToProtect": ["Chief;chief@contoso.com"],
        "TargetedUserProtectionAction": "Quarantine",
        "TargetedUserQuarantineTag": "DefaultFullAccessWithNotificationPolicy",
        "EnableOrganizationDomainsProtection": True,
        "EnableTargetedDomainsProtection": True,
        "TargetedDomainsToProtect": ["example.net"],
        "TargetedDomainProtectionAction": "Quarantine",
        "TargetedDomainQuarantineTag": "DefaultFullAccessWithNotificationPolicy",
        "EnableMailboxIntelligence": True,
        "EnableMailboxIntelligenceProtection": True,
        "MailboxIntelligenceProtectionAction": "MoveToJmf",
        "MailboxIntelligenceQuarantineTag": "DefaultFullAccessPolicy",
        "EnableSimilarUsersSafetyTips": True,
        "EnableSimilarDomainsSafetyTips": True,
        "EnableUnusualCharactersSafetyTips": True,
        "ExcludedSenders": [],
        "ExcludedDomains": [],
    },
    "SafeLinks": {
        "EnableSafeLinksForEmail": True,
        "EnableSafeLinksForTeams": True,
        "EnableSafeLinksForOffice": True,
        "EnableForInternalSenders": True,
        "ScanUrls": True,
        "DeliverMessageAfterScan": True,
        "DisableUrlRewrite": False,
        "TrackClicks": True,
        "AllowClickThrough": False,
        "DoNotRewriteUrls": [],
    },
    "SafeAttachment": {
        "Enable": True,
        "Action": "Block",
        "QuarantineTag": "AdminOnlyAccessPolicy",
        "Redirect": False,
    },
}
EARLIER = "earlier.json"
_Made = dict[str, list[dict[str, Any]]]


def write(folder: Path, accounts: int) -> None:
    """An intent and an export in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    later = cmdlets(accounts)
    (folder / "mailflow.yaml").write_text(_INTENT, "utf-8")
    (folder / "tenant.json").write_bytes(_export("2026-11-20T08:00:00Z", later))
    earlier = {name: list(_before(found)) for name, found in later.items()}
    (folder / EARLIER).write_bytes(_export("2026-11-17T08:00:00Z", earlier))


def _export(taken: str, found: _Made) -> bytes:
    return msgspec.json.encode({"tenant": 1, "taken": taken, "cmdlets": found})


def _before(objects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Some objects as they were: one in forty with other settings, one in forty not there yet."""
    for number, each in enumerate(objects):
        if number % 40 == 1:
            yield {name: not value if isinstance(value, bool) else value for name, value in each.items()}
        elif number % 40 != 2:
            yield each


def cmdlets(accounts: int) -> _Made:
    """What each cmdlet gives."""
    small = _small()
    policies, rules = _policies(accounts // 100, small), _rules(accounts // 25)
    return {**small, **_organization(), **policies, **rules, **_accounts(accounts)}


def _many(count: int, made: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    return [made(number) for number in range(count)]


def _small() -> _Made:
    """What the tenant of the example holds: the cmdlets that give few objects, whole."""
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=list[dict[str, Any]])
        for path in sorted(_EXAMPLE.glob("Get-*.json"))
    }


def _organization() -> _Made:
    def connector(number: int) -> dict[str, Any]:
        return {
            "Name": f"Partner {number}",
            "Enabled": True,
            "ConnectorType": "Partner",
            "ConnectorSource": "AdminUI",
            "SenderDomains": [f"smtp:p{number}.example.net;1"],
            "SenderIPAddresses": [f"192.0.2.{number}"],
            "TlsSenderCertificateName": None,
            "RequireTls": True,
            "RestrictDomainsToCertificate": False,
            "RestrictDomainsToIPAddresses": True,
            "TreatMessagesAsInternal": False,
            "CloudServicesMailEnabled": False,
            "EFSkipIPs": [],
            "EFSkipLastIP": False,
            "EFUsers": [],
        }

    return {
        "Get-AcceptedDomain": [{"DomainName": "contoso.com", "DomainType": "Authoritative", "Default": True}],
        "Get-InboundConnector": _many(10, connector),
        "Get-OutboundConnector": [],
        "Get-MgSubscribedSku": [
            {"SkuPartNumber": "ENTERPRISEPREMIUM", "ServicePlans": [{"ServicePlanName": "ATP_ENTERPRISE"}]}
        ],
    }


def _policies(count: int, small: _Made) -> _Made:
    def made(kind: str) -> Callable[[int], dict[str, Any]]:
        settings = {**next(iter(small.get(f"Get-{kind}Policy", [])), {}), **_SETTINGS.get(kind, {})}

        def policy(number: int) -> dict[str, Any]:
            name = f"Policy {number}"
            return {**settings, "Name": name, "Identity": name, "IsDefault": number == 0}

        return policy

    def rule(kind: str, number: int) -> dict[str, Any]:
        scope = {"SentToMemberOf": [f"group{number}@contoso.com"], "RecipientDomainIs": None, "SentTo": None}
        return {
            "Name": f"Policy {number + 1}",
            f"{kind}Policy": f"Policy {number + 1}",
            "State": "Enabled",
            "Priority": number,
            **scope,
            **dict.fromkeys(f"ExceptIf{each}" for each in scope),
        }

    each = count // len(_KINDS)
    policies = {f"Get-{kind}Policy": _many(each, made(kind)) for kind in _KINDS}
    rules = {f"Get-{kind}Rule": [rule(kind, number) for number in range(each - 1)] for kind in _KINDS}
    return {**policies, **rules}


def _rules(count: int) -> _Made:
    conditions = [*SENDER, *ADDRESS, *(each for pair in HEADERS for each in pair), *CONTENT, *RECIPIENT]
    empty = dict.fromkeys(
        [
            *conditions,
            *(f"ExceptIf{each}" for each in conditions),
            *SCOPE,
            *ACTIONS,
            "ActivationDate",
            "ExpiryDate",
            "SetHeaderValue",
        ]
    )

    def rule(number: int) -> dict[str, Any]:
        return {
            **empty,
            "Name": f"Rule {number}",
            "State": "Enabled",
            "Mode": "Enforce",
            "Priority": number,
            "FromScope": "NotInOrganization",
            "SenderDomainIs": [f"s{number}.example.net"],
            "SetSCL": -1 if number % 50 == 0 else None,
            "PrependSubject": "[External] " if number == 1 else None,
        }

    return {"Get-TransportRule": _many(count, rule)}


def _accounts(count: int) -> _Made:
    def name(number: int) -> str:
        return f"user{number}@contoso.com"

    def user(number: int) -> dict[str, Any]:
        kept = {"userType": "Member", "accountEnabled": number % 10 != 0, "mail": name(number)}
        return {"id": f"id-{number}", "userPrincipalName": name(number), **kept}

    def mailbox(number: int) -> dict[str, Any]:
        kind = "SharedMailbox" if number % 10 == 0 else "UserMailbox"
        return {
            "ExternalDirectoryObjectId": f"id-{number}",
            "UserPrincipalName": name(number),
            "PrimarySmtpAddress": name(number),
            "RecipientTypeDetails": kind,
            "ForwardingSmtpAddress": None,
            "ForwardingAddress": None,
        }

    def registered(number: int) -> dict[str, Any]:
        capable = number % 100 != 7
        kept = {"isMfaCapable": capable, "isMfaRegistered": capable, "methodsRegistered": []}
        return {"id": f"id-{number}", "userPrincipalName": name(number), "userType": "member", **kept}

    return {
        "Get-MgUser": _many(count, user),
        "Get-EXOMailbox": _many(count, mailbox),
        "Get-MgReportAuthenticationMethodUserRegistrationDetail": _many(count, registered),
        "Get-MgPolicyIdentitySecurityDefaultEnforcementPolicy": [{"isEnabled": True}],
        "Get-MgIdentityConditionalAccessPolicy": [],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
