"""The settings of Safe Attachments policies."""

from __future__ import annotations

import msgspec


class SafeAttachmentsSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-SafeAttachmentPolicy."""

    present: bool = msgspec.field(name="present", default=False)
