"""The settings of anti-phish policies."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.settings import FlagSetting, ListSetting, NumberSetting, Part, WordSetting
from mfpolicy.facts.tenant.values import Maybe, place_at, texts
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class ProtectedUserFacts(msgspec.Struct, frozen=True):
    """An entry of TargetedUsersToProtect as it is written, and why it protects nobody (empty: it does). It is
    "DisplayName;EmailAddress", the pair unique
    (learn.microsoft.com/powershell/module/exchangepowershell/set-antiphishpolicy)."""

    entry: str
    fault: str = ""
    place: Place | None = None


class ProtectedUsers(Part, frozen=True):
    """The users whose name nobody else may use."""

    entries: tuple[ProtectedUserFacts, ...] | Unknown = ()

    @classmethod
    def read(cls, of: Maybe) -> ProtectedUsers:
        """See `Part.read`."""
        found = texts(of, "TargetedUsersToProtect")
        if isinstance(found, Unknown):
            return cls(found)
        place = place_at(of, "TargetedUsersToProtect") if isinstance(of, TenantObject) else None
        return cls(tuple(ProtectedUserFacts(each, fault, place) for each, fault in _faults(found)))


def _faults(entries: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for each in entries:
        name, _, address = (part.strip().lower() for part in each.partition(";"))
        yield each, _fault(name, address, (name, address) in seen)
        seen.add((name, address))


def _fault(name: str, address: str, again: bool) -> str:
    local, _, domain = address.rpartition("@")
    if not name:
        return "has no display name"
    if not local or not domain:
        return "has no address"
    return "is there twice" if again else ""


class AntiPhishSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-AntiPhishPolicy. What is about impersonation and PhishThresholdLevel is Defender for Office 365."""

    present: bool = msgspec.field(name="present", default=False)
    enabled: FlagSetting = FlagSetting()
    enable_spoof_intelligence: FlagSetting = FlagSetting()
    authentication_fail_action: WordSetting = WordSetting()
    honor_dmarc_policy: FlagSetting = FlagSetting()
    dmarc_quarantine_action: WordSetting = WordSetting()
    dmarc_reject_action: WordSetting = WordSetting()
    enable_first_contact_safety_tips: FlagSetting = FlagSetting()
    enable_unauthenticated_sender: FlagSetting = FlagSetting()
    enable_via_tag: FlagSetting = FlagSetting()
    phish_threshold_level: NumberSetting = NumberSetting()
    enable_targeted_user_protection: FlagSetting = FlagSetting()
    targeted_users_to_protect: ListSetting = ListSetting()
    targeted_user_protection_action: WordSetting = WordSetting()
    enable_organization_domains_protection: FlagSetting = FlagSetting()
    enable_targeted_domains_protection: FlagSetting = FlagSetting()
    targeted_domains_to_protect: ListSetting = ListSetting()
    targeted_domain_protection_action: WordSetting = WordSetting()
    enable_mailbox_intelligence: FlagSetting = FlagSetting()
    enable_mailbox_intelligence_protection: FlagSetting = FlagSetting()
    mailbox_intelligence_protection_action: WordSetting = WordSetting()
    enable_similar_users_safety_tips: FlagSetting = FlagSetting()
    enable_similar_domains_safety_tips: FlagSetting = FlagSetting()
    enable_unusual_characters_safety_tips: FlagSetting = FlagSetting()
    excluded_senders: ListSetting = ListSetting()
    excluded_domains: ListSetting = ListSetting()
    protected: ProtectedUsers = msgspec.field(name="protected", default=ProtectedUsers())
