"""TLSA records that DNSSEC vouched for before a change (RFC 7672)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.tlsa import USABLE, DaneHost, DaneResult, dane
from mfpolicy.facts.changes.side import Side
from mfpolicy.model.dns import Answer, Unknown, all_of, joined, negated
from mfpolicy.model.names import ancestors
from mfpolicy.model.places import Place
from mfpolicy.records.tlsa import Tlsa, format

# DANE-EE: a record of this usage matches the host's own certificate and no other (RFC 7671, 5.1).
_OWN = 3


class DaneHostChangeFacts(msgspec.Struct, frozen=True):
    """An MX host, before and after, that had TLSA records which senders can use; `owner` is where they stand,
    `before` and `after` are those that can be used. `was_signed` and `is_signed` are whether DNSSEC vouches
    for them, false where there is none.

    `unsigned`: it did and does no longer, although records are left; `because` says in words why, else empty.
    `replaced`: none of the records is left, and others stand there; `certain`, that no certificate matches
    both. `removed`: there is none any more.
    """

    host: str
    owner: str
    before: tuple[str, ...]
    after: tuple[str, ...] | Unknown
    was_signed: bool | Unknown
    is_signed: bool | Unknown
    unsigned: bool | Unknown
    because: str
    replaced: bool | Unknown
    certain: bool
    removed: bool | Unknown
    place: Place | None = None


class DaneChangeFacts(msgspec.Struct, frozen=True):
    """DANE for a domain before and after: the MX hosts whose TLSA records DNSSEC vouches for. `hosts` are
    those that had records and are still MX hosts. `wanted` and `unwanted` are whether the intent declares
    DANE, or declares it off."""

    before: tuple[str, ...] | Unknown = ()
    after: tuple[str, ...] | Unknown = ()
    hosts: tuple[DaneHostChangeFacts, ...] | Unknown = ()
    wanted: bool = False
    unwanted: bool = False
    place: Place | None = None


def dane_change(base: Side, head: Side, domain: str) -> DaneChangeFacts:
    """The change of one domain. A host that had TLSA records is looked at wherever it stands afterwards."""
    said = head.declared.of(domain)
    wanted = said.dane if said else None
    was = dane(base.view, domain, wanted is True)
    now = dane(head.view, domain, wanted is True or any(_usable(each) for each in _hosts(was)))
    return DaneChangeFacts(
        before=_in_force(was),
        after=_in_force(now),
        hosts=_changes(base, head, was, now),
        wanted=wanted is True,
        unwanted=wanted is False,
        place=next((each.mx.place for each in _hosts(now)), None),
    )


def _hosts(found: DaneResult) -> tuple[DaneHost, ...]:
    return () if isinstance(found.hosts, Unknown) else found.hosts


def _usable(host: DaneHost) -> tuple[Tlsa, ...]:
    """The records that senders can use (RFC 7672, 3.1.3)."""
    return tuple(each for each in host.tlsa if not each.faults and each.usage in USABLE)


def _in_force(found: DaneResult) -> tuple[str, ...] | Unknown:
    if isinstance(found.hosts, Unknown):
        return found.hosts
    unknowns = list(_open(found.hosts))
    return joined(unknowns) if unknowns else tuple(each.host for each in found.hosts if _holds(each) is True)


def _open(hosts: tuple[DaneHost, ...]) -> Iterator[Unknown]:
    for each in hosts:
        holds = _holds(each)
        if isinstance(holds, Unknown):
            yield holds


def _holds(host: DaneHost) -> bool | Unknown:
    if isinstance(host.present, Unknown):
        return host.present
    return all_of((bool(_usable(host)), host.signed))


def _changes(
    base: Side, head: Side, was: DaneResult, now: DaneResult
) -> tuple[DaneHostChangeFacts, ...] | Unknown:
    if isinstance(was.hosts, Unknown):
        return () if was.hosts == now.hosts else was.hosts
    former = [each for each in was.hosts if _usable(each)]
    if isinstance(now.hosts, Unknown):
        return now.hosts if former else ()
    later = {each.host: each for each in now.hosts}
    return tuple(_change(base, head, each, later[each.host]) for each in former if each.host in later)


def _change(base: Side, head: Side, was: DaneHost, now: DaneHost) -> DaneHostChangeFacts:
    before, after = _usable(was), _usable(now)
    unsigned = _unsigned(was, now)
    return DaneHostChangeFacts(
        host=now.host,
        owner=now.owner,
        before=_texts(before),
        after=now.present if isinstance(now.present, Unknown) else _texts(after),
        was_signed=was.signed,
        is_signed=now.signed,
        unsigned=unsigned,
        because=_because(base, head, now) if unsigned is True else "",
        replaced=_replaced(was, now),
        certain=bool(after) and all(_differ(old, new) for old in before for new in after),
        removed=all_of((was.signed, negated(now.present))),
        place=now.records[0].place if now.records else now.mx.place,
    )


def _unsigned(was: DaneHost, now: DaneHost) -> bool | Unknown:
    # What nobody knows on either side is not what the change alters.
    if was.signed == now.signed or now.present is False:
        return False
    usable = now.present if isinstance(now.present, Unknown) else bool(_usable(now))
    return all_of((usable, was.signed, negated(now.signed)))


def _replaced(was: DaneHost, now: DaneHost) -> bool | Unknown:
    """A record that stays serves those who hold the old ones, and those who see the new (RFC 7671, 8.1)."""
    after = _texts(_usable(now))
    if isinstance(now.present, Unknown):
        return all_of((was.signed, now.present))
    return all_of((bool(after) and not set(_texts(_usable(was))) & set(after), was.signed, now.signed))


def _differ(old: Tlsa, new: Tlsa) -> bool:
    """Whether no certificate matches both: the same part of the host's own one, measured in the same way."""
    alike = (old.selector, old.matching) == (new.selector, new.matching)
    return old.usage == new.usage == _OWN and alike and old.data != new.data


def _because(base: Side, head: Side, host: DaneHost) -> str:
    """The first zone, from the host and from its TLSA records upwards, that lost its DS record."""
    names = dict.fromkeys((host.host, *(each.name for each in host.records)))
    zones = (each for name in names for each in ancestors(name))
    lost = next((each for each in zones if _has_ds(base, each) and not _has_ds(head, each)), "")
    return f"the DS record of {lost} is gone" if lost else "a zone on the way has no DS record"


def _has_ds(side: Side, zone: str) -> bool:
    answer = side.view.ask(zone, "DS")
    return not isinstance(answer, Answer) or bool(answer.records)


def _texts(records: tuple[Tlsa, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(format(each) for each in records))
