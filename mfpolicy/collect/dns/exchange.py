"""The few questions that pycares cannot ask, or tells too little of: dnspython's message and one exchange."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rdtypes.txtbase

from mfpolicy.collect.dns.replies import Row, replies_of
from mfpolicy.collect.dns.servers import Server
from mfpolicy.model.dns import Question, Rcode, Reply
from mfpolicy.model.names import normal

_AT_ONCE = 20
_WITH_NAMES = {dns.rdatatype.from_text(each) for each in ("CNAME", "MX", "NS", "PTR", "SOA", "SRV")}
_RCODES: dict[int, Rcode] = {
    dns.rcode.NXDOMAIN: "NXDOMAIN",
    dns.rcode.SERVFAIL: "SERVFAIL",
    dns.rcode.REFUSED: "REFUSED",
    dns.rcode.FORMERR: "FORMERR",
    dns.rcode.NOTIMP: "NOTIMP",
}


def exchange(
    questions: Sequence[Question], servers: Sequence[Server], timeout: float, tries: int, until: float
) -> dict[Question, Reply]:
    """A reply for every question, at most 20 of them under way, and none sent after `until` (monotonic)."""
    found: dict[Question, Reply] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for replies in pool.map(lambda each: _answered(each, [*servers] * tries, timeout, until), questions):
            found |= replies
    return found


def _answered(
    question: Question, servers: Sequence[Server], timeout: float, until: float
) -> dict[Question, Reply]:
    """The first reply of a server that is no failure, else the last failure."""
    found = {question: Reply("TIMEOUT")}
    for server in servers:
        if time.monotonic() > until:
            break
        found = _once(question, server, timeout)
        if all(reply.rcode in ("NOERROR", "NXDOMAIN") for reply in found.values()):
            break
    return found


def offers_recursion(question: Question, servers: Sequence[Server], timeout: float) -> bool:
    """Whether the first server that replies is a resolver: one that is not answers for its own zones only."""
    for server in servers:
        response = _response(question, server, timeout)
        if isinstance(response, dns.message.Message):
            return bool(response.flags & dns.flags.RA)
    return False


def _once(question: Question, server: Server, timeout: float) -> dict[Question, Reply]:
    response = _response(question, server, timeout)
    return _read(question, response) if isinstance(response, dns.message.Message) else {question: response}


def _response(question: Question, server: Server, timeout: float) -> dns.message.Message | Reply:
    """What a server says, else the reply that its failure stands for."""
    try:
        name = dns.name.from_text(question.name)
        message = dns.message.make_query(name, dns.rdatatype.from_text(question.type), use_edns=0)
        response, _ = dns.query.udp_with_fallback(
            message, server.host, timeout, server.port, ignore_unexpected=True
        )
    except dns.exception.Timeout:
        return Reply("TIMEOUT")
    except OSError:
        return Reply("UNREACHABLE")
    except (dns.exception.DNSException, ValueError, EOFError):
        return Reply("BADREPLY")
    return response


def _read(question: Question, response: dns.message.Message) -> dict[Question, Reply]:
    rows = [
        Row(normal(rrset.name.to_text()), dns.rdatatype.to_text(rrset.rdtype), _value(rdata), rrset.ttl)
        for rrset in response.answer
        for rdata in rrset
    ]
    if response.rcode() != dns.rcode.NOERROR:
        return _chain(question, rows) or {question: Reply(_RCODES.get(response.rcode(), "BADREPLY"))}
    if rows:
        return replies_of(question, rows)
    return {question: Reply("BADREPLY" if _is_no_answer(response) else "NOERROR")}


def _is_no_answer(response: dns.message.Message) -> bool:
    """Whether an empty reply is a part of one, or a referral to other servers (RFC 2308, 2.2)."""
    types = {rrset.rdtype for rrset in response.authority}
    is_referral = dns.rdatatype.NS in types and dns.rdatatype.SOA not in types
    return bool(response.flags & dns.flags.TC) or (is_referral and not response.flags & dns.flags.AA)


def _chain(question: Question, rows: Sequence[Row]) -> dict[Question, Reply]:
    """The CNAME records before an error: it is about the name that they lead to (RFC 6604, 3)."""
    found = replies_of(question, [row for row in rows if row.type == "CNAME"])
    return {each: reply for each, reply in found.items() if reply.records}


def _value(rdata: dns.rdata.Rdata) -> str:
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("latin-1")
    if rdata.rdtype in _WITH_NAMES:
        return " ".join(_absolute(word) for word in rdata.to_text().split(" "))
    return rdata.to_text()


def _absolute(word: str) -> str:
    """A name in its one spelling; what is no name has no final dot."""
    return normal(word) + "." if word.endswith(".") else word
