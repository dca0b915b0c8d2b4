"""Drift as people read it: beside the findings, and so that the difference shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.model.dns import Question
from mfpolicy.model.findings import Drift, Report
from mfpolicy.model.places import Span
from mfpolicy.output.drift import unseen
from mfpolicy.output.text import render

SPF = Drift(
    "example.org",
    "TXT",
    ("TXT v=spf1 include:a.example.net -all",),
    ("TXT v=spf1 -all",),
    Span("zones/example.org.yaml", 4, 9),
)
DMARC = Drift("_dmarc.example.org", "TXT", (), ("TXT v=DMARC1; p=none",))
HEAD = "(no finding; a change that is not deployed yet looks like this too)"


def shown(*drift: Drift, show_all: bool = False) -> str:
    return render(Report(drift=drift), {"zones/example.org.yaml": "? x\n: v=spf1"}, show_all=show_all)


def sides(*drift: Drift) -> list[str]:
    return [line for line in shown(*drift).splitlines() if line.startswith("    ")]


def test_each_set_shows_both_sides_by_name_and_the_sums_count_them() -> None:
    assert shown(SPF, DMARC) == (
        f"drift: live DNS differs from the repository at 2 names {HEAD}\n"
        "  _dmarc.example.org TXT\n"
        "    repository: (none)\n"
        "    live:       TXT v=DMARC1; p=none\n"
        "  zones/example.org.yaml:2 example.org TXT\n"
        "    repository: TXT v=spf1 include:a.example.net -all\n"
        "    live:       TXT v=spf1 -all\n\n"
        "0 domains, 0 rules: 0 errors, 0 warnings, 0 notes, 2 drifted (profile baseline)\n"
    )


def test_without_drift_nothing_is_said_of_it() -> None:
    assert "drift" not in shown()


def test_two_sets_at_one_name_are_told_from_names() -> None:
    other = Drift("example.org", "MX", ("MX 0 .",), ())
    assert "in 2 record sets at 1 name (" in shown(SPF, other)


def test_values_that_both_hold_are_only_counted() -> None:
    drift = Drift("example.org", "TXT", ("TXT a", "TXT b"), ("TXT a", "TXT b", "TXT c"))
    assert sides(drift) == [
        "    repository: (nothing else)",
        "    live:       TXT c",
        "    both:       2 values",
    ]


@pytest.mark.parametrize(
    ("sets", "show_all", "more"), [(10, False, 0), (41, False, 1), (41, True, 0)], ids=["ten", "more", "all"]
)
def test_ten_sets_are_shown_and_the_rest_counted(sets: int, show_all: bool, more: int) -> None:
    drift = [Drift(f"a{n}.example.org", "TXT", ("TXT a",), ("TXT b",)) for n in range(sets)]
    page = shown(*drift, show_all=show_all)
    assert page.count("repository: TXT a\n") == (10 if more else sets)
    assert page.count("  and 31 more (--all shows each)\n") == more


def test_six_values_of_a_side_are_four_and_a_count() -> None:
    values = tuple(f"TXT {n}" for n in range(6))
    lines = sides(Drift("example.org", "TXT", values, ()))
    assert lines[3:] == ["                TXT 3", "                and 2 more", "    live:       (none)"]
    assert len(sides(Drift("example.org", "TXT", values[:5], ()))) == 6


def test_long_values_are_cut_where_they_part_each_beside_its_like() -> None:
    key = "TXT v=DKIM1; p=" + "A" * 300
    here, there = key + "x" + "B" * 200, key + "y" + "B" * 200
    lines = sides(Drift("s1.example.org", "TXT", ("TXT other", here), (there,)))
    assert lines == [
        "    repository: TXT other",
        f"                ...{'A' * 30}x{'B' * 59}...",
        f"    live:       ...{'A' * 30}y{'B' * 59}...",
    ]


def test_values_that_fit_a_line_are_whole() -> None:
    value = "TXT " + "a" * 80
    assert sides(Drift("example.org", "TXT", (value,), (f"{value}b",))) == [
        f"    repository: {value}",
        f"    live:       {value}b",
    ]


HOSTILE = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["::error::x", "\x1b[2J", "\u202eabc", "##[error]x", "\n::error::y", "a" * 70_000]
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_dns_holds_only_short_printable_lines_come_out(name: str, ours: str, live: str) -> None:
    page = shown(Drift(name[:300], name[:30], (ours, ours + live), (live,)))
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in page.split("\n"))
    assert "##[" not in page and "##vso[" not in page.lower()
    assert max(map(len, sides(Drift("a", "b", (ours,), (live,))))) <= 16 + 3 + 90 + 3


def test_what_live_dns_did_not_answer_for_is_one_line() -> None:
    questions = (Question("a.example.org", "TXT"), Question("b.example.org", "MX"))
    assert list(unseen(questions)) == [
        "drift: live DNS did not answer for 2 record sets of the repository "
        "(first: a.example.org TXT): not compared"
    ]


def test_where_all_answered_no_line_says_so() -> None:
    assert list(unseen(())) == []


@pytest.mark.parametrize(("kept", "said"), [(3600, "1 hour"), (300, "5 minutes"), (301, "301 seconds")])
def test_how_long_resolvers_may_keep_the_live_answer_stands_below_it(kept: int, said: str) -> None:
    found = shown(Drift("example.org", "TXT", ("TXT a",), (), None, kept))
    assert f"    live:       (none)\n                (resolvers may keep that for {said})\n" in found


def test_where_nobody_knows_how_long_nothing_is_said() -> None:
    assert "may keep" not in shown(Drift("example.org", "TXT", ("TXT a",), (), None, None))
