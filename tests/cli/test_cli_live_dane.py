"""DANE against a live server: what is asked about delegations, and what is concluded from the answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from called import Call, caller
from nameserver import NEEDS_NSD, nsd, with_apex

pytestmark = NEEDS_NSD
SOUND = "3 1 1 " + "ab" * 32
DS = "12345 13 2 " + "cd" * 32
ZONE = (
    '"": {type: MX, value: {exchange: mx.hosts.test., preference: 1}}\n'
    "_dmarc: {type: TXT, value: v=DMARC1; p=reject}\n"
)
ESTATE = {
    "mailflow.yaml": "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
    "domains: {example.test: {dane: true}}\n",
    "zones/example.test.yaml": ZONE,
}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("signed", "found"),
    [
        (("example", "hosts"), []),
        (("hosts",), ["mx-without-dnssec"]),
        (("example",), ["tlsa-without-dnssec"]),
        ((), ["tlsa-without-dnssec"]),
    ],
)
def test_the_delegations_of_the_domain_and_of_its_host_are_asked_for(
    call: Call, tmp_path: Path, signed: tuple[str, ...], found: list[str]
) -> None:
    parent = [f"{each} NS ns.example.org." for each in ("example", "hosts")]
    zones = {
        "test": with_apex("test", *parent, *(f"{each} DS {DS}" for each in signed)),
        "example.test": with_apex("example.test", "@ MX 1 mx.hosts.test."),
        "hosts.test": with_apex("hosts.test", "mx A 192.0.2.1", f"_25._tcp.mx TLSA {SOUND}"),
    }
    folder = tmp_path / "nsd"
    folder.mkdir()
    with nsd(folder, zones) as port:
        server = ("--nameserver", f"127.0.0.1:{port}")
        called = call(
            ESTATE,
            "check",
            "--profile",
            "recommended",
            *server,
            "--format",
            "json",
            "--record-answers",
            "kept.json",
        )
    slugs = [each["slug"] for each in called.document["findings"] if each["rule"].startswith("TLS03")]
    assert slugs == found
    replayed = call({}, "check", "--profile", "recommended", "--dns", "kept.json", "--format", "json")
    assert replayed.document["findings"] == called.document["findings"]
