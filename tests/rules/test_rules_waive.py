from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.model.findings import Finding, Judged, Subject, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Profile, Rule
from mfpolicy.rules.controls import control_verdicts, waived_controls
from mfpolicy.rules.profiles import holds, resolve
from mfpolicy.rules.waive import apply_waivers

TODAY = datetime.date(2026, 11, 23)
RULE = msgspec.convert(
    {
        "assert": "true",
        "id": "LIB001",
        "slug": "too-many",
        "title": "Too many",
        "about": "shelf",
        "severity": "error",
        "message": "m",
        "rationale": "-",
        "remedy": "-",
        "controls": {"ISO": ["A.1"], "CIS": ["2", "3"]},
        "params": {"limit": 1},
    },
    Rule,
)
NORTH = Subject("shelf", "north")
FINDING = Finding(rule=RULE, severity="error", verdict=Verdict.FAIL, subject=NORTH, message="m")


def waiver(rule: str = "LIB001", subject: str = "north", days: int | None = 1, problem: str = "") -> Waiver:
    expires = None if days is None else TODAY + datetime.timedelta(days)
    return Waiver(rule, subject, expires=expires, problems=(problem,) if problem else ())


@pytest.mark.parametrize(
    ("given", "is_waived"),
    [
        (waiver(), True),
        (waiver("too-many"), True),
        (waiver(days=0), True),
        (waiver(days=-1), False),
        (waiver(days=None), False),
        (waiver(problem="no owner"), False),
        (waiver("LIB002"), False),
        (waiver(subject="south"), False),
        (waiver(subject="*"), False),
        (waiver(subject="North"), False),
    ],
)
def test_a_waiver_in_force_waives_its_rule_on_its_subject_and_nothing_else(
    given: Waiver, is_waived: bool
) -> None:
    findings, used = apply_waivers([FINDING], [given], TODAY)
    assert ([each.waiver for each in findings], used) == (([given], (given,)) if is_waived else ([None], ()))


def test_a_rule_that_cannot_be_waived_is_not() -> None:
    firm = msgspec.structs.replace(FINDING, rule=msgspec.structs.replace(RULE, waivable=False))
    assert apply_waivers([firm], [waiver()], TODAY) == ([firm], ())


@settings(derandomize=True, max_examples=50, deadline=None)
@given(
    st.sampled_from(["LIB001", "too-many", "other"]),
    st.sampled_from(["north", "south"]),
    st.integers(-4000, -1),
    st.lists(st.sampled_from([waiver(), waiver("too-many"), waiver(subject="south")]), max_size=3),
)
def test_an_expired_waiver_changes_nothing(rule: str, subject: str, days: int, others: list[Waiver]) -> None:
    expired = waiver(rule, subject, days)
    without = apply_waivers([FINDING], others, TODAY)
    assert apply_waivers([FINDING], [expired, *others], TODAY) == without
    assert apply_waivers([FINDING], [*others, expired], TODAY) == without


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN], "fail"),
        ([Verdict.PASS, Verdict.UNKNOWN], "unknown"),
        ([Verdict.NOT_APPLICABLE, Verdict.PASS], "pass"),
        ([Verdict.NOT_APPLICABLE], "not_applicable"),
    ],
)
def test_a_control_has_the_worst_verdict_of_the_rules_that_serve_it(
    verdicts: list[Verdict], expected: str
) -> None:
    ledger = [Judged(NORTH, (RULE,), (verdict,)) for verdict in verdicts]
    assert control_verdicts(ledger, []) == {"CIS": {"2": expected, "3": expected}, "ISO": {"A.1": expected}}


def test_a_waived_fail_counts_against_its_control_and_is_named() -> None:
    findings, _ = apply_waivers([FINDING], [waiver()], TODAY)
    name = ("too-many on north",)
    assert control_verdicts([], findings)["ISO"] == {"A.1": "fail"}
    assert waived_controls(findings) == {"ISO": {"A.1": name}, "CIS": {"2": name, "3": name}}
    assert waived_controls([FINDING]) == {}


def test_a_profile_takes_over_what_it_includes_and_says_otherwise_what_differs() -> None:
    profiles = {
        "baseline": Profile(name="baseline", severities={"LIB001": "note"}, params={"LIB001": {"limit": 3}}),
        "house": Profile(name="house", includes="recommended"),
        "recommended": Profile(name="recommended", severities={"too-many": "off"}),
        "ours": Profile(name="ours", includes="house", params={"too-many": {"limit": 5}}),
    }
    merged, faults = resolve("ours", profiles, [RULE])
    assert (merged.includes, merged.severities, faults) == (
        "recommended",
        {"LIB001": "off"},
        (),
    )
    assert merged.params == {"LIB001": {"limit": 5}}


def test_a_nearer_profile_overrides_a_farther_one_under_the_rules_other_name() -> None:
    profiles = {
        "baseline": Profile(name="baseline", severities={"LIB001": "note"}),
        "ours": Profile(name="ours", severities={"too-many": "off"}),
    }
    assert not holds(RULE, resolve("ours", profiles, [RULE])[0])


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (Profile(name="ours", severities={"too-mny": "off"}), "no rule 'too-mny'; did you mean too-many?"),
        (
            Profile(name="ours", params={"LIB001": {"limt": 1}}),
            "no parameter of too-many 'limt'; did you mean",
        ),
        (Profile(name="ours", includes="basline"), "no profile 'basline'; did you mean baseline?"),
    ],
)
def test_an_unknown_name_in_a_profile_is_told_with_the_nearest(profile: Profile, text: str) -> None:
    faults = resolve("ours", {"ours": profile}, [RULE])[1]
    assert len(faults) == 1
    assert text in faults[0].text


def test_profiles_that_include_each_other_come_to_an_end() -> None:
    profiles = {"a": Profile(name="a", includes="b"), "b": Profile(name="b", includes="a")}
    assert resolve("a", profiles, [])[0].includes == "baseline"


@pytest.mark.parametrize(("includes", "faults"), [("", 0), ("baseline", 0), ("nothing", 1)])
def test_an_empty_includes_ends_the_chain_and_an_unknown_one_is_told(includes: str, faults: int) -> None:
    profiles = {"baseline": Profile(name="baseline", includes=includes)}
    assert len(resolve("baseline", profiles, [])[1]) == faults
