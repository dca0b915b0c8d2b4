"""The JSON documents in a file, and the place where a file is broken."""

from __future__ import annotations

import pytest

from mfpolicy.model.places import Span
from mfpolicy.sources.tenants._document import MAX_DEPTH, MAX_DOCUMENTS, MAX_VALUES, Document

BREAKS_OFF = "breaks off in the middle of a JSON document"


def told(text: str) -> tuple[tuple[object, ...], str]:
    document = Document("a.json", text)
    return document.documents, document.error


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ('{"a": 1}', ({"a": 1},)),
        ('\ufeff{"a": 1}\r\n', ({"a": 1},)),
        ("null", (None,)),
        ('{"a": 1}\n{"a": 2}\n', ({"a": 1}, {"a": 2})),
        ("\ufeff[1]\r\n\ufeff[2]", ([1], [2])),
        ('{"a": 1}{"a": 2}', ({"a": 1}, {"a": 2})),
        ('{"a": 1, "A": 2}', ({"a": 1, "A": 2},)),
        (f"[{10**30}]", ([10**30],)),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
    ],
)
def test_what_is_whole_is_read(text: str, documents: tuple[object, ...] | None) -> None:
    found, error = told(text)
    assert error == "" and (documents is None or found == documents)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "is empty"),
        ("\ufeff \r\n", "is empty"),
        ('{"a": [1, 2', BREAKS_OFF),
        ('{"a": "tex', BREAKS_OFF),
        ('{"a":', BREAKS_OFF),
        ("<Objs/>", "is no JSON: expecting value"),
        ("[1, NaN]", "is no JSON: NaN is no number"),
        ("[1e999]", "is no JSON: number out of range"),
        ("[-Infinity]", "is no JSON: -Infinity is no number"),
        (f"[{'1' * 5000}]", "is no JSON: integer value out of range"),
        ('["a\x00"]', "is no JSON: invalid control character"),
        ('[{"Enabled": true, "Enabled": false}]', 'is no JSON: an object has "Enabled" twice'),
        ('"\\ud800"', "is no JSON: input data was truncated"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "is nested too deeply"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "is nested too deeply"),
    ],
)
def test_what_is_broken_gives_nothing_and_says_why(text: str, error: str) -> None:
    found, said = told(text)
    assert (found, said[: len(error)]) == ((), error)


def test_the_documents_before_a_broken_one_are_read() -> None:
    assert told('{"a": 1}\n{"a": 2}\n{"a"') == (({"a": 1}, {"a": 2}), BREAKS_OFF)


def test_a_file_that_goes_on_behind_its_document_is_not_that_document() -> None:
    assert (Document("a.json", '{"a": 1}').whole, Document("a.json", '{"a": 1} x').whole) == ({"a": 1}, {})


@pytest.mark.parametrize(("mark", "at"), [("", 14), ("\ufeff", 15)])
def test_the_break_is_shown_where_it_is(mark: str, at: int) -> None:
    document = Document("a.json", f'{mark}{{"a": 1}}\n[1, x]')
    assert document.fault is not None and document.fault.place == Span("a.json", at - 1, at)


def test_documents_are_bounded_in_number() -> None:
    found, error = told("1\n" * (MAX_DOCUMENTS + 1))
    assert (len(found), error) == (MAX_DOCUMENTS, f"holds more than {MAX_DOCUMENTS:,} documents")


def test_values_are_bounded_before_they_are_read() -> None:
    fault = Document("a.json", "[" + "[]," * (MAX_VALUES // 2) + "[]]").fault
    assert fault is not None
    assert (fault.code, fault.text) == ("too-large", "holds more than 5,000,000 values")
