"""What MTA-STS asks of senders before a change, and what they have cached."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class MtaStsChangeFacts(msgspec.Struct, frozen=True):
    """What MTA-STS asks of senders before a change, and what they have cached."""

    place: Place | None = None


def mta_sts_change(base: Side, head: Side, domain: str) -> MtaStsChangeFacts:
    """The change of one name."""
    return MtaStsChangeFacts()
