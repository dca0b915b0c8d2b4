"""Reports about TLS for the mail to a domain (RFC 8460)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.evaluate.tls_rpt import TlsRptResult, tls_rpt
from mfpolicy.facts.record_faults import IgnoredFacts, RecordFaultFacts, ignored_facts, record_faults
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import TlsRptIntent
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.faults import Fault

# One record can hold thousands, and one of 64 KiB.
MAX_URIS = 100
LONGEST = 300
# Senders read past these; every other fault leaves some report unsent.
_HARMLESS = ("unknown-tag", "duplicate-tag", "obsolete-size-limit")


class ReportUriFacts(msgspec.Struct, frozen=True):
    """A URI that reports go to, or should go to."""

    uri: str
    place: Place | None = None


class TlsRptFacts(msgspec.Struct, frozen=True):
    """TLS-RPT for a domain that takes mail, or is declared to have it; that of others is nobody's business,
    and they have none here.

    `wanted` is whether it is declared. `records` counts the TLS-RPT records at `_smtp._tls.` the domain, and
    `present` is whether there is one. `faults` keep reports from being sent, `oddities` are read past; both
    are those of a record that stands alone. `ignored` are misspelt records. `missing` are declared URIs that
    it does not name, `undeclared` the first hundred that it names and the declaration does not; both are
    empty without a declaration.
    """

    wanted: bool
    present: bool | Unknown = False
    records: int | Unknown = 0
    faults: tuple[RecordFaultFacts, ...] | Unknown = ()
    oddities: tuple[RecordFaultFacts, ...] | Unknown = ()
    ignored: tuple[IgnoredFacts, ...] | Unknown = ()
    missing: tuple[ReportUriFacts, ...] | Unknown = ()
    undeclared: tuple[ReportUriFacts, ...] | Unknown = ()
    place: Place | None = None


def tls_rpt_facts(view: View, domain: str, intent: TlsRptIntent) -> TlsRptFacts:
    """The facts of one domain."""
    wanted = bool(intent.rua)
    needed = wanted or _takes_mail(view, domain)
    if needed is False:
        return TlsRptFacts(wanted, place=intent.place)
    if isinstance(needed, Unknown):
        return _unknown(wanted, needed, intent.place)
    found = tls_rpt(view, domain)
    if isinstance(found.records, Unknown):
        return _unknown(wanted, found.records, intent.place)
    return TlsRptFacts(
        wanted,
        present=bool(found.records),
        records=len(found.records),
        faults=_faults(found, found.records[0].place if found.records else None, harmless=False),
        oddities=_faults(found, found.records[0].place if found.records else None, harmless=True),
        ignored=ignored_facts(found.ignored),
        missing=_missing(found, intent),
        undeclared=_undeclared(found, intent),
        place=found.records[0].place if found.records else intent.place,
    )


def _takes_mail(view: View, domain: str) -> bool | Unknown:
    found = exchangers(view, domain)
    return found if isinstance(found, Unknown) else bool(found)


def _unknown(wanted: bool, why: Unknown, place: Place | None) -> TlsRptFacts:
    return TlsRptFacts(wanted, why, why, why, why, why, why, why, place)


def _faults(found: TlsRptResult, place: Place | None, harmless: bool) -> tuple[RecordFaultFacts, ...]:
    if found.tls_rpt is None:
        return ()
    own: Sequence[Fault] = [each for each in found.tls_rpt.faults if (each.code in _HARMLESS) is harmless]
    return record_faults(own, found.tls_rpt.text, place)


def _missing(found: TlsRptResult, intent: TlsRptIntent) -> tuple[ReportUriFacts, ...]:
    if found.tls_rpt is None:
        return ()
    named = {_spelt(each.text) for each in found.tls_rpt.rua}
    return tuple(ReportUriFacts(each, intent.place) for each in intent.rua or () if _spelt(each) not in named)


def _undeclared(found: TlsRptResult, intent: TlsRptIntent) -> tuple[ReportUriFacts, ...]:
    if found.tls_rpt is None or isinstance(found.records, Unknown) or not intent.rua:
        return ()
    declared = {_spelt(each) for each in intent.rua}
    place = found.records[0].place
    uris = dict.fromkeys(each.text for each in found.tls_rpt.rua if _spelt(each.text) not in declared)
    return tuple(ReportUriFacts(each[:LONGEST], narrowed(place, each)) for each in list(uris)[:MAX_URIS])


def _spelt(uri: str) -> str:
    """One spelling: whoever writes a mailbox in two ways means one; the path of a web address has a case."""
    text = uri.strip()
    return text.lower() if text.lower().startswith("mailto:") else text
