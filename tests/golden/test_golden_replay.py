"""Three hundred commits, each judged against the one before: only the five with a fault are refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import pytest
from replay import Commit, history
from replay_edits import ANYWHERE, OF_FILES, OF_MAIL, OF_PARKED
from replay_wrong import WRONG
from runs import Checked, Repository, report

SEED, COMMITS = 1, 300
CALL = ("check", "--dns", "offline", "--zones", "octodns:zones")


class Judged(NamedTuple):
    """A commit, the exit code, and its errors."""

    commit: Commit
    code: int
    errors: list[dict[str, Any]]

    def of(self, *statuses: str) -> list[dict[str, Any]]:
        """The errors of some statuses."""
        return [each for each in self.errors if each["status"] in statuses]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Judged]]:
    """Every commit but the first, in the repository as the last one leaves it."""
    repository = Repository(tmp_path_factory.mktemp("replay"))
    commits = history(SEED, COMMITS)
    repository.commit(next(commits).files)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository.folder)
        yield [judged(repository, each) for each in commits]


def judged(repository: Repository, commit: Commit) -> Judged:
    repository.commit(commit.files, commit.message)
    found = report(*CALL, "--base", "HEAD~1")
    return Judged(commit, found.code, errors_of(found))


@pytest.mark.slow
def test_exactly_the_planted_commits_are_refused(replayed: list[Judged]) -> None:
    refused = [
        (each.commit.message, each.code, [found["message"] for found in each.of("new", "worsened")])
        for each in replayed
        if each.code != 0 and each.commit.planted is None
    ]
    passed = [each.commit.message for each in replayed if each.commit.planted and each.code != 1]
    assert (refused, passed) == ([], [])


@pytest.mark.slow
def test_every_fault_is_named_at_its_line(replayed: list[Judged]) -> None:
    """More than one rule may name it."""
    planted = [(each.commit.planted, each.of("new", "worsened")) for each in replayed if each.commit.planted]
    elsewhere = [
        (fault, found["message"], found["location"])
        for fault, errors in planted
        for found in errors
        if found["location"]["file"] != fault.file or found["location"]["line"] not in fault.lines
    ]
    unnamed = [fault for fault, errors in planted if fault.slug not in [each["slug"] for each in errors]]
    assert (len(planted), elsewhere, unnamed) == (5, [], [])


@pytest.mark.slow
def test_every_repair_passes_and_is_told(replayed: list[Judged]) -> None:
    repairs = [each for each in replayed if each.commit.repaired]
    told = [(each.code, [found["slug"] for found in each.of("fixed")]) for each in repairs]
    assert (len(repairs), told) == (5, [(0, [each.commit.repaired]) for each in repairs])


@pytest.mark.slow
def test_what_was_wrong_and_never_mended_is_still_told(replayed: list[Judged]) -> None:
    everything = report(*CALL, "--base", "none", "--all")
    assert subjects(replayed[-1].of("existing")) == subjects(errors_of(everything))


@pytest.mark.slow
def test_the_history_is_the_same_each_time_and_has_every_edit() -> None:
    messages = [each.message for each in history(SEED, COMMITS)]
    edits = [each.__name__ for each in (*ANYWHERE, *OF_FILES, *OF_MAIL, *OF_PARKED)] + [
        f"edit {each}" for each in WRONG
    ]
    assert [each for each in edits if not any(each in message for message in messages)] == []
    assert list(islice(history(SEED, COMMITS), 50)) == list(islice(history(SEED, COMMITS), 50))


def errors_of(found: Checked) -> list[dict[str, Any]]:
    return [each for each in found.fails if each["severity"] == "error"]


def subjects(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((each["slug"], each["subject"]["name"]) for each in findings)
