"""Which addresses of a host are connected to, in which order, and how many hosts at once."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

_Found = TypeVar("_Found")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MAX_ADDRESSES = 2  # of one host; a sender tries the next one where the first does not answer
# All that is routed on the Internet (RFC 4291, 2.4), without the newer documentation range (RFC 9637).
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")


def is_public(address: Address) -> bool:
    """Whether an address is one host's on the Internet: not private, loopback, link-local, multicast,
    reserved or for documentation, and no IPv6 form of an IPv4 address (mapped, 6to4, Teredo, NAT64)."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    embedded = address.sixtofour is not None or address.teredo is not None
    return address in _GLOBAL_UNICAST and address not in _DOCUMENTATION and not embedded


def permitted_of(addresses: Sequence[str], permitted: Callable[[Address], bool]) -> list[Address]:
    """The addresses that may be connected to; a text that is none is left out."""
    return [each for each in map(_address, addresses) if each and permitted(each)]


def in_order(usable: Sequence[Address]) -> list[Address]:
    """At most two, one of each family first: a machine may have a way to only one of them."""
    first = {address.version: address for address in reversed(usable)}
    return list(dict.fromkeys((*first.values(), *usable)))[:MAX_ADDRESSES]


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


async def asked_all(
    targets: Mapping[str, Sequence[str]],
    at_once: int,
    ask: Callable[[str, Sequence[str]], Awaitable[_Found]],
) -> dict[str, _Found]:
    """What each target with its addresses answers, in the order given."""
    gate = asyncio.Semaphore(at_once)

    async def one(name: str, addresses: Sequence[str]) -> _Found:
        async with gate:
            return await ask(name, addresses)

    found = await asyncio.gather(*(one(*target) for target in targets.items()))
    return dict(zip(targets, found, strict=True))
