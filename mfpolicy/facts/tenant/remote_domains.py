"""Remote domains: what may leave for other domains without a person sending it, and who is trusted."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, name_of, place_at, text, word
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import is_within, normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_CLOUDS = ("onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn")


class RemoteDomainFacts(msgspec.Struct, frozen=True):
    """A remote domain. `domain` is * for all that have no entry; `hybrid`: it stands for the other half of a
    hybrid organization, whose settings are the Hybrid Configuration wizard's. `declared`: the intent lets
    mail be forwarded there. `replies` is AllowedOOFType."""

    domain: str
    name: str
    hybrid: bool
    declared: bool
    forwards: bool | Unknown = False
    trusts_inbound: bool | Unknown = False
    trusts_outbound: bool | Unknown = False
    replies: str | Unknown = ""
    place: Place | None = None


def remote_domain_facts(held: Held) -> tuple[RemoteDomainFacts, ...] | Unknown:
    """The facts of all remote domains."""
    found = held.objects("Get-RemoteDomain")
    return found if isinstance(found, Unknown) else tuple(_facts(held, each) for each in found)


def _facts(held: Held, of: TenantObject) -> RemoteDomainFacts:
    said = text(of, "DomainName")
    domain = normal(said.lower()) if isinstance(said, str) and said else name_of(of).lower()
    return RemoteDomainFacts(
        domain=domain,
        name=name_of(of) or domain,
        hybrid=_is_hybrid(held, of, domain),
        declared=_may_forward(held, domain),
        forwards=flag(of, "AutoForwardEnabled"),
        trusts_inbound=_off_unless_told(of, "TrustedMailInboundEnabled"),
        trusts_outbound=_off_unless_told(of, "TrustedMailOutboundEnabled"),
        replies=word(of, "AllowedOOFType"),
        place=place_at(of, "AutoForwardEnabled"),
    )


def _is_hybrid(held: Held, of: TenantObject, domain: str) -> bool:
    """The wizard names its remote domains `Hybrid Domain - contoso.com`."""
    own = domain.removeprefix("*.")
    accepted = held.accepted
    is_ours = not isinstance(accepted, Unknown) and own in accepted
    in_cloud = any(is_within(own, each) for each in _CLOUDS)
    return is_ours or in_cloud or name_of(of).lower().startswith("hybrid domain")


def _may_forward(held: Held, domain: str) -> bool:
    """* stands for every domain, which nobody can declare."""
    return domain != "*" and domain.removeprefix("*.") in held.intent.forwarding.domains


def _off_unless_told(of: TenantObject, name: str) -> bool | Unknown:
    """A boolean of which null is the default, false
    (https://learn.microsoft.com/powershell/module/exchangepowershell/set-remotedomain)."""
    return False if of.has(name) and of.value(name) is None else flag(of, name)
