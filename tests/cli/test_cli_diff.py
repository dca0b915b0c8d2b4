"""`mfpolicy diff`: called as from a shell, on repositories that git keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
from called import Called
from hostile import Hostile, by_type, says

from mfpolicy.output.diff_v1 import DiffV1

pytestmark = pytest.mark.slow  # every test starts git

ROOT = Path(__file__).resolve().parents[2]
ZONES = ("--zones", "octodns:zones", "--dns", "offline", "--today", "2026-11-23")
BEFORE = "'': {type: MX, value: {preference: 10, exchange: mx.example.net.}}\n"
AFTER = "'': {type: MX, value: {preference: 10, exchange: mx.example.com.}}\n"
HOSTILE = 'evil: {type: TXT, value: "v=spf1 ip4:192.0.2.1 \\e[31m ##[command]x <b>@octocat `x` -all"}\n'


def environment() -> dict[str, str]:
    """Without the user's git, and without the event of a run in GitHub's or pre-commit's hands."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "PRE_COMMIT"))}
    who = {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return {
        **kept,
        **who,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one commit of BEFORE."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, BEFORE, "As it was")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment())


def written(folder: Path, text: str) -> None:
    (folder / "zones").mkdir(exist_ok=True)
    (folder / "zones/example.org.yaml").write_text(text)


def commit(folder: Path, text: str, message: str) -> None:
    written(folder, text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def called(folder: Path, *arguments: str) -> Called:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "mfpolicy", "diff", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    return Called(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_without_a_name_it_tells_what_is_not_committed_yet(folder: Path) -> None:
    written(folder, AFTER)
    found = called(folder, *ZONES)
    assert (found.code, found.err) == (0, "")
    assert "lost: mx.example.net" in found.out


@pytest.mark.slow
def test_a_change_that_stops_mail_still_ends_in_0(folder: Path) -> None:
    commit(folder, "www: {type: A, value: 192.0.2.1}\n", "Drop mail")
    found = called(folder, "HEAD~1", *ZONES)
    assert (found.code, "takes no mail any more" in found.out) == (0, True)


@pytest.mark.slow
def test_a_folder_may_be_the_base(folder: Path) -> None:
    (folder / "was/zones").mkdir(parents=True)
    (folder / "was/zones/example.org.yaml").write_text(AFTER)
    assert "lost: mx.example.com" in called(folder, "was", *ZONES).out


@pytest.mark.slow
def test_nothing_of_mail_is_told_shortly(folder: Path) -> None:
    (folder / "README").write_text("text")
    found = called(folder, *ZONES)
    assert (found.code, found.out.endswith(": the mail of no name changes\n")) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize("base", ["", "none"])
def test_without_a_base_it_says_how_to_name_one(base: str, tmp_path: Path) -> None:
    written(tmp_path, BEFORE)
    found = called(tmp_path, *([base] if base else []), *ZONES)
    assert (found.code, found.out) == (2, "")
    assert "such as mfpolicy diff origin/main" in found.err


@pytest.mark.slow
def test_a_base_that_is_not_there_is_refused(folder: Path) -> None:
    found = called(folder, "nope", *ZONES)
    assert (found.code, "there is no commit nope" in found.err) == (2, True)


@pytest.mark.slow
def test_the_commits_say_why(folder: Path) -> None:
    commit(folder, AFTER, "Move mail\n\nThe body stays out.")
    commit(folder, AFTER + HOSTILE, "::error::@octocat <b>`x`</b>")
    out = called(folder, "HEAD~2", *ZONES, "--format", "changelog").out
    why = out.partition("**Why**\n\n")[2].partition("\n\n")[0]
    assert why == "- `Move mail`\n- ``\\x3a:error::@octocat <b>`x`</b>``"


@pytest.mark.slow
@pytest.mark.parametrize("format", ["text", "markdown", "changelog", "json"])
def test_a_hostile_record_comes_out_harmless(format: str, folder: Path) -> None:
    written(folder, AFTER + HOSTILE)
    found = called(folder, *ZONES, "--format", format)
    assert (found.code, found.err) == (0, "")
    assert not [each for each in ("\x1b", "##[") if each in found.out]


@pytest.mark.slow
def test_json_fits_its_schema_and_names_its_inputs(folder: Path) -> None:
    written(folder, AFTER)
    document = json.loads(called(folder, *ZONES, "--format", "json").out)
    jsonschema.validate(document, msgspec.json.schema(DiffV1))
    assert [each["file"] for each in document["inputs"]] == ["zones/example.org.yaml"]
    assert [each["name"] for each in document["changes"]] == ["example.org"]


@pytest.mark.slow
def test_a_live_run_says_for_how_long_resolvers_keep_what_was(folder: Path) -> None:
    commit(folder, AFTER + 's1._domainkey: {type: TXT, value: "v=DKIM1\\\\; p="}\n', "Move mail")
    apex = by_type(
        MX=says("example.org MX 10 mx.example.net."),
        SOA=says("example.org SOA ns.example.org. dns.example.org. 1 7200 3600 1209600 60"),
    )
    with Hostile({"example.org": apex}, otherwise=says(rcode="NXDOMAIN")) as server:
        live = ("--nameserver", f"{server.host}:{server.port}", "--format", "json")
        found = called(folder, "HEAD~1", *ZONES[:2], "--today", "2026-11-23", *live)
    records = [each for change in found.document["changes"] for each in change["records"]]
    assert {each["type"]: (each["kept"], each["source"]) for each in records} == {
        "MX": (300, "live DNS"),
        "TXT": (60, "live DNS"),
    }


BATCH = r"""{"Changes": [{"Action": "DELETE", "ResourceRecordSet": {"Name": "example.org.", "Type": "TXT",
"TTL": 300, "ResourceRecords": [{"Value": "\"v=spf1 ip4:192.0.2.0/24 -all\""}]}}]}"""


@pytest.mark.parametrize(
    ("base", "code", "said"),
    [((), 0, "since what is there before change.json: "), (("none",), 2, "there is nothing to compare with")],
)
def test_a_file_that_tells_what_there_was_needs_no_other_base(
    base: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "change.json").write_text(BATCH)
    found = called(tmp_path, *base, "--zones", "route53:change.json", "--dns", "offline")
    assert (found.code, said in found.out + found.err) == (code, True)
