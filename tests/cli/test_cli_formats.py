"""Where a run goes and in which formats, by the real command."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from called import Call, Called, answers, caller
from repository import alone, commit, repository, write

from mfpolicy.output.formats import FORMATS
from mfpolicy.output.formats.markdown import MARK

__all__ = ["alone"]
SOUND = '"":\n  - type: TXT\n    value: v=spf1 -all\n'
BAD = {"zones/example.org.yaml": '"":\n  - type: TXT\n    value: v=spf1 +all\n'}
CLEAN = {"zones/example.org.yaml": SOUND}
CHECK = ("check", "--zones", "octodns:zones", "--today", "2026-11-23")
SUMMARY = "GITHUB_STEP_SUMMARY"
DOCUMENTS = ("json", "sarif", "junit", "gitlab", "markdown")
CONTOSO = Path(__file__).resolve().parents[2] / "examples" / "contoso"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The summary of a step."""
    path = tmp_path / "summary.md"
    monkeypatch.setenv(SUMMARY, str(path))
    return path


def formats(*named: str) -> list[str]:
    return [part for each in named for part in ("--format", each)]


def test_a_run_goes_to_files_and_the_text_stays_on_standard_output(call: Call, tmp_path: Path) -> None:
    plain = call(BAD, *CHECK)
    found = call(BAD, *CHECK, *formats(*(f"{name}=out.{name}" for name in DOCUMENTS)))
    assert found == plain
    texts = {name: (tmp_path / f"out.{name}").read_text("utf-8") for name in DOCUMENTS}
    assert all("SPF007" in text for text in texts.values())
    for name in ("json", "sarif", "gitlab"):
        json.loads(texts[name])
    ET.fromstring(texts["junit"])
    assert texts["markdown"].startswith(MARK)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_on_standard_output_is_alone_there(name: str, call: Call, tmp_path: Path) -> None:
    call(BAD, *CHECK, *formats(f"{name}=out"))
    assert call(BAD, *CHECK, *formats(name))[1:] == ((tmp_path / "out").read_text("utf-8"), "")


def test_lines_for_a_log_share_standard_output(call: Call) -> None:
    text, commands = (call(BAD, *CHECK, *formats(name)).out for name in ("text", "github"))
    assert call(BAD, *CHECK, *formats("text", "github")).out == text + commands


SILENT = {
    "zones/example.org.yaml": SOUND.replace("-all", "include:a.example.net -all"),
    "answers.json": answers({}, {"a.example.net TXT": "TIMEOUT"}),
}
EMPTY = {"none.json": '{"version": 1, "records": []}'}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        (CLEAN, CHECK, 0),
        (BAD, CHECK, 1),
        (SILENT, (*CHECK, "--dns", "answers.json"), 3),
        (SILENT, (*CHECK, "--dns", "answers.json", "--allow-unknown"), 0),
        (EMPTY, ("check", "--zones", "records:none.json"), 4),
    ],
    ids=["clean", "findings", "incomplete", "allowed", "nothing"],
)
def test_the_exit_code_does_not_depend_on_the_format(
    name: str, files: Any, arguments: tuple[str, ...], code: int, call: Call
) -> None:
    assert call(files, *arguments, *formats(name)).code == code


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["json", "sarif"], "json and sarif cannot share standard output; say sarif=FILE"),
        (["text", "junit"], "text and junit cannot share standard output; say junit=FILE"),
        (["sarfi"], "there is no format 'sarfi'"),
        (["sarfi"], "did you mean sarif?"),
        (["SARIF=x"], "there is no format 'SARIF'"),
        (["sarif="], "'sarif=' names no file; say sarif=FILE, or sarif alone"),
        (["json=a", "sarif=a"], "'a' cannot hold two formats"),
    ],
)
def test_a_wrong_call_says_what_to_do(named: list[str], said: str, call: Call) -> None:
    found = call(BAD, *CHECK, *formats(*named))
    assert (found.code, found.out) == (2, "")
    assert said in " ".join(found.err.split())


@pytest.mark.parametrize("file", ["no/such/folder/x.sarif", "zones"])
def test_a_file_that_cannot_be_written_is_refused(file: str, call: Call) -> None:
    found = call(BAD, *CHECK, *formats(f"sarif={file}"))
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert f"{file}: cannot be written: " in found.err


def test_a_device_is_written_to_and_stays_what_it_is(call: Call, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert call(BAD, *CHECK, *formats("gitlab=pipe")).code == 1
    shown = os.read(reader, 65536)
    os.close(reader)
    assert "SPF007" in json.loads(shown)[0]["check_name"] and (tmp_path / "pipe").is_fifo()


def test_the_summary_of_a_step_grows(call: Call, summary: Path) -> None:
    summary.write_text("Of another step")
    call(BAD, *CHECK)
    call(BAD, *CHECK, *formats("sarif=out"))
    text = summary.read_text("utf-8")
    assert text.startswith("Of another step\n<!--") and text.count(f"{MARK}\n## Mail flow: 1 error\n") == 2


def test_without_one_nothing_is_written(call: Call, tmp_path: Path) -> None:
    call(BAD, *CHECK)
    assert sorted(each.name for each in tmp_path.iterdir()) == [".git", "zones"]


def test_a_summary_that_cannot_be_written_is_said_and_changes_nothing(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = call(BAD, *CHECK)
    monkeypatch.setenv(SUMMARY, str(tmp_path / "no" / "summary.md"))
    found = call(BAD, *CHECK)
    assert found[:2] == plain[:2]
    assert found.err.startswith("mfpolicy: GITHUB_STEP_SUMMARY names ") and "cannot be written" in found.err


def test_paths_begin_at_the_root_of_the_repository(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call({f"dns/{path}": text for path, text in BAD.items()}, "rules")
    monkeypatch.chdir(tmp_path / "dns")
    found = {name: call({}, *CHECK, *formats(name)).out for name in ("sarif", "gitlab", "github", "junit")}
    assert {name: "dns/zones/example.org.yaml" in text for name, text in found.items()} == dict.fromkeys(
        found, True
    )
    assert "dns/" not in call({}, *CHECK).out


def contoso(call: Call, *arguments: str) -> Called:
    copy = {
        str(path.relative_to(CONTOSO)): path.read_bytes() for path in CONTOSO.rglob("*") if path.is_file()
    }
    return call(copy, "check", "--dns", "answers.json", "--today", "2026-11-23", "--base", "none", *arguments)


def test_the_repository_may_lie_below_the_folder_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a workflow checks it out into a folder of its own."""
    (tmp_path / "dns/.git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    call = caller(tmp_path, monkeypatch, capsys)
    (tmp_path / ".git").rmdir()
    files = {f"dns/{path}": text for path, text in BAD.items()}
    found = call(files, "check", "--zones", "octodns:dns/zones", "--format", "github")
    assert found.out.startswith("::error file=zones/example.org.yaml,line=3,")


def test_all_formats_tell_of_the_same_errors(call: Call) -> None:
    report = contoso(call, *formats("json")).document
    errors = {(each["rule"], each["subject"]["name"]) for each in _errors(report)}
    (run,) = contoso(call, *formats("sarif")).document["runs"]
    sarif = [each for each in run["results"] if each["level"] == "error"]
    gitlab = [each for each in contoso(call, *formats("gitlab")).document if each["severity"] == "critical"]
    junit = ET.fromstring(contoso(call, *formats("junit")).out).findall(".//failure/..")
    rules = sorted(rule for rule, _ in errors)
    assert sorted(each["ruleId"] for each in sarif) == rules
    assert sorted(each["check_name"].split()[0] for each in gitlab) == rules
    assert {
        (case.attrib["name"].split()[0], case.attrib["classname"].partition(" ")[2]) for case in junit
    } == errors
    github = contoso(call, *formats("github")).out
    assert (github.count("::error "), len(errors)) == (10, 12)
    assert github.endswith(
        "::notice title=mfpolicy::2 errors, 15 warnings, 3 notes more; the report has them all\n"
    )
    assert "## Mail flow: 12 errors, 15 warnings and 3 notes\n" in contoso(call, *formats("markdown")).out


def _errors(report: Any) -> list[Any]:
    fails = [each for each in report["findings"] if each["verdict"] == "fail" and not each["waiver"]]
    return [each for each in fails if each["severity"] == "error"]


def test_waived_findings_are_in_sarif_where_they_are_wanted(call: Call) -> None:
    plain = contoso(call, *formats("sarif")).document["runs"][0]["results"]
    found = contoso(call, *formats("sarif"), "--with-waived").document["runs"][0]["results"]
    assert len(found) == len(plain) + 1
    assert [each["ruleId"] for each in found if each["suppressions"]] == ["DMA005"]


@pytest.mark.slow
def test_where_nothing_changed_the_summary_gets_one_line(
    tmp_path: Path, summary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room = repository(tmp_path / "room", BAD)
    commit(room, {"README.md": "x"})
    call = caller(room, monkeypatch, capsys)
    found = call({}, *CHECK, "--base", "HEAD~1", *formats("github"))
    assert found.out.startswith("nothing that mail depends on differs from ")
    assert summary.read_text("utf-8").count("nothing that mail depends on") == 1
    # A document is that of a whole run.
    whole = call({}, *CHECK, "--base", "HEAD~1", *formats("sarif"))
    assert [each["baselineState"] for each in whole.document["runs"][0]["results"]] == ["unchanged"]
    assert "## Mail flow: passes, nothing new\n" in summary.read_text("utf-8")
    write(room, CLEAN)
    call({}, *CHECK, "--base", "HEAD")
    assert "## Mail flow: passes, and 1 finding is fixed\n" in summary.read_text("utf-8")
