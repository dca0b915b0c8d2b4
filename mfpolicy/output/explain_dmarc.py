"""One name's DMARC explained: which record applies, the policy that follows, and where reports go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from mfpolicy.model.dns import Record, Unknown
from mfpolicy.output.escape import clipped, page, visible

if TYPE_CHECKING:
    from mfpolicy.evaluate.dmarc import DmarcResult


class ReportAddress(msgspec.Struct, frozen=True):
    """Where reports go. `authorised`: whether an external receiver agreed (RFC 7489, 7.1); None: unknown."""

    uri: str
    external: bool = False
    authorised: bool | None = None


def text(result: DmarcResult, reports: Sequence[ReportAddress] = ()) -> str:
    """The record that applies, the effective policy and why, report addresses, and what is unknown."""
    return page([f"{visible(result.name) or '.'}: DMARC", "", *_body(result, reports)])


def document(result: DmarcResult, reports: Sequence[ReportAddress] = ()) -> dict[str, Any]:
    """The same as plain values; null stands for what is not there or not known."""
    record = _record_text(result.record)
    return {
        "name": result.name,
        "organizational_domain": _plain(result.organizational_domain),
        "record": None if record is None else {"name": result.record_name, "text": record},
        "effective": {
            "policy": _plain(result.policy),
            "declared": _plain(result.declared),
            "testing": bool(_plain(result.testing)),
            "tag": _plain(result.source_tag),
        },
        "exists": _plain(result.exists),
        "reports": [msgspec.to_builtins(each) for each in reports],
    }


def _body(result: DmarcResult, reports: Sequence[ReportAddress]) -> Iterator[str]:
    record = _record_text(result.record)
    yield f"organizational domain  {_said(result.organizational_domain)}"
    if record is None:
        yield f"record                 {'unknown' if result.unknown else 'none: receivers apply no policy'}"
    else:
        yield f"record                 {visible(result.record_name or '')}: {clipped(record)}"
        yield f"effective policy       {_policy(result)}"
    if _plain(result.exists) is False:
        yield "the name               does not exist in DNS"
    for each in reports:
        yield f"reports                {clipped(each.uri)}{_consent(each)}"
    for item in result.unknown.because if result.unknown else ():
        question = item.question
        yield f"unknown                {visible(question.name)} {visible(question.type)} {item.reason.value}"
    if record is not None:
        yield from ("", "The policy is what receivers apply to mail of this name that fails DMARC.")


def _policy(result: DmarcResult) -> str:
    policy, declared = _said(result.policy), _said(result.declared)
    tag = f" from {visible(str(result.source_tag))}=" if _plain(result.source_tag) else ""
    softened = f", declared {declared}" if declared != policy else ""
    return f"{policy}{tag}{softened}{' (in test mode)' if _plain(result.testing) is True else ''}"


def _consent(report: ReportAddress) -> str:
    if not report.external:
        return ""
    if report.authorised is None:
        return " (external; whether it accepts them is unknown)"
    return " (external, accepts them)" if report.authorised else " (external, does not accept them)"


def _record_text(record: Record | str | None) -> str | None:
    return record.value if isinstance(record, Record) else record or None


def _plain(value: Any) -> Any:
    """The value for a program: null for unknown and for an empty text."""
    return None if isinstance(value, Unknown) or value == "" else value


def _said(value: Any) -> str:
    return "unknown" if isinstance(value, Unknown) else visible(str(value)) if value else "none"
