"""Portraits as people read them: above the findings, in a column, harmless."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.findings import Portrait, Report
from mfpolicy.output.text import render

SUMS = "0 domains, 0 rules: 0 errors, 0 warnings, 0 notes (profile baseline)\n"


def shown(*lines: tuple[str, str], name: str = "example.org") -> str:
    return render(Report(portraits=(Portrait(name, lines),), notes=("a note",)))


def test_a_portrait_is_a_column_of_topics_above_all_else() -> None:
    assert shown(("MX", "mail.example.org"), ("MTA-STS", "none")) == (
        f"example.org\n  MX       mail.example.org\n  MTA-STS  none\n\na note\n\n{SUMS}"
    )


def test_several_portraits_stand_apart() -> None:
    portraits = (Portrait("example.org", (("MX", "a"),)), Portrait("example.net", (("MX", "b"),)))
    assert render(Report(portraits=portraits)) == f"example.org\n  MX  a\n\nexample.net\n  MX  b\n\n{SUMS}"


def test_without_portraits_nothing_changes() -> None:
    assert render(Report()) == SUMS


def test_a_long_record_is_set_in_lines_under_its_own_column() -> None:
    terms = [f"include:_spf{n}.example.net" for n in range(9)]
    lines = shown(("SPF", "v=spf1 " + " ".join(terms)), ("DMARC", "x")).partition("\n\n")[0].splitlines()
    assert lines[1] == f"  SPF    v=spf1 {' '.join(terms[:3])}"
    assert lines[2] == " " * 9 + " ".join(terms[3:6])
    assert all(len(line) <= 110 for line in lines)


def test_a_word_longer_than_a_line_is_cut_and_a_value_without_end_too() -> None:
    lines = shown(("DKIM", "p=" + "A" * 70_000)).partition("\n\n")[0].splitlines()
    assert [len(line) for line in lines[1:]] == [110, 110, 110, 110, 110, 8 + 600 - 5 * 102 + 3]
    assert lines[-1].endswith("A...")


def test_wide_characters_take_two_columns() -> None:
    lines = shown(("SPF", "\u3042" * 60)).splitlines()
    assert lines[1:3] == ["  SPF  " + "\u3042" * 51, "       " + "\u3042" * 9]


HOSTILE = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    [
        "::error::x",
        "a ::error::x",
        "\x1b[2J",
        "\u202eabc",
        "##[error]x",
        "\n::error::y",
        "x" * 109 + " ::error::",
    ]
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_stands_there_only_printable_lines_come_out(name: str, topic: str, said: str) -> None:
    page = shown((topic, said), ("MX", said), name=name)
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in page.split("\n"))
    assert "##[" not in page and "##vso[" not in page.lower()
