"""What MTA-STS asks of the senders to a domain (RFC 8461)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.mta_sts import MtaStsResult, mta_sts, objections
from mfpolicy.model.dns import PolicyFile, Unknown, View
from mfpolicy.model.intent import MtaStsIntent
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.faults import Fault

MAX_FAULTS = 20  # of one text; whoever serves 64 KiB of nonsense gets no finding for every line


class MtaStsFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in the record or in the policy, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class UncoveredFacts(msgspec.Struct, frozen=True):
    """An MX host that no pattern of the policy covers."""

    host: str
    place: Place | None = None


class MtaStsFacts(msgspec.Struct, frozen=True):
    """MTA-STS for a domain that takes mail.

    `records` counts the MTA-STS records at `_mta-sts.` the domain, and `present` is whether there is one;
    `announced` whether there is exactly one and it is valid, so that senders look for a policy.
    `policy_present` is whether a policy file stands at its address, `policy_trouble` says in words why there
    is no policy that senders can use (empty: there is one, or none is announced). `mode` (enforce, testing,
    none) and `max_age` in seconds are what senders apply; without a valid policy they are empty and -1.
    `uncovered` is empty unless the policy enforces or tests. `wanted`: the intent names a policy file.
    """

    present: bool | Unknown
    records: int | Unknown
    record_faults: tuple[MtaStsFaultFacts, ...] | Unknown
    announced: bool | Unknown
    policy_present: bool | Unknown
    policy_trouble: str | Unknown
    policy_faults: tuple[MtaStsFaultFacts, ...] | Unknown
    mode: str | Unknown
    max_age: int | Unknown
    uncovered: tuple[UncoveredFacts, ...] | Unknown
    wanted: bool
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
        max_age=missing or _max_age(found),
        uncovered=_uncovered(found),
        wanted=bool(intent.policy),
        place=records[0].place if not isinstance(records, Unknown) and records else intent.place,
    )


def _record_faults(found: MtaStsResult) -> tuple[MtaStsFaultFacts, ...] | Unknown:
    if isinstance(found.records, Unknown):
        return found.records
    if found.mta_sts is None:
        return ()
    record = found.records[0]
    return _faults(found.mta_sts.faults, record.value, record.place)


def _policy_faults(found: MtaStsResult) -> tuple[MtaStsFaultFacts, ...]:
    if found.policy is None or not isinstance(found.file, PolicyFile):
        return ()
    return _faults(found.policy.faults, found.policy.text, found.file.place)


def _faults(faults: tuple[Fault, ...], text: str, place: Place | None) -> tuple[MtaStsFaultFacts, ...]:
    """The first faults, each that says something new; how many more there are is one of its own."""
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.code, fault.text), fault)
    found = [
        MtaStsFaultFacts(each.code, each.text, narrowed(place, text[each.start : each.end]))
        for each in list(first.values())[:MAX_FAULTS]
    ]
    if len(first) > MAX_FAULTS:
        found.append(
            MtaStsFaultFacts("more-faults", f"there are {len(first) - MAX_FAULTS} more faults", place)
        )
    return tuple(found)


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
