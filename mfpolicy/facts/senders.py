"""The declared senders of a domain against its SPF record."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from mfpolicy.evaluate.spf_sets import AddressSets
from mfpolicy.evaluate.spf_tree import SpfTree
from mfpolicy.facts.authorisation import Authorisation, is_direct, needed_includes
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place
from mfpolicy.model.spelling import meant
from mfpolicy.records.spf import Network

_SHUT_OUT = {"fail", "softfail", "neutral", "none"}


class SenderFacts(msgspec.Struct, frozen=True):
    """A declared sender.

    `via` is how its mail leaves (direct, direct-send, smtp-auth-basic, smtp-auth-oauth, connector; empty:
    not said). `known` is whether anything is known of it, `hint` a likely name if not. `includes` are the
    names of which SPF has to include one, none where the service uses a return path of its own; `include`
    is the first of them. `included` is whether it does, or whether it lets pass all that the record at
    one of them does. `missing` are its addresses that SPF does not let pass. `signs` is yes or no where
    it is known whether it signs with DKIM, else empty. `ended`: its last day (`until`) is over; `still`
    names what of the record lets an ended one pass all the same. `days_left` counts to `until`, and is 0
    where there is none.
    """

    name: str
    title: str
    known: bool
    hint: str
    owner: str
    critical: bool
    via: str
    include: str
    includes: tuple[str, ...]
    included: bool | Unknown
    missing: tuple[str, ...] | Unknown
    signs: str
    dated: bool
    until: str
    ended: bool
    days_left: int
    still: tuple[str, ...] | Unknown
    shared: bool
    place: Place | None = None


def sender_facts(
    spf: Authorisation, said: Sequence[Sender] | None, known: Mapping[str, Sender], today: datetime.date
) -> tuple[SenderFacts, ...]:
    """The facts of every declared sender, against one SPF record."""
    found = said or ()
    current = [each for each in found if not each.is_over(today)]
    return tuple(_sender(spf, each, known, current, today) for each in found)


def _sender(
    spf: Authorisation,
    sender: Sender,
    services: Mapping[str, Sender],
    current: Sequence[Sender],
    today: datetime.date,
) -> SenderFacts:
    known = sender.name in services or bool(sender.addresses)
    ended = sender not in current
    includes = needed_includes(sender)
    return SenderFacts(
        name=sender.name,
        title=sender.title or sender.name,
        known=known,
        hint="" if known else meant(sender.name, services),
        owner=sender.owner,
        critical=sender.critical,
        via=sender.via or "",
        include=next(iter(includes), ""),
        includes=includes,
        included=True if ended or not includes else spf.passes(includes),
        missing=() if ended else _missing(spf, sender),
        signs=_signs(sender),
        dated=sender.until is not None,
        until=sender.until.isoformat() if sender.until else "",
        ended=ended,
        days_left=(sender.until - today).days if sender.until else 0,
        still=_still(spf, sender, current) if ended else (),
        shared=sender.shared is True,
        place=sender.place,
    )


def _addresses(sender: Sender) -> tuple[Network, ...]:
    return tuple(map(network_of, sender.addresses)) if is_direct(sender) else ()


@lru_cache(maxsize=8192)
def network_of(text: str) -> Network:
    """A range of an intent, whose reader has seen that it is one; thousands of domains share a few."""
    return ipaddress.ip_network(text)


def _signs(sender: Sender) -> str:
    if sender.selectors or "dkim" in (sender.aligns or ()):
        return "yes"
    own = bool(sender.addresses) and is_direct(sender)
    return "no" if own or sender.aligns is not None else ""


def _missing(spf: Authorisation, sender: Sender) -> tuple[str, ...] | Unknown:
    """The declared ranges that the record does not let pass in whole. What a permerror takes is not among
    them: its cause is a finding of its own."""
    tree = spf.tree
    if isinstance(tree.present, Unknown):
        return tree.present if sender.addresses else ()
    results = [(network, results_of(spf.sets, network)) for network in _addresses(sender)]
    lost = tuple(str(network) for network, found in results if found & _SHUT_OUT)
    unsure = any(found & {"unknown", "temperror"} for _, found in results)
    # A range that some part of is certainly shut out is missing, whatever the rest turns out to be.
    return tree.unknown if unsure and not lost and tree.unknown else lost


def results_of(sets: AddressSets, network: Network) -> set[str]:
    """All results that addresses of a range meet."""
    intervals = sets.v4 if network.version == 4 else sets.v6
    low, high = int(network.network_address), int(network.broadcast_address)
    return {each.result for each in intervals if each.low <= high and low <= each.high}


def _still(spf: Authorisation, sender: Sender, current: Sequence[Sender]) -> tuple[str, ...] | Unknown:
    """What still lets a sender pass whose time is over, and is not there for a `current` one."""
    tree = spf.tree
    if isinstance(tree.present, Unknown):
        return tree.present
    wide = [network for each in current for network in _addresses(each)]
    ranges = [
        str(each)
        for each in _addresses(sender)
        if "pass" in results_of(spf.sets, each) and not any(is_in(each, other) for other in wide)
    ]
    needed = {name for each in current for name in each.includes}
    own = set(_own_targets(tree, tree.name)) - needed
    return (*ranges, *(each for each in needed_includes(sender) if each in own))


def _own_targets(tree: SpfTree, domain: str) -> Iterator[str]:
    """What the record includes, and those records of the domain's own that it leads to."""
    for node in tree.terms:
        if node.term.name in ("include", "redirect"):
            yield node.target
            if node.child is not None and is_within(node.target, domain):
                yield from _own_targets(node.child, domain)


def is_in(network: Network, wide: Network) -> bool:
    """Whether a range lies in another one."""
    if isinstance(network, ipaddress.IPv4Network):
        return isinstance(wide, ipaddress.IPv4Network) and network.subnet_of(wide)
    return isinstance(wide, ipaddress.IPv6Network) and network.subnet_of(wide)
