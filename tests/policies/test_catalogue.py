"""The catalogue as a whole: what every rule file owes its readers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from mfpolicy import pipeline
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.model.places import Span
from mfpolicy.model.rules import PROFILES, Rule
from mfpolicy.rules.compile import compile_rules
from mfpolicy.rules.vocabulary import Vocabulary

FOLDER = Path(__file__).resolve().parents[2] / "policies"
FILES = sorted(path for path in FOLDER.rglob("*.yaml") if path.parent not in (FOLDER, FOLDER / "profiles"))
SHIPPED = pipeline.with_examples()
each_rule = pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.slug)


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_no_id_stands_twice() -> None:
    assert repeated([rule.id for rule in SHIPPED.rules]) == []


def test_no_slug_stands_twice() -> None:
    assert repeated([rule.slug for rule in SHIPPED.rules]) == []


def test_every_file_is_named_after_its_slug() -> None:
    assert sorted(path.stem for path in FILES) == sorted(rule.slug for rule in SHIPPED.rules)


@each_rule
def test_an_id_has_the_permanent_form(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{2,3}[0-9]{3}", rule.id)


@each_rule
def test_a_slug_is_lower_case_words(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)


@each_rule
def test_a_rule_shows_a_fault_and_a_neighbour_to_leave_alone(rule: Rule) -> None:
    assert rule.examples.good and rule.examples.bad


@each_rule
def test_a_bad_example_says_its_message(rule: Rule) -> None:
    assert all(example.message for example in rule.examples.bad)


@each_rule
def test_a_message_and_a_title_end_without_a_full_stop(rule: Rule) -> None:
    assert not rule.message.endswith(".") and not rule.title.endswith(".")


@each_rule
def test_a_rule_says_why_and_what_to_do(rule: Rule) -> None:
    assert rule.rationale and rule.remedy


@each_rule
def test_a_rule_about_records_cites_its_source(rule: Rule) -> None:
    assert isinstance(rule.place, Span)
    ours = rule.place.file.startswith(("waiver/", "intent/"))
    assert rule.references or ours


def test_each_profile_holds_the_one_before_it() -> None:
    includes = {name: profile.includes for name, profile in SHIPPED.profiles.items()}
    assert includes == dict(zip(PROFILES, ("", *PROFILES[:-1]), strict=True))


def test_every_rule_belongs_to_a_profile() -> None:
    assert {rule.profile for rule in SHIPPED.rules} <= set(PROFILES)


def test_every_rule_is_about_a_subject_and_type_checks() -> None:
    assert {rule.about for rule in SHIPPED.rules} <= set(SUBJECTS)
    compile_rules(SHIPPED.rules, Vocabulary(SUBJECTS), SHIPPED.profiles["hardened"], check=True)


def test_no_sender_stands_twice() -> None:
    assert repeated([sender.name for sender in SHIPPED.senders]) == []
