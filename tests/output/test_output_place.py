from __future__ import annotations

import json
import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.places import Line, Place, Pointer, Span
from mfpolicy.output.place import Location, resolve

YAML = "a: 1\r\nb:\tv=spf1 a include:x.example -all\nc: é 例 v\n"
JSON = '\ufeff{"rules": [{"name": "a"},\n  {"name": "b/c", "on": true}], "x~/y": [1, 2]}'
TEXTS = {"z.yaml": YAML, "t.json": JSON, "broken.json": '{"a": {"b": [1, 2', "deep.json": "[" * 100_000}


def _span(piece: str, term: str = "") -> Span:
    start = YAML.index(piece)
    return Span("z.yaml", start, start + len(piece), term)


SPF = "v=spf1 a include:x.example -all"


@pytest.mark.parametrize(
    ("place", "location"),
    [
        pytest.param(_span("1"), Location("z.yaml", 1, 4, "a: 1", 3, 1), id="a value"),
        pytest.param(_span(SPF), Location("z.yaml", 2, 4, f"b: {SPF}", 3, 31), id="a tab is one column"),
        pytest.param(
            _span(SPF, "include:x.example"), Location("z.yaml", 2, 13, f"b: {SPF}", 12, 17), id="a term once"
        ),
        pytest.param(
            _span(SPF, "a"), Location("z.yaml", 2, 4, f"b: {SPF}", 3, 31), id="a term that stands twice"
        ),
        pytest.param(
            _span(SPF, "mx"), Location("z.yaml", 2, 4, f"b: {SPF}", 3, 31), id="a term that is absent"
        ),
        pytest.param(
            _span("v\n"), Location("z.yaml", 3, 8, "c: é 例 v", 8, 1), id="wide characters shift carets"
        ),
        pytest.param(
            Span("z.yaml", 3, 12), Location("z.yaml", 1, 4, "a: 1", 3, 1), id="the first line of several"
        ),
        pytest.param(
            Span("z.yaml", -5, 9999), Location("z.yaml", 1, 1, "a: 1", 0, 4), id="offsets out of range"
        ),
        pytest.param(Line("z.yaml", 3), Location("z.yaml", 3, 1, "c: é 例 v", 0, 9), id="a line"),
        pytest.param(Line("z.yaml", 99), Location("z.yaml", 99), id="a line behind the end"),
        pytest.param(Line("gone.js", 12), Location("gone.js", 12), id="a line of a file not at hand"),
        pytest.param(Span("gone", 5, 9), Location("gone"), id="a span of a file not at hand"),
        pytest.param(Span("z.yaml", 0, 0), Location("z.yaml"), id="a file as a whole"),
    ],
)
def test_a_place_becomes_file_line_column_and_excerpt(place: Place, location: Location) -> None:
    assert msgspec.structs.replace(resolve(place, TEXTS), end=0) == location


@pytest.mark.parametrize(
    ("place", "end"),
    [
        (_span("1"), 5),
        (_span(SPF, "include:x.example"), 30),
        (Span("z.yaml", 3, 12), 5),
        (Line("z.yaml", 3), 9),
        (Span("z.yaml", 3, 3), 4),
        (Line("gone.js", 12), 0),
    ],
    ids=["a value", "a term", "the first line of several", "a line", "an empty one", "not at hand"],
)
def test_the_end_of_a_span_is_the_column_behind_it(place: Place, end: int) -> None:
    assert resolve(place, TEXTS).end == end


@pytest.mark.parametrize(
    ("pointer", "line", "column", "length"),
    [
        ("", 1, 2, 25),
        ("/rules/0/name", 1, 22, 3),
        ("/rules/1/name", 2, 12, 5),
        ("/rules/1/on", 2, 25, 4),
        ("/x~0~1y/1", 2, 45, 1),
        ("/rules/7", 1, 12, 15),
        ("/nothing", 1, 2, 25),
    ],
)
def test_a_pointer_leads_to_its_value_or_the_nearest_ancestor(
    pointer: str, line: int, column: int, length: int
) -> None:
    found = resolve(Pointer("t.json", pointer), {"t.json": JSON})
    assert (found.line, found.column, found.length) == (line, column, length)


def test_a_term_inside_a_pointed_value_is_narrowed() -> None:
    found = resolve(Pointer("t.json", "/rules/1/name", "c"), TEXTS)
    assert (found.column, found.length) == (15, 1)


@pytest.mark.parametrize(
    ("file", "pointer", "column"),
    [("broken.json", "/a/b/1", 17), ("deep.json", "/0/0", 3), ("z.yaml", "/a", 1)],
)
def test_a_file_that_is_no_json_still_gives_a_place(file: str, pointer: str, column: int) -> None:
    found = resolve(Pointer(file, pointer), TEXTS)
    assert (found.line, found.column) == (1, column)


def test_a_long_line_is_cut_around_the_span_and_a_short_one_is_left_alone() -> None:
    text = "x" * 200 + "HERE" + "y" * 200
    found = resolve(Span("f", 200, 204), {"f": text})
    assert found == Location("f", 1, 201, "..." + "x" * 30 + "HERE" + "y" * 66 + "...", 33, 4, 205)


def test_control_characters_before_the_span_keep_the_carets_under_it() -> None:
    found = resolve(Span("f", 0, 6, "b"), {"f": "\x1b\x1bab\x1b"})
    assert found.excerpt[found.start : found.start + found.length] == "b"


_VALUES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(_VALUES, st.sampled_from([None, 2]))
def test_every_pointer_of_a_json_text_finds_its_value(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    for pointer, expected in _pointers("", value):
        found = resolve(Pointer("f", pointer), {"f": text})
        offset = sum(len(line) + 1 for line in text.split("\n")[: found.line - 1]) + found.column - 1
        assert json.JSONDecoder().raw_decode(text, offset)[0] == expected


def _pointers(prefix: str, value: object) -> list[tuple[str, object]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [
        pair
        for key, item in items
        for pair in _pointers(f"{prefix}/{str(key).replace('~', '~0').replace('/', '~1')}", item)
    ]
    return [(prefix, value), *below]


@given(st.text(max_size=80), st.integers(), st.integers(), st.text(max_size=3))
def test_any_span_of_any_text_gives_one_printable_line(text: str, start: int, end: int, term: str) -> None:
    found = resolve(Span("f", start, end, term), {"f": text})
    assert found.excerpt.isprintable() and found.line >= 1 and found.column >= 1


def test_of_a_long_line_of_json_only_the_value_that_is_meant_is_shown() -> None:
    text = '{"secret": "' + "s" * 60 + '", "value": "v=spf1 +all", "other": "' + "s" * 60 + '"}'
    found = resolve(Pointer("plan.json", "/value"), {"plan.json": text})
    assert (found.excerpt, found.start, found.length) == ('..."v=spf1 +all"...', 3, 13)


def test_a_short_line_of_json_is_shown_as_it_is() -> None:
    found = resolve(Pointer("a.json", "/value"), {"a.json": '{"value": 1, "other": 2}'})
    assert (found.excerpt, found.start, found.length) == ('{"value": 1, "other": 2}', 10, 1)


def test_of_a_line_as_long_as_a_file_no_more_is_copied_than_is_shown() -> None:
    texts = {"long.json": json.dumps(["x" * 10**6, "short"]) + "\n", "long.xml": "x" * 10**6 + "\n"}
    places = (Pointer("long.json", "/1"), Line("long.xml", 1))
    assert all(_copied(place, texts) < 10_000 for place in places)


def _copied(place: Place, texts: dict[str, str]) -> int:
    """The bytes that resolving a place takes at most, once its file is known."""
    resolve(place, texts)
    tracemalloc.start()
    resolve(place, texts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
