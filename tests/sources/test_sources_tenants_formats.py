"""Every format of an export is held to the same: one tenant reads equal, and nothing in a file raises."""

from __future__ import annotations

import datetime
import importlib
import json
import pkgutil
from pathlib import Path

import pytest
import tenant_writers
from hypothesis import given
from hypothesis import strategies as st
from tenant_writers import ID, NAME, Variants, Written, canonical, origin, spelt

from mfpolicy.collect.files import Files
from mfpolicy.sources.tenants import FORMATS, TenantSet, format_of, read_tenant
from mfpolicy.sources.tenants._cmdlets import CMDLETS
from mfpolicy.sources.tenants._document import Document

WRITERS = {each.name for each in pkgutil.iter_modules(tenant_writers.__path__)}


def variants(format: str) -> Variants:
    """The ways in which a format's writer module writes the canonical tenant."""
    found: Variants = importlib.import_module(f"tenant_writers.{format}").VARIANTS
    return found


# Of documents one after the other nobody sees that the last one is missing.
APPENDED = ("cmdlet_json", "appended")
EVERY = [(format, name) for format in sorted(WRITERS) for name in variants(format)]


def write(root: Path, written: Written) -> str:
    files, path = written
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return path


def read(root: Path, format: str, name: str) -> TenantSet:
    return read_tenant(write(root, variants(format)[name]()), Files(root))


def test_every_format_has_a_writer() -> None:
    # A manifest holds no objects; it speaks for files of other formats, whose writers write it.
    assert set(FORMATS) - {"manifest"} == WRITERS


@pytest.mark.parametrize(("format", "name"), EVERY)
def test_the_same_tenant_reads_equal(tmp_path: Path, format: str, name: str) -> None:
    found = read(tmp_path, format, name)
    assert (found.faults, spelt(found.tenant)) == ((), canonical())


@pytest.mark.parametrize(("format", "name"), EVERY)
def test_every_export_says_when_and_from_where_it_is(tmp_path: Path, format: str, name: str) -> None:
    taken = datetime.datetime(2026, 11, 20, 6, tzinfo=datetime.UTC)
    assert origin(read(tmp_path, format, name).tenant) == (taken, {ID}, {NAME})


@pytest.mark.parametrize(("format", "name"), EVERY)
def test_every_file_is_of_one_format(format: str, name: str) -> None:
    texts = {file: _decoded(data) for file, data in variants(format)[name]()[0].items()}
    told = {
        file: [each for each in FORMATS if format_of(each).recognises(Document(file, text))]
        for file, text in texts.items()
    }
    assert [file for file, formats in told.items() if len(formats) != 1] == []


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8")


WORDS = (
    "tenant cmdlets taken tool module_version date timestamp_zulu tenant_id tenant_details MetaData Results "
    "Raw value Count error code @odata.context @odata.nextLink @adminapi.warnings exo_successful_commands "
    "exo_unsuccessful_commands authentication_method authentication_method_policy privileged_users "
    "DomainName InitialDomain Name name resources"
)
KEYS = st.sampled_from(WORDS.split() + [key for each in CMDLETS for key in each.keys])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([each.name for each in CMDLETS]),
    st.sampled_from(["https://graph.microsoft.com/v1.0/$metadata#users", "/adminapi/", "\ud800"]),
    st.sampled_from(["/Date(99999999999999)/", "0001-01-01T00:00:00+14:00"]),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6)
)
NAMES = st.sampled_from(
    ("Get-InboundConnector.json", "ProviderSettingsExport.json", "export.json", "Get-MgUser.xml", "a")
)
TEXTS = st.one_of(
    VALUES.map(json.dumps),
    st.lists(VALUES.map(json.dumps), max_size=3).map("\n\ufeff".join),
    st.tuples(VALUES.map(json.dumps), st.integers(0, 200)).map(lambda cut: cut[0][: cut[1]]),
    st.text(),
)


class One:
    """A folder with one file."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.said = name, text

    def text(self, path: str, limit: int = 0, marked: bool = False) -> str:
        return self.said

    def data(self, path: str, limit: int = 0) -> bytes:
        return b""

    def listing(self, folder: str) -> list[str]:
        return [] if folder == self.name else [self.name]

    def inside(self, path: str) -> bool:
        return True


@given(NAMES, TEXTS)
def test_nothing_in_a_file_raises(name: str, text: str) -> None:
    found = read_tenant("", One(name, text))
    assert isinstance(found, TenantSet)


@given(st.sampled_from([each for each in EVERY if each != APPENDED]), st.data())
def test_a_file_that_breaks_off_is_never_a_whole_one(every: tuple[str, str], data: st.DataObject) -> None:
    files, _ = variants(every[0])[every[1]]()
    name = data.draw(st.sampled_from(sorted(files)))
    text = _decoded(files[name]).rstrip()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    found = read_tenant(name, One(name, cut))
    assert found.faults or [each for each in found.tenant.listings.values() if each.lacking is None] == []
