"""Which MTA-STS policy senders apply to a domain, and whether it covers its exchangers (RFC 8461)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.exchangers import Exchanger, exchangers
from mfpolicy.model.dns import (
    POLICY,
    Answer,
    NoAnswer,
    PolicyFile,
    Question,
    Reason,
    Record,
    Unknown,
    View,
)
from mfpolicy.records.faults import Fault
from mfpolicy.records.mta_sts import (
    MtaSts,
    MtaStsPolicy,
    is_misspelt,
    is_mta_sts,
    matches,
    parse,
    parse_policy,
)

_FAILURES = {
    "TIMEOUT": Reason.TIMEOUT,
    "UNREACHABLE": Reason.UNREACHABLE,
    "NOT-PUBLIC": Reason.NOT_PUBLIC,
}
# Of a tag or key that is repeated the first counts; all other faults make the whole invalid (RFC 8461, 3.2).
_HARMLESS = ("duplicate-tag", "duplicate-key")


class MtaStsResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender concludes for a policy domain.

    `records` are the MTA-STS records at `_mta-sts.` the domain, and `mta_sts` the one that stands there
    alone. `announced`: senders look for a policy; only then was one looked for. `file` is what stands at its
    address and `policy` its content, None where there is none. `mode` is what senders apply: enforce,
    testing, none, or empty without a valid policy. `uncovered` are the MX records (with the host's normal
    name) that a policy which enforces or tests has no pattern for. `host` is whether the policy's host has an
    address, looked at only where a policy is announced; `dangling` are the CNAME records at `_mta-sts.` and
    `mta-sts.` that lead to a name which does not exist, with that name; `ignored` are misspelt records.
    """

    domain: str
    records: tuple[Record, ...] | Unknown
    mta_sts: MtaSts | None = None
    announced: bool | Unknown = False
    file: PolicyFile | Unknown | None = None
    policy: MtaStsPolicy | None = None
    mode: str | Unknown = ""
    uncovered: tuple[Exchanger, ...] | Unknown = ()
    host: bool | Unknown = False
    dangling: tuple[tuple[str, Record], ...] | Unknown = ()
    ignored: tuple[Record, ...] | Unknown = ()


def mta_sts(view: View, domain: str) -> MtaStsResult:
    """What senders conclude for a normal name; where no record announces a policy, no more is asked."""
    answer = view.ask(f"_mta-sts.{domain}", "TXT")
    if isinstance(answer, Unknown):
        return _unknown(domain, answer)
    records = tuple(record for record in answer.records if is_mta_sts(record.value))
    # Several records are none (RFC 8461, 3.1).
    record = parse(records[0].value) if len(records) == 1 else None
    found = MtaStsResult(
        domain=domain,
        records=records,
        mta_sts=record,
        dangling=_dangling(answer),
        ignored=tuple(record for record in answer.records if is_misspelt(record.value)),
    )
    if record is None or objections(record):
        return found
    return _with_policy(view, _with_host(view, found))


def objections(found: MtaSts | MtaStsPolicy) -> tuple[Fault, ...]:
    """The faults that make senders take a record or a policy for none (RFC 8461, 3.1 and 3.2)."""
    return tuple(fault for fault in found.faults if fault.code not in _HARMLESS)


def _unknown(domain: str, why: Unknown) -> MtaStsResult:
    return MtaStsResult(
        domain=domain,
        records=why,
        announced=why,
        file=why,
        mode=why,
        uncovered=why,
        host=why,
        dangling=why,
        ignored=why,
    )


def _dangling(answer: Answer) -> tuple[tuple[str, Record], ...]:
    """The CNAME record that leads to nowhere: whoever comes to own the missing name speaks for the domain."""
    return ((answer.name, answer.chain[0]),) if answer.chain and not answer.exists else ()


def _with_host(view: View, found: MtaStsResult) -> MtaStsResult:
    """The host that serves the policy (RFC 8461, 3.3); one address of either family is enough."""
    for type in ("A", "AAAA"):
        answer = view.ask(f"mta-sts.{found.domain}", type)
        if isinstance(answer, Unknown):
            return msgspec.structs.replace(found, host=answer, dangling=answer)
        if answer.records:
            return msgspec.structs.replace(found, host=True)
        if _dangling(answer):
            return msgspec.structs.replace(found, dangling=_dangling(answer))
    return found


def _with_policy(view: View, found: MtaStsResult) -> MtaStsResult:
    file = _file(view, found.domain)
    if isinstance(file, Unknown):
        return msgspec.structs.replace(found, announced=True, file=file, mode=file, uncovered=file)
    policy = parse_policy(file.text) if file.outcome == "FETCHED" else None
    mode = policy.mode if policy is not None and not objections(policy) else ""
    return msgspec.structs.replace(
        found,
        announced=True,
        file=file,
        policy=policy,
        mode=mode,
        uncovered=_uncovered(view, found.domain, policy) if policy and mode in ("enforce", "testing") else (),
    )


def _file(view: View, domain: str) -> PolicyFile | Unknown:
    """What senders meet at the policy's address; what nobody could reach is not known."""
    file = view.policy(domain)
    if isinstance(file, Unknown) or file.outcome not in _FAILURES:
        return file
    return Unknown((NoAnswer(Question(domain, POLICY), _FAILURES[file.outcome]),))


def _uncovered(view: View, domain: str, policy: MtaStsPolicy) -> tuple[Exchanger, ...] | Unknown:
    """The exchangers that no pattern covers."""
    found = exchangers(view, domain)
    if isinstance(found, Unknown):
        return found
    return tuple(each for each in found if not any(matches(pattern, each[0]) for pattern in policy.mx))
