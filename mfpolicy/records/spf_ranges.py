"""Address ranges of one SPF record that another of its ranges makes pointless (RFC 7208, 4.6.2 and 5.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.records.faults import Fault
from mfpolicy.records.spf_terms import Mechanism

_Key = tuple[int, int, int]


class _Range(msgspec.Struct, frozen=True):
    """A range as its family, prefix length and lowest address; `run` counts changes of qualifier so far."""

    term: Mechanism
    at: int
    run: int
    key: _Key


def range_oddities(terms: Sequence[Mechanism]) -> Iterator[Fault]:
    """The ranges within a range of the same record, given the terms that receivers reach.

    One that an earlier range with another result covers is never reached; any other one adds nothing.
    """
    ranges = list(_ranges(terms))
    first: dict[_Key, _Range] = {}
    for each in ranges:
        first.setdefault(each.key, each)
    lengths = sorted({key[:2] for key in first})
    for each in ranges:
        around = [found for found in _around(each, first, lengths) if found.at != each.at]
        if fault := _fault(each, sorted(around, key=_order)):
            yield fault


def _ranges(terms: Sequence[Mechanism]) -> Iterator[_Range]:
    run, qualifier = 0, ""
    for at, term in enumerate(terms):
        run, qualifier = run + (term.qualifier != qualifier), term.qualifier
        network = term.network
        if network is not None:
            key = (network.version, network.prefixlen, int(network.network_address))
            yield _Range(term, at, run, key)


def _around(each: _Range, first: dict[_Key, _Range], lengths: list[tuple[int, int]]) -> Iterator[_Range]:
    """The first range of each length that holds this one: as many looks as there are lengths."""
    version, own, address = each.key
    bits = 32 if version == 4 else 128
    for family, length in lengths:
        if family == version and length <= own:
            free = bits - length
            found = first.get((version, length, address >> free << free))
            if found is not None:
                yield found


def _order(each: _Range) -> int:
    return each.at


def _fault(each: _Range, around: list[_Range]) -> Fault | None:
    term = each.term
    earlier = next((found.term for found in around if found.at < each.at), None)
    if earlier is not None and earlier.qualifier != term.qualifier:
        text = f"'{term.text}' is never reached, because '{earlier.text}' matches first"
        return Fault("range-never-reached", text, term.start, term.end)
    # A wider range behind it says the same only if no term between them may say something else.
    wider = earlier or next((found.term for found in around if found.run == each.run), None)
    if wider is None:
        return None
    return Fault("range-covered", f"'{term.text}' lies within '{wider.text}'", term.start, term.end)
