"""The kinds of protection policies, and by which cmdlets and properties each is known."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.anti_phish import AntiPhishSettings
from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings
from mfpolicy.facts.tenant.malware import MalwareSettings
from mfpolicy.facts.tenant.outbound_spam import OutboundSettings
from mfpolicy.facts.tenant.safe_attachments import SafeAttachmentsSettings
from mfpolicy.facts.tenant.safe_links import SafeLinksSettings

EOP = "Get-EOPProtectionPolicyRule"
ATP = "Get-ATPProtectionPolicyRule"
BUILT_IN = "Get-ATPBuiltInProtectionRule"
# The properties by which a rule says for whom it is: addresses, members of groups, domains.
RECIPIENTS = ("SentTo", "SentToMemberOf", "RecipientDomainIs")
SENDERS = ("From", "FromMemberOf", "SenderDomainIs")


class Kind(msgspec.Struct, frozen=True):
    """A kind of policy: the cmdlets that list its policies and the rules that say for whom they are, and the
    section of its settings, in facts and in the intent. `link` is the property of such a rule that names its
    policy, `presets` the cmdlet of the presets' rules (empty: presets leave this kind alone), and
    `conditions` the properties that say for whom. `defender`: it is part of Defender for Office 365."""

    name: str
    policies: str
    rules: str
    section: str
    settings: type[msgspec.Struct]
    link: str
    presets: str = EOP
    conditions: tuple[str, str, str] = RECIPIENTS
    defender: bool = False


KINDS = (
    Kind(
        "anti-spam",
        "Get-HostedContentFilterPolicy",
        "Get-HostedContentFilterRule",
        "anti_spam",
        AntiSpamSettings,
        "HostedContentFilterPolicy",
    ),
    Kind(
        "anti-phish",
        "Get-AntiPhishPolicy",
        "Get-AntiPhishRule",
        "anti_phish",
        AntiPhishSettings,
        "AntiPhishPolicy",
    ),
    Kind(
        "malware",
        "Get-MalwareFilterPolicy",
        "Get-MalwareFilterRule",
        "malware",
        MalwareSettings,
        "MalwareFilterPolicy",
    ),
    Kind(
        "safe-links",
        "Get-SafeLinksPolicy",
        "Get-SafeLinksRule",
        "safe_links",
        SafeLinksSettings,
        "SafeLinksPolicy",
        presets=ATP,
        defender=True,
    ),
    Kind(
        "safe-attachments",
        "Get-SafeAttachmentPolicy",
        "Get-SafeAttachmentRule",
        "safe_attachments",
        SafeAttachmentsSettings,
        "SafeAttachmentPolicy",
        presets=ATP,
        defender=True,
    ),
    Kind(
        "outbound",
        "Get-HostedOutboundSpamFilterPolicy",
        "Get-HostedOutboundSpamFilterRule",
        "outbound",
        OutboundSettings,
        "HostedOutboundSpamFilterPolicy",
        presets="",
        conditions=SENDERS,
    ),
)
