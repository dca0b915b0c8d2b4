"""What one SPF term reaches by itself: its networks in each family, and the void lookups on the way."""

from __future__ import annotations

import ipaddress
from itertools import takewhile

import msgspec

from mfpolicy.evaluate.spf_dns import MAX_EXCHANGERS, Address, Addresses, Family, addresses, exchangers
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.records.spf import Mechanism, Modifier, Network

_EVERY_4, _EVERY_6 = ipaddress.IPv4Network("0.0.0.0/0"), ipaddress.IPv6Network("::/0")


class Reach(msgspec.Struct, frozen=True):
    """For clients of one family: the networks that match, the void lookups met before anything that was not
    answered, and what was not answered."""

    networks: tuple[Network, ...] = ()
    voids: int = 0
    unknown: Unknown | None = None


NOTHING = Reach()


class Reaches(msgspec.Struct, frozen=True):
    """Both families. `voids` counts names with neither an A nor an AAAA record (RFC 7208, 4.6.4)."""

    v4: Reach = NOTHING
    v6: Reach = NOTHING
    voids: int = 0
    unknown: Unknown | None = None
    error: str = ""


def reaches(view: View, term: Mechanism | Modifier, target: str) -> Reaches:
    """What a term without macros reaches at its normal target name; includes reach nothing by themselves."""
    if not isinstance(term, Mechanism):
        return Reaches()
    if (network := term.network) is not None:
        own = Reach((network,))
        return Reaches(v4=own) if network.version == 4 else Reaches(v6=own)
    if term.name == "a":
        return _of_hosts(view, term, (target,))
    if term.name == "mx":
        return _of_exchangers(view, term, target)
    if term.name == "exists":
        return _of_exists(view, target)
    return Reaches()


def _of_exists(view: View, target: str) -> Reaches:
    """`exists` asks for A whatever the client is, and matches every client or none (RFC 7208, 5.7)."""
    found = addresses(view, target, "A")
    if isinstance(found, Unknown):
        return Reaches(Reach(unknown=found), Reach(unknown=found), unknown=found)
    if found.found:
        return Reaches(Reach((_EVERY_4,)), Reach((_EVERY_6,)))
    both = Reach(voids=int(found.void))
    return Reaches(both, both, int(found.void))


def _of_exchangers(view: View, term: Mechanism, target: str) -> Reaches:
    found = exchangers(view, target)
    if isinstance(found, Unknown):
        return Reaches(Reach(unknown=found), Reach(unknown=found), unknown=found)
    if found.count > MAX_EXCHANGERS:
        return Reaches(error="too-many-exchangers")
    if found.void:
        return Reaches(Reach(voids=1), Reach(voids=1), 1)
    return _of_hosts(view, term, found.names)


def _of_hosts(view: View, term: Mechanism, hosts: tuple[str, ...]) -> Reaches:
    asked = [_both(view, host) for host in hosts]
    v4 = _reach([item[0] for item in asked], term.cidr4)
    v6 = _reach([item[1] for item in asked], term.cidr6)
    voids = sum(all(isinstance(each, Addresses) and each.void for each in item) for item in asked)
    return Reaches(v4, v6, voids)


def _both(view: View, host: str) -> tuple[Addresses | Unknown, Addresses | Unknown]:
    a = addresses(view, host, "A")
    # A name that does not exist has no record of any type (RFC 8020).
    if isinstance(a, Addresses) and not a.exists:
        return a, a
    other: Family = "AAAA"
    return a, addresses(view, host, other)


def _network(address: Address, prefix: int) -> Network:
    # Python would write the address out, and read it again.
    if isinstance(address, ipaddress.IPv4Address):
        return ipaddress.IPv4Network((int(address), prefix), strict=False)
    return ipaddress.IPv6Network((int(address), prefix), strict=False)


def _reach(found: list[Addresses | Unknown], prefix: int) -> Reach:
    unknowns = [item for item in found if isinstance(item, Unknown)]
    known = [item for item in found if isinstance(item, Addresses)]
    networks = tuple(_network(address, prefix) for item in known for address in item.found)
    # A receiver stops at the first name without an answer: voids behind it are never met.
    met = takewhile(lambda item: isinstance(item, Addresses), found)
    voids = sum(isinstance(item, Addresses) and item.void for item in met)
    return Reach(networks, voids, joined(unknowns) if unknowns else None)
