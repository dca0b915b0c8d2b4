"""DANE for the MX hosts of a domain (RFC 7672)."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import View
from mfpolicy.model.places import Place


class DaneFacts(msgspec.Struct, frozen=True):
    """`wanted` is whether it is declared."""

    wanted: bool
    place: Place | None = None


def dane_facts(view: View, domain: str, wanted: bool | None) -> DaneFacts:
    """The facts of one domain."""
    return DaneFacts(wanted is True)
