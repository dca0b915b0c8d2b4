"""What DMARC asks of receivers for a domain, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.accounts.words import NOT_KNOWN, listed, missing, turned
from mfpolicy.facts.changes.dmarc import DmarcChangeFacts
from mfpolicy.facts.changes.dmarc_below import BelowChangeFacts
from mfpolicy.model.changes import Topic
from mfpolicy.model.dns import Unknown

_Word = str | Unknown


def dmarc_topic(name: str, facts: DmarcChangeFacts, is_new: bool) -> Topic | None:
    """The effective policy before and after; None where receivers conclude the same, unless the
    name is new."""
    if isinstance(facts.policy_before, Unknown) and isinstance(facts.policy_after, Unknown):
        return None
    before = _policy(name, facts.policy_before, facts.record_before, facts.testing_before)
    after = _policy(name, facts.policy_after, facts.record_after, facts.testing_after)
    remarks = tuple(_remarks(facts))
    reports = facts.reports
    lost, gained = _mailboxes(_lost(facts)), _mailboxes(listed(reports.gained))
    lost += () if is_new else tuple(_shut_out(facts))
    known = not isinstance(facts.policy_after, Unknown)
    if before == after and not (remarks or lost or gained or (is_new and known)):
        return None
    return Topic(
        "DMARC", before, after, lost, gained, remarks, missing(facts.policy_before, facts.policy_after)
    )


def _policy(name: str, policy: _Word, record: _Word, testing: bool) -> str:
    if isinstance(policy, Unknown):
        return NOT_KNOWN
    if policy == "absent":
        return "no DMARC"
    own = record in ("", f"_dmarc.{name}") or isinstance(record, Unknown)
    return f"p={policy}" + ("" if own else f" by {record}") + (" (test only, t=y)" if testing else "")


def _shut_out(facts: DmarcChangeFacts) -> Iterator[str]:
    before, after = facts.rank_before, facts.rank_after
    if isinstance(before, Unknown) or isinstance(after, Unknown) or after <= before:
        return
    what = "rejected" if facts.policy_after == "reject" else "put into quarantine"
    yield f"mail from it that passes neither SPF nor DKIM aligned: {what} from now on"


def _lost(facts: DmarcChangeFacts) -> tuple[str, ...]:
    lost = facts.reports.lost
    return () if isinstance(lost, Unknown) else tuple(each.address for each in lost)


def _mailboxes(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"reports to {each}" for each in addresses)


def _remarks(facts: DmarcChangeFacts) -> Iterator[str]:
    yield from _below("names below it", facts, facts.subdomains)
    if _turn(facts.nonexistent) != _turn(facts.subdomains):
        yield from _below("names below it that do not exist", facts, facts.nonexistent)
    for each in facts.alignments if facts.policy_before != "absent" != facts.policy_after else ():
        yield from turned(f"{each.protocol} alignment", each.before or "none", each.after or "none")
    yield from turned("organizational domain", facts.organization.before, facts.organization.after)
    if facts.broken:
        yield "its record names no valid policy"


def _below(what: str, facts: DmarcChangeFacts, below: BelowChangeFacts) -> Iterator[str]:
    if _turn(below) != (facts.policy_before, facts.policy_after):
        yield from turned(what, below.before, below.after)


def _turn(below: BelowChangeFacts) -> tuple[_Word, _Word]:
    return below.before, below.after
