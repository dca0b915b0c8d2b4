"""The keys of a selector before a change, and after it."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class KeyChangeFacts(msgspec.Struct, frozen=True):
    """The keys of a selector before a change, and after it."""

    place: Place | None = None


def key_change(base: Side, head: Side, name: str) -> KeyChangeFacts:
    """The change of one name."""
    return KeyChangeFacts()
