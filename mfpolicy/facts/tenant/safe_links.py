"""The settings of Safe Links policies."""

from __future__ import annotations

import msgspec


class SafeLinksSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-SafeLinksPolicy."""

    present: bool = msgspec.field(name="present", default=False)
