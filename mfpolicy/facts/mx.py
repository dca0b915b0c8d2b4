"""Where a domain receives its mail, and where it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from mfpolicy.facts.exchangers import ExchangerFacts, covers, exchangers, service_of
from mfpolicy.facts.paths import MxWanted
from mfpolicy.model.dns import Record, Unknown, View, joined
from mfpolicy.model.intent import Sender
from mfpolicy.model.places import Place
from mfpolicy.records.mx import Mx, parse

_NO_SERVICES: Mapping[str, Sender] = MappingProxyType({})


class MxWantedFacts(msgspec.Struct, frozen=True):
    """Where mail should go. `declared`: somebody says, by a service or by hosts, and `words` names them;
    `nowhere`: it should go nowhere, by a null MX. `unknown` are the services named whose hosts nobody knows;
    `comparable`: there are hosts named, and none is unknown."""

    declared: bool = False
    nowhere: bool = False
    words: str = ""
    unknown: tuple[str, ...] = ()
    comparable: bool = False


class MxFacts(msgspec.Struct, frozen=True):
    """The MX records of a domain. `active`: mail is taken, by an MX that is not the null MX (RFC 7505).

    The address that stands in for a missing MX (RFC 5321, 5.1) makes no mail domain: most hosts have one.
    `fallback` is whether there is one; it is looked at only where the use of the domain is declared and no
    MX stands there. `exists` is whether the domain is there at all. `absence` says in words what stands where
    no MX takes mail (empty: one does, or those that should cannot be read). `exchangers` leaves out what the
    zone's own findings speak of: texts that cannot be used. `repeated` are hosts that stand more than once,
    `services` who is known to run the hosts. `covered`: one of the wanted hosts stands there.
    """

    exists: bool | Unknown
    active: bool | Unknown
    null: bool | Unknown
    hosts: tuple[str, ...] | Unknown
    exchangers: tuple[ExchangerFacts, ...] | Unknown
    absence: str | Unknown
    fallback: bool | Unknown
    repeated: tuple[str, ...] | Unknown
    services: tuple[str, ...] | Unknown
    covered: bool | Unknown
    wanted: MxWantedFacts = MxWantedFacts()
    place: Place | None = None


def mx_facts(
    view: View,
    domain: str,
    wanted: MxWanted,
    mail: str = "",
    senders: Sequence[Sender] = (),
    services: Mapping[str, Sender] = _NO_SERVICES,
) -> MxFacts:
    """The facts of one domain, with its declared use, its senders and all services that are known; malformed
    records are the owner name's findings and take no mail."""
    answer, said = view.ask(domain, "MX"), _said(wanted)
    if isinstance(answer, Unknown):
        return MxFacts(*(answer,) * 10, wanted=said)
    found = [(parse(record.value), record) for record in answer.records]
    there = [(each, record) for each, record in found if each.exchange and not each.null]
    hosts, null = tuple(each.exchange for each, _ in there), any(each.null for each, _ in found)
    names = tuple(dict.fromkeys(hosts))
    return MxFacts(
        exists=view.exists(domain),
        active=bool(hosts),
        null=null,
        hosts=hosts,
        exchangers=exchangers(view, _usable(there), wanted.patterns if said.comparable else None, senders),
        absence=_absence(bool(hosts), null, bool(found)),
        fallback=_fallback(view, domain) if (wanted.declared or mail) and not found else False,
        repeated=tuple(host for host, times in Counter(hosts).items() if times > 1),
        services=tuple(sorted({service_of(services, host) for host in names} - {""})),
        covered=any(covers(wanted.patterns, host) for host in names),
        wanted=said,
        place=answer.records[0].place if answer.records else None,
    )


def _said(wanted: MxWanted) -> MxWantedFacts:
    return MxWantedFacts(
        declared=wanted.declared,
        nowhere=wanted.declared and not wanted.patterns and not wanted.unknown,
        words=wanted.words,
        unknown=wanted.unknown,
        comparable=bool(wanted.patterns) and not wanted.unknown,
    )


def _usable(found: Sequence[tuple[Mx, Record]]) -> list[tuple[Mx, Record]]:
    """Each host once, and no text of a zone that its owner's findings speak of."""
    first: dict[str, tuple[Mx, Record]] = {}
    for each, record in found:
        if not (each.faults and record.place):
            first.setdefault(each.exchange, (each, record))
    return list(first.values())


def _absence(active: bool, null: bool, any_record: bool) -> str:
    if active or (any_record and not null):
        return ""
    return "has a null MX" if null else "has no MX record"


def _fallback(view: View, domain: str) -> bool | Unknown:
    """Whether the domain's own address takes its mail (RFC 5321, 5.1)."""
    answers = [view.ask(domain, type) for type in ("A", "AAAA")]
    if any(not isinstance(each, Unknown) and each.records for each in answers):
        return True
    unknowns = [each for each in answers if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else False
