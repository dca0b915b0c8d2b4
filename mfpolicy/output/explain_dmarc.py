"""One name's DMARC explained: which record applies, the policy that follows, and where reports go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation
from mfpolicy.model.dns import Unknown
from mfpolicy.output.escape import clipped, page, visible

_TEACH = "The effective policy is what receivers do with mail of this name that fails DMARC (RFC 9989, 4.10)."


def text(result: DmarcResult, reports: Sequence[ReportAuthorisation] = ()) -> str:
    """The record that applies, the effective policy and why, where reports go, and what is unknown."""
    rows = list(_rows(result, reports))
    wide = max(len(label) for label, _ in rows)
    lines = [f"{label:<{wide}}  {said}" for label, said in rows]
    return page([f"{visible(result.name) or '.'}: DMARC", "", *lines, "", _TEACH])


def document(result: DmarcResult, reports: Sequence[ReportAuthorisation] = ()) -> dict[str, Any]:
    """The same as plain values; null stands for what is not there or not known."""
    record = result.record
    return {
        "name": result.name,
        "organizational_domain": _known(result.organizational_domain),
        "record": None if record is None else {"name": result.record_name, "text": record.value},
        "effective": {
            "policy": result.policy,
            "declared": result.declared,
            "testing": result.testing,
            "tag": result.source_tag or None,
            "unknown": [
                {"name": each.question.name, "type": each.question.type, "reason": each.reason.value}
                for each in (result.unknown.because if result.unknown else ())
            ],
        },
        "exists": _known(result.exists),
        "reports": [
            {"uri": each.uri.text, "external": each.external, "authorised": _known(each.authorised)}
            for each in reports
        ],
    }


def _rows(result: DmarcResult, reports: Sequence[ReportAuthorisation]) -> Iterator[tuple[str, str]]:
    domain = _known(result.organizational_domain)
    yield "organizational domain", "unknown" if domain is None else visible(domain)
    yield "record", _record(result)
    yield "effective policy", _policy(result)
    if result.exists is False:
        yield "the name", "does not exist in DNS"
    yield from ((f"reports ({each.tag})", _report(each)) for each in reports)
    for item in result.unknown.because if result.unknown else ():
        question = item.question
        yield "unknown", f"{visible(question.name)} {visible(question.type)} {item.reason.value}"


def _record(result: DmarcResult) -> str:
    if result.record is not None:
        return f"{visible(result.record_name)}: {clipped(result.record.value)}"
    if len(result.own_records) > 1:
        return f"none: {len(result.own_records):,} records at one name are all discarded"
    return "unknown" if result.unknown else "none"


def _policy(result: DmarcResult) -> str:
    if result.source_tag in ("p", "sp", "np"):
        source = f", from {result.source_tag}= of {'another name' if result.inherited else 'its own record'}"
    else:
        source = ", the fallback for a record without a valid p=" if result.source_tag else ""
    lowered = f", lowered from {result.declared} by t=y" if result.policy != result.declared else ""
    testing = ", in test mode" if result.testing and not lowered else ""
    return f"{result.policy}{source}{lowered}{testing}"


def _report(report: ReportAuthorisation) -> str:
    said = clipped(report.uri.text)
    if not report.external:
        return said
    if isinstance(report.authorised, Unknown):
        return f"{said} (external; whether it agreed is unknown)"
    agreed = "agreed" if report.authorised else f"did not agree at {visible(report.record_name)}"
    return f"{said} (external, {agreed})"


def _known(value: str | bool | Unknown) -> Any:
    return None if isinstance(value, Unknown) else value
