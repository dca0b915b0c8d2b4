"""Which DMARC policy applies to a name, and whose name it is (RFC 9989, 4.10; reports: RFC 9990, 4)."""

from __future__ import annotations

from typing import Literal

import msgspec

from mfpolicy.evaluate.dmarc_walk import Step, dmarc_records, inherited, organizational_domain_of, walk
from mfpolicy.model.dns import Record, Unknown, View, joined
from mfpolicy.model.names import labels
from mfpolicy.records.dmarc import Alignment, Dmarc
from mfpolicy.records.report_uris import ReportUri

Policy = Literal["none", "quarantine", "reject", "absent", "unknown"]
Source = Literal["p", "sp", "np", "fallback", ""]
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


def discover(view: View, name: str) -> DmarcResult:
    """The policy for mail from a normal name (RFC 9989, 4.10.1). The same whatever was asked before."""
    steps = walk(view, name)
    own = steps[0]
    domain = organizational_domain_of(steps)
    blank = DmarcResult(name=name, organizational_domain=domain, own_records=own.records)
    if own.unknown:
        return _unknown(blank, joined(step.unknown for step in steps if step.unknown))
    if own.dmarc:
        return _applied(_with_record(blank, own), *_own_policy(own.dmarc))
    if isinstance(domain, Unknown):
        return _unknown(blank, domain)
    exists = view.exists(name)
    result = msgspec.structs.replace(blank, exists=exists)
    step = inherited(steps, domain)
    return _inherit(_with_record(result, step), step.dmarc) if step and step.dmarc else result


def below(view: View, name: str) -> tuple[Policy, Policy] | Unknown:
    """The policies for names below a normal name that publish none themselves, after the test flag: for
    those that exist, and for those that do not (RFC 9989, 4.7 and 4.10.1)."""
    # Any label will do: what stands at the name itself is not asked for.
    found = _from_above(view, f"_.{name}")
    return found if isinstance(found, Unknown) else asked_below(found)


def asked_below(dmarc: Dmarc | None) -> tuple[Policy, Policy]:
    """What a record asks for names that inherit it, after the test flag: those that exist, and those that
    do not (RFC 9989, 4.7)."""
    if dmarc is None:
        return "absent", "absent"
    there, missing = (_inherited_policy(dmarc, exists)[0] for exists in (True, False))
    return _lowered(dmarc, there), _lowered(dmarc, missing)


def without_own(view: View, name: str) -> Policy | Unknown:
    """The policy of the name's organization, were there no record of its own; a public suffix above it
    speaks for nobody's organization."""
    found = _from_above(view, name)
    if isinstance(found, Unknown) or found is None or found.psd == "y":
        return found if isinstance(found, Unknown) else "absent"
    return _lowered(found, _inherited_policy(found, True)[0])


def organizational_domain(view: View, name: str) -> str | Unknown:
    """The organizational domain of a normal name (RFC 9989, 4.10.2); the name itself where none is found."""
    return organizational_domain_of(walk(view, name))


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


def _from_above(view: View, name: str) -> Dmarc | None | Unknown:
    """The record that a name without one of its own inherits."""
    steps = walk(view, name, own=False)
    domain = organizational_domain_of(steps)
    if isinstance(domain, Unknown):
        return domain
    step = inherited(steps, domain)
    return step.dmarc if step else None


def _with_record(result: DmarcResult, step: Step) -> DmarcResult:
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
    policy = _lowered(result.dmarc, declared)
    return msgspec.structs.replace(result, policy=policy, declared=declared, source_tag=source)


def _lowered(dmarc: Dmarc | None, declared: Policy) -> Policy:
    return _LOWERED.get(declared, declared) if dmarc and dmarc.testing else declared


def _unknown(result: DmarcResult, why: Unknown) -> DmarcResult:
    return msgspec.structs.replace(result, policy="unknown", declared="unknown", unknown=why)


def _authorisation(
    view: View, domain: str, tag: Literal["rua", "ruf"], uri: ReportUri
) -> ReportAuthorisation:
    together = is_aligned(view, domain, uri.host, "r")
    if together is True:
        return ReportAuthorisation(uri=uri, tag=tag, host=uri.host, external=False, authorised=True)
    owner = f"{domain}._report._dmarc.{uri.host}"
    records = dmarc_records(view, owner)
    granted: bool | Unknown = records if isinstance(records, Unknown) else bool(records)
    if granted is False and isinstance(together, Unknown):
        granted = together
    return ReportAuthorisation(
        uri=uri, tag=tag, host=uri.host, external=True, authorised=granted, record_name=owner
    )
