"""What DMARC asks for names below a domain that publish nothing themselves, before a change and after it."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, asked_below, below, organizational_domain
from mfpolicy.facts.changes.dmarc_walks import is_governed, policies, same_walk
from mfpolicy.facts.ramps import RANKS
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.model.intent import DmarcIntent

Both = tuple[str, str]
Fallen = tuple[bool | Unknown, bool | Unknown]


class BelowChangeFacts(msgspec.Struct, frozen=True):
    """The policy for such names, after the test flag.

    `weakened`: it asks for less than before by the domain's own record, and that is not merely the domain's
    own policy that fell, nor, for names that do not exist, that of those that do. `declared`: what the intent
    asks for them on the day is no more than that.
    """

    before: str | Unknown = ""
    after: str | Unknown = ""
    weakened: bool | Unknown = False
    declared: bool | Unknown = False


def below_changes(
    old: View, new: View, was: DmarcResult, now: DmarcResult, intent: DmarcIntent, wanted: str
) -> tuple[BelowChangeFacts, BelowChangeFacts]:
    """For the names that exist, and for those that do not; `wanted` is the policy declared for the domain."""
    before, after = below(old, was.name), below(new, was.name)
    fallen = _fallen(old, new, was, now)
    existing = intent.subdomains or wanted
    first, second = (
        BelowChangeFacts(
            before if isinstance(before, Unknown) else before[at],
            after if isinstance(after, Unknown) else after[at],
            fallen[at],
            is_declared(asked, after if isinstance(after, Unknown) else after[at]),
        )
        for at, asked in enumerate((existing, intent.nonexistent or existing))
    )
    return first, second


def is_declared(wanted: str, after: str | Unknown) -> bool | Unknown:
    """Whether an intent asks for no more than what applies; no policy at all is never declared."""
    if not wanted or isinstance(after, Unknown):
        return after if wanted and isinstance(after, Unknown) else False
    return after != "absent" and RANKS[wanted] <= RANKS[after]


def _fallen(old: View, new: View, was: DmarcResult, now: DmarcResult) -> Fallen:
    if not _speaks(old, new, was, now):
        return False, False
    before, after = below(old, was.name), below(new, was.name)
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        why = joined(each for each in (before, after) if isinstance(each, Unknown))
        existing, missing = _may_fall(old, new, was, now)
        return existing and why, missing and why
    return _further(before, after, _own(was, now))


def _speaks(old: View, new: View, was: DmarcResult, now: DmarcResult) -> bool:
    """Whether the domain's own record may have spoken for the names below it, or says that it does now. Only
    an organizational domain speaks for others."""
    own = None if now.inherited else now.dmarc
    if own and own.psd != "u":
        return True
    if is_governed(old, was.name) or not (own or was.policy_domain == was.name):
        return False
    organization = organizational_domain(old, was.name)
    return isinstance(organization, Unknown) or organization == was.name


def _may_fall(old: View, new: View, was: DmarcResult, now: DmarcResult) -> tuple[bool, bool]:
    """What may fall, whatever is unknown above: while that stays, only what the domain's record lowers."""
    if not same_walk(old, new, was.name, policies, own=False):
        return True, True
    before, after = (asked_below(None if each.inherited else each.dmarc) for each in (was, now))
    return _further(before, after, _own(was, now))


def _own(was: DmarcResult, now: DmarcResult) -> Both:
    """The domain's own policies; one that is not known explains nothing."""
    return ("none", "none") if was.unknown or now.unknown else (was.policy, now.policy)


def _further(before: Both, after: Both, own: Both) -> tuple[bool, bool]:
    existing = _fell(before[0], after[0]) and not _explained(own, after[0])
    missing = _fell(before[1], after[1]) and not _explained(own, after[1])
    return existing, missing and not _explained((before[0], after[0]), after[1])


def _fell(before: str, after: str) -> bool:
    return RANKS[after] < RANKS[before]


def _explained(other: Both, after: str) -> bool:
    """Whether another policy fell as far."""
    return _fell(*other) and RANKS[other[1]] <= RANKS[after]
