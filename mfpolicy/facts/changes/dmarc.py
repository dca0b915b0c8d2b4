"""What DMARC asks of receivers before a change, and after it (RFC 9989)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, discover, organizational_domain
from mfpolicy.evaluate.dmarc_walk import walk
from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.facts.changes.dmarc_below import BelowChangeFacts, below_changes, is_declared
from mfpolicy.facts.changes.dmarc_loss import DmarcLossFacts, dmarc_loss, nearest
from mfpolicy.facts.changes.dmarc_reports import ReportsChangeFacts, reports_change
from mfpolicy.facts.changes.dmarc_walks import everything, is_unheard, organization, policies, same_walk
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.ramps import RANKS, ramp_facts, wanted_policy
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.model.intent import DmarcIntent
from mfpolicy.model.names import is_within
from mfpolicy.model.places import Place
from mfpolicy.records.spf import is_spf

_MODES = {"r": "relaxed", "s": "strict"}


class OrganizationChangeFacts(msgspec.Struct, frozen=True):
    """The organizational domain (RFC 9989, 4.10.2). `narrowed`: it lies below the former one, whose other
    names are now strangers to relaxed alignment."""

    before: str | Unknown = ""
    after: str | Unknown = ""
    narrowed: bool | Unknown = False


class AlignmentChangeFacts(msgspec.Struct, frozen=True):
    """How SPF or DKIM has to align (RFC 9989, 4.4): relaxed or strict, empty where no record applies.
    `became` is the mode after the change where it was the other one, else empty. `declared`: the intent asks
    for the mode after the change."""

    protocol: str
    before: str | Unknown
    after: str | Unknown
    became: str | Unknown
    declared: bool
    place: Place | None = None


class DmarcChangeFacts(msgspec.Struct, frozen=True):
    """What receivers conclude for the domain as author domain, before and after.

    The policies are none, quarantine, reject, or absent where DMARC does not apply, all after the test flag;
    `rank` orders them (0 none or absent, 1 quarantine, 2 reject). `record` is the owner of the record that
    applies, empty where none does. `testing` tells that this record says t=y.

    `weakened`: the policy after ranks lower; `tested`: nothing but a new test flag makes it so. `broken`: the
    domain's own record now names no valid policy. `declared`: what the intent asks for on the day is no more
    than what applies after the change. `retired`: nothing says any more that the domain takes part in mail.

    `above`: what changes for the domain is said of the name that it inherits from. It has no record of its
    own before and after, as far as that is known, and does not begin to inherit from another name while the
    former one still publishes.

    `loss` is of its own record; `subdomains` and `nonexistent` are names below that publish nothing: those
    that exist, and those that do not.
    """

    policy_before: str | Unknown = ""
    policy_after: str | Unknown = ""
    rank_before: int | Unknown = 0
    rank_after: int | Unknown = 0
    record_before: str | Unknown = ""
    record_after: str | Unknown = ""
    testing_before: bool = False
    testing_after: bool = False
    weakened: bool | Unknown = False
    tested: bool = False
    broken: bool = False
    declared: bool | Unknown = False
    above: bool = False
    retired: bool | Unknown = False
    loss: DmarcLossFacts = DmarcLossFacts()
    subdomains: BelowChangeFacts = BelowChangeFacts()
    nonexistent: BelowChangeFacts = BelowChangeFacts()
    organization: OrganizationChangeFacts = OrganizationChangeFacts()
    alignments: tuple[AlignmentChangeFacts, ...] = ()
    reports: ReportsChangeFacts = ReportsChangeFacts()
    place: Place | None = None


def dmarc_change(base: Side, head: Side, domain: str) -> DmarcChangeFacts:
    """The change of one domain."""
    was, now = discover(base.view, domain), discover(head.view, domain)
    intent, wanted = _wanted(head, domain)
    lost = dmarc_loss(base, head, was, now)
    subdomains, nonexistent = below_changes(base.view, head.view, was, now, intent, wanted)
    same = same_walk(base.view, head.view, domain, everything)
    place = _place(head, now)
    return DmarcChangeFacts(
        policy_before=was.unknown or was.policy,
        policy_after=now.unknown or now.policy,
        rank_before=was.unknown or RANKS[was.policy],
        rank_after=now.unknown or RANKS[now.policy],
        record_before=was.unknown or was.record_name,
        record_after=now.unknown or now.record_name,
        testing_before=was.testing,
        testing_after=now.testing,
        weakened=_weakened(base.view, head.view, was, now, lost),
        tested=_tested(was, now),
        broken=now.source_tag == "fallback" and not now.inherited,
        declared=is_declared(wanted, now.unknown or now.policy),
        above=_above(base.view, head.view, was, now),
        retired=_retired(head, now),
        loss=lost,
        subdomains=subdomains,
        nonexistent=nonexistent,
        organization=_organization(base.view, head.view, domain),
        alignments=_alignments(same, was, now, intent, place),
        reports=reports_change(base, same, was, now, intent, place),
        place=place,
    )


def _wanted(head: Side, domain: str) -> tuple[DmarcIntent, str]:
    """What is declared for a domain, and the policy of the day."""
    said = head.declared.of(domain)
    intent = said.dmarc if said else DmarcIntent()
    return intent, wanted_policy(intent, ramp_facts(intent, head.declared.today))


def _place(head: Side, now: DmarcResult) -> Place | None:
    """The domain's own record, else what is nearest to where it should stand."""
    own = now.record if now.record and not now.inherited else None
    return own.place if own and own.place else nearest(head.view, f"_dmarc.{now.name}")


def _weakened(
    old: View, new: View, was: DmarcResult, now: DmarcResult, lost: DmarcLossFacts
) -> bool | Unknown:
    if was.policy in ("none", "absent") or now.policy == "reject":
        return False
    left = lost.policy if lost.how else now.unknown or now.policy
    whys = [each for each in (was.unknown, lost.how, left) if isinstance(each, Unknown)]
    if isinstance(left, Unknown) or whys:
        return not same_walk(old, new, was.name, policies) and joined(whys)
    return RANKS[left] < RANKS[was.policy]


def _tested(was: DmarcResult, now: DmarcResult) -> bool:
    """Whether the domain's own record would not ask for less without a new test flag (RFC 9989, 4.7)."""
    if was.unknown or now.unknown or was.testing or not now.testing or now.inherited:
        return False
    return RANKS[now.policy] < RANKS[was.policy] <= RANKS[now.declared]


def _above(old: View, new: View, was: DmarcResult, now: DmarcResult) -> bool:
    own = [walk(view, was.name)[0] for view in (old, new)]
    if any(each.records or each.unknown for each in own) and not is_unheard(*own):
        return False
    if was.unknown or now.unknown or was.policy_domain in ("", now.policy_domain):
        return True
    return discover(new, was.policy_domain).policy_domain != was.policy_domain


def _retired(head: Side, now: DmarcResult) -> bool | Unknown:
    """Whether there is neither an MX that takes mail, nor a DMARC or SPF record, nor a declaration."""
    domain = now.name
    if head.declared.of(domain) or now.own_records:
        return False
    hosts, texts = exchangers(head.view, domain), head.view.ask(domain, "TXT")
    if not isinstance(hosts, Unknown) and hosts:
        return False
    if not isinstance(texts, Unknown) and any(is_spf(each.value) for each in texts.records):
        return False
    unknowns = [each for each in (hosts, texts) if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else True


def _organization(old: View, new: View, domain: str) -> OrganizationChangeFacts:
    before, after = organizational_domain(old, domain), organizational_domain(new, domain)
    if same_walk(old, new, domain, organization):
        return OrganizationChangeFacts(before, after)
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        why = joined(each for each in (before, after) if isinstance(each, Unknown))
        return OrganizationChangeFacts(before, after, why)
    return OrganizationChangeFacts(before, after, before != after and is_within(after, before))


def _alignments(
    same: bool, was: DmarcResult, now: DmarcResult, intent: DmarcIntent, place: Place | None
) -> tuple[AlignmentChangeFacts, ...]:
    modes = (("SPF", "aspf", intent.spf_alignment), ("DKIM", "adkim", intent.dkim_alignment))
    return tuple(
        AlignmentChangeFacts(protocol, before, after, became, wanted == after, place)
        for protocol, tag, wanted in modes
        for before, after in [(_mode(was, tag), _mode(now, tag))]
        for became in ["" if same else _became(before, after)]
    )


def _mode(found: DmarcResult, tag: str) -> str | Unknown:
    return _MODES[getattr(found.dmarc, tag)] if found.dmarc else found.unknown or ""


def _became(before: str | Unknown, after: str | Unknown) -> str | Unknown:
    if "" in (before, after):
        return ""
    unknowns = [each for each in (before, after) if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else after if before != after else ""
