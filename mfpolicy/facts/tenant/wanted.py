"""Which preset a policy has to reach, by what is declared."""

from __future__ import annotations

from mfpolicy.facts.tenant.effective import Effective, Won
from mfpolicy.facts.tenant.held import Held
from mfpolicy.model.dns import Reason, Unknown, joined, unknown
from mfpolicy.model.tenant import EXPORT


def wanted_by(held: Held) -> str:
    """The preset that is declared; Microsoft's Standard where nothing at all is."""
    said = held.intent.protection.preset
    return said or ("" if held.declared.intent.place else "standard")


def wanted_of(held: Held, effective: Effective, key: str) -> str:
    """The preset that a policy has to reach: Strict too where it is for none but those who shall have it."""
    reached, strict = effective.reaches(key), _strict_names(held)
    return "strict" if reached and strict and set(reached) <= strict else wanted_by(held)


def covers(effective: Effective, held: Held, name: str) -> tuple[bool | Unknown, str]:
    """Whether somebody has the Strict preset, or a policy of their own that has to be as strict; and the name
    of the policy that they have instead. Of an address whose groups decide, nobody knows."""
    won = effective.of_named(name)
    doubts = [each.doubt for each in won if each.doubt is not None]
    if doubts:
        return joined(doubts), ""
    strict = _strict_names(held)
    poor = [each for each in won if not _is_strict(effective, each, strict)]
    if not poor:
        return True, ""
    if "@" in name and len(poor) < len(won):
        return unknown(f"the groups of {name}", EXPORT, Reason.NOT_EXPORTED), ""
    return False, poor[0].candidate.name if poor[0].candidate else "no policy"


def _is_strict(effective: Effective, won: Won, strict: set[str]) -> bool:
    one = won.candidate
    if one is None or one.preset == "strict":
        return one is not None
    # A policy that surely reaches nobody is no policy of their own.
    reached = set(effective.reaches(one.key))
    return bool(reached) and reached <= strict


def _strict_names(held: Held) -> set[str]:
    """Those of `strict_for` as `reaches` tells them: a name may be an address, a domain or a group."""
    said = held.intent.protection.strict_for
    return {*said, *(f"members of {each}" for each in said)}
