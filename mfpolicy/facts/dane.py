"""DANE for the MX hosts of a domain (RFC 7672)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.tlsa import USABLE, DaneHost, DaneResult, dane
from mfpolicy.facts.record_faults import MAX_FAULTS, record_faults
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.model.places import Place


class DaneHostFacts(msgspec.Struct, frozen=True):
    """One MX host. `owner` is the name of its TLSA records, `known` whether anybody looked there, `present`
    whether there is any, and `signed` whether DNSSEC vouches for them, false where there is none."""

    host: str
    owner: str
    known: bool
    present: bool | Unknown
    signed: bool | Unknown
    place: Place | None = None


class TlsaFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in a TLSA record, as a code and in words."""

    owner: str
    code: str
    text: str
    place: Place | None = None


class DaneFacts(msgspec.Struct, frozen=True):
    """DANE for a domain. `wanted` and `unwanted` are whether it is declared, or declared not to be. Unless it
    is wanted, only TLSA records of the repository count. `present` is whether any MX host has one;
    `mx_signed` whether DNSSEC vouches for the domain's MX records, looked at only then, else false."""

    wanted: bool
    unwanted: bool
    present: bool | Unknown
    hosts: tuple[DaneHostFacts, ...] | Unknown
    faults: tuple[TlsaFaultFacts, ...] | Unknown
    mx_signed: bool | Unknown
    place: Place | None = None


def dane_facts(view: View, domain: str, wanted: bool | None) -> DaneFacts:
    """The facts of one domain."""
    found = dane(view, domain, wanted is True)
    missing = found.hosts if isinstance(found.hosts, Unknown) else None
    return DaneFacts(
        wanted=wanted is True,
        unwanted=wanted is False,
        present=missing or _present(found),
        hosts=missing or tuple(_host(each) for each in _hosts(found)),
        faults=missing or tuple(_faults(found)) or _unknown(found) or (),
        mx_signed=found.mx_signed,
        place=next((each.mx.place for each in _hosts(found)), None),
    )


def _hosts(found: DaneResult) -> tuple[DaneHost, ...]:
    return () if isinstance(found.hosts, Unknown) else found.hosts


def _present(found: DaneResult) -> bool | Unknown:
    return any(each.present is True for each in _hosts(found)) or _unknown(found) or False


def _unknown(found: DaneResult) -> Unknown | None:
    unknowns = [each.present for each in _hosts(found) if isinstance(each.present, Unknown)]
    return joined(unknowns) if unknowns else None


def _host(found: DaneHost) -> DaneHostFacts:
    return DaneHostFacts(
        host=found.host,
        owner=found.owner,
        known=found.known,
        present=found.present,
        signed=found.signed,
        place=found.records[0].place if found.records else found.mx.place,
    )


def _faults(found: DaneResult) -> Iterator[TlsaFaultFacts]:
    """The first faults of each host, each that says something new."""
    for host in _hosts(found):
        first: dict[tuple[str, str], TlsaFaultFacts] = {}
        for each in _all_faults(host):
            first.setdefault((each.code, each.text), each)
        yield from list(first.values())[:MAX_FAULTS]
        if len(first) > MAX_FAULTS:
            more = f"there are {len(first) - MAX_FAULTS} more faults"
            yield TlsaFaultFacts(host.owner, "more-faults", more, host.records[0].place)


def _all_faults(host: DaneHost) -> Iterator[TlsaFaultFacts]:
    for record, tlsa in zip(host.records, host.tlsa, strict=True):
        for fault in record_faults(tlsa.faults, tlsa.text, record.place):
            yield TlsaFaultFacts(host.owner, fault.code, fault.text, fault.place)
        if not tlsa.faults and tlsa.usage not in USABLE:
            words = f"certificate usage {tlsa.usage} asks for a public certificate authority"
            yield TlsaFaultFacts(host.owner, "usage-not-for-smtp", words, record.place)
