"""The hooks of this repository in a DNS repository: what is refused, what passes, and what is said."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hooked import CONFIG, PRE_COMMIT, ROOT, Done, Maker, Room, done, hooks, maker
from nameserver import free_port, needs_nsd, nsd, with_apex
from repository import Files, git, repository, write

pytest.importorskip("pre_commit", reason="pre-commit is not installed: pip install -e .[dev]")
pytestmark = pytest.mark.slow

__all__ = ["hooks", "maker"]
ORG, COM = "zones/example.org.yaml", "zones/example.com.yaml"
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
ZONES = ("--zones", "octodns:zones")
SECOND, OLD = "SPF004 several-spf-records", "everyone-authorised"


def zone(*spf: str) -> str:
    texts = "".join(f"      - {each}\n" for each in spf)
    mail = "  - type: MX\n    value: {preference: 10, exchange: mail.example.net.}\n"
    return f'"":\n{mail}  - type: TXT\n    values:\n{texts}'


SOUND, OPEN, TWO = zone("v=spf1 -all"), zone("v=spf1 +all"), zone("v=spf1 -all", "v=spf1 mx -all")


@pytest.fixture
def room(maker: Maker) -> Room:
    """Zones alone, one of them with an old fault."""
    return maker.room({ORG: SOUND, COM: OPEN, "README.md": "x"}, *ZONES)


# At a commit

COMMITS: dict[str, tuple[Files, str, str]] = {
    "a sound change": ({ORG: zone("v=spf1 mx -all")}, "Passed", ""),
    "a second SPF record": ({ORG: TWO}, "Failed", f"error[{SECOND}]"),
    "a zone file that goes": ({ORG: None}, "Failed", "zone-with-mail-removed"),
    "an old fault nearby": ({COM: "# x\n" + OPEN}, "Passed", ""),
    "a file that cannot be read": ({ORG: '"": {a: ['}, "Failed", "unreadable-file"),
}


@pytest.mark.parametrize(("change", "verdict", "words"), COMMITS.values(), ids=COMMITS)
def test_a_commit_is_judged(room: Room, change: Files, verdict: str, words: str) -> None:
    called = room.commit(change)
    assert (called.verdict, words in called.text) == (verdict, True)
    assert (called.code, room.head == room.first) == (int(verdict == "Failed"), verdict == "Failed")


def test_what_is_refused_is_shown_with_file_line_and_fix(room: Room) -> None:
    text = room.commit({ORG: TWO}).text
    assert f"--> {ORG}:6:9" in text
    assert ("new with this change" in text, "= fix: " in text) == (True, True)
    assert f"from before this change: {COM}:6 example.com: SPF lets every address pass" in text


def test_a_commit_that_mail_does_not_depend_on_passes_by(
    maker: Maker, record_property: Callable[[str, object], None]
) -> None:
    room = maker.room({ORG: SOUND, COM: OPEN, "README.md": "x"}, *ZONES, verbose=True)
    called = room.commit({"README.md": "y"})
    # A figure to read (pytest --junit-xml), not to hold: other programs run on the machine.
    record_property("pre-commit", called.text)
    assert (called.code, "nothing that mail depends on differs from HEAD" in called.text) == (0, True)


def test_what_is_staged_is_judged_and_nothing_else(room: Room) -> None:
    write(room.folder, {ORG: TWO})
    git(room.folder, "add", ORG)
    write(room.folder, {ORG: SOUND})
    bad = done(room.folder, "git", "commit", "-m", "x")
    git(room.folder, "add", ORG)
    write(room.folder, {ORG: TWO, "README.md": "y"})
    git(room.folder, "add", "README.md")
    good = done(room.folder, "git", "commit", "-m", "x")
    assert (bad.verdict, good.verdict, (room.folder / ORG).read_text()) == ("Failed", "Passed", TWO)


def test_an_amended_commit_is_judged_by_what_it_adds(room: Room) -> None:
    room.commit({ORG: zone("v=spf1 mx -all")})
    codes = [room.commit(each, "--amend").code for each in ({"README.md": "y"}, {ORG: TWO})]
    assert codes == [0, 1]


def test_a_first_commit_is_new_as_a_whole(maker: Maker) -> None:
    folder = maker.folder / "new"
    folder.mkdir()
    git(folder, "init", "-q")
    write(folder, {ORG: TWO, CONFIG: maker.config(ZONES, ())})
    done(folder, *PRE_COMMIT, "install")
    git(folder, "add", "-A")
    called = done(folder, "git", "commit", "-m", "x")
    assert (called.verdict, SECOND in called.text) == ("Failed", True)


def test_a_worktree_is_judged_by_its_own_files(room: Room) -> None:
    git(room.folder, "worktree", "add", "-q", "-b", "side", "../tree")
    tree = Room(room.folder.parent / "tree", room.first)
    assert [tree.commit(each).verdict for each in ({"README.md": "y"}, {ORG: TWO})] == ["Passed", "Failed"]


def test_an_intent_in_a_folder_below_is_named_by_its_folder(maker: Maker) -> None:
    files = {"mail/mailflow.yaml": INTENT, f"mail/{ORG}": SOUND, f"mail/{COM}": OPEN, "README.md": "x"}
    room = maker.room(files, "mail")
    verdicts = [room.commit(each).verdict for each in ({"README.md": "y"}, {f"mail/{ORG}": TWO})]
    assert verdicts == ["Passed", "Failed"]


def test_a_merge_with_a_conflict_is_judged_when_it_is_committed(room: Room) -> None:
    git(room.folder, "switch", "-q", "-c", "side")
    room.commit({ORG: zone("v=spf1 a -all")})
    git(room.folder, "switch", "-q", "main")
    room.commit({ORG: zone("v=spf1 mx -all")})
    assert done(room.folder, "git", "merge", "side").code == 1
    assert room.commit({ORG: TWO}).verdict == "Failed"
    assert room.commit({ORG: zone("v=spf1 a mx -all")}).verdict == "Passed"


def test_by_hand_all_that_is_there_is_judged(room: Room) -> None:
    """As pipelines call pre-commit: nothing differs from HEAD, and nobody says where the change began."""
    called = done(room.folder, *PRE_COMMIT, "run", "--all-files", "mfpolicy")
    assert (called.verdict, OLD in called.text) == ("Failed", True)


def test_a_range_given_by_hand_is_what_is_judged(room: Room) -> None:
    done(room.folder, "git", "commit", "--no-verify", "--allow-empty", "-qm", "x")
    codes = []
    for files in ({"README.md": "y"}, {ORG: TWO}):
        commit_past_the_hook(room, files)
        codes.append(done(room.folder, *PRE_COMMIT, "run", "--from-ref", room.first, "--to-ref", "HEAD").code)
    assert codes == [0, 1]


def commit_past_the_hook(room: Room, files: Files) -> None:
    assert room.commit(files, "--no-verify").verdict == ""


def test_pre_commit_runs_the_code_that_it_installed(maker: Maker) -> None:
    entry = 'python -c "import mfpolicy; print(mfpolicy.__file__)"'
    room = maker.room({ORG: SOUND, "README.md": "x"}, entry=entry, verbose=True)
    home = os.environ["PRE_COMMIT_HOME"]
    found = re.findall(r"^/.*mfpolicy.*__init__\.py$", room.commit({"README.md": "y"}).text, re.MULTILINE)
    assert [Path(each).is_relative_to(Path(home).resolve()) for each in found] == [True]


def test_who_tries_it_sees_it_work(maker: Maker) -> None:
    folder = repository(maker.folder / "tried", {"mailflow.yaml": INTENT, ORG: TWO})
    called = done(folder, *PRE_COMMIT, "try-repo", str(maker.hooks[0]), "mfpolicy", "--all-files")
    assert (called.verdict, SECOND in called.text) == ("Failed", True)


# At a push


def test_what_went_past_the_commit_is_refused_at_the_push(maker: Maker) -> None:
    room = maker.room({ORG: SOUND, COM: OPEN}, *ZONES, live=("--dns", "offline"))
    sound = (room.commit({ORG: zone("v=spf1 mx -all")}).code, room.push().verdict)
    commit_past_the_hook(room, {ORG: TWO})
    called = room.push()
    assert (sound, called.verdict, SECOND in called.text) == ((0, "Passed"), "Failed", True)


def test_a_new_branch_is_judged_from_where_it_left_what_the_remote_has(maker: Maker) -> None:
    room = maker.room({ORG: SOUND, COM: OPEN, "README.md": "x"}, *ZONES, live=("--dns", "offline"))
    git(room.folder, "switch", "-q", "-c", "side")
    room.commit({ORG: zone("v=spf1 mx -all")})
    good = room.push()
    git(room.folder, "switch", "-q", "-c", "other")
    commit_past_the_hook(room, {ORG: TWO})
    room.commit({"README.md": "y"})
    assert (good.verdict, room.push().verdict) == ("Passed", "Failed")


def test_a_first_push_of_everything_is_judged_as_a_whole(maker: Maker) -> None:
    room = maker.room({ORG: SOUND, COM: OPEN}, *ZONES, live=("--dns", "offline"))
    git(room.folder.parent, "init", "-q", "--bare", "empty")
    git(room.folder, "remote", "add", "empty", "../empty")
    called = done(room.folder, "git", "push", "empty", "HEAD")
    assert (called.verdict, OLD in called.text) == ("Failed", True)


def test_a_branch_that_is_not_checked_out_is_not_judged_by_the_files_of_another(maker: Maker) -> None:
    room = maker.room({ORG: SOUND, "README.md": "x"}, *ZONES, live=("--dns", "offline"))
    git(room.folder, "switch", "-q", "-c", "side")
    room.commit({"README.md": "y"})
    git(room.folder, "switch", "-q", "main")
    called = room.push("side")
    assert (called.verdict, "is not checked out here" in called.text) == ("Failed", True)


def test_taking_a_branch_away_is_no_change(maker: Maker) -> None:
    room = maker.room({ORG: SOUND}, *ZONES, live=("--dns", "offline"))
    room.push("HEAD:refs/heads/side")
    called = room.push("--delete", "side")
    assert (called.code, called.verdict) == (0, "")


@needs_nsd
def test_what_only_dns_knows_passes_at_the_commit_and_is_refused_at_the_push(
    maker: Maker, tmp_path: Path
) -> None:
    zones = {
        "example.net": with_apex(
            "example.net", '_spf TXT "v=spf1 ip4:192.0.2.0/28 -all"', "mail A 192.0.2.25"
        )
    }
    (tmp_path / "nsd").mkdir()
    with nsd(tmp_path / "nsd", zones) as port:
        room = maker.room({ORG: SOUND}, *ZONES, live=("--nameserver", f"127.0.0.1:{port}"))
        verdicts = []
        for name in ("_spf", "missing"):
            verdicts.append(room.commit({ORG: zone(f"v=spf1 include:{name}.example.net -all")}).verdict)
            pushed = room.push()
            verdicts.append(pushed.verdict)
    assert verdicts == ["Passed", "Passed", "Passed", "Failed"]
    assert ("include-of-missing-name" in pushed.text, f"{ORG}:6" in pushed.text) == (True, True)


def nobody() -> tuple[str, ...]:
    """A name server that is not there."""
    return ("--nameserver", f"127.0.0.1:{free_port()}", "--timeout", "0.2", "--tries", "1")


def test_without_a_name_server_a_push_passes_and_says_so(maker: Maker) -> None:
    room = maker.room({ORG: SOUND}, *ZONES, live=nobody())
    room.commit({ORG: zone("v=spf1 include:_spf.example.net -all")})
    called = room.push()
    assert (called.verdict, "cannot be reached, so DNS was not asked" in called.text) == ("Passed", True)


def test_without_a_name_server_what_the_files_show_is_refused(maker: Maker) -> None:
    room = maker.room({ORG: SOUND}, *ZONES, live=nobody())
    commit_past_the_hook(room, {ORG: TWO})
    called = room.push()
    assert (called.verdict, SECOND in called.text) == ("Failed", True)


def test_who_wants_an_answer_before_a_push_gives_another_entry(maker: Maker) -> None:
    room = maker.room({ORG: SOUND}, *ZONES, live=nobody(), entry="mfpolicy check")
    commit_past_the_hook(room, {ORG: zone("v=spf1 include:_spf.example.net -all")})
    called = room.push()
    assert (called.verdict, "exit code: 3" in called.text) == ("Failed", True)


# What people copy

PAGE = (ROOT / "docs/how-to/dns-repository.md").read_text("utf-8")


def test_the_manifest_is_valid() -> None:
    assert done(ROOT, *PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml") == Done(0, "")


def test_the_configurations_of_the_page_are_valid_and_name_hooks_that_there_are(tmp_path: Path) -> None:
    ours = {each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    shown = re.findall(r'```yaml title="\.pre-commit-config\.yaml"\n(.*?)```', PAGE, re.DOTALL)
    write(tmp_path, {f"{number}.yaml": text for number, text in enumerate(shown)})
    assert done(tmp_path, *PRE_COMMIT, "validate-config", *os.listdir(tmp_path)) == Done(0, "")
    repos = [repo for text in shown for repo in yaml.safe_load(text)["repos"]]
    assert {hook["id"] for repo in repos if repo["repo"] != "local" for hook in repo["hooks"]} == ours
