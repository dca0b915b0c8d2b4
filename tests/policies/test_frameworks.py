"""Frameworks: every control is served or says why not, and rules name no other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from mfpolicy.loading import with_examples

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "frameworks"
KEYS = {"name", "version", "source", "extent", "unserved", "controls"}
OF_CONTROL = {"id", "says", "unserved"}
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
RULES = with_examples().rules
SERVED = {
    framework: {control for rule in RULES for control in rule.controls.get(framework, ())}
    for framework in {name for rule in RULES for name in rule.controls}
}

each_framework = pytest.mark.parametrize("framework", sorted(FILES))


def ids(framework: str, **where: bool) -> set[str]:
    """The controls of a framework; `unserved`: only those that give, or give no, reason."""
    return {
        each["id"]
        for each in FILES[framework]["controls"]
        if all(bool(each.get(key)) is wanted for key, wanted in where.items())
    }


def test_every_framework_that_a_rule_names_has_a_file() -> None:
    assert sorted(SERVED) == sorted(FILES)


@each_framework
def test_a_file_has_no_other_keys(framework: str) -> None:
    """A comma in words without quotes begins one."""
    of_controls = {key for each in FILES[framework]["controls"] for key in each}
    assert (set(FILES[framework]) - KEYS, of_controls - OF_CONTROL) == (set(), set())


@each_framework
def test_a_rule_names_no_control_that_its_framework_lacks(framework: str) -> None:
    assert SERVED[framework] - ids(framework) == set()


@each_framework
def test_a_control_is_served_or_says_why_not(framework: str) -> None:
    assert ids(framework, unserved=False) == SERVED[framework]


@each_framework
def test_no_control_stands_twice(framework: str) -> None:
    listed = Counter(each["id"] for each in FILES[framework]["controls"])
    assert [id for id, times in listed.items() if times > 1] == []


@each_framework
def test_every_reason_is_given_and_used(framework: str) -> None:
    used = {each["unserved"] for each in FILES[framework]["controls"] if each.get("unserved")}
    assert used == set(FILES[framework].get("unserved", {}))


@each_framework
def test_what_a_control_is_about_is_said_in_few_words(framework: str) -> None:
    said: list[Any] = [each["says"] for each in FILES[framework]["controls"]]
    assert [each for each in said if not re.fullmatch(r"[A-Z].{8,118}[^.]", each)] == []
