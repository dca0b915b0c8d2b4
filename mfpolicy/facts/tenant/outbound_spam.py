"""The settings of outbound spam policies."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.settings import FlagSetting, ListSetting, NumberSetting, WordSetting


class OutboundSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-HostedOutboundSpamFilterPolicy. A limit of 0 is Microsoft's own, which is far higher
    (learn.microsoft.com/powershell/module/exchange/set-hostedoutboundspamfilterpolicy)."""

    present: bool = msgspec.field(name="present", default=False)
    recipient_limit_external_per_hour: NumberSetting = NumberSetting()
    recipient_limit_internal_per_hour: NumberSetting = NumberSetting()
    recipient_limit_per_day: NumberSetting = NumberSetting()
    action_when_threshold_reached: WordSetting = WordSetting()
    auto_forwarding_mode: WordSetting = WordSetting()
    bcc_suspicious_outbound_mail: FlagSetting = FlagSetting()
    bcc_suspicious_outbound_additional_recipients: ListSetting = ListSetting()
    notify_outbound_spam: FlagSetting = FlagSetting()
    notify_outbound_spam_recipients: ListSetting = ListSetting()
