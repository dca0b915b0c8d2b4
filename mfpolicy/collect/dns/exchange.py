"""The few questions that pycares refuses, such as DS and DNSKEY: dnspython's message and one exchange."""

from __future__ import annotations

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
_RCODES: dict[int, Rcode] = {
    dns.rcode.NXDOMAIN: "NXDOMAIN",
    dns.rcode.SERVFAIL: "SERVFAIL",
    dns.rcode.REFUSED: "REFUSED",
    dns.rcode.FORMERR: "FORMERR",
    dns.rcode.NOTIMP: "NOTIMP",
}


def exchange(
    questions: Sequence[Question], servers: Sequence[Server], timeout: float, tries: int
) -> dict[Question, Reply]:
    """A reply for every question, at most 20 of them under way."""
    found: dict[Question, Reply] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for replies in pool.map(lambda question: _answered(question, servers, timeout, tries), questions):
            found |= replies
    return found


def _answered(
    question: Question, servers: Sequence[Server], timeout: float, tries: int
) -> dict[Question, Reply]:
    """The first reply of a server that is no failure, else the last failure."""
    found = {question: Reply("UNREACHABLE")}
    for server in list(servers) * tries:
        found = _once(question, server, timeout)
        if all(reply.rcode in ("NOERROR", "NXDOMAIN") for reply in found.values()):
            break
    return found


def _once(question: Question, server: Server, timeout: float) -> dict[Question, Reply]:
    try:
        name = dns.name.from_text(question.name)
        message = dns.message.make_query(name, dns.rdatatype.from_text(question.type), use_edns=0)
        response, _ = dns.query.udp_with_fallback(
            message, server.host, timeout, server.port, ignore_unexpected=True
        )
    except dns.exception.Timeout:
        return {question: Reply("TIMEOUT")}
    except OSError:
        return {question: Reply("UNREACHABLE")}
    except (dns.exception.DNSException, ValueError, EOFError):
        return {question: Reply("BADREPLY")}
    return _read(question, response)


def _read(question: Question, response: dns.message.Message) -> dict[Question, Reply]:
    code = response.rcode()
    if code != dns.rcode.NOERROR:
        return {question: Reply(_RCODES.get(code, "BADREPLY"))}
    rows = [
        Row(normal(rrset.name.to_text()), dns.rdatatype.to_text(rrset.rdtype), _value(rdata), rrset.ttl)
        for rrset in response.answer
        for rdata in rrset
    ]
    return replies_of(question, rows) if rows else {question: Reply("NOERROR")}


def _value(rdata: dns.rdata.Rdata) -> str:
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("latin-1")
    return rdata.to_text()
