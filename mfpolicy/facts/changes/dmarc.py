"""What DMARC asks of receivers before a change, and after it."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class DmarcChangeFacts(msgspec.Struct, frozen=True):
    """What DMARC asks of receivers before a change, and after it."""

    place: Place | None = None


def dmarc_change(base: Side, head: Side, domain: str) -> DmarcChangeFacts:
    """The change of one name."""
    return DmarcChangeFacts()
