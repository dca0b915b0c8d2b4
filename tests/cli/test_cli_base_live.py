"""What DNS serves as the base of a change: for those who export a zone, edit it and import it."""

from __future__ import annotations

from pathlib import Path

import pytest
from called import Call, Called, caller
from nameserver import needs_nsd, nsd, with_apex
from repository import alone, commit, repository

__all__ = ["alone"]
pytestmark = pytest.mark.slow

SPF, MX = '@ TXT "v=spf1 ip4:192.0.2.0/24 -all"', "@ MX 10 mx1.example.net."
DMARC = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.org"'
KEY = 's1._domainkey TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="'
HOSTS = {"example.net": with_apex("example.net", "mx1 A 192.0.2.25"), ".": with_apex("")}
SERVED = {"example.org": with_apex("example.org", SPF, MX, DMARC, KEY), **HOSTS}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def judged(
    call: Call, tmp_path: Path, *records: str, arguments: tuple[str, ...] = ("--base", "live")
) -> Called:
    """A zone file with some records, against the name server that serves the former ones."""
    folder = tmp_path / "nsd"
    folder.mkdir()
    files = {"example.org.zone": with_apex("example.org", *records)}
    with nsd(folder, SERVED) as port:
        asking = ("--nameserver", f"127.0.0.1:{port}", "--timeout", "0.5", "--tries", "2")
        zones = ("--zones", "zone-file:example.org.zone")
        return call(files, "check", *zones, *arguments, *asking, "--format", "json")


def new(called: Called) -> set[str]:
    return {each["slug"] for each in called.document["findings"] if each["status"] == "new"}


@needs_nsd
def test_a_zone_as_it_is_served_is_no_change(call: Call, tmp_path: Path) -> None:
    called = judged(call, tmp_path, SPF, MX, DMARC, KEY)
    assert (called.code, new(called), called.document["base"]) == (0, set(), "live DNS")


@needs_nsd
def test_a_weaker_policy_than_is_served_is_refused(call: Call, tmp_path: Path) -> None:
    called = judged(call, tmp_path, SPF, MX, DMARC.replace("reject", "none"), KEY)
    assert (called.code, new(called)) == (1, {"dmarc-policy-weakened", "dmarc-policy-none"})


@needs_nsd
def test_a_record_that_the_file_forgot_is_missed(call: Call, tmp_path: Path) -> None:
    called = judged(call, tmp_path, SPF, DMARC, KEY)
    assert (called.code, new(called)) == (1, {"mx-removed-while-sending", "report-host-takes-no-mail"})


@needs_nsd
def test_what_is_not_asked_for_cannot_be_compared(call: Call) -> None:
    files = {"example.org.zone": with_apex("example.org", SPF)}
    called = call(
        files, "check", "--zones", "zone-file:example.org.zone", "--dns", "offline", "--base", "live"
    )
    assert (called.code, "--base live compares with what DNS says" in called.err) == (2, True)


@needs_nsd
def test_after_a_deployment_live_dns_is_compared_with_the_change(call: Call, tmp_path: Path) -> None:
    """Not with what was before it: that was right to differ."""
    repository(tmp_path, {"example.org.zone": with_apex("example.org", SPF, MX, KEY)})
    commit(tmp_path)
    called = judged(call, tmp_path, SPF, MX, DMARC, KEY, arguments=("--base", "HEAD", "--wait", "1s"))
    assert (called.code, called.document["drift"], called.document["incomplete"]) == (0, [], "")


def test_a_call_without_zones_has_nothing_to_compare_with_dns(call: Call) -> None:
    called = call({"answers.json": '{"version": 1, "answers": []}'}, "check", "example.org", "--base", "live")
    assert (called.code, "names no zone that DNS could be compared with" in called.err) == (2, True)
