"""`mfpolicy init` as it is called from a shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from called import Call, answers, caller
from hostile import Hostile, by_type, says, silent

ZONE = """
"": [{type: MX, value: {preference: 10, exchange: mail.example.net.}}, {type: TXT, value: "v=spf1 mx -all"}]
_dmarc: {type: TXT, value: "v=DMARC1\\\\; p=reject\\\\; rua=mailto:d@example.org"}
"""
FILES = {"zones/example.org.yaml": ZONE}
ZONES = ("--zones", "octodns:zones", "--dns", "offline")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def test_a_draft_goes_to_standard_output_and_check_takes_it(call: Call, tmp_path: Path) -> None:
    drafted = call(FILES, "init", *ZONES)
    assert (drafted.code, drafted.err) == (0, "")
    assert drafted.out.startswith("# yaml-language-server: $schema=")
    assert "    - {format: octodns, path: zones}\n" in drafted.out
    checked = call({"mailflow.yaml": drafted.out}, "check", "--dns", "offline", "--fail-on", "note")
    assert (checked.code, checked.err) == (0, "")


def test_a_file_is_written_once_and_named_zones_are_seen_from_it(call: Call, tmp_path: Path) -> None:
    written = call({**FILES, "ours/notes.txt": ""}, "init", *ZONES, "-o", "ours/mailflow.yaml")
    assert (written.code, written.out) == (0, "")
    assert "ours/mailflow.yaml: " in written.err
    text = (tmp_path / "ours" / "mailflow.yaml").read_text()
    assert "{format: octodns, path: ../zones}" in text
    again = call({"ours/mailflow.yaml": "mine\n"}, "init", *ZONES, "-o", "ours/mailflow.yaml")
    assert again.code == 2
    assert "ours/mailflow.yaml: exists already" in again.err
    assert (tmp_path / "ours" / "mailflow.yaml").read_text() == "mine\n"
    assert call({}, "init", *ZONES, "-o", "ours/mailflow.yaml", "--force").code == 0
    assert (tmp_path / "ours" / "mailflow.yaml").read_text() == text


def test_a_draft_that_check_could_not_follow_says_so(call: Call, tmp_path: Path) -> None:
    (tmp_path / ".git").rmdir()
    written = call({**FILES, "ours/notes.txt": ""}, "init", *ZONES, "-o", "ours/mailflow.yaml")
    assert written.code == 0
    assert "check does not read zones from there: write it beside that" in written.err
    checked = call({}, "check", "ours", "--dns", "offline")
    assert checked.code == 1
    assert "zones lies outside the repository, so it is not read\n --> ours/mailflow.yaml:5:31" in checked.out


def test_names_are_drafted_from_a_recording(call: Call) -> None:
    shut = {"example.org MX": ["0 ."], "example.org TXT": ["v=spf1 -all"]}
    recorded = answers(shut | {"_dmarc.example.org TXT": ["v=DMARC1; p=reject"]})
    drafted = call({"answers.json": recorded}, "init", "Example.org", "--dns", "answers.json")
    assert drafted.code == 0
    assert "  example.org: {mail: none, dmarc: {policy: reject}}\n" in drafted.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "say what to draft from"),
        (("--zones", "octodns:gone"), 2, "there is no gone here"),
        (("--zones", "octodns:zones", "--dns", "gone.json"), 2, "gone.json"),
        (("..",), 2, "is not a name that DNS can carry"),
        (("gone.test", "--dns", "answers.json"), 4, "nothing to draft from"),
    ],
)
def test_what_cannot_be_drafted_is_said(
    call: Call, arguments: tuple[str, ...], code: int, words: str
) -> None:
    called = call({**FILES, "answers.json": answers({})}, "init", *arguments)
    assert (called.code, called.out) == (code, "")
    assert words in called.err


def test_a_live_draft_asks_for_all_that_it_declares_and_says_what_did_not_answer(
    call: Call, tmp_path: Path
) -> None:
    names = {
        "example.org": by_type(
            MX=says("example.org MX 10 a-test.mail.protection.outlook.com."),
            TXT=says('example.org TXT "v=spf1 include:_spf.example.net -all"'),
        ),
        "_spf.example.net": by_type(TXT=says('_spf.example.net TXT "v=spf1 -all"')),
        "_smtp._tls.example.org": by_type(
            TXT=says('_smtp._tls.example.org TXT "v=TLSRPTv1; rua=mailto:tls@example.org"')
        ),
        "_dmarc.example.org": silent,
    }
    with Hostile(names, says(rcode="NXDOMAIN")) as server:
        quick = ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "0.2", "--tries", "1")
        drafted = call({}, "init", "example.org", *quick, "--record-answers", "answers.json")
    assert drafted.code == 0
    assert "    mx: exchange-online\n" in drafted.out
    # Whether mail of a declared sender is aligned could not be told.
    assert "senders: [" not in drafted.out
    assert '    tls_rpt: {rua: ["mailto:tls@example.org"]}\n' in drafted.out
    assert "# - DMARC was not asked or did not answer, so no policy is declared: example.org\n" in drafted.out
    again = call({}, "init", "example.org", "--dns", "answers.json")
    assert again.out == drafted.out


def test_a_world_that_says_nothing_gives_no_draft(call: Call) -> None:
    with Hostile({}, silent) as server:
        quick = ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "0.2", "--tries", "1")
        drafted = call({}, "init", "example.org", *quick)
    assert (drafted.code, drafted.out) == (3, "")
