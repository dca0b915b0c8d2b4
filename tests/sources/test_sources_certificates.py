"""Certificates in files beside the intent, and those of hosts in recorded answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from certificates import coded, der, elliptic, made, pem, private

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Answers, HostCertificate
from mfpolicy.model.places import Pointer, Span
from mfpolicy.model.rules import Profile
from mfpolicy.records.certificate import parse
from mfpolicy.records.certificate_file import PRIVATE
from mfpolicy.sources.answers import read_answers, write_answers
from mfpolicy.sources.estate import Estate, Shipped, read_estate, read_said

SHIPPED = Shipped(profiles={"baseline": Profile(name="baseline")})
LEAF = made("mail.contoso.com")
SHOWN = HostCertificate("SHOWN", coded(LEAF), "self-signed certificate")


def test_certificates_survive_being_written_and_read_and_stand_sorted_one_a_line() -> None:
    shown = {"mx.contoso.com": HostCertificate("TIMEOUT", detail="late"), "mail.contoso.com": SHOWN}
    text = write_answers(Answers(certificates=shown))
    assert read_answers(text, "f") == (Answers(certificates=shown), ())
    assert [line[:28] for line in text.splitlines()[3:5]] == [
        '{"name":"mail.contoso.com","',
        '{"name":"mx.contoso.com","ou',
    ]


def test_answers_without_certificates_keep_their_bytes() -> None:
    assert "certificates" not in write_answers(Answers())


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ('{"name": "mail.contoso.com", "outcome": "GONE"}', "wrong-type", "invalid enum value"),
        ('{"name": "a..b", "outcome": "TIMEOUT"}', "wrong-type", "is not the name of a host"),
        ('{"name": "mail.contoso.com", "outcome": "TIMEOUT"}', "duplicate-key", "is there twice"),
        ('{"name": "mail.contoso.com", "outcome": "TIMEOUT", "key": 1}', "wrong-type", "key"),
        ("7", "wrong-type", "expected"),
    ],
)
def test_an_entry_that_does_not_fit_is_pointed_at(entry: str, code: str, words: str) -> None:
    first = '{"name": "mail.contoso.com", "outcome": "NO-STARTTLS"}'
    _, faults = read_answers(f'{{"version": 1, "certificates": [{first}, {entry}]}}', "f")
    assert [(each.code, words in each.text, each.place) for each in faults] == [
        (code, True, Pointer("f", "/certificates/1"))
    ]


def estate(folder: Path, said: str) -> tuple[Estate, Files]:
    (folder / "mailflow.yaml").write_text(f"version: 1\ncertificates: {{hybrid: {said}}}\n")
    files = Files(folder)
    return read_estate(files, read_said(files, "mailflow.yaml", SHIPPED), (), "", "", SHIPPED), files


def test_files_are_read_beside_the_intent(tmp_path: Path) -> None:
    (tmp_path / "a.cer").write_bytes(der(LEAF))
    (tmp_path / "b.pem").write_bytes(pem(LEAF))
    found, files = estate(tmp_path, "{current: a.cer, next: b.pem}")
    assert (found.certificates, found.faults) == ({"a.cer": parse(der(LEAF)), "b.pem": parse(pem(LEAF))}, ())
    assert {"a.cer", "b.pem"} <= found.files & {*files.sha256s()}


KEY = private(elliptic())


@pytest.mark.parametrize(
    ("path", "data", "text"),
    [
        ("a.cer", KEY + pem(LEAF), f"a.cer {PRIVATE}"),
        ("a.pfx", der(LEAF), f"a.pfx {PRIVATE}"),
        ("a.P12", b"", f"a.P12 {PRIVATE}"),
        ("a.cer", b"", "a.cer is empty"),
        ("a.cer", b"hello", "a.cer holds no certificate, neither PEM nor DER"),
    ],
)
def test_what_is_no_certificate_is_a_fault(tmp_path: Path, path: str, data: bytes, text: str) -> None:
    (tmp_path / path).write_bytes(data)
    found, _ = estate(tmp_path, f"{{current: {path}}}")
    assert (found.certificates, [(each.code, each.text, each.place) for each in found.faults]) == (
        {},
        [("unreadable-file", text, Span(path, 0, 0))],
    )


def test_a_key_is_nowhere_in_what_is_kept_for_excerpts(tmp_path: Path) -> None:
    (tmp_path / "a.cer").write_bytes(KEY)
    _, files = estate(tmp_path, "{current: a.cer}")
    assert [path for path, text in files.texts.items() if "PRIVATE" in text] == []


def test_a_file_that_is_not_there_or_outside_or_too_large_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/large.cer").write_bytes(b"x" * 2**21)
    found, _ = estate(tmp_path / "root", "{current: none.cer, next: large.cer}")
    assert [each.code for each in found.faults] == ["unreadable-file", "too-large"]
    found, _ = estate(tmp_path / "root", "{current: ../outside.cer}")
    assert "outside the repository" in found.faults[0].text
