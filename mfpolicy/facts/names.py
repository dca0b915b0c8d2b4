"""What one owner name of a zone file holds, as written: wrong types, wrong owners, folded texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from mfpolicy.facts.oddities import OddityFacts, named_after, oddities, targets
from mfpolicy.model.dns import Record
from mfpolicy.model.names import is_doubled, labels
from mfpolicy.model.places import Place
from mfpolicy.records import mx
from mfpolicy.views.zones import Node, ZoneBook

# Labels that give their owner a role in mail, and the role.
_ROLES = {"_dmarc": "dmarc", "_domainkey": "dkim", "_mta-sts": "mta-sts", "_tls": "tls-rpt", "_bimi": "bimi"}
_POLICIES = re.compile(r"v=(spf1|dmarc1|dkim1|stsv1|tlsrptv1|bimi1)(?=[\s;]|$)", re.IGNORECASE)
_KINDS = {"spf1": "spf", "dmarc1": "dmarc", "dkim1": "dkim", "stsv1": "mta-sts", "tlsrptv1": "tls-rpt"}
_OF_HOSTS = frozenset(("A", "AAAA", "ALIAS", "CAA", "PTR", "SRV"))
# A host name holds letters, digits, hyphens, underscores and dots (RFC 1123, 2.1; underscores by custom);
# "/" stands in names of delegated reverse zones (RFC 2317), "*" in wildcards.
_HOST = re.compile(r"[A-Za-z0-9_*/-]+(\.[A-Za-z0-9_*/-]+)*\.?")


class TextFacts(msgspec.Struct, frozen=True):
    """One TXT record. `kind` is spf, dmarc, dkim, mta-sts, tls-rpt, bimi or other; `policies` counts the
    version tags in it: two make one string of what should be two records."""

    text: str
    kind: str
    policies: int
    place: Place | None = None


class CnameFacts(msgspec.Struct, frozen=True):
    """The CNAME at an owner. `is_host` is false where the target is a text, such as a DMARC record."""

    present: bool = False
    target: str = ""
    is_host: bool = True
    others: tuple[str, ...] = ()
    place: Place | None = None


class MxRecordFacts(msgspec.Struct, frozen=True):
    """One MX record as written, with what is wrong with it in words (empty: nothing). `named_after` is the
    other name of the zone whose Exchange Online host it is (empty: none)."""

    text: str
    fault: str
    named_after: str
    place: Place | None = None


class NameFacts(msgspec.Struct, frozen=True):
    """An owner name in a zone file.

    `role` is dmarc, dkim, report, mta-sts, tls-rpt, bimi, mail (MX or SPF here) or other. `hidden_by` is the
    delegation that hides it (empty: none). `aliased`: a CNAME of the zone leads here. `doubled` tells that
    the zone's name stands in it twice.
    """

    name: str
    zone: str
    role: str
    types: tuple[str, ...]
    hidden_by: str
    aliased: bool
    doubled: bool
    obsolete_spf: bool
    cname: CnameFacts
    texts: tuple[TextFacts, ...]
    mx: tuple[MxRecordFacts, ...]
    mixed_null_mx: bool
    oddities: tuple[OddityFacts, ...]
    place: Place | None = None


def name_facts(book: ZoneBook, owner: str) -> NameFacts:
    """The facts of one owner of a zone's file."""
    node = book.nodes[owner]
    texts = tuple(_text(record) for record in node.get("TXT", ()))
    exchanges = node.get("MX", ())
    role = role_of(owner, node)
    return NameFacts(
        name=owner,
        zone=book.zone.name,
        role=role,
        types=tuple(sorted(node)),
        hidden_by=_hidden_by(book, owner),
        aliased=owner in targets(book),
        doubled=is_doubled(owner, book.zone.name),
        obsolete_spf="SPF" in node,
        cname=_cname(node.get("CNAME", ()), tuple(sorted(node.keys() - {"CNAME"}))),
        texts=texts,
        mx=tuple(_mx(book, record) for record in exchanges),
        mixed_null_mx=len(exchanges) > 1 and any(mx.parse(each.value).null for each in exchanges),
        oddities=oddities(book, owner, node, role),
        place=next(record.place for records in node.values() for record in records),
    )


def is_mail_name(facts: NameFacts) -> bool:
    """Whether a rule may have anything to say: most owners of a zone are hosts, and no rule's business."""
    of_mail = facts.role != "other" or facts.cname.present or bool(facts.texts) or facts.obsolete_spf
    return of_mail or bool(facts.oddities)


def is_host(owner: str, node: Node) -> bool:
    """Whether an owner is a mere host, or another name without a part in mail; most owners of a zone are."""
    return node.keys() <= _OF_HOSTS and not owner.startswith("*.") and role_of(owner, node) == "other"


def role_of(owner: str, node: Node) -> str:
    """The part that an owner has in mail (see `NameFacts`)."""
    parts = labels(owner)
    if "_report" in parts and "_dmarc" in parts:
        return "report"  # third-party report authorisation (RFC 9990): a DMARC record without a policy
    role = next((_ROLES[part] for part in parts if part in _ROLES), None)
    if role:
        return role
    return "mail" if "MX" in node or any(_kind(each) == "spf" for each in node.get("TXT", ())) else "other"


def _kind(record: Record) -> str:
    opens = _POLICIES.match(record.value.lstrip(' "'))
    return _KINDS.get(opens.group(1).lower(), "bimi") if opens else "other"


def _text(record: Record) -> TextFacts:
    found = [match.group(1).lower() for match in _POLICIES.finditer(record.value)]
    kind = _kind(record)
    return TextFacts(record.value, kind, len(found) if kind != "other" else 0, record.place)


def _cname(records: Sequence[Record], others: tuple[str, ...]) -> CnameFacts:
    if not records:
        return CnameFacts()
    first = records[0]
    others = (*others, "CNAME") if len(records) > 1 else others
    return CnameFacts(True, first.value, bool(_HOST.fullmatch(first.value.strip())), others, first.place)


def _mx(book: ZoneBook, record: Record) -> MxRecordFacts:
    fault = "; ".join(fault.text for fault in mx.parse(record.value).faults)
    return MxRecordFacts(record.value, fault, named_after(book, record.name, record.value), record.place)


def _hidden_by(book: ZoneBook, owner: str) -> str:
    """Records at or below a delegation are the child zone's to serve; NS, DS and glue are the parent's."""
    cut = book.cut_above(owner)
    served = {"NS", "DS", "A", "AAAA"}
    return cut if cut is not None and book.nodes[owner].keys() - served else ""
