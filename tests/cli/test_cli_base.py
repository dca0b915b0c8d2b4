"""A change against what it starts from, by the real command and the real git."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from called import Call, Called, answers, caller
from repository import Files, alone, commit, git, write

pytestmark = pytest.mark.slow  # every test starts git

__all__ = ["alone"]
ESTATE = Path(__file__).resolve().parents[2] / "examples" / "contoso"
ORG, COM = "zones/example.org.yaml", "zones/example.com.yaml"
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"


def zone(spf: str, more: str = "") -> str:
    return f'"":\n  - type: TXT\n    value: {spf}\n{more}'


SOUND, OPEN = zone("v=spf1 -all"), zone("v=spf1 +all")
MX = "  - type: MX\n    value: {preference: 10, exchange: mail.example.net.}\n"
CUT_OFF = '"":\n  - type: TXT\n    value: {a: [\n'


class Room(NamedTuple):
    """A repository, and the command in it."""

    folder: Path
    call: Call

    def check(self, after: Files, *arguments: str, zones: str = "octodns:zones") -> Called:
        """Write files, and judge the zones against HEAD unless told otherwise."""
        write(self.folder, after)
        base = () if any(each.startswith("--base") for each in arguments) else ("--base", "HEAD")
        named = ("--zones", zones) if zones else ()
        return self.call({}, "check", *named, *base, "--today", "2026-11-23", *arguments)

    def statuses(self, after: Files, *arguments: str, zones: str = "octodns:zones") -> dict[str, set[str]]:
        """Status -> the errors of that status, "slug name"."""
        called = self.check(after, *arguments, "--format", "json", zones=zones)
        found: dict[str, set[str]] = {}
        for each in called.document["findings"]:
            if each["verdict"] == "fail" and each["severity"] == "error":
                found.setdefault(each["status"], set()).add(f"{each['slug']} {each['subject']['name']}")
        assert called.code == int(bool({"new", "worsened", None} & found.keys()))
        return found


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Room:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    return Room(folder, caller(folder, monkeypatch, capsys))


def refused(called: Called) -> str:
    assert (called.code, called.out) == (2, "")
    assert "Traceback" not in called.err
    return called.err.rstrip("\n")


NEW_ORG, OLD_ORG = (
    {"new": {"everyone-authorised example.org"}},
    {"existing": {"everyone-authorised example.org"}},
)
LONG = "v=spf1 " + " ".join(f"a:a{number}.example.org" for number in range(11)) + " -all"
LONGER = LONG.replace("-all", "a:b.example.org -all")
OLD_LONG, WORSE_LONG = (
    {status: {"lookup-limit-exceeded example.org"}} for status in ("existing", "worsened")
)

STATUSES: dict[str, tuple[Mapping[str, str], Files, dict[str, set[str]]]] = {
    "a fault that is new": ({ORG: SOUND}, {ORG: OPEN}, NEW_ORG),
    "a fault that is old": ({ORG: OPEN}, {ORG: OPEN + "x: {type: A, value: 192.0.2.1}\n"}, OLD_ORG),
    "a fault that is mended": ({ORG: OPEN}, {ORG: SOUND}, {"fixed": {"everyone-authorised example.org"}}),
    "an old fault beside a new one": (
        {ORG: OPEN, COM: SOUND}, {COM: OPEN}, {**OLD_ORG, "new": {"everyone-authorised example.com"}},
    ),
    "a fault that moves down": ({ORG: OPEN}, {ORG: "# a line\n\n" + OPEN}, OLD_ORG),
    "an edit to a bad record": ({ORG: zone(LONG)}, {ORG: zone(LONG.replace("a:a0", "a:c0"))}, OLD_LONG),
    "an edit that makes it worse": ({ORG: zone(LONG)}, {ORG: zone(LONGER)}, WORSE_LONG),
    "an edit that makes it better": ({ORG: zone(LONGER)}, {ORG: zone(LONG)}, OLD_LONG),
    "a zone that is gone": (
        {ORG: OPEN, COM: SOUND}, {ORG: None},
        {"new": {"zone-with-mail-removed example.org"}, "fixed": {"everyone-authorised example.org"}},
    ),
    "a zone that comes": ({COM: SOUND}, {ORG: OPEN}, NEW_ORG),
    "other ends of lines": ({ORG: OPEN}, {ORG: OPEN.replace("\n", "\r\n")}, OLD_ORG),
    "other ends of lines before": ({ORG: OPEN.replace("\n", "\r\n")}, {ORG: OPEN}, OLD_ORG),
    "a byte order mark": ({ORG: OPEN}, {ORG: "\ufeff" + OPEN}, OLD_ORG),
    "a byte order mark before": ({ORG: "\ufeff" + OPEN}, {ORG: OPEN}, OLD_ORG),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), STATUSES.values(), ids=STATUSES)
def test_only_what_is_new_or_worse_fails(
    room: Room, before: Mapping[str, str], after: Files, expected: dict[str, set[str]]
) -> None:
    commit(room.folder, before)
    assert room.statuses(after) == expected


def test_an_old_fault_takes_a_line_and_all_shows_and_judges_it(room: Room) -> None:
    commit(room.folder, {ORG: OPEN, COM: SOUND})
    change = {COM: SOUND + "x: {type: A, value: 192.0.2.1}\n"}
    brief, whole, alone = (room.check(change, *each) for each in ([], ["--all"], ["--base", "none"]))
    assert (brief.code, whole.code, alone.code) == (0, 1, 1)
    assert f"from before this change: {ORG}:3 example.org: SPF lets every address pass" in brief.out
    assert "0 new, 0 worse, 1 from before, 0 fixed" in brief.out
    assert ("= fix:" in brief.out, "= fix:" in whole.out) == (False, True)


def test_a_change_that_moves_mail_elsewhere_is_new_and_names_its_domain(room: Room) -> None:
    commit(room.folder, {ORG: SOUND + MX})
    found = room.check({ORG: SOUND + MX.replace("mail", "mx")}, "--format", "json").document
    about = {
        (each["rule"], each["subject"]["name"])
        for each in found["ledger"]
        if each["subject"]["kind"] == "change"
    }
    assert "example.org" in {name for _, name in about}
    assert {each["status"] for each in found["findings"] if each["subject"]["kind"] == "change"} <= {"new"}


# Nothing that mail depends on

SAME = "nothing that mail depends on differs from HEAD ({}); --all judges everything\n"
IRRELEVANT: dict[str, tuple[Files, Files]] = {
    "nothing": ({}, {}),
    "a page": ({}, {"README.md": "x"}),
    "a page that is kept": ({"README.md": "x"}, {"README.md": "y"}),
    "a program": ({"tools/dump.js": "x"}, {"tools/dump.js": None}),
    "what is ignored": ({".gitignore": "*.bak\n"}, {"zones.bak": "x"}),
}


@pytest.mark.parametrize(("before", "after"), IRRELEVANT.values(), ids=IRRELEVANT)
def test_where_nothing_relevant_differs_one_line_says_so(room: Room, before: Files, after: Files) -> None:
    id = commit(room.folder, {ORG: OPEN, **before})
    assert room.check(after) == (0, SAME.format(id[:7]), "")


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--all"], 1), (["--format", "json"], 0), (["--format", "json", "--all"], 1)]
)
def test_all_and_machines_are_told_everything_all_the_same(
    room: Room, arguments: list[str], code: int
) -> None:
    commit(room.folder, {ORG: OPEN})
    called = room.check({}, *arguments)
    assert (called.code, "everyone-authorised" in called.out) == (code, True)


def test_a_recording_that_is_wanted_is_made_though_nothing_differs(room: Room) -> None:
    commit(room.folder, {ORG: SOUND, "a.json": answers({"example.net A": ["192.0.2.1"]})})
    assert room.check({}, "--dns", "a.json", "--record-answers", "kept.json").code == 0
    assert "192.0.2.1" in (room.folder / "kept.json").read_text("utf-8")


def records(spf: str) -> str:
    found = {"zone": "example.org", "name": "example.org", "type": "TXT", "ttl": 300, "values": [spf]}
    return json.dumps({"version": 1, "authority": "full", "records": [found]})


SOA = "$ORIGIN example.rs.\n@ 300 IN SOA ns. root. 1 2 3 4 5\n@ 300 IN TXT {}\n"
INCLUDING = '"":\n  - type: TXT\n    value: !include {}\n'
PAGE, OPEN_PAGE = {"spf.md": "v=spf1 -all\n"}, {"spf.md": "v=spf1 +all\n"}
CONFIG = """providers:
  z: {class: octodns.provider.yaml.YamlProvider, directory: ./z}
zones: {example.org.: {}}
"""
PASSED_BY: dict[str, tuple[str, Files, Files]] = {
    "a file that git ignores": (
        "records:build/r.json",
        {".gitignore": "build\n", "dump.js": "1"},
        {"dump.js": "2", "build/r.json": records("v=spf1 +all")},
    ),
    "a zone whose name ends as a program's": (
        "zone-file:zones",
        {"zones/db.example.rs": SOA.format('"v=spf1 -all"')},
        {"zones/db.example.rs": SOA.format('"v=spf1 +all"')},
    ),
    "a hidden folder": ("octodns:.dns", {".dns/example.org.yaml": SOUND}, {".dns/example.org.yaml": OPEN}),
    "an included page": ("octodns:zones", {ORG: INCLUDING.format("../spf.md"), **PAGE}, OPEN_PAGE),
    "an included file that git ignores": (
        "octodns:zones",
        {ORG: INCLUDING.format("../spf.txt"), ".gitignore": "*.txt\n"},
        {"spf.txt": "v=spf1 +all\n"},
    ),
    "a configuration that names a folder": (
        "octodns:dns.yaml",
        {"dns.yaml": CONFIG, "z/example.org.yaml": INCLUDING.format("../spf.md"), **PAGE},
        OPEN_PAGE,
    ),
}


@pytest.mark.parametrize(("zones", "before", "after"), PASSED_BY.values(), ids=PASSED_BY)
def test_no_change_passes_by(room: Room, zones: str, before: Files, after: Files) -> None:
    commit(room.folder, before)
    called = room.check(after, zones=zones)
    assert (called.code, "lets every address pass" in called.out) == (1, True)


def test_no_change_behind_a_link_passes_by(room: Room) -> None:
    (room.folder / "zones").mkdir()
    (room.folder / ORG).symlink_to("../spf.md")
    (room.folder / "way").symlink_to(".dns")
    commit(room.folder, {"spf.md": SOUND, ".dns/example.com.yaml": SOUND})
    assert room.check({"spf.md": OPEN}).code == 1
    assert room.check({".dns/example.com.yaml": OPEN}, zones="octodns:way").code == 1


def test_no_change_that_git_was_told_to_overlook_passes_by(room: Room) -> None:
    commit(room.folder, {ORG: SOUND})
    git(room.folder, "update-index", "--assume-unchanged", ORG)
    assert room.check({ORG: OPEN}).code == 1


# Without --base


def test_without_a_base_only_a_file_that_was_read_makes_one(room: Room) -> None:
    commit(room.folder, {ORG: OPEN, "README.md": "x", "other/a.yaml": "x"})
    call = ("check", "--zones", "octodns:zones")
    clean = room.call({}, *call)
    beside = room.call({"README.md": "y", "other/a.yaml": "y"}, *call)
    within = room.call({ORG: "# x\n" + OPEN}, *call)
    assert [each.code for each in (clean, beside, within)] == [1, 1, 0]
    assert ["compared with HEAD" in each.out for each in (clean, beside, within)] == [False, False, True]


def test_a_linked_file_is_one_that_was_read(room: Room) -> None:
    (room.folder / "zones").symlink_to("dns")
    commit(room.folder, {"dns/example.org.yaml": OPEN})
    called = room.call({"dns/example.org.yaml": "# x\n" + OPEN}, "check", "--zones", "octodns:zones")
    assert (called.code, "1 from before" in called.out) == (0, True)


def test_in_a_hook_at_a_commit_there_always_is_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    id = commit(room.folder, {ORG: OPEN})
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert room.call({}, "check", "--zones", "octodns:zones") == (0, SAME.format(id[:7]), "")


def test_pre_commit_by_hand_judges_what_lies_there(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a pipeline does: `pre-commit run --all-files` tells its hooks no more than that it runs them."""
    commit(room.folder, {ORG: OPEN})
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert room.call({}, "check", "--zones", "octodns:zones").code == 1


def test_an_event_s_base_is_used_and_a_word_beats_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    before = commit(room.folder, {ORG: SOUND})
    commit(room.folder, {ORG: OPEN})
    write(
        room.folder, {"event.json": json.dumps({"before": before, "repository": {"default_branch": "main"}})}
    )
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(room.folder / "event.json"))
    called = room.call({}, "check", "--zones", "octodns:zones")
    assert (called.code, f"compared with {before[:7]}: 1 new" in called.out) == (1, True)
    assert room.check({}, "--base", "HEAD").code == 0


def test_an_event_that_cannot_be_read_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(room.folder, {ORG: SOUND})
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)
    said = refused(room.call({}, "check", "--zones", "octodns:zones"))
    assert said.startswith("mfpolicy: GITHUB_EVENT_PATH names nothing, which cannot be read: ")
    assert said.endswith("; --base names another start, --base none compares with nothing")


# What is no base

NO_BASE = [
    ("nope", "there is no commit nope in this repository; name a branch, a tag or a commit"),
    ("-x", "there is no commit -x in this repository; name a branch, a tag or a commit"),
    ("HEAD~999", "there is no commit HEAD~999 in this repository; name a branch, a tag or a commit"),
    ("HEAD\n", r"there is no commit HEAD\n in this repository; name a branch, a tag or a commit"),
    ("\x1b[31m", r"there is no commit \x1b[31m in this repository; name a branch, a tag or a commit"),
    ("blob", "there is no commit blob in this repository; name a branch, a tag or a commit"),
    ("^HEAD", "there is no commit ^HEAD in this repository; name a branch, a tag or a commit"),
    (ORG, f"--base {ORG} is a file; name a folder, or a branch, a tag or a commit"),
    ("zones", "--base zones is a folder and a commit: say ./zones, or refs/heads/zones"),
    (".", "--base . is the folder that is judged; name one that holds the files as they were"),
]


@pytest.mark.parametrize(("base", "words"), NO_BASE)
def test_what_is_no_base_is_refused(room: Room, base: str, words: str) -> None:
    commit(room.folder, {ORG: SOUND})
    git(room.folder, "tag", "blob", f"HEAD:{ORG}")
    git(room.folder, "branch", "zones")
    assert refused(room.check({}, f"--base={base}")) == f"mfpolicy: {words}"


def test_a_base_of_no_letters_is_refused(room: Room) -> None:
    """As a variable is that nobody set."""
    commit(room.folder, {ORG: SOUND})
    said = refused(room.check({}, "--base="))
    assert said.endswith("Invalid value for --base: say a branch, a tag, a commit or a folder, or none")


def test_a_domain_by_its_name_has_no_base(room: Room) -> None:
    commit(room.folder, {ORG: SOUND})
    assert refused(room.call({}, "check", "example.org", "--base", "HEAD")) == (
        "mfpolicy: --base HEAD: this call names no file that could be compared with an older one"
    )


def test_who_has_no_git_is_told_only_if_they_ask(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(room.folder, {ORG: SOUND})
    monkeypatch.setenv("PATH", "")
    words = "mfpolicy: git is not installed here, so no commit can be compared with"
    assert refused(room.check({})) == words
    assert room.call({}, "check", "--zones", "octodns:zones").code == 0


def test_a_clone_that_is_cut_off_is_told_its_cure(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(room.folder, {ORG: SOUND})
    commit(room.folder, {ORG: OPEN})
    git(room.folder.parent, "clone", "-q", "--depth", "1", room.folder.as_uri(), "shallow")
    monkeypatch.chdir(room.folder.parent / "shallow")
    assert refused(room.check({}, "--base", "HEAD~1")) == (
        "mfpolicy: this clone is shallow, and lacks HEAD~1 or how it came about; fetch the rest with "
        "git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)"
    )


def test_a_clone_that_left_files_out_is_told_its_cure(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    git(room.folder, "config", "uploadpack.allowFilter", "true")
    commit(room.folder, {ORG: SOUND})
    commit(room.folder, {ORG: OPEN})
    git(room.folder.parent, "clone", "-q", "--filter=blob:none", room.folder.as_uri(), "part")
    monkeypatch.chdir(room.folder.parent / "part")
    assert refused(room.check({}, "--base", "HEAD~1")).endswith("git fetch --refetch --no-filter")


# What base holds, and does not hold


def test_a_folder_that_base_does_not_have_is_new(room: Room) -> None:
    id = commit(room.folder, {"README": "x"})
    called = room.check({ORG: OPEN})
    assert f"zones is not in HEAD ({id[:7]}): all of it is new" in called.out.splitlines()
    assert "1 new, 0 worse, 0 from before" in called.out


UNREADABLE: dict[str, tuple[str | bytes, str | bytes, dict[str, set[str]]]] = {
    "cut off before": (
        CUT_OFF, OPEN, {**NEW_ORG, "fixed": {f"unreadable-file {ORG}"}},
    ),
    "cut off now": (OPEN, CUT_OFF, {"new": {f"unreadable-file {ORG}"}}),
    "cut off both times": (CUT_OFF, "# x\n" + CUT_OFF, {"existing": {f"unreadable-file {ORG}"}}),
    "not UTF-8 before": (b"# \xff\n", OPEN, {**NEW_ORG, "fixed": {f"unreadable-file {ORG}"}}),
    "too large before": (b"#" * (16 * 2**20 + 1), OPEN, {**NEW_ORG, "fixed": {f"too-large {ORG}"}}),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_hides_nothing(
    room: Room, before: str | bytes, after: str | bytes, expected: dict[str, set[str]]
) -> None:
    write(room.folder, {ORG: before})
    commit(room.folder)
    assert room.statuses({ORG: after}) == expected


def test_a_zone_that_could_not_be_read_then_is_said(room: Room) -> None:
    id = commit(room.folder, {ORG: CUT_OFF})
    words = f"{ORG} could not be read in HEAD ({id[:7]}), so nothing in it counts as old"
    assert words in room.check({ORG: SOUND}).out.splitlines()


def test_links_are_followed_in_the_commit_and_no_further(room: Room) -> None:
    write(room.folder, {ORG: OPEN, "../secret.yaml": OPEN})
    (room.folder / COM).symlink_to("example.org.yaml")
    (room.folder / "zones/example.net.yaml").symlink_to("../../secret.yaml")
    commit(room.folder)
    found = room.statuses({ORG: "# x\n" + OPEN})
    assert found == {
        "existing": {
            "everyone-authorised example.org",
            "everyone-authorised example.com",
            "unreadable-file zones/example.net.yaml",
        }
    }


MOVED: dict[str, tuple[str, str]] = {
    "the folder": ("zones", "dns"),
    "the folder, deeper": ("zones", "infra/dns/zones"),
}


@pytest.mark.parametrize("kept", [True, False], ids=["staged", "not kept yet"])
@pytest.mark.parametrize(("then", "now"), MOVED.values(), ids=MOVED)
def test_a_folder_that_moves_is_no_change(room: Room, then: str, now: str, kept: bool) -> None:
    commit(room.folder, {ORG: OPEN, COM: zone(LONG)})
    (room.folder / now).parent.mkdir(parents=True, exist_ok=True)
    (room.folder / then).rename(room.folder / now)
    if kept:
        git(room.folder, "add", "-A")
    assert room.statuses({}, zones=f"octodns:{now}") == {
        "existing": {"everyone-authorised example.org", "lookup-limit-exceeded example.com"}
    }


def test_a_file_that_moves_between_two_folders_is_no_change(room: Room) -> None:
    commit(room.folder, {ORG: OPEN, COM: OPEN, "more/example.net.yaml": OPEN})
    (room.folder / COM).rename(room.folder / "more/example.com.yaml")
    called = room.check({}, "--zones", "octodns:more", "--format", "json")
    assert {each["status"] for each in called.document["findings"]} == {"existing"}


def test_a_folder_that_is_divided_is_no_change(room: Room) -> None:
    commit(room.folder, {ORG: OPEN, COM: CUT_OFF})
    (room.folder / "more").mkdir()
    (room.folder / COM).rename(room.folder / "more/example.com.yaml")
    found = room.check({}, "--zones", "octodns:more", "--format", "json").document
    failed = {(each["slug"], each["status"]) for each in found["findings"] if each["verdict"] == "fail"}
    assert failed == {("everyone-authorised", "existing"), ("unreadable-file", "existing")}


def test_a_draft_that_becomes_a_zone_is_new(room: Room) -> None:
    commit(room.folder, {COM: SOUND, "drafts/example.org.yaml": OPEN})
    (room.folder / "drafts/example.org.yaml").rename(room.folder / ORG)
    assert room.statuses({}) == NEW_ORG


def test_an_intent_that_moves_with_its_zones_is_no_change(room: Room) -> None:
    commit(room.folder, {"mailflow.yaml": INTENT + "nope: 1\n", ORG: OPEN})
    (room.folder / "mail").mkdir()
    for name in ("mailflow.yaml", "zones"):
        (room.folder / name).rename(room.folder / "mail" / name)
    git(room.folder, "add", "-A")
    assert room.statuses({}, "mail", zones="") == {
        "existing": {"everyone-authorised example.org", "unknown-intent-key mail/mailflow.yaml"}
    }


@pytest.mark.parametrize("how", ["as it was", "moved", "other ends of lines"])
def test_a_whole_estate_that_says_the_same_has_nothing_new(room: Room, how: str) -> None:
    shutil.copytree(ESTATE, room.folder / "then")
    commit(room.folder)
    if how == "moved":
        (room.folder / "then").rename(room.folder / "now")
    folder = room.folder / ("now" if how == "moved" else "then")
    for each in folder.rglob("*.yaml") if how == "other ends of lines" else ():
        each.write_bytes(each.read_bytes().replace(b"\n", b"\r\n"))
    estate = (folder.name, "--dns", f"{folder.name}/answers.json")
    found = room.check({}, *estate, "--format", "json", zones="").document
    assert {each["status"] for each in found["findings"]} == {"existing"}


def test_a_submodule_in_the_place_of_the_zones_is_said(room: Room) -> None:
    inner = room.folder.parent / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    commit(inner, {"example.org.yaml": OPEN})
    git(room.folder, "submodule", "-q", "add", str(inner), "zones")
    id = commit(room.folder, {"mailflow.yaml": INTENT})
    commit(room.folder / "zones", {"example.org.yaml": "# x\n" + OPEN})
    called = room.check({}, zones="")
    assert f"zones is a submodule in HEAD ({id[:7]}): all of it is new" in called.out.splitlines()
    assert called.code == 1


STRANGE = [
    "zones/-rf.example.yaml",
    "zones/ü.example.yaml",
    "zones/with blank.yaml",
    "zones/a\nb.yaml",
    "zones/\x1b.yaml",
]


def test_files_with_strange_names_are_no_change(room: Room) -> None:
    commit(room.folder, {ORG: SOUND, **dict.fromkeys(STRANGE[:3], OPEN)})
    assert room.statuses({ORG: "# x\n" + SOUND}).keys() == {"existing"}


def test_files_that_cannot_be_asked_for_break_nothing(room: Room) -> None:
    commit(room.folder, {ORG: OPEN, **dict.fromkeys(STRANGE, OPEN)})
    called = room.check({ORG: "# x\n" + OPEN})
    assert (called.code in (0, 1), called.err, "\x1b" in called.out) == (True, "", False)


# Where the call stands


def test_a_call_from_a_folder_below_means_the_same(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(room.folder, {ORG: SOUND, COM: OPEN, "sub/x": "x"})
    monkeypatch.chdir(room.folder / "sub")
    assert room.statuses({ORG: OPEN}, zones="octodns:../zones") == {
        "new": {"everyone-authorised example.org"},
        "existing": {"everyone-authorised example.com"},
    }


@pytest.mark.parametrize("way", ["repository", "way"])
def test_absolute_paths_mean_the_same_also_through_a_link(room: Room, way: str) -> None:
    (room.folder.parent / "way").symlink_to("repository")
    commit(room.folder, {ORG: SOUND, COM: OPEN})
    zones = f"octodns:{room.folder.parent / way / 'zones'}"
    assert room.statuses({ORG: OPEN}, zones=zones) == {
        "new": {"everyone-authorised example.org"},
        "existing": {"everyone-authorised example.com"},
    }


def test_every_kind_of_checkout_is_compared(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(room.folder, {ORG: SOUND})
    git(room.folder, "worktree", "add", "-q", "--detach", "../tree")
    git(room.folder.parent, "clone", "-q", "--separate-git-dir", "aside", str(room.folder), "split")
    found = []
    for name in ("tree", "split"):
        monkeypatch.chdir(room.folder.parent / name)
        write(room.folder.parent / name, {ORG: OPEN})
        found.append(room.statuses({}))
    assert found == [NEW_ORG, NEW_ORG]


def test_a_repository_of_longer_ids_is_compared(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = room.folder.parent / "sha256"
    folder.mkdir()
    git(folder, "init", "-q", "--object-format=sha256")
    commit(folder, {ORG: SOUND, COM: OPEN})
    monkeypatch.chdir(folder)
    write(folder, {ORG: OPEN})
    assert room.statuses({}) == {
        "new": {"everyone-authorised example.org"},
        "existing": {"everyone-authorised example.com"},
    }


def test_a_merge_is_compared_with_either_parent(room: Room) -> None:
    commit(room.folder, {ORG: SOUND, COM: SOUND})
    git(room.folder, "switch", "-q", "-c", "side")
    commit(room.folder, {COM: OPEN})
    git(room.folder, "switch", "-q", "-")
    commit(room.folder, {ORG: OPEN})
    git(room.folder, "merge", "-q", "-m", "x", "side")
    found = [room.statuses({}, "--base", f"HEAD^{number}") for number in (1, 2)]
    assert [each["new"] for each in found] == [
        {"everyone-authorised example.com"},
        {"everyone-authorised example.org"},
    ]


def test_a_hook_that_sets_git_s_variables_changes_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = room.folder.parent / "other"
    other.mkdir()
    git(other, "init", "-q")
    commit(other, {ORG: OPEN})
    commit(room.folder, {ORG: SOUND})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert room.statuses({ORG: OPEN}) == NEW_ORG


# The intent


def test_an_intent_that_is_new_makes_no_old_fault_new(room: Room) -> None:
    commit(room.folder, {ORG: OPEN})
    assert room.statuses({"mailflow.yaml": INTENT + "nope: 1\n"}, zones="") == {
        "existing": {"everyone-authorised example.org"},
        "new": {"unknown-intent-key mailflow.yaml"},
    }


def test_an_intent_that_is_gone_is_said(room: Room) -> None:
    id = commit(room.folder, {"mailflow.yaml": INTENT, ORG: OPEN})
    called = room.check({"mailflow.yaml": None})
    words = f"mailflow.yaml is gone since HEAD ({id[:7]}): what it declared is not judged"
    assert (called.code, words in called.out.splitlines()) == (0, True)
    assert refused(room.check({}, zones="")).startswith("mfpolicy: .: there is no mailflow.yaml here")


@pytest.mark.parametrize("then", ["version: 1\ndns: {zones: [", b"version: 1\n# \xff\n"])
def test_an_intent_that_could_not_be_read_then_is_said_and_makes_no_old_fault_new(
    room: Room, then: str | bytes
) -> None:
    write(room.folder, {"mailflow.yaml": then})
    id = commit(room.folder, {ORG: OPEN})
    called = room.check({"mailflow.yaml": INTENT}, zones="")
    words = f"mailflow.yaml could not be read in HEAD ({id[:7]}), so what was there is judged by today's"
    assert (called.code, words in called.out.splitlines()) == (0, True)


def test_an_intent_that_cannot_be_read_now_fails(room: Room) -> None:
    commit(room.folder, {"mailflow.yaml": INTENT, ORG: SOUND})
    found = room.statuses({"mailflow.yaml": "version: 1\ndns: {zones: ["}, zones="")
    assert found == {"new": {"unreadable-file mailflow.yaml"}}


def test_zones_that_an_intent_names_no_longer_are_gone(room: Room) -> None:
    commit(room.folder, {"mailflow.yaml": INTENT, ORG: OPEN, "dns/example.com.yaml": OPEN})
    assert room.statuses({"mailflow.yaml": INTENT.replace("zones}", "dns}")}, zones="") == {
        "new": {"everyone-authorised example.com", "zone-with-mail-removed example.org"},
        "fixed": {"everyone-authorised example.org"},
    }


NOWHERE = ["absent", "/etc", "../..", "*", ":(exclude)zones", "-x", "a\\nb", "zo\\0nes", "../\\0", ""]


@pytest.mark.parametrize("path", NOWHERE)
def test_zones_that_an_intent_never_found_are_no_change(room: Room, path: str) -> None:
    commit(room.folder, {"mailflow.yaml": INTENT.replace("path: zones", f'path: "{path}"'), ORG: SOUND})
    for options in ([], ["--format", "json"]):
        called = room.check({}, *options, zones="")
        assert (called.code, called.err) == (0, "")
    found = [each for each in called.document["findings"] if each["verdict"] == "fail"]
    assert {each["status"] for each in found} == {"existing"}


# A folder as the base


def test_a_folder_holds_the_same_paths(room: Room) -> None:
    write(room.folder, {ORG: OPEN, COM: OPEN, f"../before/{ORG}": SOUND, f"../before/{COM}": OPEN})
    assert room.statuses({}, "--base", "../before") == {
        "new": {"everyone-authorised example.org"},
        "existing": {"everyone-authorised example.com"},
    }


def test_a_folder_of_another_shape_is_said(room: Room) -> None:
    write(room.folder, {ORG: SOUND, "../before/example.org.yaml": SOUND})
    assert "zones is not in ../before: all of it is new" in room.check({}, "--base", "../before").out


def test_a_folder_needs_paths_below_the_call(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write(room.folder, {ORG: SOUND, f"../before/{ORG}": SOUND, "sub/x": "x"})
    zones = f"octodns:{room.folder / 'zones'}"
    assert "does not lie below this folder" in refused(room.check({}, "--base", "../before", zones=zones))
    monkeypatch.chdir(room.folder / "sub")
    said = refused(room.check({}, "--base", "../../before", zones="octodns:../zones"))
    assert said == (
        "mfpolicy: --base ../../before: ../zones does not lie below this folder, "
        "so it is not below ../../before"
    )


# What DNS did not answer


@pytest.mark.parametrize(
    ("after", "options", "code"),
    [
        ({COM: "# x\n" + SOUND}, [], 0),
        ({COM: "# x\n" + SOUND}, ["--all"], 3),
        ({COM: "# x\n" + SOUND}, ["--base", "none"], 3),
        ({ORG: zone("v=spf1 include:spf.example.net ip4:192.0.2.1 -all")}, [], 3),
        ({COM: zone("v=spf1 include:spf.example.net -all")}, [], 3),
        ({COM: zone("v=spf1 include:spf.example.net -all")}, ["--allow-unknown"], 0),
        ({COM: OPEN}, [], 1),
    ],
    ids=[
        "elsewhere",
        "all",
        "no base",
        "where it is touched",
        "where it is new",
        "allowed",
        "with a finding",
    ],
)
def test_an_open_question_counts_where_the_change_is(
    room: Room, after: dict[str, str], options: list[str], code: int
) -> None:
    recorded = answers({}, {"spf.example.net TXT": "TIMEOUT"})
    commit(
        room.folder, {ORG: zone("v=spf1 include:spf.example.net -all"), COM: SOUND, "answers.json": recorded}
    )
    assert room.check(after, "--dns", "answers.json", *options).code == code


def test_the_report_names_its_base(room: Room) -> None:
    id = commit(room.folder, {ORG: SOUND})
    documents = [room.check({}, *each, "--format", "json").document for each in ([], ["--base", "none"])]
    assert [each["base"] for each in documents] == [f"HEAD ({id[:7]})", ""]


def test_what_is_fixed_points_at_the_line_where_it_stood(room: Room) -> None:
    commit(room.folder, {ORG: "# a\n# b\n" + OPEN})
    found = room.check({ORG: SOUND}, "--format", "json").document["findings"]
    fixed = [each for each in found if each["status"] == "fixed"]
    assert [each["location"]["line"] for each in fixed] == [5]
    assert {fact["location"]["line"] for each in fixed for fact in each["evidence"]} == {5}
