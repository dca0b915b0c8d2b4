"""`mfpolicy waive` as it is called from a shell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from called import Call, caller

INTENT = """\
version: 1  # ours
waivers:
  - {rule: SPF001, subject: old.test, reason: gone, owner: W, approved_by: S, expires: 2027-01-31}  # soon

domains:   # by hand
  example.org: {}
"""
WHO = ("--reason", "moves: soon", "--owner", "Web team", "--approved-by", "Security", "--today", "2026-11-23")
ADDED = (
    '  - {rule: DMA005, subject: example.org, reason: "moves: soon", owner: Web team,'
    " approved_by: Security, expires: 2026-12-23}\n"
)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def test_a_waiver_is_written_below_the_last_and_shown(call: Call, tmp_path: Path) -> None:
    called = call({"mailflow.yaml": INTENT}, "waive", "DMA005", "example.org", *WHO, "--expires", "30d")
    assert (called.code, called.out) == (0, ADDED)
    assert called.err == "mailflow.yaml: waived DMA005 on example.org until 2026-12-23\n"
    text = (tmp_path / "mailflow.yaml").read_text()
    assert text == INTENT.replace("# soon\n", "# soon\n" + ADDED)
    judged = call({}, "check", "--dns", "offline", "--today", "2026-11-23", "--format", "json")
    assert {each["slug"] for each in judged.document["findings"]} >= {"unused-waiver"}
    assert not any(each["slug"] == "malformed-waiver" for each in judged.document["findings"])


@pytest.mark.parametrize(("expires", "day"), [("quarter", "2027-02-22"), ("2027-01-31", "2027-01-31")])
def test_a_waiver_ends_on_a_day_or_after_a_time(call: Call, expires: str, day: str) -> None:
    called = call({"mailflow.yaml": INTENT}, "waive", "DMA005", "a.test", *WHO, "--expires", expires)
    assert f"expires: {day}" in called.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("spf-mising", "a.test", "--expires", "30d"),
            "there is no rule 'spf-mising'; did you mean spf-missing?",
        ),
        (("waiver-too-long", "a.test", "--expires", "30d"), "cannot be waived"),
        (
            ("spf-missing", "OLD.test", "--expires", "30d"),
            "there is a waiver of spf-missing on old.test already",
        ),
        (("DMA005", "a.test", "--expires", "2026-11-22"), "2026-11-22 is over"),
        (("DMA005", "a.test", "--expires", "2028-01-01"), "the most is 366"),
        (("DMA005", "a.test", "--expires", "soon"), "'soon' is neither a day"),
        (("DMA005", "a.test", "--expires", "999999999d"), "is neither a day"),
        (("DMA005", "a.test", "--expires", "60s"), "is neither a day"),
        (("DMA005", " ", "--expires", "30d"), "say a text"),
        (("DMA005", "\udc80", "--expires", "30d"), "say a text"),
        (("DMA005", "a.test", "gone.yaml", "--expires", "30d"), "gone.yaml"),
        (("DMA005", "a.test", "gone.test", "--expires", "30d"), "gone.test: there is no such file"),
    ],
)
def test_what_would_be_no_waiver_is_refused_and_the_file_stays(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    called = call({"mailflow.yaml": INTENT}, "waive", *arguments, *WHO)
    assert (called.code, called.out) == (2, "")
    assert words in called.err
    assert (tmp_path / "mailflow.yaml").read_text() == INTENT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nwaivers: [\n", "mailflow.yaml"),
        ("", "it is not a mapping"),
        ("x: &a []\nversion: 1\nwaivers: *a\n", "alias"),
        ("version: 1\nwaivers: {a: 1}\n", "no list"),
    ],
)
def test_an_intent_that_takes_no_waiver_stays_as_it_is(
    call: Call, tmp_path: Path, text: str, words: str
) -> None:
    called = call({"mailflow.yaml": text}, "waive", "DMA005", "a.test", *WHO, "--expires", "30d")
    assert called.code == 2
    assert words in called.err
    assert (tmp_path / "mailflow.yaml").read_text() == text


def test_what_is_missing_is_named_where_nobody_can_be_asked(call: Call) -> None:
    called = call({"mailflow.yaml": INTENT}, "waive", "DMA005", "a.test", "--owner", "Web team")
    assert called.code == 2
    assert "a waiver needs --reason, --approved-by, --expires" in called.err


def test_whoever_sits_at_a_terminal_is_asked(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pty

    ours, theirs = pty.openpty()
    with open(theirs, encoding="utf-8", closefd=True) as terminal, open(ours, "wb", buffering=0) as keyboard:
        keyboard.write(b"it moves\nSecurity\n30d\n")
        monkeypatch.setattr(sys, "stdin", terminal)
        asked = ("--owner", "Web team", "--today", "2026-11-23")
        called = call({"mailflow.yaml": INTENT}, "waive", "DMA005", "a.test", *asked)
    assert called.code == 0
    assert "reason: it moves, owner: Web team, approved_by: Security, expires: 2026-12-23" in called.out


def test_a_file_with_the_line_ends_of_windows_keeps_them(call: Call, tmp_path: Path) -> None:
    text = INTENT.replace("\n", "\r\n").encode()
    called = call({"mailflow.yaml": text}, "waive", "DMA005", "example.org", *WHO, "--expires", "30d")
    assert called.code == 0
    new = ADDED.replace("\n", "\r\n").encode()
    assert (tmp_path / "mailflow.yaml").read_bytes() == text.replace(b"# soon\r\n", b"# soon\r\n" + new)
