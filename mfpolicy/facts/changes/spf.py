"""Whom SPF lets pass before a change, and after it."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class SpfChangeFacts(msgspec.Struct, frozen=True):
    """Whom SPF lets pass before a change, and after it."""

    place: Place | None = None


def spf_change(base: Side, head: Side, domain: str) -> SpfChangeFacts:
    """The change of one name."""
    return SpfChangeFacts()
