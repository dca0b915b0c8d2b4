"""Where the mail of a domain is about to go: hosts that somebody names for it, and MX does not yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.evaluate.exchangers import Exchanger, exchangers
from mfpolicy.evaluate.mta_sts import mta_sts
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.of_domain import TenantDomains
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.patterns import is_pattern
from mfpolicy.records.mta_sts import MtaStsPolicy, matches


class NextHostFacts(msgspec.Struct, frozen=True):
    """A host, and who names it: the intent or the tenant. `covered`: the domain's MTA-STS policy has a
    pattern for it (RFC 8461, 4.1)."""

    host: str
    by: str
    covered: bool


def next_hosts(
    view: View, name: str, declared: Declared, tenant: TenantDomains | None
) -> tuple[NextHostFacts, ...] | Unknown:
    """The hosts of a domain that enforces an MTA-STS policy; none where it does not, because nothing then
    depends on their names."""
    wanted = tuple(_declared(declared, name))
    if tenant is None and not wanted:
        return ()
    found = mta_sts(view, name)
    if found.policy is None or found.mode != "enforce":
        return found.mode if isinstance(found.mode, Unknown) else ()
    now, given = exchangers(view, name), tenant.hosts(view, name) if tenant else ()
    if isinstance(now, Unknown):
        return now
    return given if isinstance(given, Unknown) else tuple(_named(found.policy, now, given, wanted))


def _named(
    policy: MtaStsPolicy, now: Sequence[Exchanger], given: Sequence[str], wanted: Sequence[str]
) -> Iterator[NextHostFacts]:
    named = {host: "the tenant" for host in given} | {host: "the intent" for host in wanted}
    for host, by in named.items():
        if host not in [each for each, _ in now]:
            yield NextHostFacts(host, by, any(matches(pattern, host) for pattern in policy.mx))


def _declared(declared: Declared, name: str) -> Iterator[str]:
    """Hosts by name: of a service nobody knows which of its hosts a domain is given."""
    said = declared.of(name)
    wanted = () if said is None or said.mail in ("none", "send") else said.mx or ()
    yield from (each for each in wanted if "." in each and not is_pattern(each))
