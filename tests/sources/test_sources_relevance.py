from __future__ import annotations

import pytest

from mfpolicy.sources.relevance import matters, may_matter

NAMED = {"mailflow.yaml", "zones", "lists/brands.md"}


@pytest.mark.parametrize(
    "path",
    [
        "mailflow.yaml",
        "zones",
        "lists/brands.md",  # the intent names it
        "zones/example.org.yaml",
        "zones/deep/er/example.org.yaml",
        "zones/db.example.md",  # a zone of Moldova
        "zones/.example.org.zone",
        "zones/README.md",  # a doubt
        "shared/common.yaml",  # may be included
        "shared/.common.yaml",
        ".github/workflows/dns.yml",
        "db.example",
        "Makefile",
        "answers.json",
        "../elsewhere/a.yaml",
    ],
)
def test_what_may_be_read_may_matter(path: str) -> None:
    assert may_matter([path], NAMED)


@pytest.mark.parametrize(
    "path", ["README.md", "docs/a.RST", "docs/GUIDE.md", "zonesx/a.png", "lists/OTHER.md"]
)
def test_what_nothing_reads_is_left_alone(path: str) -> None:
    assert not may_matter([path], NAMED)


def test_one_that_may_matter_is_enough() -> None:
    assert [may_matter(each, NAMED) for each in ([], ["A.md", "b.css"], ["A.md", "zones/x"])] == [
        False,
        False,
        True,
    ]


def test_below_the_root_lies_everything() -> None:
    assert may_matter(["README.md"], {"."})


READ = {"mailflow.yaml", "zones/example.org.yaml", "zones/db.example.md", "shared/x.yaml"}


@pytest.mark.parametrize("path", [*sorted(READ), "zones/gone.example.yaml"])
def test_what_was_read_matters_and_what_is_gone_from_there(path: str) -> None:
    assert matters([path], READ, {"zones"})


@pytest.mark.parametrize(
    "path", ["zones/README.md", "other/example.org.yaml", "zonesx/a.yaml", "answers.json"]
)
def test_what_was_not_read_is_left_alone(path: str) -> None:
    assert not matters([path], READ, {"zones"})
