"""Which TLSA records senders find for the MX hosts of a domain, and whether they may use them (RFC 7672)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.dnssec import is_signed
from mfpolicy.evaluate.exchangers import Exchanger, exchangers
from mfpolicy.model.dns import Answer, Reason, Record, Unknown, View, all_of, joined, unknown
from mfpolicy.records.tlsa import Tlsa, parse

MAX_HOSTS = 64
# DANE-TA and DANE-EE; SMTP has no use for the certificate authorities of the others (RFC 7672, 3.1.3).
USABLE = (2, 3)


class DaneHost(msgspec.Struct, frozen=True, kw_only=True):
    """One MX host. `owner` is where its TLSA records stand, `known` whether anybody looked there; `records`
    and `tlsa` go together, one for one. `signed` is whether DNSSEC vouches for them, False where there is
    none."""

    host: str
    owner: str
    mx: Record
    known: bool = True
    present: bool | Unknown = False
    records: tuple[Record, ...] = ()
    tlsa: tuple[Tlsa, ...] = ()
    signed: bool | Unknown = False


class DaneResult(msgspec.Struct, frozen=True, kw_only=True):
    """The hosts of a domain. `mx_signed` is whether DNSSEC vouches for the domain's MX records, False where
    no host has a TLSA record."""

    domain: str
    hosts: tuple[DaneHost, ...] | Unknown = ()
    mx_signed: bool | Unknown = False


def dane(view: View, domain: str, wanted: bool) -> DaneResult:
    """What senders find for a normal name. Unless it is `wanted`, only TLSA records of the repository are
    looked at, and where there is none nothing is asked."""
    found = exchangers(view, domain)
    if isinstance(found, Unknown):
        return DaneResult(domain=domain, hosts=found, mx_signed=found)
    unique = tuple({host: (host, record) for host, record in reversed(found)}.values())[::-1]
    if len(unique) > MAX_HOSTS:
        many = unknown(domain, "MX", Reason.TOO_LARGE)
        return DaneResult(domain=domain, hosts=many, mx_signed=many)
    hosts = tuple(_host(view, each, wanted) for each in unique)
    return DaneResult(domain=domain, hosts=hosts, mx_signed=_mx_signed(view, domain, hosts))


def _host(view: View, exchanger: Exchanger, wanted: bool) -> DaneHost:
    host, record = exchanger
    owner = f"_25._tcp.{host}"
    blank = DaneHost(host=host, owner=owner, mx=record)
    # Looked for first, because what the repository answers is compared with live DNS too.
    ours = bool(view.apex(owner))
    if not wanted and not (ours and view.exists(owner) is True):
        return msgspec.structs.replace(blank, known=ours)
    answer = view.ask(owner, "TLSA")
    if isinstance(answer, Unknown):
        return msgspec.structs.replace(blank, present=answer, signed=answer)
    if not answer.records:
        return blank
    return msgspec.structs.replace(
        blank,
        present=True,
        records=answer.records,
        tlsa=tuple(parse(each.value) for each in answer.records),
        signed=_signed(view, host, answer),
    )


def _signed(view: View, host: str, answer: Answer) -> bool | Unknown:
    """The host's addresses and every step to the TLSA records must be secure (RFC 7672, 2.2 and 2.2.3)."""
    names = dict.fromkeys((host, *(each.name for each in answer.chain), answer.name))
    return all_of(is_signed(view, name) for name in names)


def _mx_signed(view: View, domain: str, hosts: tuple[DaneHost, ...]) -> bool | Unknown:
    if any(each.present is True for each in hosts):
        return is_signed(view, domain)
    unknowns = [each.present for each in hosts if isinstance(each.present, Unknown)]
    return joined(unknowns) if unknowns else False
