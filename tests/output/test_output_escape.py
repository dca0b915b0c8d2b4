from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.output.escape import clipped, page, visible, width

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("a\u202eb\u200b\u2028\ufeff", r"a\u202eb\u200b\u2028\ufeff"),
        ("\ud800\u00a0\u3164", r"\ud800\xa0\u3164"),
        ("\U000e0041", r"\U000e0041"),
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("a ##[error]x ##VSO[task]", r"a #\x23[error]x #\x23VSO[task]"),
    ],
)
def test_what_cannot_be_seen_or_would_command_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["", "v=spf1 -all", "müller 例え 🙂", "2001:db8::1", "a ::b", "C:\\n ## x"])
def test_what_can_be_seen_and_commands_nothing_is_left_alone(text: str) -> None:
    assert visible(text) == text


@given(ANY_TEXT)
def test_whatever_comes_in_what_comes_out_is_printable_and_stable(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable() and not shown.lstrip().startswith("::") and visible(shown) == shown


@given(st.lists(st.sampled_from([":", " ", "a", "error"]), max_size=8))
def test_no_line_of_a_page_starts_a_workflow_command_whatever_its_parts(parts: list[str]) -> None:
    assert not page(["".join(map(visible, parts))]).lstrip(" ").startswith("::")


def test_a_page_ends_every_line() -> None:
    assert page(["a", "", "::b"]) == "a\n\n\\x3a:b\n"


def test_a_long_text_is_cut_and_one_that_fits_is_left_alone() -> None:
    assert (clipped("abcd", 3), clipped("abc", 3)) == ("abc...", "abc")


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("例え", 4), ("e\u0301", 1), ("é", 1)])
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    assert width(text) == columns
