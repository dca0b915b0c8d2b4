"""Whether anything asks one account for several factors: conditional access, security defaults, or the
per-user state."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from mfpolicy.facts.tenant.conditional_access import AccessPolicy, People
from mfpolicy.model.dns import Reason, Unknown, all_of, any_of, negated, unknown
from mfpolicy.model.tenant import EXPORT

_EVERYBODY = "all"


class Demands:
    """The policies that ask for several factors wherever mail is read, with whom they name. What most
    accounts have in common is worked out once."""

    def __init__(self, policies: tuple[AccessPolicy, ...] | Unknown, defaults: bool | Unknown) -> None:
        self._unknown = policies if isinstance(policies, Unknown) else None
        self._policies = tuple(_asking(() if isinstance(policies, Unknown) else policies))
        self._defaults = defaults
        self._named = frozenset(name for policy, _ in self._policies for name in _names(policy))
        self._others = cache(lambda admin: any_of(self._of(frozenset(), admin)))

    def of(self, keys: Collection[str], admin: bool | Unknown, per_user: bool | Unknown) -> bool | Unknown:
        """Whether the account with these names is asked. Membership of a group, and which role somebody has,
        is in no export, so that a policy for or without a group is unknown of everybody."""
        named = self._named.intersection(keys)
        asked = any_of(self._of(named, admin)) if named else self._others(admin)
        return any_of((asked, per_user))

    def _of(self, named: frozenset[str], admin: bool | Unknown) -> Iterator[bool | Unknown]:
        yield self._defaults
        if self._unknown is not None:
            yield self._unknown
        for policy, holds in self._policies:
            left = _is_among(policy.excluded, named, admin, policy.facts.name)
            yield all_of((holds, _is_among(policy.included, named, admin, policy.facts.name), negated(left)))


def _asking(policies: tuple[AccessPolicy, ...]) -> Iterator[tuple[AccessPolicy, bool | Unknown]]:
    """The policies that may ask, each with whether it does so of those whom it is for."""
    for each in policies:
        facts = each.facts
        free = facts.narrowed if isinstance(facts.narrowed, Unknown) else not facts.narrowed
        holds = all_of((facts.enabled, facts.asks_mfa, facts.modern, each.mail, free))
        if holds is not False:
            yield each, holds


def _names(policy: AccessPolicy) -> Iterator[str]:
    for people in (policy.included, policy.excluded):
        yield from people.users if not isinstance(people.users, Unknown) else ()


def _is_among(people: People, named: frozenset[str], admin: bool | Unknown, policy: str) -> bool | Unknown:
    if isinstance(people.users, Unknown):
        return people.users
    if _EVERYBODY in people.users or not named.isdisjoint(people.users):
        return True
    return any_of((_member(people.groups, policy), all_of((admin, _member(people.roles, policy)))))


def _member(listed: frozenset[str] | Unknown, policy: str) -> bool | Unknown:
    if isinstance(listed, Unknown):
        return listed
    return unknown(f"the groups and roles of {policy}", EXPORT, Reason.NOT_EXPORTED) if listed else False
