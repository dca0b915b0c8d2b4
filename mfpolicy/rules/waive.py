"""Accepted deviations. The one place where a waiver's expiry is applied."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from mfpolicy.model.findings import Finding
from mfpolicy.model.intent import Waiver


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: datetime.date
) -> tuple[list[Finding], tuple[Waiver, ...]]:
    """The findings, each with the first waiver in force that names its rule and subject, and those used."""
    in_force: dict[tuple[str, str], Waiver] = {}
    for waiver in waivers:
        if _is_in_force(waiver, today):
            in_force.setdefault((waiver.rule, waiver.subject), waiver)
    judged = [_waived(finding, in_force) for finding in findings]
    held = [finding.waiver for finding in judged if finding.waiver is not None]
    return judged, tuple(waiver for waiver in waivers if any(waiver is each for each in held))


def _is_in_force(waiver: Waiver, today: datetime.date) -> bool:
    """The day it expires on is its last; one without a date, or with a problem, was never in force."""
    return waiver.expires is not None and waiver.expires >= today and not waiver.problems


def _waived(finding: Finding, in_force: dict[tuple[str, str], Waiver]) -> Finding:
    rule, subject = finding.rule, finding.subject.name
    found = in_force.get((rule.id, subject)) or in_force.get((rule.slug, subject))
    return msgspec.structs.replace(finding, waiver=found) if found and rule.waivable else finding
