"""The settings of Safe Links policies."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.settings import FlagSetting, ListSetting


class SafeLinksSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-SafeLinksPolicy."""

    present: bool = msgspec.field(name="present", default=False)
    enable_safe_links_for_email: FlagSetting = FlagSetting()
    enable_safe_links_for_teams: FlagSetting = FlagSetting()
    enable_safe_links_for_office: FlagSetting = FlagSetting()
    enable_for_internal_senders: FlagSetting = FlagSetting()
    scan_urls: FlagSetting = FlagSetting()
    deliver_message_after_scan: FlagSetting = FlagSetting()
    disable_url_rewrite: FlagSetting = FlagSetting()
    track_clicks: FlagSetting = FlagSetting()
    allow_click_through: FlagSetting = FlagSetting()
    do_not_rewrite_urls: ListSetting = ListSetting()
