"""What DMARC asks of receivers for a domain, and what was wanted (RFC 9989)."""

from __future__ import annotations

import datetime

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, discover
from mfpolicy.model.dns import Answer, Unknown, View
from mfpolicy.model.intent import DmarcIntent
from mfpolicy.model.places import Place, narrowed

# How much a policy asks for; a domain without DMARC asks for nothing.
RANKS = {"absent": 0, "none": 0, "quarantine": 1, "reject": 2}


class DmarcFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in the domain's own record, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class DmarcFacts(msgspec.Struct, frozen=True):
    """DMARC for a domain as author domain.

    `policy` is what applies after the test flag: none, quarantine, reject, or absent where DMARC does not
    apply; `rank` orders it (0 none or absent, 1 quarantine, 2 reject). `own` counts the DMARC records at
    `_dmarc.` the domain; `inherited` tells that the applied record stands higher up; `reports` are the
    mailboxes it has aggregate reports sent to. `wanted` is the declared policy, empty if none.
    """

    policy: str | Unknown
    rank: int | Unknown
    declared: str | Unknown
    testing: bool
    inherited: bool
    record_name: str
    own: int | Unknown
    reports: tuple[str, ...] | Unknown
    faults: tuple[DmarcFaultFacts, ...]
    wanted: str
    wanted_rank: int
    place: Place | None = None


def dmarc_facts(view: View, domain: str, intent: DmarcIntent, today: datetime.date) -> DmarcFacts:
    """The facts of one domain."""
    found = discover(view, domain)
    missing = found.unknown if found.policy == "unknown" else None
    wanted = intent.policy or ""
    return DmarcFacts(
        policy=missing or found.policy,
        rank=missing or RANKS.get(found.policy, 0),
        declared=missing or found.declared,
        testing=found.testing,
        inherited=found.record is not None and found.record_name != f"_dmarc.{domain}",
        record_name=found.record_name,
        own=_own(view, domain, found),
        reports=missing or _reports(found),
        faults=_faults(found, domain),
        wanted=wanted,
        wanted_rank=RANKS.get(wanted, 0),
        place=found.record.place if found.record else intent.place,
    )


def _reports(found: DmarcResult) -> tuple[str, ...]:
    return tuple(uri.address for uri in found.dmarc.rua if uri.address) if found.dmarc else ()


def _own(view: View, domain: str, found: DmarcResult) -> int | Unknown:
    answer = view.ask(f"_dmarc.{domain}", "TXT")
    return len(found.own_records) if isinstance(answer, Answer) else answer


def _faults(found: DmarcResult, domain: str) -> tuple[DmarcFaultFacts, ...]:
    """Only the domain's own record: a parent's faults are the parent's findings."""
    if found.record is None or found.dmarc is None or found.record_name != f"_dmarc.{domain}":
        return ()
    record = found.record
    return tuple(
        DmarcFaultFacts(each.code, each.text, narrowed(record.place, record.value[each.start : each.end]))
        for each in found.dmarc.faults
    )
