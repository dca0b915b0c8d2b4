"""The settings of outbound spam policies."""

from __future__ import annotations

import msgspec


class OutboundSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-HostedOutboundSpamFilterPolicy."""

    present: bool = msgspec.field(name="present", default=False)
