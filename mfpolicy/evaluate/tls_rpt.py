"""Where senders report how TLS went for the mail to a domain (RFC 8460)."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.records.tls_rpt import TlsRpt, is_misspelt, is_tls_rpt, parse


class TlsRptResult(msgspec.Struct, frozen=True, kw_only=True):
    """`records` are the TLS-RPT records at `_smtp._tls.` the domain, and `tls_rpt` the one that stands there
    alone: with more or fewer, senders report nothing (RFC 8460, 3). `ignored` are misspelt records."""

    records: tuple[Record, ...] | Unknown
    tls_rpt: TlsRpt | None = None
    ignored: tuple[Record, ...] = ()


def tls_rpt(view: View, domain: str) -> TlsRptResult:
    """What senders find for a normal name."""
    answer = view.ask(f"_smtp._tls.{domain}", "TXT")
    if isinstance(answer, Unknown):
        return TlsRptResult(records=answer)
    records = tuple(record for record in answer.records if is_tls_rpt(record.value))
    return TlsRptResult(
        records=records,
        tls_rpt=parse(records[0].value) if len(records) == 1 else None,
        ignored=tuple(record for record in answer.records if is_misspelt(record.value)),
    )
