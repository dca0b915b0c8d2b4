"""How mail comes to the tenant and leaves it, beside the paths that the intent declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from mfpolicy.facts.tenant.connector_values import networks_of, outside
from mfpolicy.facts.tenant.gateway import EXCHANGE, Gateway, locks, skips, takes_everything
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import flag, name_of, texts, word
from mfpolicy.model.dns import Unknown, View, all_of, any_of, joined, negated
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class RoutingFacts(msgspec.Struct, frozen=True):
    """Mail flow of a tenant. `gateway`: mail from outside comes by others, not straight to Exchange Online,
    and `hops` names them where the path is declared; `comes_from` are declared addresses of the last one.
    `taken_by` are the connectors for partners that take all mail. `locked`: one of them refuses what does
    not come by the hops; `lock_lacks` are the addresses in `comes_from` that it would refuse. `skip_listed`:
    some inbound connector looks behind the hops. `honours_dmarc` and `spf_hard_fail` are the policies that
    judge mail by where it seems to come from. `leaves_by`: what the outbound path names after Exchange
    Online, empty for none; `path_declared`: it names Exchange Online. `leaves_over` are the connectors by
    which all mail leaves, `may_leave_over` also those for all domains that transport rules lead to.
    """

    gateway: bool | Unknown
    hops: tuple[str, ...]
    comes_from: tuple[str, ...]
    taken_by: tuple[str, ...] | Unknown
    locked: bool | Unknown
    lock_lacks: tuple[str, ...] | Unknown
    skip_listed: bool | Unknown
    honours_dmarc: tuple[str, ...] | Unknown
    spf_hard_fail: tuple[str, ...] | Unknown
    path_declared: bool
    leaves_by: str
    leaves_over: tuple[str, ...] | Unknown
    may_leave_over: tuple[str, ...] | Unknown
    place: Place | None = None


def routing_facts(held: Held, view: View) -> RoutingFacts:
    """The facts of a tenant."""
    gateway, paths = Gateway(held), held.declared.intent.paths
    inbound = held.objects("Get-InboundConnector")
    path = paths.outbound
    after = path[path.index(EXCHANGE) + 1 :] if EXCHANGE in path else ()
    return RoutingFacts(
        gateway=gateway.is_there(view),
        hops=gateway.hops,
        comes_from=gateway.last_ranges,
        taken_by=_named(inbound, _takes_from_partners),
        locked=inbound if isinstance(inbound, Unknown) else any_of(map(locks, inbound)),
        lock_lacks=inbound if isinstance(inbound, Unknown) else _lock_lacks(gateway, inbound),
        skip_listed=inbound if isinstance(inbound, Unknown) else any_of(map(_is_looked_behind, inbound)),
        honours_dmarc=_policies(held, "Get-AntiPhishPolicy", "HonorDmarcPolicy"),
        spf_hard_fail=_policies(held, "Get-HostedContentFilterPolicy", "MarkAsSpamSpfRecordHardFail"),
        path_declared=EXCHANGE in path,
        leaves_by=after[0] if after else "",
        leaves_over=_leaves_over(held, _takes_all),
        may_leave_over=_leaves_over(held, _may_take_all),
        place=paths.place,
    )


def _is_looked_behind(of: TenantObject) -> bool | Unknown:
    return all_of((flag(of, "Enabled"), skips(of)))


def _lock_lacks(gateway: Gateway, inbound: Sequence[TenantObject]) -> tuple[str, ...] | Unknown:
    """Ranges that no connector lets in, where those lock by addresses at all."""
    states = [(each, all_of((locks(each), flag(each, "RestrictDomainsToIPAddresses")))) for each in inbound]
    listed = gathered(texts(each, "SenderIPAddresses") for each, state in states if state is not False)
    doubts = [state for _, state in states if isinstance(state, Unknown)]
    if doubts or isinstance(listed, Unknown):
        return joined((*doubts, *([listed] if isinstance(listed, Unknown) else ())))
    known, _ = networks_of(text for each in listed for text in each)
    return outside(gateway.last_ranges, known) if listed else ()


def _takes_from_partners(of: TenantObject) -> bool | Unknown:
    kind = word(of, "ConnectorType")
    partner = kind if isinstance(kind, Unknown) else kind.lower() == "partner"
    return all_of((flag(of, "Enabled"), partner, takes_everything(of, "SenderDomains")))


def _policies(held: Held, cmdlet: str, name: str) -> tuple[str, ...] | Unknown:
    """The policies in which a setting is on."""
    found = held.objects(cmdlet)
    if isinstance(found, Unknown):
        return found
    states = {name_of(each): _is_on(each, name) for each in found}
    unknowns = [each for each in states.values() if isinstance(each, Unknown)]
    on = tuple(each for each, state in states.items() if state is True)
    return joined(unknowns) if unknowns and not on else on


def _is_on(of: TenantObject, name: str) -> bool | Unknown:
    """MarkAsSpam... are On, Off or Test (Set-HostedContentFilterPolicy), the others true or false."""
    if not name.startswith("MarkAsSpam"):
        return flag(of, name)
    state = word(of, name)
    return state if isinstance(state, Unknown) else state.lower() == "on"


def _leaves_over(held: Held, takes: Callable[[TenantObject], bool | Unknown]) -> tuple[str, ...] | Unknown:
    return _named(held.objects("Get-OutboundConnector"), takes)


def _named(
    found: Sequence[TenantObject] | Unknown, takes: Callable[[TenantObject], bool | Unknown]
) -> tuple[str, ...] | Unknown:
    """The names of those that take something; unknown where none surely does and one may."""
    if isinstance(found, Unknown):
        return found
    states = {name_of(each): takes(each) for each in found}
    unknowns = [each for each in states.values() if isinstance(each, Unknown)]
    taking = tuple(each for each, state in states.items() if state is True)
    return joined(unknowns) if unknowns and not taking else taking


def _takes_all(of: TenantObject) -> bool | Unknown:
    """Whether all mail to others goes through a connector, by itself or because of central transport."""
    own = all_of((takes_everything(of, "RecipientDomains"), negated(flag(of, "IsTransportRuleScoped"))))
    return all_of((flag(of, "Enabled"), any_of((flag(of, "RouteAllMessagesViaOnPremises"), own))))


def _may_take_all(of: TenantObject) -> bool | Unknown:
    """The same, where what transport rules lead to counts too: whether that is all mail nobody sees here."""
    everything = takes_everything(of, "RecipientDomains")
    return all_of((flag(of, "Enabled"), any_of((flag(of, "RouteAllMessagesViaOnPremises"), everything))))
