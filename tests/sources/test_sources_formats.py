"""Every zone format is held to the same: the same zones read equal and get the same findings."""

from __future__ import annotations

import datetime
import importlib
import pkgutil
from pathlib import Path

import pytest
import zone_writers
from zone_writers import Variants, Written, canonical, spelt

from mfpolicy.collect.files import Files
from mfpolicy.model.call import Check
from mfpolicy.model.intent import ZoneSource
from mfpolicy.pipeline import check
from mfpolicy.sources.zones import FORMATS, ZoneSet, read_zones

WRITERS = {each.name.replace("_", "-") for each in pkgutil.iter_modules(zone_writers.__path__)}


def variants(format: str) -> Variants:
    """The ways in which a format's writer module writes the canonical zones."""
    module = importlib.import_module(f"zone_writers.{format.replace('-', '_')}")
    found: Variants = module.VARIANTS
    return found


EVERY = [(format, name) for format in sorted(WRITERS) for name in variants(format)]


def write(root: Path, written: Written) -> str:
    files, path = written
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return path


def read(root: Path, format: str, name: str) -> ZoneSet:
    return read_zones(format, write(root, variants(format)[name]()), Files(root))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """The findings of the canonical zones as records.v1 says them."""
    root = tmp_path_factory.mktemp("canonical")
    return findings(root, "records", write(root, variants("records")["lists"]()))


def findings(root: Path, format: str, path: str) -> list[tuple[str, str, str]]:
    """Rule, subject and message of every finding, where DNS has nothing but what the zones say: a name that a
    partial zone lacks may stand elsewhere."""
    (root / "answers.json").write_text('{"version": 1, "otherwise": "NXDOMAIN", "answers": []}')
    zones = (ZoneSource(format, path),)
    today = datetime.date(2026, 11, 23)
    call = Check(folder=str(root), roots=(str(root),), zones=zones, answers="answers.json", today=today)
    return sorted((each.rule.id, each.subject.name, each.message) for each in check(call)[0].findings)


def test_every_format_has_a_writer() -> None:
    assert set(FORMATS) == WRITERS


@pytest.mark.parametrize(("format", "name"), EVERY)
def test_the_same_zones_read_equal(tmp_path: Path, format: str, name: str) -> None:
    found = read(tmp_path, format, name)
    assert (found.faults, spelt(found.zones)) == ((), canonical())


def test_the_canonical_zones_have_findings(expected: list[tuple[str, str, str]]) -> None:
    assert {rule for rule, _, _ in expected} >= {"DMA005", "MX004"}


@pytest.mark.parametrize(("format", "name"), EVERY)
def test_the_same_zones_get_the_same_findings(
    tmp_path: Path, expected: list[tuple[str, str, str]], format: str, name: str
) -> None:
    path = write(tmp_path, variants(format)[name]())
    assert findings(tmp_path, format, path) == expected
