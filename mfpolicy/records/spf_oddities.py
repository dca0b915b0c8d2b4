"""Oddities of SPF records: what receivers accept and readers trip over (RFC 7208, 5.1 and 6)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_terms import Mechanism, Modifier, Network, Term, written


def oddities(text: str, terms: tuple[Term, ...]) -> Iterator[Fault]:
    """What is harmless but odd about a record and its terms, in no order."""
    yield from _spelling_oddities(text, terms)
    ended = False
    seen: set[str] = set()
    for term in terms:
        if isinstance(term, Modifier):
            if term.name not in ("redirect", "exp"):
                yield Fault("unknown-modifier", f"'{term.name}' is ignored", term.start, term.end)
            continue
        if ended:
            code = "duplicate-all" if term.name == "all" else "term-after-all"
            yield Fault(code, f"'{term.text}' stands behind 'all' and is never reached", term.start, term.end)
        elif written(term).lstrip("+-~?").lower() in seen:
            yield Fault("duplicate-mechanism", f"'{term.text}' repeats an earlier term", term.start, term.end)
        seen.add(written(term).lstrip("+-~?").lower())
        ended = ended or term.name == "all"
    redirects = [term for term in terms if isinstance(term, Modifier) and term.name == "redirect"]
    if ended and redirects:
        first = redirects[0]
        yield Fault("redirect-beside-all", "'redirect' is ignored because of 'all'", first.start, first.end)


def _spelling_oddities(text: str, terms: tuple[Term, ...]) -> Iterator[Fault]:
    if text[:6] != "v=spf1":
        yield Fault("uppercase", "the version is not written 'v=spf1'", 0, 6)
    for match in re.finditer(r"  +| \Z", text):
        yield Fault("extra-space", "has more spaces than it needs", match.start(), match.end())
    for term in terms:
        if not term.text.lstrip("+-~?").startswith(term.name):
            yield Fault("uppercase", f"'{term.name}' is not written in lower case", term.start, term.end)
        network = term.network if isinstance(term, Mechanism) else None
        if network is not None and _has_host_bits(term.value, network):
            yield Fault("host-bits", f"'{term.text}' means {network}", term.start, term.end)


def _has_host_bits(value: str, network: Network) -> bool:
    return ipaddress.ip_address(value.partition("/")[0]) != network.network_address
