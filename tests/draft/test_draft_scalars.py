"""Texts from zones and calls, as YAML that every reader takes for the same text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from mfpolicy.draft.scalars import WIDTH, comment, flow, scalar, wrapped
from mfpolicy.model.documents import Mapping, Scalar, Sequence
from mfpolicy.sources.yaml import read

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
HOSTILE = (
    "a: b",
    "a #b",
    "- x",
    "*x",
    "&x",
    "!!python/object:x",
    "{{",
    "true",
    "No",
    "null",
    "1e5",
    "0x1F",
    "1_000",
    "12:30:45",
    "\n- rule: x",
    "\u2028x",
    "\x00",
    "\ufeff",
    '"',
    "\\",
    " x ",
)


@given(TEXTS)
def test_a_scalar_reads_back_as_the_text_it_was_made_of(text: str) -> None:
    node, faults = read(f"- {scalar(text)}\n- {{{scalar(text)}: {scalar(text)}}}\n", "x.yaml")
    assert not faults
    assert isinstance(node, Sequence)
    first, second = node.items
    assert isinstance(first, Scalar) and isinstance(second, Mapping)
    assert first.text == text and first.value == text
    assert [(each.key, getattr(each.value, "text", None)) for each in second.entries] == [(text, text)]


@given(TEXTS)
@example("2027-01-31")
def test_readers_of_yaml_1_1_take_it_for_a_text_too_or_for_a_day(text: str) -> None:
    assert str(yaml.safe_load(scalar(text))) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_yaml_would_obey_stands_in_quotes(text: str) -> None:
    assert scalar(text).startswith('"')
    assert yaml.safe_load(f"x: {scalar(text)}") == {"x": text}


@pytest.mark.parametrize(
    "text", ["contoso.com", "247help.example", "Web team", "none", "RISK-88", "192.0.2.0/28"]
)
def test_what_nobody_mistakes_stands_plain(text: str) -> None:
    assert scalar(text) == text


@given(st.lists(TEXTS, max_size=12))
def test_a_list_reads_back_whether_it_is_folded_or_not(texts: list[str]) -> None:
    assert yaml.safe_load(f"x:\n    y: {wrapped(texts, 4, 3)}\n") == {"x": {"y": list(map(_as_read, texts))}}


def test_a_folded_list_keeps_to_the_width() -> None:
    names = [f"domain-{number}.example.org" for number in range(40)]
    lines = f"    y: {wrapped(names, 4, 3)}".splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= WIDTH


def test_a_short_list_is_not_folded() -> None:
    assert wrapped(["a.test", "b.test"], 4, 3) == flow(["a.test", "b.test"]) == "[a.test, b.test]"


def test_a_comment_is_one_line() -> None:
    assert comment("a\nversion: 2\x1b[31m") == "a?version: 2?[31m"


def _as_read(text: str) -> object:
    return yaml.safe_load(scalar(text))
