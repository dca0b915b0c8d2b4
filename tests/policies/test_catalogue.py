"""The catalogue as a whole: what every rule file owes its readers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mfpolicy import loading
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.model.places import Span
from mfpolicy.model.rules import PROFILES, Rule
from mfpolicy.rules.compile import compile_rules
from mfpolicy.rules.vocabulary import Vocabulary

FOLDER = Path(__file__).resolve().parents[2] / "policies"
OTHERS = (FOLDER, FOLDER / "frameworks", FOLDER / "profiles")
FILES = sorted(path for path in FOLDER.rglob("*.yaml") if path.parent not in OTHERS)
SHIPPED = loading.with_examples()


def without(holds: Callable[[Rule], object]) -> list[str]:
    """The rules that lack what every rule owes."""
    return [rule.slug for rule in SHIPPED.rules if not holds(rule)]


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_no_id_stands_twice() -> None:
    assert repeated([rule.id for rule in SHIPPED.rules]) == []


def test_no_slug_stands_twice() -> None:
    assert repeated([rule.slug for rule in SHIPPED.rules]) == []


def test_every_file_is_named_after_its_slug() -> None:
    assert sorted(path.stem for path in FILES) == sorted(rule.slug for rule in SHIPPED.rules)


def test_an_id_has_the_permanent_form() -> None:
    assert without(lambda rule: re.fullmatch(r"[A-Z]{2,3}[0-9]{3}", rule.id)) == []


def test_a_slug_is_lower_case_words() -> None:
    assert without(lambda rule: re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)) == []


def test_a_rule_shows_a_fault_and_a_neighbour_to_leave_alone() -> None:
    assert without(lambda rule: rule.examples.good and rule.examples.bad) == []


def test_a_bad_example_says_its_message() -> None:
    assert without(lambda rule: all(example.message for example in rule.examples.bad)) == []


def test_a_message_and_a_title_end_without_a_full_stop() -> None:
    assert without(lambda rule: not rule.message.endswith(".") and not rule.title.endswith(".")) == []


def test_a_title_goes_on_after_whether() -> None:
    # "cannot tell whether a title" begins small; a name of two words would lose its capital.
    allowed = r"(A|An|The|What) |(?!Microsoft|Exchange)[A-Z]\S* (?![A-Z][a-z])"
    assert without(lambda rule: re.match(allowed, rule.title)) == []


def test_a_rule_says_why_and_what_to_do() -> None:
    assert without(lambda rule: rule.rationale and rule.remedy) == []


def test_a_rule_about_records_cites_its_source() -> None:
    assert without(lambda rule: rule.references or _is_about_our_own_words(rule)) == []


def _is_about_our_own_words(rule: Rule) -> bool:
    assert isinstance(rule.place, Span)
    return rule.place.file.startswith(("waiver/", "intent/"))


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


def test_what_one_rule_leaves_to_another_is_what_that_one_takes() -> None:
    private = {rule.id: rule.params["private"] for rule in SHIPPED.rules if "private" in rule.params}
    assert private["PRO200"] == private["PRO203"]
