"""TLSA records that DNSSEC vouched for before a change."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.model.places import Place


class DaneChangeFacts(msgspec.Struct, frozen=True):
    """TLSA records that DNSSEC vouched for before a change."""

    place: Place | None = None


def dane_change(base: Side, head: Side, domain: str) -> DaneChangeFacts:
    """The change of one name."""
    return DaneChangeFacts()
