"""One MX host of a domain, as a sender would meet it (RFC 5321, 5.1)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from mfpolicy.model.dns import Answer, Reason, Record, Unknown, View, joined, unknown
from mfpolicy.model.intent import Sender
from mfpolicy.model.patterns import Patterns
from mfpolicy.model.places import Place
from mfpolicy.records.mx import Mx
from mfpolicy.records.reach import is_private

MAX_ASKED = 20


class ExchangerFacts(msgspec.Struct, frozen=True):
    """One MX record that names a host.

    `alias` is the target of a CNAME at the host (empty: there is none). `trouble` says in words why no sender
    can deliver there (empty: nothing speaks against it): the host does not exist, has no address, or none
    outside a private network; or it is no host. `wanted` is false where the declared hosts are known and
    this is none of them; `bounces` tells that a declared sender takes its bounces there, or may, because
    nobody knows its hosts.
    """

    host: str
    alias: str | Unknown
    trouble: str | Unknown
    ipv6: bool | Unknown
    wanted: bool
    bounces: bool
    place: Place | None = None


def exchangers(
    view: View,
    found: Sequence[tuple[Mx, Record]],
    patterns: tuple[str, ...] | None,
    senders: Sequence[Sender],
) -> tuple[ExchangerFacts, ...]:
    """The facts of each host; `patterns` are those of the wanted ones, None where nobody knows them all.

    Of a crowd no answer is asked for: the addresses of those after the first twenty are unknown.
    """
    return tuple(
        _exchanger(
            view if at < MAX_ASKED else None,
            each,
            record,
            patterns is None or covers(patterns, each.exchange),
            senders,
        )
        for at, (each, record) in enumerate(found)
    )


def _exchanger(
    view: View | None, found: Mx, record: Record, wanted: bool, senders: Sequence[Sender]
) -> ExchangerFacts:
    """Both address types are asked together; a CNAME shows in their answers."""
    host, faulty = found.exchange, "; ".join(f"'{record.value}' {fault.text}" for fault in found.faults)
    v4, v6 = (Answer(host) if faulty else _asked(view, host, type) for type in ("A", "AAAA"))
    return ExchangerFacts(
        host=host,
        alias="" if faulty else _alias(view, host, (v4, v6)),
        trouble=faulty or _trouble(host, (v4, v6)),
        ipv6=v6 if isinstance(v6, Unknown) else bool(v6.records),
        wanted=wanted,
        bounces=_takes_bounces(senders, host),
        place=record.place,
    )


def covers(patterns: tuple[str, ...], host: str) -> bool:
    """Whether one of some patterns matches a normal name; a leading `*` stands for one or more labels."""
    return bool(_patterns(patterns).matching(host))


def service_of(services: Mapping[str, Sender], host: str) -> str:
    """What the catalogue calls the first service that has a host among its own; empty for none."""
    return _service(host, tuple((each.title or each.name, each.mx) for each in services.values() if each.mx))


@lru_cache(maxsize=8192)
def _service(host: str, known: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return next((title for title, patterns in known if covers(patterns, host)), "")


@lru_cache(maxsize=1024)
def _patterns(patterns: tuple[str, ...]) -> Patterns:
    return Patterns(patterns)


def _takes_bounces(senders: Sequence[Sender], host: str) -> bool:
    """Whether some sender takes bounces at a host, or may: those of a domain that is the sender's own never
    come to the domain."""
    return any(
        covers(each.mx, host) if each.mx else each.envelope in ("customer", "subdomain") for each in senders
    )


def _asked(view: View | None, host: str, type: str) -> Answer | Unknown:
    return view.ask(host, type) if view else unknown(host, type, Reason.TOO_LARGE)


def _alias(view: View | None, host: str, found: Sequence[Answer | Unknown]) -> str | Unknown:
    known = next((each for each in found if isinstance(each, Answer)), None)
    if known is not None:
        return known.chain[0].value if known.chain else ""
    alias = _asked(view, host, "CNAME")
    if isinstance(alias, Answer):
        return alias.records[0].value if alias.records else ""
    # The addresses are to be asked for anyway, and their answers will show it.
    return joined(each for each in found if isinstance(each, Unknown))


def _trouble(host: str, found: Sequence[Answer | Unknown]) -> str | Unknown:
    answers = [each for each in found if isinstance(each, Answer)]
    addresses = [record.value.strip() for each in answers for record in each.records]
    if any(map(_is_public, addresses)):
        return ""
    missing = next((each.name for each in answers if not each.exists), None)
    if missing is not None and not addresses:
        leads = f" leads to {missing}, which" if missing != host else ""
        return f"{host}{leads} does not exist"
    if len(answers) < len(found):
        return joined(each for each in found if isinstance(each, Unknown))
    return f"{host} has only private addresses" if addresses else f"{host} has no address"


@lru_cache(maxsize=4096)
def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_network(text)
    except ValueError:
        return True  # what cannot be read speaks against nobody
    return not is_private(address)
