"""The settings of anti-spam policies."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.settings import (
    FlagSetting,
    ListSetting,
    NumberSetting,
    SendersSetting,
    WordSetting,
)
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place


class AntiSpamSettings(msgspec.Struct, frozen=True, rename="pascal"):
    """Get-HostedContentFilterPolicy."""

    present: bool = msgspec.field(name="present", default=False)
    bulk_threshold: NumberSetting = NumberSetting()
    mark_as_spam_bulk_mail: WordSetting = WordSetting()
    spam_action: WordSetting = WordSetting()
    high_confidence_spam_action: WordSetting = WordSetting()
    phish_spam_action: WordSetting = WordSetting()
    high_confidence_phish_action: WordSetting = WordSetting()
    bulk_spam_action: WordSetting = WordSetting()
    spam_quarantine_tag: WordSetting = WordSetting()
    high_confidence_spam_quarantine_tag: WordSetting = WordSetting()
    phish_quarantine_tag: WordSetting = WordSetting()
    high_confidence_phish_quarantine_tag: WordSetting = WordSetting()
    bulk_quarantine_tag: WordSetting = WordSetting()
    quarantine_retention_period: NumberSetting = NumberSetting()
    spam_zap_enabled: FlagSetting = FlagSetting()
    phish_zap_enabled: FlagSetting = FlagSetting()
    inline_safety_tips_enabled: FlagSetting = FlagSetting()
    intra_org_filter_state: WordSetting = WordSetting()
    test_mode_action: WordSetting = WordSetting()
    allowed_senders: SendersSetting = SendersSetting()
    allowed_sender_domains: SendersSetting = SendersSetting()
    blocked_senders: SendersSetting = SendersSetting()
    blocked_sender_domains: SendersSetting = SendersSetting()
    enable_region_block_list: FlagSetting = FlagSetting()
    region_block_list: ListSetting = ListSetting()
    enable_language_block_list: FlagSetting = FlagSetting()
    language_block_list: ListSetting = ListSetting()
    increase_score_with_image_links: WordSetting = WordSetting()
    increase_score_with_numeric_ips: WordSetting = WordSetting()
    increase_score_with_redirect_to_other_port: WordSetting = WordSetting()
    increase_score_with_biz_or_info_urls: WordSetting = WordSetting()
    mark_as_spam_empty_messages: WordSetting = WordSetting()
    mark_as_spam_embed_tags_in_html: WordSetting = WordSetting()
    mark_as_spam_java_script_in_html: WordSetting = WordSetting()
    mark_as_spam_form_tags_in_html: WordSetting = WordSetting()
    mark_as_spam_frames_in_html: WordSetting = WordSetting()
    mark_as_spam_web_bugs_in_html: WordSetting = WordSetting()
    mark_as_spam_object_tags_in_html: WordSetting = WordSetting()
    mark_as_spam_sensitive_word_list: WordSetting = WordSetting()
    mark_as_spam_spf_record_hard_fail: WordSetting = WordSetting()
    mark_as_spam_from_address_auth_fail: WordSetting = WordSetting()
    mark_as_spam_ndr_backscatter: WordSetting = WordSetting()


class ScoringFacts(msgspec.Struct, frozen=True):
    """An option of the Advanced Spam Filter: Off, Test or On."""

    name: str
    value: str | Unknown
    declared: bool
    place: Place | None = None


# All options that are words and begin so, but the one that makes bulk mail spam, which is no such option.
_SCORING = ("increase_score_with_", "mark_as_spam_")
_BULK = "mark_as_spam_bulk_mail"


def scoring(of: AntiSpamSettings) -> Iterator[ScoringFacts]:
    """The options of the Advanced Spam Filter, fifteen of them
    (learn.microsoft.com/defender-office-365/anti-spam-policies-asf-settings-about)."""
    for each in msgspec.structs.fields(AntiSpamSettings):
        if each.name.startswith(_SCORING) and each.name != _BULK:
            setting = getattr(of, each.name)
            yield ScoringFacts(each.encode_name, setting.value, setting.declared, setting.place)
