"""Addresses as Exchange Online lists them: one, a network, or from-to."""

from __future__ import annotations

import ipaddress

from mfpolicy.records.spf import Network


def networks_in(text: str) -> tuple[Network, ...]:
    """The networks of an entry; none where it is no address. Exchange writes `192.0.2.1`, `192.0.2.0/24` and
    `192.0.2.1-192.0.2.9`
    (https://learn.microsoft.com/powershell/module/exchangepowershell/set-hostedconnectionfilterpolicy)."""
    first, dash, last = (each.strip() for each in text.partition("-"))
    try:
        if not dash:
            return (ipaddress.ip_network(first, strict=False),)
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
        return tuple(ipaddress.summarize_address_range(low, high))
    except (ValueError, TypeError):
        return ()


def count_of(text: str) -> int:
    """How many addresses an entry holds; 0 where it is none. Not above what a rule can count with."""
    return min(sum(each.num_addresses for each in networks_in(text)), 2**62)


def around(text: str) -> tuple[str, ...]:
    """Every network that an entry lies in as a whole, in CIDR form, itself included."""
    found = networks_in(text)
    if len(found) != 1:
        return _around_all(found)
    return tuple(str(found[0].supernet(new_prefix=each)) for each in range(found[0].prefixlen + 1))


def _around_all(networks: tuple[Network, ...]) -> tuple[str, ...]:
    sets = [around(str(each)) for each in networks]
    return tuple(each for each in sets[0] if all(each in one for one in sets)) if sets else ()
