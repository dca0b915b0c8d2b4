"""The settings of anti-spam policies."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.settings import NumberSetting


class AntiSpamSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-HostedContentFilterPolicy."""

    present: bool = msgspec.field(name="present", default=False)
    bulk_threshold: NumberSetting = NumberSetting()
