"""The settings of Safe Attachments policies."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.settings import FlagSetting, Part, WordSetting
from mfpolicy.facts.tenant.values import Maybe, flag, place_at, word
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place


class Response(Part, frozen=True):
    """What becomes of an attachment that nobody knows: the Action, or Off where Enable is false, as nothing
    is scanned then (learn.microsoft.com/powershell/module/exchangepowershell/set-safeattachmentpolicy)."""

    value: str | Unknown = ""
    place: Place | None = None

    @classmethod
    def read(cls, of: Maybe) -> Response:
        """See `Part.read`. An export that leaves Enable out tells the Action alone."""
        if isinstance(of, Unknown):
            return cls(of)
        enabled = flag(of, "Enable")
        if enabled is False:
            return cls("Off", place_at(of, "Enable"))
        if isinstance(enabled, Unknown) and of.has("Enable"):
            return cls(enabled, place_at(of, "Enable"))
        return cls(word(of, "Action"), place_at(of, "Action"))


class SafeAttachmentsSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-SafeAttachmentPolicy."""

    present: bool = msgspec.field(name="present", default=False)
    enable: FlagSetting = FlagSetting()
    action: WordSetting = WordSetting()
    quarantine_tag: WordSetting = WordSetting()
    redirect: FlagSetting = FlagSetting()
    redirect_address: WordSetting = WordSetting()
    response: Response = msgspec.field(name="response", default=Response())
