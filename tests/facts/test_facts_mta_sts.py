from __future__ import annotations

import msgspec
import pytest

from mfpolicy.facts.mta_sts import DanglingFacts, LineFacts, MtaStsFacts, UncoveredFacts, mta_sts_facts
from mfpolicy.facts.record_faults import IgnoredFacts, RecordFaultFacts
from mfpolicy.model.dns import POLICY, Answers, PolicyFile, Reason, Record, Reply, Unknown, Zone, unknown
from mfpolicy.model.dns import Question as Asked
from mfpolicy.model.intent import MtaStsIntent
from mfpolicy.model.places import Place, Span
from mfpolicy.views.overlay import Overlay

TEXT = "version: STSv1\nmode: enforce\nmx: mail.example.net\nmax_age: 86400\n"
AT = Span("zones/example.org.yaml", 10, 40)
FILE = Span("mta-sts.txt", 0, len(TEXT))
ABSENT = MtaStsFacts(
    present=False,
    records=0,
    record_faults=(),
    announced=False,
    policy_present=False,
    policy_trouble="",
    policy_faults=(),
    mode="",
    rank=0,
    max_age=-1,
    uncovered=(),
    host_present=False,
    dangling=(),
    ignored=(),
    withdrawn=False,
    mode_line=LineFacts(),
    max_age_line=LineFacts(),
    wanted=False,
    wanted_mode="",
    wanted_rank=0,
    wanted_max_age=-1,
)


def facts(
    *records: str,
    policy: PolicyFile | None = None,
    mx: str = "10 mail.example.net.",
    declared: str = "",
    host: tuple[str, str] = ("A", "192.0.2.1"),
    intent: MtaStsIntent | None = None,
) -> MtaStsFacts:
    """The facts of example.org, whose zone has these records at _mta-sts, and whose repository this file."""
    texts = tuple(Record("_mta-sts.example.org", "TXT", each, place=AT) for each in records)
    others = (
        Record("example.org", "MX", mx, place=Span("z", 1, 2)),
        Record("mta-sts.example.org", *host, place=Span("z", 3, 4)),
    )
    gone = {Asked("gone.example.net", type): Reply("NXDOMAIN") for type in ("A", "AAAA", "TXT")}
    view = Overlay(
        [Zone("example.org", (*texts, *others))], Answers(gone), {"example.org": policy} if policy else {}
    )
    named = MtaStsIntent(policy=declared, place=Span("mailflow.yaml", 1, 5) if declared else None)
    return mta_sts_facts(view, "example.org", intent or named)


def test_a_zone_without_a_record_has_plainly_no_mta_sts() -> None:
    assert facts() == ABSENT


def test_a_policy_in_force_is_described() -> None:
    assert facts("v=STSv1; id=1", policy=PolicyFile("FETCHED", TEXT, place=FILE)) == msgspec.structs.replace(
        ABSENT,
        present=True,
        records=1,
        announced=True,
        policy_present=True,
        mode="enforce",
        rank=2,
        max_age=86400,
        host_present=True,
        mode_line=LineFacts("mode: enforce", msgspec.structs.replace(FILE, term="mode: enforce")),
        max_age_line=LineFacts("max_age: 86400", msgspec.structs.replace(FILE, term="max_age: 86400")),
        place=AT,
    )


def test_offline_the_policy_of_a_record_is_unknown_and_the_record_is_not() -> None:
    found = facts("v=STSv1; id=1")
    why = unknown("example.org", POLICY, Reason.NOT_ASKED)
    assert (found.present, found.records, found.record_faults, found.announced) == (True, 1, (), True)
    assert {
        name
        for name, value in msgspec.structs.asdict(found).items()
        if isinstance(value, Unknown) and value == why and value.not_asked
    } == {"policy_present", "policy_trouble", "policy_faults", "mode", "rank", "max_age", "uncovered"}


def test_where_the_record_does_not_answer_every_fact_is_unknown() -> None:
    answers = Answers({Asked("_mta-sts.example.org", "TXT"): Reply("SERVFAIL")})
    found = msgspec.structs.asdict(mta_sts_facts(Overlay([], answers), "example.org", MtaStsIntent()))
    why = unknown("_mta-sts.example.org", "TXT", Reason.SERVFAIL)
    total = {
        "withdrawn",
        "mode_line",
        "max_age_line",
        "wanted",
        "wanted_mode",
        "wanted_rank",
        "wanted_max_age",
        "place",
    }
    assert {name for name, value in found.items() if value != why} == total


def test_a_fault_of_the_record_points_at_its_tag() -> None:
    found = facts("v=STSv1; id=a-b")
    assert found.record_faults == (
        RecordFaultFacts(
            "invalid-id", "id=a-b is not 1 to 32 letters and digits", msgspec.structs.replace(AT, term="a-b")
        ),
    )
    assert (found.announced, found.place) == (False, AT)


def test_several_records_are_counted_and_none_is_read() -> None:
    found = facts("v=STSv1; id=1", "v=STSv1; id=a-b")
    assert (found.records, found.record_faults, found.announced) == (2, (), False)


@pytest.mark.parametrize("place", [FILE, None])
def test_a_fault_of_a_policy_points_into_its_file_where_there_is_one(place: Place | None) -> None:
    policy = PolicyFile("FETCHED", TEXT.replace("enforce", "strict"), place=place)
    found = facts("v=STSv1; id=1", policy=policy)
    at = msgspec.structs.replace(place, term="strict") if isinstance(place, Span) else None
    assert found.policy_faults == (RecordFaultFacts("invalid-mode", "mode: strict is not valid", at),)
    assert (found.policy_present, found.policy_trouble, found.mode, found.max_age) == (
        True,
        "mode: strict is not valid",
        "",
        -1,
    )


@pytest.mark.parametrize(
    ("text", "count", "last"),
    [
        ("x\n" * 30_000, 5, "missing-mx"),
        ("".join(f"x{number}\n" for number in range(1000)), 21, "more-faults"),
    ],
)
def test_the_faults_of_one_policy_are_bounded(text: str, count: int, last: str) -> None:
    found = facts("v=STSv1; id=1", policy=PolicyFile("FETCHED", text)).policy_faults
    assert not isinstance(found, Unknown)
    assert (len(found), found[-1].code) == (count, last)


def test_a_repeated_key_is_a_fault_and_no_trouble() -> None:
    found = facts("v=STSv1; id=1", policy=PolicyFile("FETCHED", TEXT + "mode: none\n"))
    assert (found.mode, found.policy_trouble) == ("enforce", "")
    assert not isinstance(found.policy_faults, Unknown)
    assert [fault.code for fault in found.policy_faults] == ["duplicate-key"]


@pytest.mark.parametrize(
    ("policy", "trouble"),
    [
        (PolicyFile("NOT-FOUND"), "there is no such file"),
        (PolicyFile("NOT-FOUND", detail="HTTP status 410"), "HTTP status 410"),
        (PolicyFile("CERTIFICATE", detail="certificate has expired"), "certificate has expired"),
    ],
)
def test_why_there_is_no_policy_is_said_in_words(policy: PolicyFile, trouble: str) -> None:
    found = facts("v=STSv1; id=1", policy=policy)
    assert (found.announced, found.policy_present, found.policy_trouble) == (True, False, trouble)


def test_an_uncovered_host_points_at_its_mx_record() -> None:
    found = facts("v=STSv1; id=1", policy=PolicyFile("FETCHED", TEXT), mx="10 new.example.net.")
    assert found.uncovered == (UncoveredFacts("new.example.net", Span("z", 1, 2)),)


def test_a_declared_policy_is_wanted_and_lends_its_place_where_no_record_is() -> None:
    found = facts(declared="mta-sts.txt")
    assert (found.wanted, found.present, found.place) == (True, False, Span("mailflow.yaml", 1, 5))


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (MtaStsIntent(mode="enforce", max_age=604800), (True, "enforce", 2, 604800)),
        (MtaStsIntent(mode="testing"), (True, "testing", 1, -1)),
        (MtaStsIntent(max_age=86400), (True, "", 0, 86400)),
        (MtaStsIntent(mode="none", policy="mta-sts.txt"), (False, "none", 0, -1)),
        (MtaStsIntent(), (False, "", 0, -1)),
    ],
)
def test_mode_none_is_declared_by_those_who_withdraw(
    intent: MtaStsIntent, wanted: tuple[bool, str, int, int]
) -> None:
    found = facts(intent=intent)
    assert (found.wanted, found.wanted_mode, found.wanted_rank, found.wanted_max_age) == wanted


@pytest.mark.parametrize(
    ("host", "present", "dangling"),
    [
        (("A", "192.0.2.1"), True, []),
        (("AAAA", "2001:db8::1"), True, []),
        (("TXT", "no address"), False, []),
        (("CNAME", "gone.example.net."), False, [("mta-sts.example.org", "gone.example.net")]),
    ],
)
def test_the_host_of_an_announced_policy_is_looked_for(
    host: tuple[str, str], present: bool, dangling: list[tuple[str, str]]
) -> None:
    found = facts("v=STSv1; id=1", host=host)
    assert not isinstance(found.dangling, Unknown)
    assert (found.host_present, [(each.owner, each.missing) for each in found.dangling]) == (
        present,
        dangling,
    )


def test_an_alias_of_an_alias_names_what_is_missing_and_points_at_the_first() -> None:
    records = (
        Record("_mta-sts.example.org", "CNAME", "sts.example.org.", place=AT),
        Record("sts.example.org", "CNAME", "gone.example.net."),
    )
    gone = Answers({Asked("gone.example.net", "TXT"): Reply("NXDOMAIN")})
    found = mta_sts_facts(Overlay([Zone("example.org", records)], gone), "example.org", MtaStsIntent())
    assert found.dangling == (DanglingFacts("_mta-sts.example.org", "gone.example.net", AT),)


def test_an_alias_of_the_record_that_leads_nowhere_points_at_itself() -> None:
    alias = Record("_mta-sts.example.org", "CNAME", "Gone.example.net.", place=AT)
    gone = Answers({Asked("gone.example.net", "TXT"): Reply("NXDOMAIN")})
    found = mta_sts_facts(Overlay([Zone("example.org", (alias,))], gone), "example.org", MtaStsIntent())
    assert (found.dangling, found.present) == (
        (DanglingFacts("_mta-sts.example.org", "gone.example.net", AT),),
        False,
    )


def test_a_record_that_senders_ignore_is_shown_by_its_beginning() -> None:
    found = facts("v=stsv1; id=" + "1" * 99)
    assert (found.ignored, found.present) == ((IgnoredFacts("v=stsv1; id=" + "1" * 48, AT),), False)


@pytest.mark.parametrize(("mode", "withdrawn"), [("none", True), ("testing", False)])
def test_a_policy_with_mode_none_withdraws(mode: str, withdrawn: bool) -> None:
    policy = PolicyFile("FETCHED", TEXT.replace("enforce", mode))
    assert facts("v=STSv1; id=1", policy=policy).withdrawn is withdrawn
