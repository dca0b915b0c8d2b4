"""Which addresses nobody outside a network can reach, or send from."""

from __future__ import annotations

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Not globally reachable, or no unicast at all (RFC 6890, RFC 8190, RFC 4291); the shared space of RFC 6598 is
# no more reachable from outside than RFC 1918's. Documentation ranges stand for real ones.
_PRIVATE_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
# A client that comes as an IPv4-mapped address is an IPv4 one (RFC 7208, 5).
_PRIVATE_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            *("::/128", "::1/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64"),
            *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)


def is_private(network: Network) -> bool:
    """Whether all of a range is private in this sense."""
    if isinstance(network, ipaddress.IPv4Network):
        return any(network.subnet_of(each) for each in _PRIVATE_4)
    return any(network.subnet_of(each) for each in _PRIVATE_6)
