from __future__ import annotations

from mfpolicy.model.dns import Reason, unknown
from mfpolicy.model.findings import Finding, Subject, Verdict
from mfpolicy.model.rules import Rule
from mfpolicy.model.tenant import EXPORT
from mfpolicy.output.text_export import export_blocks, waits_for_export


def rule(number: int) -> Rule:
    said = {"severity": "error", "about": "tenant", "message": "", "rationale": "", "remedy": ""}
    return Rule(id=f"TEN{number:03}", slug=f"fault-{number}", title="", assert_="true", **said)  # type: ignore[arg-type]


def finding(number: int, what: str, reason: Reason = Reason.NOT_EXPORTED, type: str = EXPORT) -> Finding:
    return Finding(
        rule=rule(number),
        severity="error",
        verdict=Verdict.UNKNOWN,
        subject=Subject("tenant", "Contoso"),
        message="",
        unknown=unknown(what, type, reason),
    )


def test_what_lacks_is_named_once_with_the_rules_that_wait_for_it() -> None:
    found = [finding(1, "Get-A"), finding(2, "Get-B"), finding(3, "Get-B"), finding(3, "Get-B")]
    assert [*export_blocks(found, "unknown")] == [
        "unknown: the export of the tenant lacks what 4 judgements need",
        "  Get-B: TEN002 fault-2, TEN003 fault-3",
        "  Get-A: TEN001 fault-1",
        "  mfpolicy tenant check tells what to export, and how",
        "",
    ]


def test_many_rules_and_many_things_are_counted_unless_all_are_wanted() -> None:
    found = [finding(number, f"Get-{number % 12}") for number in range(100)]
    short = [*export_blocks(found, "unknown")]
    assert (len(short), short[1].endswith("and 4 more"), short[11]) == (14, True, "  and 2 more")
    whole = [*export_blocks(found, "unknown", show_all=True)]
    assert "more" not in "".join(whole)


def test_an_export_that_is_too_old_needs_no_hint_at_what_it_lacks() -> None:
    assert [*export_blocks([finding(1, "the export of 2026-10-20", Reason.TOO_OLD)], "unknown")] == [
        "unknown: the export of 2026-10-20 is older than the intent allows, so 1 judgement stays open",
        "  the export of 2026-10-20: TEN001 fault-1",
        "",
    ]


def test_what_waits_for_dns_is_told_elsewhere() -> None:
    assert not waits_for_export(finding(1, "example.org", Reason.TIMEOUT, "TXT"))
