"""Reports about TLS for the mail to a domain (RFC 8460)."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import View
from mfpolicy.model.intent import TlsRptIntent
from mfpolicy.model.places import Place


class TlsRptFacts(msgspec.Struct, frozen=True):
    """`wanted` is whether it is declared."""

    wanted: bool
    place: Place | None = None


def tls_rpt_facts(view: View, domain: str, intent: TlsRptIntent) -> TlsRptFacts:
    """The facts of one domain."""
    return TlsRptFacts(bool(intent.rua))
