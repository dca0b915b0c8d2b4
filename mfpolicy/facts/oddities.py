"""What is odd about an owner's records, as its own zone alone shows it: each by a code and in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from mfpolicy.model.dns import Record
from mfpolicy.model.names import ancestors, is_within, labels, normal, parent
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse
from mfpolicy.records.spf import is_spf
from mfpolicy.views.zones import Node, ZoneBook

# What mail depends on; a provider's own alias has a time to live that nobody reads.
_OF_MAIL = ("CNAME", "MX", "TLSA", "TXT")
_POLICIES = ("dmarc", "dkim", "mta-sts", "tls-rpt", "bimi")
_LABELS = frozenset(("_dmarc", "_domainkey", "_mta-sts", "_tls", "_bimi"))
_EXCHANGE_ONLINE = ".mail.protection.outlook.com"
_ADDRESSES = ("A", "AAAA", "ALIAS")
_WEEK = 604_800
# Header, OPT record and question of a reply; owner pointer, type, class, time and length of a record
# (RFC 1035, 4.1). What resolvers take in one datagram is agreed among them (DNS flag day 2020).
_REPLY, _RECORD, _DATAGRAM = 29, 12, 1232


class OddityFacts(msgspec.Struct, frozen=True):
    """Something odd about an owner, as a code and in words that fit into the rule's message. `type` is the
    record type where it takes part in the finding's identity.

    Codes: cname-at-apex, alias-at-wrong-name, nested-labels, misplaced-spf, wildcard, lost-nameserver,
    differing-ttls, unusual-ttl, large-text.
    """

    code: str
    text: str
    type: str = ""
    place: Place | None = None


def oddities(book: ZoneBook, owner: str, node: Node, role: str) -> tuple[OddityFacts, ...]:
    """All that is odd about an owner with a role; about a mere host little is looked at."""
    found: list[OddityFacts] = []
    if "CNAME" in node:
        found += _of_alias(book, owner, node, role)
    if role != "other":
        found += (*_of_labels(owner, node, role), *_of_ttls(node), *_of_size(owner, node))
    if owner.startswith("*."):
        found += _of_wildcard(book, owner, node)
    if "NS" in node:
        found += _of_delegation(book, owner, node)
    return tuple(found)


def named_after(book: ZoneBook, owner: str, value: str) -> str:
    """The other name of the zone whose Exchange Online host this MX value names; empty where there is none.

    The host of a new domain is its name with hyphens for dots; some have letters more, so a host that is
    named after nobody says nothing. A domain may take mail for all names below it.
    """
    host = parse(value).exchange
    key = host.removesuffix(_EXCHANGE_ONLINE)
    if key == host or key == _dashed(owner):
        return ""
    return next((each for each in _by_key(book).get(key, ()) if not is_within(owner, each)), "")


@lru_cache(maxsize=4)
def _by_key(book: ZoneBook) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in book.names:
        found.setdefault(_dashed(name), []).append(name)
    return found


def _of_alias(book: ZoneBook, owner: str, node: Node, role: str) -> Iterator[OddityFacts]:
    """A CNAME beside other records is a finding of its own; a file that holds a part of its zone may belong
    to a provider that serves addresses instead."""
    record = node["CNAME"][0]
    if owner == book.zone.name and book.zone.authority == "full" and len(node) == len(node["CNAME"]) == 1:
        yield OddityFacts("cname-at-apex", record.value, place=record.place)
    policy = _policy_of(record.value)
    # Names that begin with "_", and those below .dkim., may be the target of a CNAME that is looked up.
    stray = policy and policy != role and not owner.startswith(("_", "*")) and ".dkim." not in owner
    # Another CNAME of the zone may lead here: then this one is a step on the way.
    if stray and owner not in targets(book):
        yield OddityFacts("alias-at-wrong-name", record.value, place=record.place)


@lru_cache(maxsize=4)
def targets(book: ZoneBook) -> frozenset[str]:
    """The names that CNAME records of a zone lead to."""
    aliases = (record for node in book.nodes.values() for record in node.get("CNAME", ()))
    return frozenset(normal(record.value.strip()) for record in aliases)


def _policy_of(target: str) -> str:
    """Whether a target is the name of a key or of a policy, as its labels tell."""
    parts = labels(normal(target.strip()))
    return "dmarc" if parts[:1] == ("_dmarc",) else "dkim" if "_domainkey" in parts[1:] else ""


def _of_labels(owner: str, node: Node, role: str) -> Iterator[OddityFacts]:
    if role in _POLICIES and len(_LABELS.intersection(labels(owner))) > 1:
        yield OddityFacts("nested-labels", owner)
    # What stands at a DKIM selector instead of a key is a finding of its own; a wildcard serves many.
    spf = next((each for each in _texts(node) if is_spf(each.value)), None)
    if spf is not None and role in _POLICIES and role != "dkim" and not owner.startswith("*"):
        yield OddityFacts("misplaced-spf", spf.value, place=spf.place)


def _of_ttls(node: Node) -> Iterator[OddityFacts]:
    for type in _OF_MAIL:
        records = node.get(type, ())
        seconds = {each.ttl for each in records} - {None}
        if len(seconds) > 1:
            yield OddityFacts("differing-ttls", type, type, records[0].place)
        odd = next((each for each in records if each.ttl is not None and not 0 < each.ttl <= _WEEK), None)
        if odd is not None:
            yield OddityFacts("unusual-ttl", f"{odd.ttl} seconds", type, odd.place)


def _of_size(owner: str, node: Node) -> Iterator[OddityFacts]:
    """Beside SPF the size of the reply matters to every receiver: that has a rule of its own."""
    texts = _texts(node)
    size = sum(_RECORD + len(each.value) + _strings(each) for each in texts) + _REPLY + len(owner)
    if size > _DATAGRAM and not _has_spf(node):
        yield OddityFacts("large-text", f"{size} octets", place=texts[0].place)


def _of_wildcard(book: ZoneBook, owner: str, node: Node) -> Iterator[OddityFacts]:
    """Hosts with an address that a wildcard with MX or SPF was written for and does not answer for, because
    they exist (RFC 4592, 2.2.1): those below it that have no record of that kind."""
    if not ("MX" in node or _has_spf(node)):
        return
    above = parent(owner)
    below = _hosts_below(book).get(above, ())
    hosts = [name for name in below if name != above and _lacks(node, book.nodes[name])]
    if hosts:
        more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
        yield OddityFacts("wildcard", ", ".join(hosts[:3]) + more)


@lru_cache(maxsize=4)
def _hosts_below(book: ZoneBook) -> dict[str, list[str]]:
    """The hosts with an address that are served at or below each name."""
    found: dict[str, list[str]] = {}
    for name, node in book.nodes.items():
        if any(type in node for type in _ADDRESSES) and "*" not in labels(name) and not book.cut_above(name):
            for above in ancestors(name):
                found.setdefault(above, []).append(name)
    return found


def _of_delegation(book: ZoneBook, owner: str, node: Node) -> Iterator[OddityFacts]:
    """Name servers that this zone itself has to hold an address for, and does not."""
    if owner == book.zone.name or book.zone.authority == "partial" or not book.zone.readable:
        return
    for record in node["NS"]:
        host = normal(record.value.strip())
        if _is_lost(book, owner, host):
            yield OddityFacts("lost-nameserver", host, place=record.place)


def _is_lost(book: ZoneBook, owner: str, host: str) -> bool:
    if not is_within(host, book.zone.name) or host in book.zone.unreadable | book.zone.unmanaged:
        return False
    if book.is_shared(host):
        return False
    if book.cut_above(host) not in (None, owner):
        return False  # another delegation's zone holds it
    if host in book.nodes:
        return not any(type in book.nodes[host] for type in (*_ADDRESSES, "CNAME", "NS"))
    # Glue is needed below the cut; elsewhere a wildcard may make the host up.
    return is_within(host, owner) or book.exists(host) is False


def _lacks(wildcard: Node, host: Node) -> bool:
    return ("MX" in wildcard and "MX" not in host) or (_has_spf(wildcard) and not _has_spf(host))


def _texts(node: Node) -> tuple[Record, ...]:
    return node.get("TXT", ())


def _has_spf(node: Node) -> bool:
    return any(is_spf(each.value) for each in _texts(node))


def _strings(record: Record) -> int:
    """A length octet stands before each string of at most 255 octets."""
    return max(len(record.strings), -(-len(record.value) // 255), 1)


def _dashed(name: str) -> str:
    return name.replace(".", "-")
