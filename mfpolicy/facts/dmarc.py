"""What DMARC asks of receivers for a domain, and what was wanted (RFC 9989)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, below, discover, without_own
from mfpolicy.facts.ramps import RANKS, RampFacts, ramp_facts, wanted_policy
from mfpolicy.facts.report_destinations import (
    DestinationFacts,
    ReportFacts,
    destination_facts,
    reports_missing,
    reports_undeclared,
)
from mfpolicy.model.dns import Answer, Unknown, View
from mfpolicy.model.intent import DmarcIntent, Sender
from mfpolicy.model.places import Place, narrowed

_MODES = {"r": "relaxed", "s": "strict"}


class DmarcFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in the domain's own record, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class AlignmentFacts(msgspec.Struct, frozen=True):
    """How SPF or DKIM has to align (RFC 9989, 4.4): `mode` is relaxed or strict, empty where no record
    applies; `wanted` is the declared mode, empty if none."""

    protocol: str
    mode: str | Unknown
    wanted: str
    place: Place | None = None


class UnalignedFacts(msgspec.Struct, frozen=True):
    """A declared sender whose SPF cannot align, for the reason given, and that is not known to sign."""

    name: str
    title: str
    reason: str
    place: Place | None = None


class DmarcFacts(msgspec.Struct, frozen=True):
    """DMARC for a domain as author domain.

    `policy` is what applies after the test flag: none, quarantine, reject, or absent where DMARC does not
    apply; `rank` orders it (0 none or absent, 1 quarantine, 2 reject); `declared` is the same before the
    flag. `own` counts the DMARC records at `_dmarc.` the domain; `inherited` tells that the applied record
    stands higher up. `sp` and `np` are those tags of its own record, `psd` that it says psd=y.

    `subdomains` and `nonexistent` apply to names below that publish nothing: those that exist, and those
    that do not. `overridden` is what would apply to the domain without its own record, and
    `overridden_rank` orders it; both are neutral where it has none.

    `reports` are the mailboxes that aggregate reports go to, `destinations` those of its own record.

    `wanted` is the policy that is declared for the day, `wanted_subdomains` and `wanted_nonexistent` the
    other two, all empty if not said. `unpublished` and `undeclared` are report addresses that are only
    declared, and only published. `unaligned` are declared senders whose mail passes only if
    they sign, of which nothing is known.
    """

    policy: str | Unknown
    rank: int | Unknown
    declared: str | Unknown
    testing: bool
    inherited: bool
    record_name: str
    own: int | Unknown
    sp: str | Unknown
    np: str | Unknown
    psd: bool | Unknown
    subdomains: str | Unknown
    nonexistent: str | Unknown
    overridden: str | Unknown
    overridden_rank: int | Unknown
    reports: tuple[str, ...] | Unknown
    destinations: tuple[DestinationFacts, ...] | Unknown
    faults: tuple[DmarcFaultFacts, ...] | Unknown
    wanted: str
    wanted_rank: int
    wanted_subdomains: str
    wanted_nonexistent: str
    unpublished: tuple[ReportFacts, ...] | Unknown
    undeclared: tuple[ReportFacts, ...] | Unknown
    alignments: tuple[AlignmentFacts, ...]
    unaligned: tuple[UnalignedFacts, ...] | Unknown
    ramp: RampFacts
    place: Place | None = None


def dmarc_facts(
    view: View,
    domain: str,
    intent: DmarcIntent,
    today: datetime.date,
    senders: Sequence[Sender] | None = None,
) -> DmarcFacts:
    """The facts of one domain; `senders` are those declared to send as it, None where nobody says."""
    found = discover(view, domain)
    missing = found.unknown if found.policy == "unknown" else None
    unread = None if intent.rua is None and intent.ruf is None else missing
    ramp = ramp_facts(intent, today)
    wanted = wanted_policy(intent, ramp)
    own = found.dmarc if found.policy_domain == domain else None
    count = _own(view, domain, found)
    unseen = count if isinstance(count, Unknown) else None
    subdomains, nonexistent = _below(view, domain)
    overridden = without_own(view, domain) if own else "absent"
    return DmarcFacts(
        policy=missing or found.policy,
        rank=missing or RANKS.get(found.policy, 0),
        declared=missing or found.declared,
        testing=found.testing,
        inherited=found.record is not None and own is None,
        record_name=found.record_name,
        own=count,
        sp=unseen or (own.subdomain_policy if own else ""),
        np=unseen or (own.nonexistent_policy if own else ""),
        psd=unseen or (own is not None and own.psd == "y"),
        subdomains=subdomains,
        nonexistent=nonexistent,
        overridden=overridden,
        overridden_rank=overridden if isinstance(overridden, Unknown) else RANKS[overridden],
        reports=missing or _reports(found),
        destinations=unseen or (destination_facts(view, found) if own else ()),
        faults=unseen or (_faults(found) if own else ()),
        wanted=wanted,
        wanted_rank=RANKS.get(wanted, 0),
        wanted_subdomains=intent.subdomains or "",
        wanted_nonexistent=intent.nonexistent or "",
        unpublished=unread or reports_missing(found, intent),
        undeclared=unread or reports_undeclared(found, intent),
        alignments=_alignments(found, intent, missing),
        unaligned=_unaligned(found, senders or (), today, missing),
        ramp=ramp,
        place=_place(found, intent.place),
    )


def _place(found: DmarcResult, declared: Place | None) -> Place | None:
    """The record that applies, else the first of those that cancel each other, else the intent."""
    records = (found.record, *found.own_records)
    return next((each.place for each in records if each), declared)


def _below(view: View, domain: str) -> tuple[str | Unknown, str | Unknown]:
    found = below(view, domain)
    return (found, found) if isinstance(found, Unknown) else found


def _reports(found: DmarcResult) -> tuple[str, ...]:
    return tuple(uri.address for uri in found.dmarc.rua if uri.address) if found.dmarc else ()


def _own(view: View, domain: str, found: DmarcResult) -> int | Unknown:
    answer = view.ask(f"_dmarc.{domain}", "TXT")
    return len(found.own_records) if isinstance(answer, Answer) else answer


def _faults(found: DmarcResult) -> tuple[DmarcFaultFacts, ...]:
    """Only of the domain's own record: a parent's faults are the parent's findings."""
    record = found.record
    if record is None or found.dmarc is None:
        return ()
    return tuple(
        DmarcFaultFacts(each.code, each.text, narrowed(record.place, record.value[each.start : each.end]))
        for each in found.dmarc.faults
    )


def _alignments(
    found: DmarcResult, intent: DmarcIntent, missing: Unknown | None
) -> tuple[AlignmentFacts, ...]:
    dmarc, place = found.dmarc, found.record.place if found.record else None
    spf, dkim = (_MODES[dmarc.aspf], _MODES[dmarc.adkim]) if dmarc else ("", "")
    return (
        AlignmentFacts("SPF", missing or spf, intent.spf_alignment or "", place),
        AlignmentFacts("DKIM", missing or dkim, intent.dkim_alignment or "", place),
    )


def _unaligned(
    found: DmarcResult, senders: Sequence[Sender], today: datetime.date, missing: Unknown | None
) -> tuple[UnalignedFacts, ...] | Unknown:
    """The senders that are not known to sign; whether SPF aligns may hang on the record."""
    unsure = [each for each in senders if not _signs(each) and not each.is_over(today)]
    if not unsure or missing:
        return missing if unsure and missing else ()
    return tuple(_without_spf(found, unsure))


def _without_spf(found: DmarcResult, senders: Sequence[Sender]) -> Iterator[UnalignedFacts]:
    strict = found.dmarc is not None and found.dmarc.aspf == "s"
    for each in senders:
        title = each.title or each.name
        if each.envelope == "own" or each.aligns == ():
            yield UnalignedFacts(each.name, title, "its envelope is of another domain", each.place)
        elif each.envelope == "subdomain" and strict:
            yield UnalignedFacts(each.name, title, "its envelope is a subdomain, and aspf=s", each.place)


def _signs(sender: Sender) -> bool:
    """Whether it is known that a signature of the domain can stand on its mail."""
    return bool(sender.selectors or sender.usual) or "dkim" in (sender.aligns or ())
