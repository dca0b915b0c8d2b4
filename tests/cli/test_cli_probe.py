"""check --probe as it is called: hosts are asked only then, and only at public addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from called import Call, caller
from certificates import elliptic, private
from hostile import Hostile, by_type, says, silent

pytestmark = pytest.mark.slow

HOST = "mail.contoso.com"
INTENT = {"mailflow.yaml": f"version: 1\ncertificates: {{hybrid: {{hosts: [{HOST}], owner: Messaging}}}}\n"}
HINT = "wait for the certificates of hosts: ask for them with --probe"
NXDOMAIN = says(rcode="NXDOMAIN")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def at(server: Hostile) -> tuple[str, ...]:
    return ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "0.1", "--tries", "1")


def test_hosts_are_not_asked_unless_that_is_wanted(call: Call, tmp_path: Path) -> None:
    with Hostile({}, NXDOMAIN) as server:
        called = call(INTENT, "check", *at(server), "--record-answers", "kept.json")
    assert (called.code, HINT in called.out, server.seen) == (0, True, {})


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.2.1"])
def test_a_host_at_an_address_that_is_not_public_is_unknown(call: Call, tmp_path: Path, address: str) -> None:
    with Hostile({HOST: by_type(A=says(f"{HOST} A {address}"))}, NXDOMAIN) as server:
        called = call(INTENT, "check", "--probe", *at(server), "--record-answers", "kept.json")
    assert (called.code, called.err, HINT in called.out) == (3, "", False)
    assert f"{HOST} STARTTLS certificate stands at an address that is not public" in called.out
    replayed = call({}, "check", "--dns", "kept.json")
    assert (replayed.code, replayed.out) == (called.code, called.out)


def test_a_host_without_an_address_is_found(call: Call) -> None:
    with Hostile({}, NXDOMAIN) as server:
        called = call(INTENT, "check", "--probe", *at(server))
    words = f"hybrid at {HOST}: shows no certificate: {HOST} has no address"
    assert (called.code, words in called.out) == (1, True)


def test_a_host_whose_address_is_not_answered_for_is_unknown(call: Call) -> None:
    others = {"example.org": NXDOMAIN}
    with Hostile({HOST: silent, **others}, NXDOMAIN) as server:
        called = call(
            {"mailflow.yaml": INTENT["mailflow.yaml"] + "domains: {example.org: {}}\n"},
            "check",
            "--probe",
            *at(server),
        )
    assert (called.code == 0, f"{HOST} STARTTLS certificate could not be reached" in called.out) == (
        False,
        True,
    )


def test_an_offline_run_asks_nobody(call: Call) -> None:
    called = call(INTENT, "check", "--probe", "--dns", "offline")
    assert (called.code, "--probe: only a live run asks the world" in called.err) == (2, True)


def test_a_private_key_is_told_and_not_shown(call: Call) -> None:
    key = private(elliptic())
    files = {"mailflow.yaml": "version: 1\ncertificates: {hybrid: {current: a.cer}}\n", "a.cer": key}
    arguments = ("check", "--dns", "offline", "--only", "connectors")
    said = [
        call(files, *arguments, "--format", each) for each in ("text", "json", "sarif", "markdown", "github")
    ]
    secret = key.splitlines()[1].decode()[:20]
    assert [each.code for each in said] == [1] * len(said)
    assert ["holds a private key" in each.out for each in said] == [True] * len(said)
    assert [secret in each.out + each.err for each in said] == [False] * len(said)
