"""A name of mail before a change, and who answers for it afterwards."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class NameChangeFacts(msgspec.Struct, frozen=True):
    """A name of mail before a change, and who answers for it afterwards."""

    place: Place | None = None


def name_change(base: Side, head: Side, name: str) -> NameChangeFacts:
    """The change of one name."""
    return NameChangeFacts()
