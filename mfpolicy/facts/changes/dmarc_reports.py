"""Who got the aggregate reports of a domain before a change, and who gets them afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.report_destinations import DestinationFacts, destination_facts
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.intent import DmarcIntent
from mfpolicy.model.places import Place
from mfpolicy.records.report_uris import ReportUri


class LostReportFacts(msgspec.Struct, frozen=True):
    """A mailbox that aggregate reports no longer go to. `worked`: it took mail, and was allowed to get them
    (RFC 9990, 4). `declared`: the intent lists report addresses, and not this one. `others` tells in words
    whether somebody still gets them."""

    address: str
    worked: bool | Unknown
    declared: bool
    others: str
    place: Place | None = None


class ReportsChangeFacts(msgspec.Struct, frozen=True):
    """The mailboxes of `rua` in the record that applies, before and after, in the record's order."""

    before: tuple[str, ...] | Unknown = ()
    after: tuple[str, ...] | Unknown = ()
    gained: tuple[str, ...] | Unknown = ()
    lost: tuple[LostReportFacts, ...] | Unknown = ()


def reports_change(
    base: Side, same: bool, was: DmarcResult, now: DmarcResult, intent: DmarcIntent, place: Place | None
) -> ReportsChangeFacts:
    """The change of one domain, whose records are the `same` or not; `intent` is declared for it in head."""
    before, after = _mailboxes(was), _mailboxes(now)
    whys = [each.unknown for each in (was, now) if each.unknown and not each.dmarc]
    if same or whys:
        why = () if same else joined(whys)
        old, new = _listed(was, before), _listed(now, after)
        return ReportsChangeFacts(old, new, why, () if old == () else why)
    return ReportsChangeFacts(
        _addresses(before),
        _addresses(after),
        _addresses({key: uri for key, uri in after.items() if key not in before}),
        tuple(_lost(base, was, before, after, intent, place)),
    )


def _listed(found: DmarcResult, mailboxes: dict[str, ReportUri]) -> tuple[str, ...] | Unknown:
    return _addresses(mailboxes) if found.dmarc or not found.unknown else found.unknown


def _mailboxes(found: DmarcResult) -> dict[str, ReportUri]:
    """By address in lower case: whoever writes a mailbox in two ways means one."""
    uris = found.dmarc.rua if found.dmarc else ()
    return {uri.address.lower(): uri for uri in reversed(uris) if uri.address}


def _addresses(found: dict[str, ReportUri]) -> tuple[str, ...]:
    return tuple(uri.address for uri in sorted(found.values(), key=lambda uri: uri.start))


def _lost(
    base: Side,
    was: DmarcResult,
    before: dict[str, ReportUri],
    after: dict[str, ReportUri],
    intent: DmarcIntent,
    place: Place | None,
) -> Iterator[LostReportFacts]:
    gone = tuple(uri for key, uri in sorted(before.items()) if key not in after)
    if not gone or was.dmarc is None:
        return
    others = "others do" if after else "nobody does"
    only = msgspec.structs.replace(was.dmarc, rua=gone, ruf=())
    for each in destination_facts(base.view, msgspec.structs.replace(was, dmarc=only)):
        declared = intent.rua is not None and each.address.lower() not in map(_mailbox, intent.rua)
        yield LostReportFacts(each.address, _worked(each), declared, others, place)


def _mailbox(uri: str) -> str:
    return uri.lower().removeprefix("mailto:")


def _worked(found: DestinationFacts) -> bool | Unknown:
    needed = (found.authorised, found.takes_mail)
    if False in needed:
        return False
    return next((each for each in needed if isinstance(each, Unknown)), True)
