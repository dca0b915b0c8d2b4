"""What mail passes before it comes to Exchange Online: as the inbound path says, else as MX shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mfpolicy.facts.exchangers import covers
from mfpolicy.facts.tenant.connector_values import domain_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, text, texts
from mfpolicy.model.dns import Unknown, View, all_of, any_of, negated
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.mx import parse

EXCHANGE = "exchange-online"
MAX_DOMAINS = 100  # whose MX is looked at; one that leads elsewhere is enough


class Gateway:
    """See the module; `hops` are those before Exchange Online, in order."""

    def __init__(self, held: Held) -> None:
        self._held = held
        path = held.declared.intent.paths.inbound
        self.declared = EXCHANGE in path
        self.hops = path[: path.index(EXCHANGE)] if self.declared else ()
        self._sets = {each.name: each.ranges for each in held.declared.intent.addresses}

    @property
    def premises(self) -> bool:
        """Whether the path leads through addresses of one's own."""
        return any(hop in self._sets for hop in self.hops)

    @property
    def ranges(self) -> tuple[str, ...]:
        """The addresses of the hops, as far as the intent says them."""
        return self._ranges(self.hops)

    @property
    def last_ranges(self) -> tuple[str, ...]:
        """Those of the last hop, which is the one that connects to Exchange Online."""
        return self._ranges(self.hops[-1:])

    def is_there(self, view: View) -> bool | Unknown:
        """Whether mail from outside comes by others. Servers of one's own that hand on the headers of
        Exchange are none: what they saw is believed."""
        if self.declared and any(hop not in self._sets for hop in self.hops):
            return True
        if self.declared and not self.hops:
            return False
        elsewhere = True if self.declared else any_of(self._elsewhere(view))
        return all_of((elsewhere, negated(self._hybrid)))

    def _ranges(self, hops: Sequence[str]) -> tuple[str, ...]:
        services = self._held.declared
        return tuple(each for hop in hops for each in self._sets.get(hop) or services.service(hop).addresses)

    def _elsewhere(self, view: View) -> Iterator[bool | Unknown]:
        patterns = self._held.declared.service(EXCHANGE).mx
        for domain in self._domains():
            yield _leads_elsewhere(view, domain, patterns)

    def _domains(self) -> list[str]:
        """The domains that the tenant takes mail for, as far as anybody says."""
        accepted, declared = self._held.accepted, self._held.declared
        if isinstance(accepted, Unknown):
            return list(declared.names)[:MAX_DOMAINS]
        ours = [each for each in accepted if not each.endswith(".onmicrosoft.com")]
        known = [each for each in ours if declared.of(each)]
        return (known or ours)[:MAX_DOMAINS]

    @property
    def _hybrid(self) -> bool | Unknown:
        found = self._held.objects("Get-InboundConnector")
        if isinstance(found, Unknown):
            return found
        return any_of(
            all_of((flag(each, "Enabled"), flag(each, "CloudServicesMailEnabled"))) for each in found
        )


def takes_everything(of: TenantObject, name: str) -> bool | Unknown:
    """Whether an address space of a connector is all there is."""
    found = texts(of, name)
    return found if isinstance(found, Unknown) else "*" in map(domain_of, found)


def skips(of: TenantObject) -> bool | Unknown:
    """Whether Enhanced Filtering looks behind the last hop of a connector (Set-InboundConnector: without
    EFSkipLastIP and without EFSkipIPs it is off)."""
    listed = texts(of, "EFSkipIPs")
    return any_of((flag(of, "EFSkipLastIP"), listed if isinstance(listed, Unknown) else bool(listed)))


def locks(of: TenantObject) -> bool | Unknown:
    """Whether a connector refuses all mail that does not come from where it says."""
    kind = text(of, "ConnectorType")
    return all_of(
        (
            flag(of, "Enabled"),
            kind if isinstance(kind, Unknown) else kind.lower() == "partner",
            takes_everything(of, "SenderDomains"),
            any_of((flag(of, "RestrictDomainsToIPAddresses"), flag(of, "RestrictDomainsToCertificate"))),
        )
    )


def _leads_elsewhere(view: View, domain: str, patterns: Sequence[str]) -> bool | Unknown:
    """Whether a domain takes mail, and none of its hosts is Exchange Online's."""
    answer = view.ask(domain, "MX")
    if isinstance(answer, Unknown):
        return answer
    found = [parse(each.value) for each in answer.records]
    hosts = [each.exchange for each in found if each.exchange and not each.null]
    return bool(hosts) and not any(covers(tuple(patterns), host) for host in hosts)
