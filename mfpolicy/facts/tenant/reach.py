"""Which accounts the policies of conditional access are for, and which of them ask for several factors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache

from mfpolicy.facts.tenant.conditional_access import AccessPolicy, People
from mfpolicy.model.dns import Reason, Unknown, all_of, any_of, negated, unknown
from mfpolicy.model.tenant import EXPORT

_EVERYBODY = "all"


class Reach:
    """Which accounts some policies are for, of those that hold. What most accounts have in common is worked
    out once."""

    def __init__(
        self, policies: tuple[AccessPolicy, ...] | Unknown, holds: Callable[[AccessPolicy], bool | Unknown]
    ) -> None:
        self._unknown = policies if isinstance(policies, Unknown) else None
        judged = ((each, holds(each)) for each in (() if isinstance(policies, Unknown) else policies))
        self._policies = tuple((each, answer) for each, answer in judged if answer is not False)
        self._named = frozenset(name for policy, _ in self._policies for name in _names(policy))
        self._others = cache(lambda admin: any_of(self._of(frozenset(), admin)))

    def of(self, keys: Collection[str], admin: bool | Unknown) -> bool | Unknown:
        """Whether a policy is for the account with these names. Membership of a group, and which role
        somebody has, is in no export, so that a policy for or without a group is unknown of everybody."""
        named = self._named.intersection(keys)
        return any_of(self._of(named, admin)) if named else self._others(admin)

    @property
    def is_empty(self) -> bool:
        """Whether no policy is for anybody, for all that is known."""
        return not self._policies and self._unknown is None

    def _of(self, named: frozenset[str], admin: bool | Unknown) -> Iterator[bool | Unknown]:
        if self._unknown is not None:
            yield self._unknown
        for policy, holds in self._policies:
            left = _is_among(policy.excluded, named, admin, policy.facts.name)
            yield all_of((holds, _is_among(policy.included, named, admin, policy.facts.name), negated(left)))


def asks(policy: AccessPolicy) -> bool | Unknown:
    """Whether a policy asks those whom it is for for more than a password wherever mail is read."""
    facts = policy.facts
    free = facts.narrowed if isinstance(facts.narrowed, Unknown) else not facts.narrowed
    return all_of((facts.enabled, facts.asks_more, facts.modern, policy.mail, free))


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
