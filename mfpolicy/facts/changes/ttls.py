"""For how long the records of a mail name may be kept, before a change and after it (RFC 2181, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.exchangers import covers
from mfpolicy.model.dns import Record
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.records import mx, tags
from mfpolicy.records.dmarc import is_dmarc
from mfpolicy.records.spf import is_spf


class TtlChangeFacts(msgspec.Struct, frozen=True):
    """One record set with another TTL than before, in seconds; `what` is MX, SPF, DMARC or DKIM.

    `changed`: receivers read something else from it, too. `pending`: the intent wants other MX hosts than
    those that will be published, so that another change is to come.
    """

    what: str
    owner: str
    before: int
    after: int
    changed: bool
    pending: bool
    place: Place | None = None


def ttl_changes(base: Side, head: Side, name: str, is_selector: bool) -> tuple[TtlChangeFacts, ...]:
    """The record sets of a domain, or of a selector, that files hold on both sides."""
    asked = (("DKIM", name),) if is_selector else (("MX", name), ("SPF", name), ("DMARC", f"_dmarc.{name}"))
    found = (_change(base, head, what, owner) for what, owner in asked)
    return tuple(each for each in found if each and each.before != each.after)


def _change(base: Side, head: Side, what: str, owner: str) -> TtlChangeFacts | None:
    was, now = _held(base, what, owner), _held(head, what, owner)
    before, after = _ttl(was), _ttl(now)
    if before is None or after is None:
        return None
    return TtlChangeFacts(
        what=what,
        owner=owner,
        before=before,
        after=after,
        changed=set(map(_data, was)) != set(map(_data, now)),
        pending=what == "MX" and _is_pending(head, owner, now),
        place=now[0].place,
    )


def _held(side: Side, what: str, owner: str) -> tuple[Record, ...]:
    """What the zone's file holds at an owner: its alias, else the records."""
    book = side.view.book_for(owner)
    node = book.nodes.get(owner, {}) if book else {}
    if "CNAME" in node:
        return node["CNAME"]
    return tuple(_of(what, node.get("MX" if what == "MX" else "TXT", ())))


def _of(what: str, records: Sequence[Record]) -> Iterator[Record]:
    kinds = {"SPF": is_spf, "DMARC": is_dmarc}
    return (each for each in records if what not in kinds or kinds[what](each.value))


def _ttl(records: Sequence[Record]) -> int | None:
    # Where the records of a set differ, resolvers keep the set for the least of them.
    return min((each.ttl for each in records if each.ttl is not None), default=None)


def _data(record: Record) -> str:
    """One spelling for what receivers read alike."""
    if record.type == "CNAME":
        return f"CNAME {normal(record.value.strip())}"
    if record.type == "MX":
        return mx.format(mx.parse(record.value)) or record.value
    if is_spf(record.value):
        return " ".join(record.value.lower().split())
    found = tags.read(record.value)
    listed = sorted(f"{each.name}={''.join(each.value.split())}" for each in found.tags)
    return "; ".join(listed) if listed and not found.faults else record.value


def _is_pending(head: Side, domain: str, records: Sequence[Record]) -> bool:
    wanted = head.declared.mx(domain)
    hosts = [each for each in (mx.parse(record.value).exchange for record in records) if each]
    if not wanted.patterns or wanted.unknown or not hosts:
        return False
    return not any(covers(wanted.patterns, host) for host in hosts)
