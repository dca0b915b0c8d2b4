"""For whom a rule of protection is: who has to match, and who is excepted.

Values of one kind are alternatives, conditions of several kinds have to hold together, and any exception
excepts. A rule without any condition is for everybody, and a domain stands for its subdomains too
(learn.microsoft.com/defender-office-365/preset-security-policies).
"""

from __future__ import annotations

from typing import Any

import msgspec

from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import texts
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import ancestors, normal
from mfpolicy.model.tenant import TenantObject


class Scope(msgspec.Struct, frozen=True):
    """Addresses, groups and domains in lower case; None where a rule has no condition of that kind."""

    addresses: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    domains: frozenset[str] | None = None
    but_addresses: frozenset[str] = frozenset()
    but_groups: frozenset[str] = frozenset()
    but_domains: frozenset[str] = frozenset()


class Who(msgspec.Struct, frozen=True):
    """Some people: those of a domain, or one by address, who are a member of one group at least of each set
    in `within`, and of no group in `outside`; of all other groups they may be members or not."""

    domain: str
    address: str = ""
    within: tuple[frozenset[str], ...] = ()
    outside: frozenset[str] = frozenset()

    @property
    def possible(self) -> bool:
        """Whether there can be any such people."""
        return all(each - self.outside for each in self.within)


def scope_of(rule: TenantObject, conditions: tuple[str, str, str]) -> Scope | Unknown:
    """The scope of a rule, by the names of its conditions for addresses, groups and domains. Some exports
    leave out what is empty; of one that leaves out all of it nobody knows whether it was exported."""
    every = (*conditions, *(f"ExceptIf{each}" for each in conditions))
    if not any(rule.has(each) for each in every):
        return rule.lacks(conditions[0])
    found = gathered(texts(rule, each) if rule.has(each) else () for each in every)
    if isinstance(found, Unknown):
        return found
    sets = [_folded(each) for each in found]
    sets[2], sets[5] = (frozenset(map(normal, each)) for each in (sets[2], sets[5]))
    asked: list[Any] = [each or None for each in sets[:3]]
    return Scope(*asked, *sets[3:])


def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each.strip().lower() for each in names)


def divided(scope: Scope, who: Who) -> tuple[Who | None, tuple[Who, ...]]:
    """Those whom a scope takes, and those that it leaves; by the groups they may be members of."""
    if not _fits(scope, who) or _excepted(scope, who):
        return None, (who,)
    member = (*who.within, *(() if scope.groups is None else (scope.groups,)))
    taken = msgspec.structs.replace(who, within=member, outside=who.outside | scope.but_groups)
    left = []
    if scope.groups is not None:
        left.append(msgspec.structs.replace(who, outside=who.outside | scope.groups))
    if scope.but_groups:
        left.append(msgspec.structs.replace(who, within=(*member, scope.but_groups)))
    return taken if taken.possible else None, tuple(each for each in left if each.possible)


def names_domain(domains: frozenset[str], domain: str) -> bool:
    """Whether a domain, or one above it, is among some."""
    return any(each in domains for each in ancestors(domain))


def _fits(scope: Scope, who: Who) -> bool:
    return (scope.addresses is None or who.address in scope.addresses) and (
        scope.domains is None or names_domain(scope.domains, who.domain)
    )


def _excepted(scope: Scope, who: Who) -> bool:
    return who.address in scope.but_addresses or names_domain(scope.but_domains, who.domain)
