"""What stands in properties of connectors: address spaces, ranges of addresses, names of certificates."""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from collections.abc import Iterable, Sequence

from mfpolicy.facts.tenant.addresses import networks_in
from mfpolicy.model.names import is_within, normal, parent
from mfpolicy.records.spf import Network

_COMMON_NAME = re.compile(r"(?:\A|,\s*)CN=([^,\"+]{1,253})", re.IGNORECASE)


def domain_of(space: str) -> str:
    """The domain of an address space such as `smtp:*.contoso.com;1`; `*` stands for all."""
    kind, colon, rest = space.strip().partition(":")
    domain = rest if colon and kind.lower() == "smtp" else space.strip()
    return normal(domain.partition(";")[0].strip())


def networks_of(texts: Iterable[str]) -> tuple[tuple[Network, ...], tuple[str, ...]]:
    """The ranges that texts stand for, and the texts that stand for none."""
    found = {each: networks_in(each) for each in texts}
    every = ipaddress.collapse_addresses(net for nets in found.values() for net in nets if net.version == 4)
    others = ipaddress.collapse_addresses(net for nets in found.values() for net in nets if net.version == 6)
    return (*every, *others), tuple(each for each, nets in found.items() if not nets)


def outside(ranges: Iterable[str], of: Sequence[Network]) -> tuple[str, ...]:
    """The ranges, in CIDR form, that do not lie wholly inside others."""
    return tuple(each for each in ranges if not _is_inside(ipaddress.ip_network(each, strict=False), of))


def is_address(host: str) -> bool:
    """Whether a smart host is an address or a range, which DNS is not asked for."""
    return bool(networks_in(host.strip().strip("[]")))


def is_named(name: str, pattern: str) -> bool:
    """Whether a connector's name is one that a pattern stands for: without case, `*` for any text."""
    plain = re.sub(r"[\[?]", lambda each: f"[{each[0]}]", pattern.lower())
    return fnmatch.fnmatchcase(name.lower(), plain)


def certificate_domain(text: str) -> str:
    """The domain in TlsSenderCertificateName or TlsDomain: itself, or the common name in `<I>...<S>...`."""
    _, marked, subject = text.partition("<S>")
    found = _COMMON_NAME.search(subject) if marked else None
    return normal(found[1].strip() if found else text.strip())


def covers_domain(names: Iterable[str], wanted: str) -> bool:
    """Whether one of a certificate's names is the wanted domain, or one of those that it stands for.

    A leading wildcard of a connector stands for the domain and all below it (Set-InboundConnector), one of a
    certificate for one label (RFC 9525, 6.3).
    """
    return any(_covers(each, wanted) for each in names)


def names_host(names: Iterable[str], host: str) -> bool:
    """Whether one of a certificate's names is a host's (RFC 9525, 6.3)."""
    return any(each == host or (each.startswith("*.") and each[2:] == parent(host)) for each in names)


def _covers(name: str, wanted: str) -> bool:
    if wanted.startswith("*."):
        return is_within(name.removeprefix("*."), wanted[2:])
    return names_host((name,), wanted)


def _is_inside(network: Network, of: Sequence[Network]) -> bool:
    first, last = int(network.network_address), int(network.broadcast_address)
    return any(
        each.version == network.version
        and int(each.network_address) <= first
        and last <= int(each.broadcast_address)
        for each in of
    )
