"""What an anti-spam policy does with mail of each verdict, and who is told of what it holds back."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.quarantine import notifies
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place

_VERDICTS = {
    "spam": ("spam_action", "spam_quarantine_tag"),
    "high confidence spam": ("high_confidence_spam_action", "high_confidence_spam_quarantine_tag"),
    "phishing": ("phish_spam_action", "phish_quarantine_tag"),
    "high confidence phishing": ("high_confidence_phish_action", "high_confidence_phish_quarantine_tag"),
    "bulk": ("bulk_spam_action", "bulk_quarantine_tag"),
}


class VerdictFacts(msgspec.Struct, frozen=True):
    """A verdict: Microsoft's `action` by `setting`, the quarantine policy beside it (`tag` by `tag_setting`),
    and whether users are told of what is quarantined by that (`notice`). `declared` and `tag_declared`: the
    intent has a value for each."""

    name: str
    setting: str
    action: str | Unknown
    declared: bool
    tag_setting: str
    tag: str | Unknown
    tag_declared: bool
    notice: bool | Unknown
    place: Place | None = None


def verdicts(held: Held, of: AntiSpamSettings) -> Iterator[VerdictFacts]:
    """All five."""
    names = {each.name: each.encode_name for each in msgspec.structs.fields(AntiSpamSettings)}
    for verdict, (action, tag) in _VERDICTS.items():
        acted, tagged = getattr(of, action), getattr(of, tag)
        yield VerdictFacts(
            name=verdict,
            setting=names[action],
            action=acted.value,
            declared=acted.declared,
            tag_setting=names[tag],
            tag=tagged.value,
            tag_declared=tagged.declared,
            notice=tagged.value if isinstance(tagged.value, Unknown) else notifies(held, tagged.value),
            place=acted.place,
        )
