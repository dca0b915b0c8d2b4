"""Which connectors of the tenant rely on a certificate, and on which of its names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.facts.tenant.connector_values import (
    certificate_domain,
    covers_domain,
    is_address,
    is_named,
)
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, name_of, text, texts, word
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.intent_tenant import CertificateIntent
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.certificate import Certificate

MAX_HOSTS = 50  # smart hosts that are asked without being declared


class UseFacts(msgspec.Struct, frozen=True):
    """A connector that relies on a certificate. `wanted` is the name that it looks for by its `setting`,
    TlsSenderCertificateName or TlsDomain, empty where it looks for none; `covered` is whether the certificate
    has it, and `verified` whether the connector verifies the certificate at all."""

    connector: str
    direction: str
    setting: str
    wanted: str | Unknown
    covered: bool | Unknown
    verified: bool | Unknown
    place: Place | None = None


def uses_of(
    held: Held | None,
    said: CertificateIntent,
    leaf: Certificate,
    hosts: Sequence[str],
    before: Certificate | None = None,
) -> tuple[UseFacts, ...] | Unknown:
    """The enabled connectors that rely on a certificate: those that are declared to, that look for one of its
    names or for one of the certificate `before` it, or that lead to its hosts. None without a tenant."""
    if held is None:
        return ()
    inbound, outbound = held.objects("Get-InboundConnector"), held.objects("Get-OutboundConnector")
    unknowns = [each for each in (inbound, outbound) if isinstance(each, Unknown)]
    if unknowns or isinstance(inbound, Unknown) or isinstance(outbound, Unknown):
        return joined(unknowns)
    by_name = (_inbound(held, said, leaf, before or leaf, each) for each in inbound)
    by_host = (_outbound(leaf, hosts, each) for each in outbound)
    return tuple(each for each in (*by_name, *by_host) if each)


def smart_hosts(held: Held | None) -> Iterator[str]:
    """The names of smart hosts that outbound connectors lead to by TLS, each once."""
    found = held.objects("Get-OutboundConnector") if held else ()
    if isinstance(found, Unknown):
        return
    ours = [
        each for each in found if _is_on(each) and word(each, "TlsSettings") not in ("", "EncryptionOnly")
    ]
    hosts = dict.fromkeys(host for each in ours for host in named_hosts(each))
    yield from list(hosts)[:MAX_HOSTS]


def named_hosts(of: TenantObject) -> tuple[str, ...]:
    """The smart hosts of a connector that are names; none where nobody knows them."""
    hosts = texts(of, "SmartHosts")
    if isinstance(hosts, Unknown):
        return ()
    return tuple(normal(each.strip()) for each in hosts if not is_address(each))


def _inbound(
    held: Held, said: CertificateIntent, leaf: Certificate, before: Certificate, of: TenantObject
) -> UseFacts | None:
    wanted = text(of, "TlsSenderCertificateName")
    if not _is_on(of) or not wanted:
        return None
    covered = wanted if isinstance(wanted, Unknown) else is_covered(leaf, wanted)
    found = wanted if isinstance(wanted, Unknown) else is_covered(before, wanted)
    if True not in (covered, found) and not _is_declared(held, said, name_of(of)):
        return None
    setting = "TlsSenderCertificateName"
    return UseFacts(name_of(of), "inbound", setting, wanted, covered, True, of.place)


def _is_declared(held: Held, said: CertificateIntent, name: str) -> bool:
    """Whether the intent says that a connector is identified by a certificate of this name."""
    return any(
        each.certificate == said.name and each.direction != "outbound" and is_named(name, each.match)
        for each in held.intent.connectors
    )


def _outbound(leaf: Certificate, hosts: Sequence[str], of: TenantObject) -> UseFacts | None:
    if not _is_on(of) or not {*named_hosts(of)} & {*hosts}:
        return None
    level, wanted = word(of, "TlsSettings"), text(of, "TlsDomain")
    if isinstance(level, Unknown):
        return UseFacts(name_of(of), "outbound", "TlsDomain", level, level, level, of.place)
    verified = level.lower() in ("certificatevalidation", "domainvalidation")
    if level.lower() != "domainvalidation" or not wanted:
        return UseFacts(name_of(of), "outbound", "TlsDomain", "", True, verified, of.place)
    covered = wanted if isinstance(wanted, Unknown) else is_covered(leaf, wanted)
    return UseFacts(name_of(of), "outbound", "TlsDomain", wanted, covered, verified, of.place)


def is_covered(leaf: Certificate, wanted: str) -> bool:
    """Whether a certificate has the name that a connector looks for, or is named by it as Exchange does."""
    if "<S>" in wanted:
        return wanted.strip().lower() == leaf.exchange_name.lower()
    return covers_domain(leaf.names, certificate_domain(wanted))


def _is_on(of: TenantObject) -> bool:
    return flag(of, "Enabled") is not False
