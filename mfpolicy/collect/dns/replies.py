"""What stood in a reply, apart by owner and type.

An answer section may hold a chain of CNAME records and the records at its end. Only owners on the way from
the question's name are taken: a client does not have to believe anything else (RFC 5452, 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pycares
from pycares import errno

from mfpolicy.model.dns import Question, Rcode, Reply
from mfpolicy.model.names import normal


class Row(msgspec.Struct, frozen=True):
    """One record of an answer section: a normal owner, the type in capitals, and the value as in `Record`."""

    owner: str
    type: str
    value: str
    ttl: int


# No NXDOMAIN, and no refusal, tells of the CNAME records before it: the client keeps them to itself.
RCODES: dict[int, Rcode] = {
    errno.ARES_ENODATA: "NOERROR",
    errno.ARES_ENOTFOUND: "NXDOMAIN",
    errno.ARES_ESERVFAIL: "SERVFAIL",
    errno.ARES_EREFUSED: "REFUSED",
    errno.ARES_EFORMERR: "FORMERR",
    errno.ARES_ENOTIMP: "NOTIMP",
    errno.ARES_ETIMEOUT: "TIMEOUT",
    errno.ARES_ECANCELLED: "TIMEOUT",
    errno.ARES_ECONNREFUSED: "UNREACHABLE",
}
_LONGEST_CHAIN = 32


def error_reply(status: int) -> Reply:
    """The reply that an error of the client stands for; what is not listed could not be read."""
    return Reply(RCODES.get(status, "BADREPLY"))


def replies_of(question: Question, rows: Iterable[Row]) -> dict[Question, Reply]:
    """One reply for each owner and type that leads to, or is, the answer; BADREPLY where none does."""
    sets: dict[Question, list[Row]] = {}
    for row in rows:
        sets.setdefault(Question(row.owner, row.type), []).append(row)
    found: dict[Question, Reply] = {}
    name = question.name
    alias = Question(name, "CNAME")
    while question.type != "CNAME" and alias in sets and alias not in found and len(found) < _LONGEST_CHAIN:
        found[alias] = _reply(sets[alias])
        name = normal(found[alias].records[0])  # type: ignore[arg-type]
        alias = Question(name, "CNAME")
    end = Question(name, question.type)
    if end in sets:
        found[end] = _reply(sets[end])
    return found or {question: Reply("BADREPLY")}


def _reply(rows: list[Row]) -> Reply:
    """Servers turn their records round; in one order two recordings of the same answer are the same."""
    return Reply("NOERROR", min(row.ttl for row in rows), tuple(sorted({row.value for row in rows})))


def rows_of(result: pycares.DNSResult) -> list[Row]:
    """The answer section as pycares gives it; types that are not in VALUES are left out."""
    rows = []
    for record in result.answer:
        if record.type in VALUES:
            type, value = VALUES[record.type]
            rows.append(Row(normal(_text(record.name)), type, value(record.data), record.ttl))
    return rows


def _text(name: str | bytes) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else name


def _absolute(name: str | bytes) -> str:
    return normal(_text(name)) + "."


def _soa(data: Any) -> str:
    times = f"{data.serial} {data.refresh} {data.retry} {data.expire} {data.minimum}"
    return f"{_absolute(data.mname)} {_absolute(data.rname)} {times}"


def _tlsa(data: Any) -> str:
    return f"{data.cert_usage} {data.selector} {data.matching_type} {data.cert_association_data.hex()}"


# pycares type -> our word for it, and its data in presentation format; TXT as octets, strings joined.
VALUES: dict[int, tuple[str, Callable[[Any], str]]] = {
    pycares.QUERY_TYPE_A: ("A", lambda data: str(data.addr)),
    pycares.QUERY_TYPE_AAAA: ("AAAA", lambda data: str(data.addr)),
    pycares.QUERY_TYPE_CAA: ("CAA", lambda data: f'{data.critical} {data.tag} "{data.value}"'),
    pycares.QUERY_TYPE_CNAME: ("CNAME", lambda data: _absolute(data.cname)),
    pycares.QUERY_TYPE_MX: ("MX", lambda data: f"{data.priority} {_absolute(data.exchange)}"),
    pycares.QUERY_TYPE_NS: ("NS", lambda data: _absolute(data.nsdname)),
    pycares.QUERY_TYPE_PTR: ("PTR", lambda data: _absolute(data.dname)),
    pycares.QUERY_TYPE_SOA: ("SOA", _soa),
    pycares.QUERY_TYPE_SRV: (
        "SRV",
        lambda data: f"{data.priority} {data.weight} {data.port} {_absolute(data.target)}",
    ),
    pycares.QUERY_TYPE_TLSA: ("TLSA", _tlsa),
    pycares.QUERY_TYPE_TXT: ("TXT", lambda data: data.data.decode("latin-1")),
}
CODES = {type: code for code, (type, _) in VALUES.items()}
