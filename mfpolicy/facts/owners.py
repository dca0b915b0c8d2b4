"""What an owner's zone makes of its records: what a wildcard passes by, lost name servers, sizes, times."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mfpolicy.model.dns import Record
from mfpolicy.model.names import is_within, labels, normal, parent
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse
from mfpolicy.records.spf import is_spf
from mfpolicy.views.zones import Node, ZoneBook

# What mail depends on; a provider's own alias has a time to live that nobody reads.
_OF_MAIL = ("CNAME", "MX", "TLSA", "TXT")
_EXCHANGE_ONLINE = ".mail.protection.outlook.com"
_ADDRESSES = ("A", "AAAA", "ALIAS")
# Header and OPT record of a reply; owner pointer, type, class, time and length of a record (RFC 1035, 4.1).
_REPLY, _QUESTION, _RECORD = 23, 6, 12


class TtlFacts(msgspec.Struct, frozen=True):
    """For how many seconds records of one type may be kept."""

    type: str
    seconds: int
    place: Place | None = None


def passed_by(book: ZoneBook, owner: str, node: Node) -> tuple[str, ...]:
    """Hosts with an address that a wildcard with MX or SPF was written for and does not answer for, because
    they exist (RFC 4592, 2.2.1): those below it that have no record of that kind."""
    if not owner.startswith("*.") or not ("MX" in node or _has_spf(node)):
        return ()
    above = parent(owner)
    hosts = (
        name
        for name, found in book.nodes.items()
        if name not in (above, owner)
        and is_within(name, above)
        and "*" not in labels(name)
        and any(type in found for type in _ADDRESSES)
        and not book.cut_above(name)
    )
    return tuple(each for each in hosts if _lacks(node, book.nodes[each]))


def lost_nameservers(book: ZoneBook, owner: str, node: Node) -> tuple[str, ...]:
    """Name servers of a delegation that this zone itself has to hold an address for, and does not."""
    if owner == book.zone.name or book.zone.authority == "partial" or not book.zone.readable:
        return ()
    named = dict.fromkeys(normal(each.value.strip()) for each in node.get("NS", ()))
    return tuple(each for each in named if _is_lost(book, owner, each))


def named_after(book: ZoneBook, owner: str, value: str) -> str:
    """The other name of the zone whose Exchange Online host this MX value names; empty where there is none.

    The host of a new domain is its name with hyphens for dots; some have letters more, so a host that is
    named after nobody says nothing. A domain may take mail for all names below it.
    """
    host = parse(value).exchange
    key = host.removesuffix(_EXCHANGE_ONLINE)
    if key == host or key == _dashed(owner):
        return ""
    return next((each for each in book.names if _dashed(each) == key and not is_within(owner, each)), "")


def differing_ttls(node: Node) -> tuple[str, ...]:
    """The types of which one owner holds records with several times to live (RFC 2181, 5.2)."""
    return tuple(type for type in _OF_MAIL if len({each.ttl for each in node.get(type, ())} - {None}) > 1)


def ttls(node: Node) -> tuple[TtlFacts, ...]:
    """The times to live of the records that mail depends on, each once for a type."""
    found = {
        (type, each.ttl): TtlFacts(type, each.ttl, each.place)
        for type in _OF_MAIL
        for each in node.get(type, ())
        if each.ttl is not None
    }
    return tuple(found.values())


def reply_size(owner: str, records: Sequence[Record]) -> int:
    """The octets of a reply with these TXT records; 0 for none."""
    if not records:
        return 0
    sizes = (_RECORD + len(each.value) + _strings(each) for each in records)
    return _REPLY + _QUESTION + len(owner) + sum(sizes)


def _strings(record: Record) -> int:
    """A length octet stands before each string of at most 255 octets."""
    return max(len(record.strings), -(-len(record.value) // 255), 1)


def _lacks(wildcard: Node, host: Node) -> bool:
    return ("MX" in wildcard and "MX" not in host) or (_has_spf(wildcard) and not _has_spf(host))


def _has_spf(node: Node) -> bool:
    return any(is_spf(each.value) for each in node.get("TXT", ()))


def _is_lost(book: ZoneBook, owner: str, host: str) -> bool:
    if not is_within(host, book.zone.name) or host in book.zone.unreadable | book.zone.unmanaged:
        return False
    if book.cut_above(host) not in (None, owner):
        return False  # another delegation's zone holds it
    if host in book.nodes:
        return not any(type in book.nodes[host] for type in (*_ADDRESSES, "CNAME", "NS"))
    # Glue is needed below the cut; elsewhere a wildcard may make the host up.
    return is_within(host, owner) or book.exists(host) is False


def _dashed(name: str) -> str:
    return name.replace(".", "-")
