"""What MTA-STS asks of the senders to a domain (RFC 8461)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.mta_sts import MtaStsResult, mta_sts, objections
from mfpolicy.facts.record_faults import (
    SHOWN,
    IgnoredFacts,
    RecordFaultFacts,
    ignored_facts,
    record_faults,
)
from mfpolicy.model.dns import PolicyFile, Unknown, View
from mfpolicy.model.intent import MtaStsIntent
from mfpolicy.model.places import Place, narrowed

# How much a mode asks of senders; without a policy they ask for nothing.
RANKS = {"": 0, "none": 0, "testing": 1, "enforce": 2}


class UncoveredFacts(msgspec.Struct, frozen=True):
    """An MX host that no pattern of the policy covers."""

    host: str
    place: Place | None = None


class LineFacts(msgspec.Struct, frozen=True):
    """A line of the policy, its beginning; empty where there is none. One of the repository's has a place."""

    text: str = ""
    place: Place | None = None


class DanglingFacts(msgspec.Struct, frozen=True):
    """A CNAME record at `owner`, `_mta-sts.` or `mta-sts.` the domain, that leads to a `missing` name."""

    owner: str
    missing: str
    place: Place | None = None


class MtaStsFacts(msgspec.Struct, frozen=True):
    """MTA-STS for a domain that takes mail.

    `records` counts the MTA-STS records at `_mta-sts.` the domain, and `present` is whether there is one;
    `announced` whether there is exactly one and it is valid, so that senders look for a policy.
    `policy_present` is whether a policy file stands at its address, `policy_trouble` says in words why there
    is no policy that senders can use (empty: there is one, or none is announced). `mode` (enforce, testing,
    none) and `max_age` in seconds are what senders apply; without a valid policy they are empty and -1.
    `rank` orders the modes (0 none or no policy, 1 testing, 2 enforce). `uncovered` is empty unless the
    policy enforces or tests. `host_present` is whether `mta-sts.` the domain has an address, looked at where
    a policy is announced, else false; `dangling` are the aliases that lead nowhere, `ignored` misspelt
    records. `withdrawn` is whether the policy is known to have mode none; `mode_line` and `max_age_line` are
    where a policy says so. `wanted`: the intent declares a
    policy that asks for something; `wanted_mode`, `wanted_rank` and `wanted_max_age` are what it says, empty,
    0 and -1 if not.
    """

    present: bool | Unknown
    records: int | Unknown
    record_faults: tuple[RecordFaultFacts, ...] | Unknown
    announced: bool | Unknown
    policy_present: bool | Unknown
    policy_trouble: str | Unknown
    policy_faults: tuple[RecordFaultFacts, ...] | Unknown
    mode: str | Unknown
    rank: int | Unknown
    max_age: int | Unknown
    uncovered: tuple[UncoveredFacts, ...] | Unknown
    host_present: bool | Unknown
    dangling: tuple[DanglingFacts, ...] | Unknown
    ignored: tuple[IgnoredFacts, ...] | Unknown
    withdrawn: bool
    mode_line: LineFacts
    max_age_line: LineFacts
    wanted: bool
    wanted_mode: str
    wanted_rank: int
    wanted_max_age: int
    place: Place | None = None


def mta_sts_facts(view: View, domain: str, intent: MtaStsIntent) -> MtaStsFacts:
    """The facts of one domain. A fault of a policy points into its file where that is the repository's."""
    found = mta_sts(view, domain)
    records, file = found.records, found.file
    missing = file if isinstance(file, Unknown) else None
    return MtaStsFacts(
        present=records if isinstance(records, Unknown) else bool(records),
        records=records if isinstance(records, Unknown) else len(records),
        record_faults=_record_faults(found),
        announced=found.announced,
        policy_present=missing or found.policy is not None,
        policy_trouble=missing or _trouble(found),
        policy_faults=missing or _policy_faults(found),
        mode=found.mode,
        rank=found.mode if isinstance(found.mode, Unknown) else RANKS.get(found.mode, 0),
        max_age=missing or _max_age(found),
        uncovered=_uncovered(found),
        host_present=found.host,
        dangling=_dangling(found),
        ignored=found.ignored if isinstance(found.ignored, Unknown) else ignored_facts(found.ignored),
        withdrawn=found.mode == "none",
        mode_line=line_of(found, "mode"),
        max_age_line=line_of(found, "max_age"),
        wanted=is_wanted(intent),
        wanted_mode=intent.mode or "",
        wanted_rank=RANKS.get(intent.mode or "", 0),
        wanted_max_age=-1 if intent.max_age is None else intent.max_age,
        place=records[0].place if not isinstance(records, Unknown) and records else intent.place,
    )


def _record_faults(found: MtaStsResult) -> tuple[RecordFaultFacts, ...] | Unknown:
    if isinstance(found.records, Unknown):
        return found.records
    if found.mta_sts is None:
        return ()
    record = found.records[0]
    return record_faults(found.mta_sts.faults, record.value, record.place)


def _policy_faults(found: MtaStsResult) -> tuple[RecordFaultFacts, ...]:
    if found.policy is None or not isinstance(found.file, PolicyFile):
        return ()
    return record_faults(found.policy.faults, found.policy.text, found.file.place)


def is_wanted(intent: MtaStsIntent) -> bool:
    """Whether senders should find a policy; mode none is how MTA-STS is withdrawn (RFC 8461, 8.3)."""
    said = intent.mode or intent.max_age is not None or intent.policy
    return bool(said) and intent.mode != "none"


def _dangling(found: MtaStsResult) -> tuple[DanglingFacts, ...] | Unknown:
    if isinstance(found.dangling, Unknown):
        return found.dangling
    return tuple(DanglingFacts(alias.name, missing, alias.place) for missing, alias in found.dangling)


def line_of(found: MtaStsResult, key: str) -> LineFacts:
    """The first line of a key, which is the one that counts (RFC 8461, 3.2)."""
    text = found.policy.text if found.policy is not None else ""
    line = next((each for each in text.split("\n") if each.partition(":")[0] == key), "")
    line = line.removesuffix("\r")
    place = found.file.place if isinstance(found.file, PolicyFile) else None
    return LineFacts(line[:SHOWN], narrowed(place, line))


def _trouble(found: MtaStsResult) -> str:
    """Why senders have no policy to use, although a record announces one."""
    if not isinstance(found.file, PolicyFile):
        return ""
    if found.policy is None:
        return found.file.detail or _WORDS[found.file.outcome]
    return next((fault.text for fault in objections(found.policy)), "")


def _max_age(found: MtaStsResult) -> int:
    return found.policy.max_age if found.policy is not None and found.mode else -1


def _uncovered(found: MtaStsResult) -> tuple[UncoveredFacts, ...] | Unknown:
    if isinstance(found.uncovered, Unknown):
        return found.uncovered
    return tuple(UncoveredFacts(host, record.place) for host, record in found.uncovered)


_WORDS = {
    "NOT-FOUND": "there is no such file",
    "REDIRECT": "the server answers with a redirect, which senders do not follow",
    "CERTIFICATE": "the certificate is not valid",
    "TOO-LARGE": "the file is larger than senders read",
    "BAD-REPLY": "the reply is not a policy",
}
