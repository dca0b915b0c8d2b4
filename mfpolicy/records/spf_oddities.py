"""Oddities of SPF records: what receivers accept and readers trip over (RFC 7208, 5.1 and 6)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_ranges import range_oddities
from mfpolicy.records.spf_terms import Mechanism, Modifier, Network, Term, written

_REPORTS = ("ra", "rp", "rr")
_PERCENTAGE = re.compile(r"100|[0-9]{1,2}")
_REQUESTED = re.compile(r"(?:all|[efsn])(?::(?:all|[efsn]))*", re.IGNORECASE)


def oddities(text: str, terms: tuple[Term, ...]) -> Iterator[Fault]:
    """What is harmless but odd about a record and its terms, in no order."""
    yield from _spelling_oddities(text, terms)
    yield from _modifier_oddities(terms)
    mechanisms = [term for term in terms if isinstance(term, Mechanism)]
    names = [term.name for term in mechanisms]
    end = names.index("all") + 1 if "all" in names else len(mechanisms)
    yield from _unreached(mechanisms[end - 1 :]) if "all" in names else ()
    yield from _repeated(mechanisms[:end])
    yield from range_oddities(mechanisms[:end])
    yield from _redirect_oddities(terms, "all" in names)


def _unreached(terms: list[Mechanism]) -> Iterator[Fault]:
    """What stands behind the first of these terms, which is `all`."""
    for term in terms[1:]:
        code = "duplicate-all" if term.name == "all" else "term-after-all"
        if (term.name, term.qualifier) == ("all", terms[0].qualifier):
            yield Fault("duplicate-mechanism", f"'{term.text}' repeats an earlier term", term.start, term.end)
            continue
        yield Fault(code, f"'{term.text}' stands behind 'all' and is never reached", term.start, term.end)


def _repeated(terms: list[Mechanism]) -> Iterator[Fault]:
    """Mechanisms that a like one precedes; ranges are compared as such."""
    seen: set[str] = set()
    for term in terms:
        if term.name in ("ip4", "ip6"):
            continue
        bare = written(term).lstrip("+-~?").lower()
        if bare in seen:
            yield Fault("duplicate-mechanism", f"'{term.text}' repeats an earlier term", term.start, term.end)
        seen.add(bare)


def _redirect_oddities(terms: tuple[Term, ...], ended: bool) -> Iterator[Fault]:
    """A `redirect` that `all` overrules, or that is not the last word it is (RFC 7208, 6.1)."""
    first = next((term for term in terms if isinstance(term, Modifier) and term.name == "redirect"), None)
    if first is None:
        return
    if ended:
        text = f"'{first.text}' is ignored because of 'all'"
        yield Fault("redirect-beside-all", text, first.start, first.end)
    elif any(isinstance(term, Mechanism) and term.start > first.start for term in terms):
        text = f"'{first.text}' stands before terms that receivers evaluate first"
        yield Fault("redirect-not-last", text, first.start, first.end)


def _modifier_oddities(terms: tuple[Term, ...]) -> Iterator[Fault]:
    """Modifiers that have no effect; those for failure reports need an address (RFC 6652, 3)."""
    modifiers = [term for term in terms if isinstance(term, Modifier)]
    addressed = any(term.name == "ra" and term.value for term in modifiers)
    for term in modifiers:
        if term.name in ("redirect", "exp"):
            continue
        if term.name not in _REPORTS:
            yield Fault("unknown-modifier", f"'{term.name}' is ignored", term.start, term.end)
        elif problem := _report_fault(term, addressed):
            yield Fault("report-modifier", f"'{term.text}' {problem}", term.start, term.end)


def _report_fault(term: Modifier, addressed: bool) -> str:
    if not addressed:
        return "asks for reports, and no 'ra' says where to"
    if term.name == "rp" and not _PERCENTAGE.fullmatch(term.value):
        return "is no percentage from 0 to 100"
    if term.name == "rr" and not _REQUESTED.fullmatch(term.value):
        return "is no list of all, e, f, s and n"
    return ""


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
