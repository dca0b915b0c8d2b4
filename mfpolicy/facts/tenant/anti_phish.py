"""The settings of anti-phish policies."""

from __future__ import annotations

import msgspec


class AntiPhishSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-AntiPhishPolicy."""

    present: bool = msgspec.field(name="present", default=False)
