"""Workflow commands as the runner reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from sampled import CHANGE, HOSTILE, KINDS, SPOT, finding, hostile, run

from mfpolicy.model.gate import Gate
from mfpolicy.model.places import Line
from mfpolicy.output.formats import Run
from mfpolicy.output.formats.github import render


class Command(NamedTuple):
    """A command as the runner takes it apart (actions/runner, src/Runner.Common/ActionCommand.cs)."""

    name: str
    properties: dict[str, str]
    data: str


def parsed(line: str) -> Command:
    start = line.lstrip()
    assert start.startswith("::")
    head, _, data = start[2:].partition("::")
    name, _, listed = head.partition(" ")
    pairs = (each.split("=", 1) for each in listed.strip().split(",") if each)
    properties = {pair[0]: unescaped(pair[1], ":", ",") for pair in pairs if len(pair) == 2}
    return Command(name, properties, unescaped(data))


def unescaped(text: str, *more: str) -> str:
    for char in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def commands(run: Run) -> list[Command]:
    return [parsed(line) for line in "".join(render(run)).split("\n")[:-1]]


def said(run: Run) -> Iterator[str]:
    return (each.data for each in commands(run))


def test_a_fail_is_an_annotation_at_its_place() -> None:
    where = {"file": "zones/a.yaml", "line": "2", "col": "10", "title": "SPF002 lookup-limit-exceeded"}
    message = "a.example.org: SPF needs 12 DNS lookups; receivers stop at 10"
    assert commands(run(finding(place=SPOT))) == [Command("error", where, message)]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        pytest.param({}, ["new", "worse", "warn", "note", "silent"], id="the change's doing"),
        pytest.param(
            {"gate": Gate(whole=True)}, ["new", "worse", "old", "warn", "note", "silent"], id="everything"
        ),
    ],
)
def test_what_is_told_is_what_may_fail_the_run(given: Any, names: list[str]) -> None:
    found = run(*KINDS.values(), **CHANGE, **given)
    assert [text.partition(".")[0] for text in said(found)] == names


def test_an_open_question_that_leaves_the_run_incomplete_is_told_although_it_is_old() -> None:
    old = {"status": "existing", "verdict": KINDS["silent"].verdict, "unknown": KINDS["silent"].unknown}
    found = [finding("touched.example.org", touched=True, **old), finding("left.example.org", **old)]
    assert [text.partition(".")[0] for text in said(run(*found, base="main"))] == ["touched"]


def test_a_run_that_could_not_ask_says_so_first() -> None:
    found = run(finding(), incomplete="no name server answered")
    assert next(said(found)) == "incomplete: no name server answered"


@pytest.mark.parametrize(
    ("errors", "notes", "shown", "last"),
    [
        pytest.param(10, 0, 10, None, id="ten"),
        pytest.param(11, 0, 10, "1 error more; the report has them all", id="eleven"),
        pytest.param(9, 3, 10, "2 notes more; the report has them all", id="of two kinds"),
        pytest.param(12, 3, 10, "2 errors, 3 notes more; the report has them all", id="both left out"),
        pytest.param(0, 10, 10, None, id="ten notes"),
        pytest.param(0, 11, 9, "2 notes more; the report has them all", id="no eleventh notice"),
    ],
)
def test_ten_are_shown_and_the_rest_counted(errors: int, notes: int, shown: int, last: str | None) -> None:
    found = [finding(f"e{each}.example.org") for each in range(errors)]
    found += [finding(f"n{each}.example.org", severity="note") for each in range(notes)]
    told = commands(run(*found))
    counted = [each.data for each in told if each.properties["title"] == "mfpolicy"]
    assert (len(told) - len(counted), counted) == (shown, [last] if last else [])
    assert sum(each.name == "notice" for each in told) <= 10


def test_that_a_run_could_not_ask_is_one_of_the_ten() -> None:
    found = [finding(f"w{each}.example.org", severity="warning") for each in range(10)]
    told = commands(run(*found, incomplete="no name server answered"))
    assert [each.name for each in told] == ["warning"] * 10 + ["notice"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_nothing_from_outside_ends_a_command_or_begins_one(text: str) -> None:
    for each in commands(hostile(text)):
        assert each.name in ("error", "warning", "notice")
        assert set(each.properties) <= {"file", "line", "col", "title"}


@pytest.mark.parametrize("file", ["a,b.yaml", "a:b.yaml", "a=b.yaml", "a%2Cb.yaml", "100%.yaml", "é.yaml"])
def test_a_file_with_an_odd_name_is_found(file: str) -> None:
    (command,) = commands(run(finding(place=Line(file, 1))))
    assert command.properties["file"] == file


def test_a_message_is_one_line_whatever_it_holds() -> None:
    (command,) = commands(run(finding(message="50%\n::error::x\r%0A")))
    assert command.data == r"50%\n::error::x\r%0A"
