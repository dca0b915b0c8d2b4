"""A waiver written into an intent: one waiver more, and not a byte otherwise."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.draft.waiver import Unwritable, adds_only, refusal, with_waiver
from mfpolicy.model.intent import Waiver
from mfpolicy.model.rules import Rule
from mfpolicy.sources.plain import plain
from mfpolicy.sources.yaml import read

TODAY = datetime.date(2026, 11, 23)
WAIVER = Waiver("SPF002", "example.org", "moves", "Web team", "Security", datetime.date(2027, 1, 31))
FLOW = (
    "{rule: SPF002, subject: example.org, reason: moves, owner: Web team,"
    " approved_by: Security, expires: 2027-01-31}"
)
BLOCK = (
    "  - rule: SPF002\n    subject: example.org\n    reason: moves\n    owner: Web team\n"
    "    approved_by: Security\n    expires: 2027-01-31"
)
# What the file holds, with @ where the waiver comes.
LAYOUTS = {
    "no section": f"version: 1  # first\n@\nwaivers:\n{BLOCK}\n@",
    "no section, no final newline": f"version: 1\nx: 1@\n\nwaivers:\n{BLOCK}@",
    "comments at the end and behind": f"waivers:\n  - {{rule: A}} # why\n@  - {FLOW}\n@  # last\nx: 1\n",
    "block mappings": f"waivers:\n  - rule: A\n    expires: B  # soon\n@{BLOCK}\n@\nx: 1\n",
    "at the margin": f"waivers:\n- {{rule: A}}@\n- {FLOW}@",
    "wide dashes": f"waivers:\n-   rule: A\n@{BLOCK.replace('  - ', '-   ')}\n@",
    "a folded text at the end": f"waivers:\n  - rule: A\n    reason: >\n      a\n      b\n@{BLOCK}\n@x: 1\n",
    "empty, with a comment": f"waivers:  # none yet\n@{BLOCK}\n@x: 1\n",
    "flow list of one line": f"waivers: [{{rule: A}}@, {FLOW}@]\nx: 1\n",
    "flow list of lines": f"waivers: [\n  {{rule: A}}, # why\n@  {FLOW},\n@]\n",
    "flow list of lines that ends in a comma": f"waivers: [\n  {{rule: A}},\n@  {FLOW},\n@  ]\n",
    "all in one flow mapping": f"{{version: 1@, waivers: [{FLOW}]@}}\n",
    "empty list in a flow mapping": f"{{version: 1, waivers: [@{FLOW}@]}}\n",
    "a byte order mark": f"\ufeffwaivers:\n  - {{rule: A}}\n@  - {FLOW}\n@",
}


def written(text: str, waiver: Waiver = WAIVER) -> str:
    root, _ = read(text, "mailflow.yaml")
    assert root is not None
    found, lines = with_waiver(text, root, waiver)
    after, faults = read(found, "mailflow.yaml")
    assert after is not None and not faults
    assert adds_only(plain(root), plain(after), waiver)
    assert lines.strip() in found
    return found


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_waiver_joins_the_others_in_their_style(name: str) -> None:
    before, new, after = LAYOUTS[name].split("@")
    assert written(before + after) == before + new + after


@pytest.mark.parametrize("name", LAYOUTS)
def test_lines_that_end_as_on_windows_go_on_so(name: str) -> None:
    before, new, after = LAYOUTS[name].replace("\n", "\r\n").split("@")
    assert written(before + after) == before + new + after


@pytest.mark.parametrize("nothing", ["[]", "[ ]", "null", "~"])
def test_a_list_that_says_it_is_empty_makes_way(nothing: str) -> None:
    text = f"waivers: {nothing}  # none yet\nx: 1\n"
    assert written(text) == f"waivers:   # none yet\n{BLOCK}\nx: 1\n"


@pytest.mark.parametrize(
    "text", ["x: &a [1]\nwaivers: *a\n", "waivers: {a: 1}\n", "waivers: soon\n", "[1]\n", "text\n"]
)
def test_what_cannot_take_one_more_is_refused(text: str) -> None:
    root, _ = read(text, "mailflow.yaml")
    assert root is not None
    with pytest.raises(Unwritable):
        with_waiver(text, root, WAIVER)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(str.strip).filter(bool)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(sorted(LAYOUTS)))
def test_no_text_of_the_user_gets_out_of_its_scalar(subject: str, reason: str, owner: str, name: str) -> None:
    before, _, after = LAYOUTS[name].split("@")
    written(before + after, msgspec.structs.replace(WAIVER, subject=subject, reason=reason, owner=owner))


RULES = [
    Rule(
        id=id,
        slug=slug,
        title="",
        severity="error",
        about="domain",
        assert_="true",
        message="",
        rationale="",
        remedy="",
        waivable=id != "WAI006",
    )
    for id, slug in (("SPF002", "lookup-limit-exceeded"), ("WAI006", "waiver-too-long"))
]


def refused(**said: object) -> str:
    return refusal(msgspec.structs.replace(WAIVER, **said), [WAIVER], RULES, TODAY)


def test_a_waiver_that_would_not_hold_is_refused_in_words() -> None:
    assert refused(rule="lookup-limit-exceded") == (
        "there is no rule 'lookup-limit-exceded'; did you mean lookup-limit-exceeded?"
    )
    assert refused(rule="spf002") == "there is no rule 'spf002'; did you mean SPF002?"
    assert refused(rule="?") == "there is no rule '?'; mfpolicy rules lists them"
    assert refused(rule="WAI006") == "WAI006 waiver-too-long cannot be waived"
    assert refused(subject="a.test", expires=datetime.date(2026, 11, 22)) == (
        "2026-11-22 is over; a waiver holds through the day it expires"
    )


def test_one_rule_is_waived_once_on_a_subject_by_its_id_or_its_slug() -> None:
    words = (
        "there is a waiver of lookup-limit-exceeded on example.org already until 2027-01-31; change it there"
    )
    assert refused() == refused(rule="lookup-limit-exceeded") == words
    assert refused(subject="www.example.org") == ""


def test_today_is_not_over() -> None:
    assert refused(subject="a.test", expires=TODAY) == ""
