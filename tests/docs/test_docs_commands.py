"""Commands that pages name without running them: they exist, with the options that are given to them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mfpolicy.cli import cli

DOCS = Path(__file__).resolve().parents[2] / "docs"
_INLINE = re.compile(r"`(mfpolicy [a-z][^`\n]*)`")
_BLOCK = re.compile(r"^```(?:sh|yaml)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"\bmfpolicy [a-z][^\n|>]*")


def named(page: str) -> Iterator[str]:
    """Every call that a page shows inside code."""
    yield from _INLINE.findall(page)
    for block in _BLOCK.findall(page):
        yield from _CALL.findall(block)


def missing(call: str) -> list[str]:
    """The words of a call that are neither a command nor an option of it."""
    words = shlex.split(call, comments=True)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0][0].islower():
        context = click.Context(command)
        if words[0] not in command.list_commands(context):
            return [words[0]]
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    options = {each for parameter in command.params for each in parameter.opts} | {"--help"}
    return [word for word in words if word.startswith("-") and word != "-" and word not in options]


def test_pages_name_commands_and_options_that_there_are() -> None:
    calls = {call for page in DOCS.rglob("*.md") for call in named(page.read_text("utf-8"))}
    assert {call: missing(call) for call in calls if missing(call)} == {}


def test_the_how_tos_name_some() -> None:
    assert "mfpolicy check --wait 15m" in named((DOCS / "how-to/approve-a-change.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("mfpolicy chek .", ["chek"]),
        ("mfpolicy check --wat 15m", ["--wat"]),
        ("mfpolicy rules sow", ["sow"]),
        ("mfpolicy check --dns offline  # --no option", []),
        ("mfpolicy rules show ID", []),
    ],
)
def test_what_is_missing_is_found_and_the_rest_is_left_alone(call: str, words: list[str]) -> None:
    assert missing(call) == words
