"""How far the policies that ask for something of everybody reach: the best of them, and what it leaves
out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from mfpolicy.facts.tenant.conditional_access import AccessPolicyFacts, ExclusionFacts
from mfpolicy.model.dns import Unknown, all_of, any_of, joined
from mfpolicy.model.places import Place

Wanted = Callable[[AccessPolicyFacts], bool | Unknown]


class CoverageFacts(msgspec.Struct, frozen=True):
    """What is asked of all users in all applications, by the policy (empty: none) that leaves out least:
    `narrowed` are the conditions under which alone it holds, `excluded` whom and what the intent does not
    exempt. `reported` is a policy that would do as much, and only reports."""

    found: bool | Unknown = False
    policy: str | Unknown = ""
    narrowed: tuple[str, ...] | Unknown = ()
    excluded: tuple[ExclusionFacts, ...] | Unknown = ()
    reported: str | Unknown = ""
    place: Place | None = None


def coverage(
    policies: Iterable[AccessPolicyFacts], wanted: Wanted, clients: Wanted | None = None
) -> CoverageFacts:
    """The coverage of what is `wanted`; `clients` tells whether a policy is for all clients that it should
    be."""
    each = tuple(policies)
    suits = [(policy, all_of(_holds(policy, policy.enabled, wanted))) for policy in each]
    found = any_of(answer for _, answer in suits)
    reported = next((p.name for p in each if all_of(_holds(p, p.report_only, wanted)) is True), "")
    sure = [_of(policy, clients) for policy, answer in suits if answer is True]
    if sure:
        best = min(sure, key=_left_out)
        return msgspec.structs.replace(best, reported=reported)
    if isinstance(found, Unknown):
        return CoverageFacts(found, found, found, found, reported)
    return CoverageFacts(reported=reported)


def no_coverage(why: Unknown) -> CoverageFacts:
    """The coverage where nobody knows the policies."""
    return CoverageFacts(why, why, why, why, why)


def _holds(policy: AccessPolicyFacts, state: bool | Unknown, wanted: Wanted) -> Iterator[bool | Unknown]:
    yield from (state, policy.all_users, policy.all_applications, wanted(policy))


def _of(policy: AccessPolicyFacts, clients: Wanted | None) -> CoverageFacts:
    excluded = policy.excluded
    if not isinstance(excluded, Unknown):
        excluded = tuple(each for each in excluded if not each.exempt)
    return CoverageFacts(True, policy.name, _conditions(policy, clients), excluded, place=policy.place)


def _conditions(policy: AccessPolicyFacts, clients: Wanted | None) -> tuple[str, ...] | Unknown:
    every = clients(policy) if clients else True
    unknowns = [each for each in (policy.narrowed, every) if isinstance(each, Unknown)]
    if unknowns or isinstance(policy.narrowed, Unknown):
        return joined(unknowns)
    return policy.narrowed if every else (*policy.narrowed, "client applications")


def _left_out(of: CoverageFacts) -> tuple[int, int]:
    """What is not known may be anything, so that it comes last."""
    return _size(of.narrowed), _size(of.excluded)


def _size(found: tuple[object, ...] | Unknown) -> int:
    return 1000 if isinstance(found, Unknown) else len(found)
