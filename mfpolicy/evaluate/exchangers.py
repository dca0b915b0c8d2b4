"""The hosts that a domain names for its mail (RFC 5321, 5.1)."""

from __future__ import annotations

from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.records.mx import parse

Exchanger = tuple[str, Record]


def exchangers(view: View, domain: str) -> tuple[Exchanger, ...] | Unknown:
    """The hosts by their normal names, each with its MX record; the null MX and what is no name are none."""
    answer = view.ask(domain, "MX")
    if isinstance(answer, Unknown):
        return answer
    hosts = ((parse(record.value).exchange, record) for record in answer.records)
    return tuple((host, record) for host, record in hosts if host)
