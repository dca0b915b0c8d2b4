"""The findings of a change against those of its base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.findings import Finding, Status, Subject, Verdict
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Rule
from mfpolicy.rules.compare import compared

RULES = [
    Rule(
        id=id, slug=id, title="", severity="error", about="domain", assert_="true", message="",
        rationale="", remedy="",
    )
    for id in ("ZZZ001", "ZZZ002")
]  # fmt: skip
ORG, COM = Subject("domain", "example.org"), Subject("domain", "example.com")


def finding(
    subject: Subject = ORG,
    key: tuple[str, ...] = (),
    message: str = "",
    measure: int | None = None,
    verdict: Verdict = Verdict.FAIL,
    rule: int = 0,
    at: int = 0,
) -> Finding:
    return Finding(
        rule=RULES[rule],
        severity="error",
        verdict=verdict,
        subject=subject,
        key=key,
        message=message,
        measure=measure,
        place=Span("zones/a.yaml", at, at),
    )


def of_file(name: str, text: str = "cannot be read") -> Finding:
    return finding(Subject("file", name), (text,), text)


UNKNOWN = finding(verdict=Verdict.UNKNOWN)


def statuses(
    head: Sequence[Finding], base: Sequence[Finding], files: Collection[str] = ()
) -> list[Status | None]:
    return [each.status for each in compared(head, base, (), files)]


CASES: dict[str, tuple[list[Finding], list[Finding], list[Status]]] = {
    "nothing": ([], [], []),
    "what was not there": ([finding()], [], ["new"]),
    "what was there": ([finding()], [finding()], ["existing"]),
    "what is gone": ([], [finding()], ["fixed"]),
    "what was unknown and is gone": ([], [UNKNOWN], []),
    "another place and another text": ([finding(message="b", at=9)], [finding(message="a")], ["existing"]),
    "another key": ([finding(key=("b",))], [finding(key=("a",))], ["new", "fixed"]),
    "another subject": ([finding(ORG)], [finding(COM)], ["new", "fixed"]),
    "another kind of subject": ([finding(ORG)], [finding(Subject("name", ORG.name))], ["new", "fixed"]),
    "another rule": ([finding(rule=1)], [finding()], ["new", "fixed"]),
    "worse": ([finding(measure=12)], [finding(measure=11)], ["worsened"]),
    "as bad": ([finding(measure=11)], [finding(measure=11)], ["existing"]),
    "better": ([finding(measure=11)], [finding(measure=12)], ["existing"]),
    "worse below zero": ([finding(measure=-1)], [finding(measure=-2)], ["worsened"]),
    "no measure now": ([finding()], [finding(measure=11)], ["existing"]),
    "no measure before": ([finding(measure=11)], [finding()], ["existing"]),
    "unknown as before": ([UNKNOWN], [UNKNOWN], ["existing"]),
    "unknown now": ([UNKNOWN], [finding(measure=1)], ["existing"]),
    "unknown only now": ([UNKNOWN], [], ["new"]),
    "known to fail only now": ([finding()], [UNKNOWN], ["new"]),
    "twice now": ([finding(), finding()], [finding()], ["existing", "new"]),
    "twice before": ([finding()], [finding(), finding()], ["existing", "fixed"]),
    "the one that says the same": (
        [finding(message="b"), finding(message="a")], [finding(message="a")], ["new", "existing"],
    ),
    "the one that fails too": ([UNKNOWN, finding()], [finding()], ["new", "existing"]),
    "the failed one before the unknown": ([finding()], [UNKNOWN, finding()], ["existing"]),
    "the lesser to the lesser": (
        [finding(measure=14), finding(measure=12)],
        [finding(measure=14, message="x"), finding(measure=12, message="x")],
        ["existing", "existing"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("head", "base", "expected"), CASES.values(), ids=CASES)
def test_a_finding_has_the_status(head: list[Finding], base: list[Finding], expected: list[Status]) -> None:
    assert statuses(head, base) == expected


def test_a_subject_that_the_change_alters_is_touched() -> None:
    found = compared([finding(ORG), finding(COM)], [finding(COM)], {COM}, ())
    assert [(each.subject, each.touched) for each in found] == [(ORG, False), (COM, True)]


FILES: dict[str, tuple[list[Finding], list[Finding], list[str], list[Status]]] = {
    "a file that moved": ([of_file("dns/a")], [of_file("zones/a")], ["dns/a"], ["existing"]),
    "a file that stayed": ([of_file("dns/a")], [of_file("zones/a")], ["dns/a", "zones/a"], ["new", "fixed"]),
    "another fault": ([of_file("dns/a", "x")], [of_file("zones/a", "y")], ["dns/a"], ["new", "fixed"]),
    "one of two": (
        [of_file("dns/a"), of_file("dns/b")], [of_file("zones/a")], ["dns/a", "dns/b"], ["existing", "new"],
    ),
    "its own first": (
        [of_file("a"), of_file("b")], [of_file("gone"), of_file("b")], ["a", "b"], ["existing", "existing"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("head", "base", "files", "expected"), FILES.values(), ids=FILES)
def test_a_fault_of_a_file_has_the_status(
    head: list[Finding], base: list[Finding], files: list[str], expected: list[Status]
) -> None:
    assert statuses(head, base, files) == expected


# Few values, so that many of them meet.
FINDINGS = st.lists(
    st.builds(
        finding,
        subject=st.sampled_from([ORG, COM, Subject("file", "a"), Subject("file", "b")]),
        key=st.sampled_from([(), ("k",)]),
        message=st.sampled_from(["", "x"]),
        measure=st.sampled_from([None, 1, 2, 3]),
        verdict=st.sampled_from([Verdict.FAIL, Verdict.UNKNOWN]),
        rule=st.sampled_from([0, 1]),
    ),
    max_size=12,
)
SOME = st.sets(st.sampled_from(["a", "b"]))


def bare(each: Finding) -> Finding:
    return msgspec.structs.replace(each, status=None, touched=False)


@given(FINDINGS, SOME)
def test_nothing_changed_is_all_existing(findings: list[Finding], files: set[str]) -> None:
    assert set(statuses(findings, findings, files)) <= {"existing"}


@given(FINDINGS, FINDINGS, SOME)
def test_the_findings_of_head_stay_as_they_are(
    head: list[Finding], base: list[Finding], files: set[str]
) -> None:
    found = compared(head, base, (), files)
    assert [bare(each) for each in found[: len(head)]] == head
    assert {each.status for each in found[len(head) :]} <= {"fixed"}
    assert all(each.status in ("new", "existing", "worsened") for each in found[: len(head)])


@given(FINDINGS, FINDINGS, SOME)
def test_every_fail_of_base_is_taken_or_fixed_once(
    head: list[Finding], base: list[Finding], files: set[str]
) -> None:
    failed, before = ([each for each in side if each.verdict is Verdict.FAIL] for side in (head, base))
    found = compared(failed, before, (), files)
    fixed = [bare(each) for each in found[len(failed) :]]
    taken = [each for each in found if each.status in ("existing", "worsened")]
    assert len(taken) + len(fixed) == len(before)
    assert Counter(map(repr, fixed)) <= Counter(map(repr, before))


@given(FINDINGS, FINDINGS, SOME, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(
    head: list[Finding], base: list[Finding], files: set[str], random: Random
) -> None:
    def said() -> Counter[str]:
        return Counter(repr(each) for each in compared(head, base, (), files))

    before = said()
    random.shuffle(head)
    random.shuffle(base)
    assert said() == before


@given(FINDINGS, FINDINGS)
def test_there_and_back_what_was_fixed_is_new(head: list[Finding], base: list[Finding]) -> None:
    """Of findings that fail, none of which can be worse."""
    failed = [
        [msgspec.structs.replace(each, verdict=Verdict.FAIL, measure=None) for each in side]
        for side in (head, base)
    ]
    there = Counter(statuses(*failed, files=("a", "b")))
    back = Counter(statuses(*reversed(failed), files=("a", "b")))
    assert (there["new"], there["fixed"], there["existing"]) == (back["fixed"], back["new"], back["existing"])
