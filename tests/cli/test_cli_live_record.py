"""`mfpolicy record`: whole or not at all, the same every time, and merged with what was known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from called import Call, Called, caller
from hostile import Hostile, by_type, says, silent

QUICK = ("--timeout", "0.2", "--tries", "1")
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
ZONE = '"":\n  - {type: TXT, value: v=spf1 include:_spf.example.net -all}\n'
ESTATE = {"mailflow.yaml": INTENT, "zones/example.org.yaml": ZONE}
NAMES = {
    "example.org": by_type(TXT=says('example.org TXT "v=spf1 include:_spf.example.net -all"')),
    "_spf.example.net": by_type(TXT=says('_spf.example.net TXT "v=spf1 -all"')),
    "example.edu": by_type(
        DS=says("example.edu DS 1 8 2 " + "AB" * 32), TXT=says('example.edu TXT "v=spf1 -all"')
    ),
}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile(NAMES, says(rcode="NXDOMAIN")) as running:
        yield running


def at(server: Hostile) -> tuple[str, ...]:
    return ("--nameserver", f"127.0.0.1:{server.port}", *QUICK)


def entry(name: str, value: str, type: str = "TXT") -> dict[str, object]:
    return {"name": name, "type": type, "rcode": "NOERROR", "ttl": 5, "records": [value]}


def recording(*entries: dict[str, object]) -> str:
    return json.dumps({"version": 1, "answers": list(entries)})


def answers(text: str) -> dict[str, list[str]]:
    """ "NAME TYPE" -> records, or the rcode."""
    found = json.loads(text)["answers"]
    return {f"{each['name']} {each['type']}": each["records"] or [each["rcode"]] for each in found}


def test_a_recording_is_sorted_and_the_same_every_time(call: Call, tmp_path: Path, server: Hostile) -> None:
    called = call(ESTATE, "record", *at(server))
    first = (tmp_path / "answers.json").read_text()
    assert called == Called(0, "", f"answers.json: {len(answers(first)):,} answers\n")
    assert list(answers(first)) == sorted(answers(first))
    call({}, "record", *at(server))
    assert (tmp_path / "answers.json").read_text() == first
    assert call({}, "record", *at(server), "-o", "-") == Called(0, first, "")


def test_a_recording_serves_to_judge(call: Call, server: Hostile) -> None:
    call(ESTATE, "record", *at(server))
    live = call({}, "check", *at(server))
    replayed = call({}, "check", "--dns", "answers.json")
    assert (live.code, live.out) == (replayed.code, replayed.out)


def test_a_question_more_is_asked_with_the_rest(call: Call, server: Hostile) -> None:
    called = call(ESTATE, "record", *at(server), "--ask", "Example.EDU:ds", "-o", "-")
    found = answers(called.out)
    assert found["example.edu DS"] == ["1 8 2 " + "ab" * 32]
    assert found["_spf.example.net TXT"] == ["v=spf1 -all"]


@pytest.mark.parametrize(
    "question",
    [
        "example.edu",
        "example.edu:",
        ":",
        "example.edu:A/B",
        "example.edu:NOPE",
        "example.edu:ANY",
        "example.edu:AXFR",
        "example.edu:TYPE65536",
        f"{70 * 'x'}.test:TXT",
    ],
)
def test_what_is_no_question_is_told(call: Call, server: Hostile, question: str) -> None:
    called = call(ESTATE, "record", *at(server), "--ask", question)
    assert (called.code, called.out) == (2, "")
    assert question.rpartition(":")[0] in called.err or question in called.err


def test_merging_keeps_the_names_that_are_not_asked_about_now(call: Call, server: Hostile) -> None:
    known = recording(
        entry("www.contoso.com", "192.0.2.1", "A"),
        entry("example.org", "stale"),
        entry("example.org", "gone", "TYPE65280"),
    )
    files = {**ESTATE, "answers.json": known}
    found = answers(call(files, "record", *at(server), "--merge", "-o", "answers.json").err and read())
    assert found["www.contoso.com A"] == ["192.0.2.1"]
    assert found["example.org TXT"] == ["v=spf1 include:_spf.example.net -all"]
    assert "example.org TYPE65280" not in found


def test_without_merging_nothing_is_kept(call: Call, server: Hostile) -> None:
    call(
        {**ESTATE, "answers.json": recording(entry("www.contoso.com", "192.0.2.1", "A"))},
        "record",
        *at(server),
    )
    assert "www.contoso.com A" not in answers(read())


def read(path: str = "answers.json") -> str:
    return Path(path).read_text()


BAD_FILES = {
    "half a file": ('{"version": 1, "answers": [', "not JSON"),
    "another version": ('{"version": 2, "answers": []}', "version"),
    "no JSON": ("hello\n", "not JSON"),
    "an entry that does not fit": ('{"version": 1, "answers": [{"name": "a"}]}', "rcode"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_merged_with_is_left_alone(call: Call, server: Hostile, name: str) -> None:
    text, words = BAD_FILES[name]
    called = call({**ESTATE, "answers.json": text}, "record", *at(server), "--merge")
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith("mfpolicy: answers.json")
    assert read() == text
    assert not server.seen


def test_a_folder_that_is_not_there_is_told(call: Call, server: Hostile) -> None:
    called = call(ESTATE, "record", *at(server), "-o", "none/answers.json")
    assert called == Called(
        2, "", "mfpolicy: none/answers.json: cannot be written: No such file or directory\n"
    )


def test_a_folder_for_a_file_is_told_and_leaves_nothing_behind(
    call: Call, tmp_path: Path, server: Hostile
) -> None:
    (tmp_path / "kept").mkdir()
    called = call(ESTATE, "record", *at(server), "-o", "kept")
    assert (called.code, called.out) == (2, "")
    assert called.err == "mfpolicy: kept: cannot be written: Is a directory\n"
    assert not [each for each in os.listdir(tmp_path) if each.endswith(".new")]


def test_a_question_of_ones_own_needs_no_estate(call: Call, server: Hostile) -> None:
    called = call({}, "record", "--ask", "example.edu:TXT", "-o", "-", *at(server))
    assert (called.code, called.document["answers"]) == (
        0,
        [entry("example.edu", "v=spf1 -all") | {"ttl": 300}],
    )


def test_without_a_question_of_ones_own_an_estate_is_needed(call: Call, server: Hostile) -> None:
    assert call({}, "record", "-o", "-", *at(server)).code == 2


def test_a_place_that_cannot_be_written_is_told(call: Call, server: Hostile) -> None:
    called = call({**ESTATE, "kept": "a file, no folder"}, "record", *at(server), "-o", "kept/answers.json")
    assert called == Called(2, "", "mfpolicy: kept/answers.json: cannot be written: Not a directory\n")


@pytest.mark.slow
def test_silence_leaves_the_file_that_was_there(call: Call) -> None:
    known = recording(entry("www.contoso.com", "192.0.2.1", "A"))
    with Hostile(otherwise=silent) as server:
        for merge in ((), ("--merge",)):
            called = call({**ESTATE, "answers.json": known}, "record", *at(server), *merge)
            assert (called.code, called.out, read()) == (3, "", known)


def test_a_recording_of_a_run_is_whole_or_not_there(call: Call, tmp_path: Path, server: Hostile) -> None:
    called = call(ESTATE, "check", *at(server), "--record-answers", "none/kept.json")
    assert (called.code, called.out) == (2, "")
    assert called.err == "mfpolicy: none/kept.json: cannot be written: No such file or directory\n"


def test_octets_of_all_kinds_come_back_as_they_were(call: Call, server: Hostile) -> None:
    octets = "".join(f"\\{number:03d}" for number in range(0, 256, 3))
    with Hostile({"example.edu": says(f'example.edu TXT "v=spf1 {octets}"')}, says(rcode="NXDOMAIN")) as odd:
        called = call({}, "record", *at(odd), "--ask", "example.edu:TXT", "-o", "-", "example.edu")
    value = "v=spf1 " + "".join(map(chr, range(0, 256, 3)))
    assert answers(called.out)["example.edu TXT"] == [value]
    replayed = call({"a.json": called.out}, "record", "example.edu", *at(server), "-o", "a.json", "--merge")
    assert replayed.code == 0
