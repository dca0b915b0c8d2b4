"""The switches of Defender for Office 365 that hold for the whole tenant."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.licences import has_defender, has_plan
from mfpolicy.facts.tenant.settings import FlagSetting, section
from mfpolicy.model.dns import Unknown

# Safe Documents is no part of Defender for Office 365, but has a service plan of its own
# (learn.microsoft.com/defender-office-365/safe-documents-in-e5-plus-security-about).
_SAFE_DOCUMENTS = frozenset(("SAFEDOCS",))


class OfficeFacts(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-AtpPolicyForO365: Safe Attachments for files, and Safe Documents."""

    present: bool = msgspec.field(name="present", default=False)
    enable_for_files: FlagSetting = msgspec.field(name="EnableATPForSPOTeamsODB", default=FlagSetting())
    enable_safe_docs: FlagSetting = FlagSetting()
    allow_safe_docs_open: FlagSetting = FlagSetting()


class TeamsFacts(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-TeamsProtectionPolicy."""

    present: bool = msgspec.field(name="present", default=False)
    zap_enabled: FlagSetting = FlagSetting()


class DefenderFacts(msgspec.Struct, frozen=True):
    """Whether the tenant has Defender for Office 365 (`licensed`) and Safe Documents, and how each is set."""

    licensed: bool | Unknown = True
    safe_documents: bool | Unknown = True
    office: OfficeFacts = OfficeFacts()
    teams: TeamsFacts = TeamsFacts()


def defender_facts(held: Held) -> DefenderFacts:
    """The facts of the switches; every tenant has one object of each kind."""
    return DefenderFacts(
        licensed=has_defender(held),
        safe_documents=has_plan(held, _SAFE_DOCUMENTS),
        office=section(held.one("Get-AtpPolicyForO365"), OfficeFacts, {}),
        teams=section(held.one("Get-TeamsProtectionPolicy"), TeamsFacts, {}),
    )
