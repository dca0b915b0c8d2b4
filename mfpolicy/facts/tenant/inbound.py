"""Inbound connectors: whose mail comes in by which, how that is known, and what is looked at behind it."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.certificate_uses import is_covered
from mfpolicy.facts.tenant.connector_values import certificate_domain, networks_of, outside
from mfpolicy.facts.tenant.gateway import Gateway, skips
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, text, texts
from mfpolicy.model.dns import Unknown, View, any_of
from mfpolicy.model.names import ancestors
from mfpolicy.model.tenant import TenantObject


class InboundFacts(msgspec.Struct, frozen=True):
    """Get-InboundConnector. `certificate_domain` is that of TlsSenderCertificateName, and `accepted` whether
    it is an accepted domain's, or no certificate is named; `watched`: a certificate of the intent has it.
    `trusts_tenants`: TrustedOrganizations names some. `widest` is the shortest prefix among its addresses,
    and 32 without any. `skips`: Enhanced Filtering is on; `skips_for_some` and `skips_last` as its settings
    say, and `skip_gap` tells which hop of the declared path stays in sight, empty for none. `hops` is how
    many the path has before Exchange Online, 0 where it is not declared; `gateway`: mail from outside comes
    by others. `premises`: the path leads through addresses of one's own.
    """

    require_tls: bool | Unknown = False
    certificate_name: str | Unknown = ""
    certificate_domain: str | Unknown = ""
    accepted: bool | Unknown = True
    watched: bool = False
    addresses: tuple[str, ...] | Unknown = ()
    widest: int | Unknown = 32
    trusts_tenants: bool | Unknown = False
    restricts_certificate: bool | Unknown = False
    restricts_addresses: bool | Unknown = False
    treats_as_internal: bool | Unknown = False
    skips: bool | Unknown = False
    skips_last: bool | Unknown = False
    skips_for_some: bool | Unknown = False
    skip_gap: str | Unknown = ""
    gateway: bool | Unknown = False
    hops: int = 0
    premises: bool = False


def inbound_facts(held: Held, gateway: Gateway, view: View, of: TenantObject) -> InboundFacts:
    """The facts of one connector."""
    name, addresses, trusted = (
        text(of, "TlsSenderCertificateName"),
        texts(of, "SenderIPAddresses"),
        texts(of, "TrustedOrganizations"),
    )
    domain = name if isinstance(name, Unknown) else certificate_domain(name)
    return InboundFacts(
        require_tls=flag(of, "RequireTls"),
        certificate_name=name,
        certificate_domain=domain,
        accepted=_is_accepted(held, domain),
        watched=_is_watched(held, name),
        addresses=addresses,
        widest=addresses if isinstance(addresses, Unknown) else _widest(addresses),
        trusts_tenants=trusted if isinstance(trusted, Unknown) else bool(trusted),
        restricts_certificate=flag(of, "RestrictDomainsToCertificate"),
        restricts_addresses=flag(of, "RestrictDomainsToIPAddresses"),
        treats_as_internal=flag(of, "TreatMessagesAsInternal"),
        skips=skips(of),
        skips_last=flag(of, "EFSkipLastIP"),
        skips_for_some=_for_some(of),
        skip_gap=_skip_gap(gateway, of),
        gateway=gateway.is_there(view),
        hops=len(gateway.hops),
        premises=gateway.premises,
    )


def _is_accepted(held: Held, domain: str | Unknown) -> bool | Unknown:
    """A certificate of a host below an accepted domain is attributed by that domain."""
    if isinstance(domain, Unknown) or not domain:
        return domain if isinstance(domain, Unknown) else True
    accepted = held.accepted
    if isinstance(accepted, Unknown):
        return accepted
    return any(each in accepted for each in ancestors(domain.removeprefix("*.")))


def _is_watched(held: Held, name: str | Unknown) -> bool:
    if isinstance(name, Unknown) or not name:
        return False
    return any(is_covered(each.leaf, name) for each in held.declared.certificates.values())


def _widest(addresses: tuple[str, ...]) -> int:
    found, _ = networks_of(addresses)
    return min((each.prefixlen for each in found if each.version == 4), default=32)


def _for_some(of: TenantObject) -> bool | Unknown:
    """EFTestMode is Microsoft's own and not in every export, so that nothing is missing without it."""
    users = texts(of, "EFUsers")
    return any_of((flag(of, "EFTestMode") is True, users if isinstance(users, Unknown) else bool(users)))


def _skip_gap(gateway: Gateway, of: TenantObject) -> str | Unknown:
    """EFSkipIPs counts where EFSkipLastIP is off (Set-InboundConnector)."""
    last, listed = flag(of, "EFSkipLastIP"), texts(of, "EFSkipIPs")
    if isinstance(last, Unknown):
        return last
    if last:
        hops = len(gateway.hops)
        return f"EFSkipLastIP skips one of {hops} hops" if hops > 1 else ""
    if isinstance(listed, Unknown):
        return listed
    missing = outside(gateway.ranges, networks_of(listed)[0]) if listed else ()
    return f"EFSkipIPs lacks {', '.join(missing)}" if missing else ""
