"""Where a domain's DMARC reports go, and whether they arrive (RFC 9990, 4; RFC 9991, 5)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation, report_authorisations
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import DmarcIntent
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records import mx
from mfpolicy.records.report_uris import ReportUri

# Receivers serve a few addresses; a record of somebody else's may hold thousands, and each costs questions.
MAX_DESTINATIONS = 20


class DestinationFacts(msgspec.Struct, frozen=True):
    """A mailbox that the domain's own record names under `tag` (rua or ruf).

    `external`: its host is of another organization, and has to say at `grant` that it takes the reports;
    `authorised` is whether it does. `takes_mail` is whether the host has an MX that is not the null MX, or
    an address (RFC 5321, 5.1).
    """

    tag: str
    address: str
    host: str
    external: bool
    grant: str
    authorised: bool | Unknown
    takes_mail: bool | Unknown
    place: Place | None = None


class ReportFacts(msgspec.Struct, frozen=True):
    """A report address that is declared and not published, or published and not declared."""

    tag: str
    uri: str
    place: Place | None = None


def destination_facts(view: View, found: DmarcResult) -> tuple[DestinationFacts, ...]:
    """The destinations of the record that applies, each once; the first few of each tag."""
    if found.dmarc is None:
        return ()
    few = msgspec.structs.replace(found.dmarc, rua=_few(found.dmarc.rua), ruf=_few(found.dmarc.ruf))
    place = found.record.place if found.record else None
    reports = report_authorisations(view, msgspec.structs.replace(found, dmarc=few))
    return tuple(_destination(view, each, place) for each in reports)


def _few(uris: tuple[ReportUri, ...]) -> tuple[ReportUri, ...]:
    return tuple({each.text: each for each in uris}.values())[:MAX_DESTINATIONS]


def reports_missing(found: DmarcResult, intent: DmarcIntent) -> tuple[ReportFacts, ...]:
    """The declared addresses that the record does not name."""
    place = found.record.place if found.record else intent.place
    return tuple(
        ReportFacts(tag, uri, place)
        for tag, published, declared in _both(found, intent)
        for uri in declared
        if uri not in published
    )


def reports_undeclared(found: DmarcResult, intent: DmarcIntent) -> tuple[ReportFacts, ...]:
    """The addresses of the record that are not among those declared; none where nothing is declared."""
    place = found.record.place if found.record else None
    return tuple(
        ReportFacts(tag, uri, narrowed(place, text))
        for tag, published, declared in _both(found, intent)
        for uri, text in list(published.items())[:MAX_DESTINATIONS]
        if uri not in declared
    )


def _both(found: DmarcResult, intent: DmarcIntent) -> Iterator[tuple[str, dict[str, str], dict[str, None]]]:
    """The tags whose addresses are declared: the published ones with their text, and the declared ones."""
    for tag, uris, declared in (
        ("rua", found.dmarc.rua if found.dmarc else (), intent.rua),
        ("ruf", found.dmarc.ruf if found.dmarc else (), intent.ruf),
    ):
        if declared is not None:
            published = {_spelt(each.text): each.text for each in uris}
            yield tag, published, dict.fromkeys(map(_spelt, declared))


def _spelt(uri: str) -> str:
    """An address in lower case: whoever writes a mailbox in two ways means one."""
    return uri.lower()


def _destination(view: View, report: ReportAuthorisation, place: Place | None) -> DestinationFacts:
    return DestinationFacts(
        tag=report.tag,
        address=report.uri.address,
        host=report.host,
        external=report.external,
        grant=report.record_name,
        authorised=report.authorised,
        takes_mail=_takes_mail(view, report.host),
        place=narrowed(place, report.uri.text),
    )


def _takes_mail(view: View, host: str) -> bool | Unknown:
    answer = view.ask(host, "MX")
    if isinstance(answer, Unknown):
        return answer
    if answer.records:
        return not all(mx.parse(each.value).null for each in answer.records)
    for type in ("A", "AAAA"):
        found = view.ask(host, type)
        if isinstance(found, Unknown) or found.records:
            return found if isinstance(found, Unknown) else True
    return False
