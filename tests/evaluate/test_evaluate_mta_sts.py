from __future__ import annotations

from collections.abc import Sequence

import pytest
from dict_view import DictView

from mfpolicy.evaluate.mta_sts import MtaStsResult, mta_sts
from mfpolicy.model.dns import POLICY, PolicyFile, Reason, Unknown, unknown

OWNER = ("_mta-sts.example.org", "TXT")
RECORD = "v=STSv1; id=1;"
MX = ("10 mail.example.net.", "20 a.mx.example.net.")


def text(mode: str = "enforce", *patterns: str) -> str:
    lines = "".join(f"mx: {pattern}\n" for pattern in patterns or ("mail.example.net", "*.mx.example.net"))
    return f"version: STSv1\nmode: {mode}\n{lines}max_age: 86400\n"


def view(
    records: Sequence[str] | Reason = (RECORD,),
    policy: PolicyFile | str | None = None,
    mx: Sequence[str] | Reason = MX,
) -> DictView:
    file = PolicyFile("FETCHED", policy) if isinstance(policy, str) else policy
    return DictView({OWNER: records, ("example.org", "MX"): mx}, {"example.org": file} if file else {})


def hosts(found: MtaStsResult) -> list[str] | Unknown:
    return found.uncovered if isinstance(found.uncovered, Unknown) else [host for host, _ in found.uncovered]


@pytest.mark.parametrize(
    ("records", "announced"),
    [
        ((RECORD,), True),
        ((RECORD, "v=spf1 -all"), True),
        (("v=STSv1; id=1; more=2",), True),
        (("v=STSv1; id=1; id=2",), True),
        ((RECORD, RECORD), False),
        (("v=STSv1;",), False),
        (("v=STSv1; id=a-b",), False),
        (("v=STSv1 id=1",), False),
        ((), False),
    ],
)
def test_one_valid_record_announces_a_policy(records: Sequence[str], announced: bool) -> None:
    assert mta_sts(view(records, text()), "example.org").announced is announced


@pytest.mark.parametrize("records", [(), ("v=spf1 -all",), ("v=STSv1;",), (RECORD, RECORD)])
def test_without_an_announcement_nothing_further_is_asked(records: Sequence[str]) -> None:
    asked = view(records, text())
    found = mta_sts(asked, "example.org")
    assert (asked.asked, found.mode, hosts(found), found.file) == ([OWNER], "", [], None)


def test_a_record_that_does_not_answer_makes_all_unknown() -> None:
    asked = view(Reason.SERVFAIL, text())
    found = mta_sts(asked, "example.org")
    why = unknown(*OWNER, Reason.SERVFAIL)
    assert (found.announced, found.mode, found.uncovered, asked.asked) == (why, why, why, [OWNER])


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (None, Reason.NOT_ASKED),
        (PolicyFile("TIMEOUT"), Reason.TIMEOUT),
        (PolicyFile("UNREACHABLE"), Reason.UNREACHABLE),
        (PolicyFile("NOT-PUBLIC"), Reason.NOT_PUBLIC),
    ],
)
def test_a_policy_that_nobody_saw_is_unknown(policy: PolicyFile | None, reason: Reason) -> None:
    found = mta_sts(view(policy=policy), "example.org")
    why = unknown("example.org", POLICY, reason)
    assert (found.announced, found.file, found.mode, found.uncovered) == (True, why, why, why)


@pytest.mark.parametrize("outcome", ["NOT-FOUND", "REDIRECT", "CERTIFICATE", "TOO-LARGE", "BAD-REPLY"])
def test_what_senders_meet_too_is_no_policy(outcome: str) -> None:
    found = mta_sts(view(policy=PolicyFile(outcome)), "example.org")  # type: ignore[arg-type]
    assert (found.policy, found.mode, hosts(found)) == (None, "", [])


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (text(), "enforce"),
        (text("testing"), "testing"),
        ("version: STSv1\nmode: none\nmax_age: 86400", "none"),
        (text() + "more: 1\n", "enforce"),
        (text() + "mode: none\n", "enforce"),
        (text("strict"), ""),
        (text() + "# a remark\n", ""),
        (text("enforce", "a b"), ""),
        ("version: STSv1\nmode: enforce\nmax_age: 86400", ""),
        ("", ""),
        ("x" * 70_000, ""),
    ],
)
def test_a_valid_policy_has_a_mode(policy: str, mode: str) -> None:
    assert mta_sts(view(policy=policy), "example.org").mode == mode


@pytest.mark.parametrize(
    ("policy", "mx", "uncovered"),
    [
        (text(), MX, []),
        (text("enforce", "MAIL.Example.NET"), ("10 Mail.example.net.",), []),
        (text("enforce", "mail.example.net"), MX, ["a.mx.example.net"]),
        (text("testing", "mail.example.net"), MX, ["a.mx.example.net"]),
        (text("enforce", "*.example.net"), MX, ["a.mx.example.net"]),
        (text("enforce", "*.mail.example.net"), ("10 mail.example.net.",), ["mail.example.net"]),
        (text("none", "old.example.net"), MX, []),
        (text("strict", "old.example.net"), MX, []),
        (text("enforce", "old.example.net"), ("0 .",), []),
        (text("enforce", "old.example.net"), (), []),
        (text("enforce", "old.example.net"), ("mail",), []),
    ],
)
def test_an_exchanger_that_no_pattern_covers_is_found(
    policy: str, mx: Sequence[str], uncovered: list[str]
) -> None:
    assert hosts(mta_sts(view(policy=policy, mx=mx), "example.org")) == uncovered


def test_exchangers_that_do_not_answer_leave_the_mode_known() -> None:
    found = mta_sts(view(policy=text(), mx=Reason.TIMEOUT), "example.org")
    assert (found.mode, hosts(found)) == ("enforce", unknown("example.org", "MX", Reason.TIMEOUT))


def test_the_policy_is_the_domains_own_where_its_record_is_an_alias() -> None:
    found = mta_sts(
        DictView(
            {
                ("_mta-sts.example.org", "CNAME"): ["_mta-sts.example.net."],
                ("_mta-sts.example.net", "TXT"): [RECORD],
                ("example.org", "MX"): MX,
            },
            {"example.org": PolicyFile("FETCHED", text())},
        ),
        "example.org",
    )
    assert (found.announced, found.mode) == (True, "enforce")
