"""The groups of an intent: which domains they hold, and which belong to two."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.membership import Membership
from mfpolicy.model.intent import Group
from mfpolicy.model.patterns import is_pattern
from mfpolicy.model.places import Place

MAX_SHARED = 20  # of one group; whoever wrote the same file into two groups learns it from the first


class MemberFacts(msgspec.Struct, frozen=True):
    """A name or pattern of a group, and how many domains it stands for."""

    name: str
    pattern: bool
    domains: int
    place: Place | None = None


class SharedFacts(msgspec.Struct, frozen=True):
    """A domain that another group holds too; `other` is the one whose values count."""

    domain: str
    other: str
    place: Place | None = None


class GroupFacts(msgspec.Struct, frozen=True):
    """A group, or a pattern among the domains. `shared` are the domains that an earlier group, or a longer
    pattern, takes from it."""

    name: str
    domains: int
    members: tuple[MemberFacts, ...]
    shared: tuple[SharedFacts, ...]
    place: Place | None = None


def group_facts(membership: Membership, group: Group) -> GroupFacts:
    """The facts of one group."""
    members = tuple(
        MemberFacts(name, is_pattern(name), len(membership.domains_of(name)), place)
        for name, place in group.members
    )
    held = {name for member, _ in group.members for name in membership.domains_of(member)}
    return GroupFacts(
        name=group.name,
        domains=len(held),
        members=members,
        shared=tuple(_shared(membership, group))[:MAX_SHARED],
        place=group.place,
    )


def _shared(membership: Membership, group: Group) -> Iterator[SharedFacts]:
    seen: set[str] = set()
    for member, place in group.members if not is_pattern(group.name) else ():
        for domain in membership.domains_of(member):
            first = membership.groups_of(domain)[:1]
            if domain not in seen and first and first != (group.name,):
                seen.add(domain)
                yield SharedFacts(domain, first[0], place)
