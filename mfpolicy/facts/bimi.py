"""The logo that a domain publishes (BIMI)."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import View
from mfpolicy.model.intent import BimiIntent
from mfpolicy.model.places import Place


class BimiFacts(msgspec.Struct, frozen=True):
    """`wanted` is whether it is declared."""

    wanted: bool
    place: Place | None = None


def bimi_facts(view: View, domain: str, intent: BimiIntent) -> BimiFacts:
    """The facts of one domain."""
    return BimiFacts(bool(intent.logo))
