"""Which DMARC policy applies to a name, and whose name it is (RFC 9989, 4.10; reports: RFC 9990, 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from mfpolicy.model.dns import Record, Unknown, View, joined
from mfpolicy.model.names import labels
from mfpolicy.records.dmarc import Alignment, Dmarc, is_dmarc, parse
from mfpolicy.records.report_uris import ReportUri

Policy = Literal["none", "quarantine", "reject", "absent", "unknown"]
Source = Literal["p", "sp", "np", "fallback", ""]
# The tree walk asks for at most eight names: longer ones are cut to seven labels after the first (4.10).
_LONGEST_STEP = 7
_LONGEST_NAME = 253
_LOWERED: dict[Policy, Policy] = {"reject": "quarantine", "quarantine": "none"}
_POLICIES: dict[str, Policy] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}


class DmarcResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver concludes for an author domain.

    `policy` is what applies, `declared` the same before `t=y` lowers it; both are absent where DMARC does
    not apply and unknown where `unknown` says why. `policy_domain` published the record, `record_name` is
    `_dmarc.` before it; both are empty without a record. `exists` is True wherever the name has a record of
    its own, which stands below it. `own_records` are all DMARC records at the name's own `_dmarc`.
    """

    name: str
    organizational_domain: str | Unknown
    policy_domain: str = ""
    record_name: str = ""
    record: Record | None = None
    dmarc: Dmarc | None = None
    policy: Policy = "absent"
    declared: Policy = "absent"
    testing: bool = False
    source_tag: Source = ""
    exists: bool | Unknown = True
    unknown: Unknown | None = None
    own_records: tuple[Record, ...] = ()

    @property
    def inherited(self) -> bool:
        """Whether the policy was published by another name."""
        return self.policy_domain not in ("", self.name)


class ReportAuthorisation(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a receiver of reports takes them. `record_name` is where an external one has to say so."""

    uri: ReportUri
    tag: Literal["rua", "ruf"]
    host: str
    external: bool
    authorised: bool | Unknown
    record_name: str = ""


class _Step(msgspec.Struct, frozen=True):
    """One name of a tree walk: the DMARC records there and the one that counts, or why they are not known."""

    name: str
    records: tuple[Record, ...] = ()
    dmarc: Dmarc | None = None
    unknown: Unknown | None = None


def discover(view: View, name: str) -> DmarcResult:
    """The policy for mail from a normal name (RFC 9989, 4.10.1). The same whatever was asked before."""
    walk = _walk(view, name)
    own = walk[0]
    domain = _organizational_domain(walk)
    blank = DmarcResult(name=name, organizational_domain=domain, own_records=own.records)
    if own.unknown:
        return _unknown(blank, joined(step.unknown for step in walk if step.unknown))
    if own.dmarc:
        return _applied(_with_record(blank, own), *_own_policy(own.dmarc))
    if isinstance(domain, Unknown):
        return _unknown(blank, domain)
    exists = view.exists(name)
    result = msgspec.structs.replace(blank, exists=exists)
    step = _inherited(walk, domain)
    return _inherit(_with_record(result, step), step.dmarc) if step and step.dmarc else result


def organizational_domain(view: View, name: str) -> str | Unknown:
    """The organizational domain of a normal name (RFC 9989, 4.10.2); the name itself where none is found."""
    return _organizational_domain(_walk(view, name))


def is_aligned(view: View, author: str, identifier: str, mode: Alignment) -> bool | Unknown:
    """Whether an authenticated name speaks for an author domain: strictly, or relaxed (RFC 9989, 4.4)."""
    if not identifier or not author:
        return False
    if author == identifier:
        return True
    # An organizational domain is the name or above it, so names without a common top cannot share one.
    if mode == "s" or labels(author)[-1] != labels(identifier)[-1]:
        return False
    ours, theirs = organizational_domain(view, author), organizational_domain(view, identifier)
    unknowns = [each for each in (ours, theirs) if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else ours == theirs


def report_authorisations(view: View, result: DmarcResult) -> tuple[ReportAuthorisation, ...]:
    """For each mailto URI of `rua`, then `ruf`, whether its host takes the reports (RFC 9990, 4).

    `external` is also true where it is not known whether host and policy domain belong together.
    """
    if result.dmarc is None:
        return ()
    pairs: list[tuple[Literal["rua", "ruf"], ReportUri]] = [("rua", uri) for uri in result.dmarc.rua]
    pairs += [("ruf", uri) for uri in result.dmarc.ruf]
    domain = result.policy_domain
    return tuple(_authorisation(view, domain, tag, uri) for tag, uri in pairs if uri.scheme == "mailto")


def _walk(view: View, name: str) -> tuple[_Step, ...]:
    """The names of the tree walk, longest first, up to the record that ends it (RFC 9989, 4.10)."""
    steps: list[_Step] = []
    for each in _names(name):
        steps.append(_look(view, each))
        dmarc = steps[-1].dmarc
        if dmarc and dmarc.psd != "u":
            break
    return tuple(steps)


def _names(name: str) -> Iterator[str]:
    yield name
    parts = labels(name)
    for length in range(min(len(parts) - 1, _LONGEST_STEP), 0, -1):
        yield ".".join(parts[-length:])


def _look(view: View, name: str) -> _Step:
    records = _dmarc_records(view, f"_dmarc.{name}")
    if isinstance(records, Unknown):
        return _Step(name, unknown=records)
    # Several records at one name are all discarded (4.10, step 2).
    return _Step(name, records, parse(records[0].value) if len(records) == 1 else None)


def _dmarc_records(view: View, owner: str) -> tuple[Record, ...] | Unknown:
    if len(owner) > _LONGEST_NAME:
        return ()
    answer = view.ask(owner, "TXT")
    if isinstance(answer, Unknown):
        return answer
    return tuple(record for record in answer.records if is_dmarc(record.value))


def _organizational_domain(walk: tuple[_Step, ...]) -> str | Unknown:
    """RFC 9989, 4.10.2. Any name that did not answer may hold the record that ends the walk."""
    unknowns = [step.unknown for step in walk if step.unknown]
    if unknowns:
        return joined(unknowns)
    last = walk[-1]
    if len(walk) > 1 and last.dmarc and last.dmarc.psd == "y":
        return _below(walk[0].name, last.name)
    return next((step.name for step in reversed(walk) if step.dmarc), walk[0].name)


def _below(name: str, suffix: str) -> str:
    """The name one label below a public suffix."""
    return ".".join(labels(name)[-len(labels(suffix)) - 1 :])


def _inherited(walk: tuple[_Step, ...], domain: str) -> _Step | None:
    """The record of the organizational domain, else that of the public suffix above it (4.10.1)."""
    found = {step.name: step for step in walk[1:] if step.dmarc}
    last = walk[-1].dmarc
    return found.get(domain) or (walk[-1] if last and last.psd == "y" else None)


def _with_record(result: DmarcResult, step: _Step) -> DmarcResult:
    return msgspec.structs.replace(
        result,
        policy_domain=step.name,
        record_name=f"_dmarc.{step.name}",
        record=step.records[0],
        dmarc=step.dmarc,
        testing=step.dmarc is not None and step.dmarc.testing,
    )


def _inherit(result: DmarcResult, dmarc: Dmarc) -> DmarcResult:
    """Whether the name exists matters only where the answer depends on it."""
    if not isinstance(result.exists, Unknown):
        return _applied(result, *_inherited_policy(dmarc, result.exists))
    there, missing = _inherited_policy(dmarc, True), _inherited_policy(dmarc, False)
    return _applied(result, *there) if there[0] == missing[0] else _unknown(result, result.exists)


def _own_policy(dmarc: Dmarc) -> tuple[Policy, Source]:
    return _fallback(dmarc) or (_POLICIES[dmarc.policy], "p")


def _inherited_policy(dmarc: Dmarc, exists: bool) -> tuple[Policy, Source]:
    """`np` for a name that does not exist, else `sp`, else `p` (RFC 9989, 4.7)."""
    if (fallback := _fallback(dmarc)) is not None:
        return fallback
    if not exists and dmarc.nonexistent_policy:
        return _POLICIES[dmarc.nonexistent_policy], "np"
    if dmarc.subdomain_policy:
        return _POLICIES[dmarc.subdomain_policy], "sp"
    return _POLICIES[dmarc.policy], "p"


def _fallback(dmarc: Dmarc) -> tuple[Policy, Source] | None:
    """Without a valid `p`, or with an invalid `sp` or `np`: none if reports can be sent, else no DMARC."""
    broken = dmarc.has("invalid-subdomain-policy") or dmarc.has("invalid-nonexistent-policy")
    if dmarc.policy and not broken:
        return None
    return ("none" if dmarc.rua else "absent"), "fallback"


def _applied(result: DmarcResult, declared: Policy, source: Source) -> DmarcResult:
    policy = _LOWERED.get(declared, declared) if result.testing else declared
    return msgspec.structs.replace(result, policy=policy, declared=declared, source_tag=source)


def _unknown(result: DmarcResult, why: Unknown) -> DmarcResult:
    return msgspec.structs.replace(result, policy="unknown", declared="unknown", unknown=why)


def _authorisation(
    view: View, domain: str, tag: Literal["rua", "ruf"], uri: ReportUri
) -> ReportAuthorisation:
    together = is_aligned(view, domain, uri.host, "r")
    if together is True:
        return ReportAuthorisation(uri=uri, tag=tag, host=uri.host, external=False, authorised=True)
    owner = f"{domain}._report._dmarc.{uri.host}"
    records = _dmarc_records(view, owner)
    granted: bool | Unknown = records if isinstance(records, Unknown) else bool(records)
    if granted is False and isinstance(together, Unknown):
        granted = together
    return ReportAuthorisation(
        uri=uri, tag=tag, host=uri.host, external=True, authorised=granted, record_name=owner
    )
