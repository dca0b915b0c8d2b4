"""Who may hand mail to Exchange Online with a password (SMTP AUTH), and with how old a TLS."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe, flag, place_at
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_DISABLED = "SmtpClientAuthenticationDisabled"


class SubmissionFacts(msgspec.Struct, frozen=True):
    """The tenant's settings. `auth_disabled`: SMTP AUTH is off but for mailboxes that say otherwise, and
    `overridden`: one at least does. `legacy_tls`: clients with TLS 1.0 and 1.1 are let in."""

    auth_disabled: bool | Unknown = False
    overridden: bool | Unknown = False
    legacy_tls: bool | Unknown = False
    place: Place | None = None


def submission_facts(held: Held) -> SubmissionFacts:
    """The facts of a tenant (Get-TransportConfig, Get-CASMailbox)."""
    config = held.one("Get-TransportConfig")
    return SubmissionFacts(
        auth_disabled=flag(config, _DISABLED),
        overridden=_overridden(held),
        legacy_tls=_legacy_tls(config),
        place=place_at(config, _DISABLED) if isinstance(config, TenantObject) else None,
    )


def _overridden(held: Held) -> bool | Unknown:
    """Whether a mailbox has a value of its own that lets it; an empty one follows the tenant's
    (MicrosoftDocs/office-docs-powershell, Set-CASMailbox)."""
    found = held.objects("Get-CASMailbox")
    if isinstance(found, Unknown):
        return found
    own = [flag(each, _DISABLED) for each in found if _has_own(each)]
    return False in own or next((each for each in own if isinstance(each, Unknown)), False)


def _has_own(mailbox: TenantObject) -> bool:
    return mailbox.value(_DISABLED) not in (None, "")


def _legacy_tls(config: Maybe) -> bool | Unknown:
    """It is off unless somebody has set it (Exchange team, "New opt-in endpoint available for SMTP AUTH
    clients still needing legacy TLS")."""
    name = "AllowLegacyTLSClients"
    if isinstance(config, TenantObject) and config.value(name) is None:
        return False
    return flag(config, name)
