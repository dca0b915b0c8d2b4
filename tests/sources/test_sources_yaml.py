from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.model.documents import Mapping, Scalar
from mfpolicy.sources.yaml import read

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
)


def codes(text: str) -> list[str]:
    return [fault.code for fault in read(text, "f")[1]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "too-large"),
        ("a: &a [*a]", "too-large"),
        ("- " * 200_000, "too-large"),
        ("[" * 200_000, "too-large"),
        ("x" * (16 * 1024 * 1024 + 1), "too-large"),
        ("a\0b", "unreadable-file"),
        ("a: \ud800", "unreadable-file"),
        ("a:\n\tb: 1", "unreadable-file"),
        ("a: 'x", "unreadable-file"),
        ("a: *b", "unreadable-file"),
        ("a: 1\n---\nb: 2", "unreadable-file"),
    ],
)
def test_what_cannot_be_read_is_one_fault_and_no_document(text: str, code: str) -> None:
    start = time.perf_counter()
    node, faults = read(text, "f")
    assert (node, [fault.code for fault in faults], time.perf_counter() - start < 2) == (None, [code], True)


@pytest.mark.parametrize(
    "text", ["a: &a [x]\nb: *a", "[" * 90 + "]" * 90, "a: '" + "x" * 10_000_000 + "'", ""]
)
def test_a_few_aliases_some_depth_a_long_value_and_nothing_at_all_are_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", ["\ufeffkey: value\n", "x: 1\r\nkey: value\r\n", "é: ü\nkey: value"])
def test_a_place_cuts_out_the_value_whatever_stands_before_it(text: str) -> None:
    node, _ = read(text, "f")
    assert isinstance(node, Mapping)
    place = node.entries[-1].value.place
    assert text[place.start : place.end] == "value"  # type: ignore[union-attr]


def test_of_two_equal_keys_the_last_counts_and_the_fault_names_the_first_line() -> None:
    node, faults = read("a: 1\nb: 2\na: 3\n", "f")
    assert isinstance(node, Mapping)
    assert [(entry.key, entry.value.text) for entry in node.entries if isinstance(entry.value, Scalar)] == [
        ("b", "2"),
        ("a", "3"),
    ]
    assert [(fault.code, "line 1" in fault.text) for fault in faults] == [("duplicate-key", True)]


@pytest.mark.parametrize("key", ["no", "on", "True", "0777", "1:30", "1.10", "null", "1_000"])
def test_a_key_that_yaml_1_1_reads_otherwise_is_found(key: str) -> None:
    assert codes(f"{key}: x") == ["yaml-1-1-word"]


@pytest.mark.parametrize("key", ["'no'", "n", "10", "node", "1.5", "_dmarc", '"0777"', "2b43"])
def test_a_key_that_every_reader_takes_as_text_is_left_alone(key: str) -> None:
    assert codes(f"{key}: x") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("017", "017"), ("1:30", "1:30"), ("true", True), ("17", 17), ("'17'", "17"), ("~", None)],
)
def test_a_plain_scalar_has_its_yaml_1_2_value(text: str, value: object) -> None:
    node, _ = read(text, "f")
    assert isinstance(node, Scalar) and node.value == value


def test_a_merge_key_gives_way_to_the_keys_beside_it() -> None:
    node, faults = read("base: &b {a: 1, c: 2}\nx: {<<: *b, a: 9}", "f")
    assert isinstance(node, Mapping) and isinstance(node.entries[1].value, Mapping)
    assert {entry.key: entry.value.text for entry in node.entries[1].value.entries} == {"a": "9", "c": "2"}  # type: ignore[union-attr]
    assert faults == ()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    node, faults = read(text, "f")
    assert node is not None or faults
