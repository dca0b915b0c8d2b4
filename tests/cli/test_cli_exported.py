"""An exported tenant, judged from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from called import Call, caller

INTENT = """\
version: 1
organization: Contoso
tenant: {live: tenant.json, max_age: 7d}
protection: {preset: standard}
"""
TODAY = ("--today", "2026-11-23", "--only", "bulk-threshold-too-high", "--only", "tenant")


def export(threshold: Any = 7, taken: str = "2026-11-20T08:00:00Z", **more: Any) -> str:
    policies = [{"Name": "Default", "IsDefault": True, "BulkThreshold": threshold}]
    rules = {"Get-HostedContentFilterRule": [], "Get-EOPProtectionPolicyRule": []}
    domains = [{"DomainName": "contoso.com", "DomainType": "Authoritative"}]
    cmdlets = {"Get-HostedContentFilterPolicy": policies, "Get-AcceptedDomain": domains, **rules}
    return json.dumps({"tenant": 1, "taken": taken, "cmdlets": cmdlets, **more})


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def bulk(document: Any) -> list[tuple[str, str]]:
    """What is said of the threshold: verdict and day."""
    found = document["findings"]
    return [(each["verdict"], each["as_of"]) for each in found if each["slug"] == "bulk-threshold-too-high"]


def test_a_finding_says_when_the_tenant_was_exported(call: Call) -> None:
    called = call({"mailflow.yaml": INTENT, "tenant.json": export()}, "check", *TODAY)
    assert "BulkThreshold is 7" in called.out
    assert "as of 2026-11-20 (3 days ago)" in called.out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (export(), [("fail", "2026-11-20 (3 days ago)")]),
        (export(6), []),
        (export(6, taken="2026-11-01T08:00:00Z"), [("unknown", "2026-11-01 (22 days ago)")]),
        (export(7, taken="2026-11-01T08:00:00Z"), [("fail", "2026-11-01 (22 days ago)")]),
        (export("@{x=}"), [("unknown", "2026-11-20 (3 days ago)")]),
        (export(6)[:-30], [("unknown", "an unknown day")]),
        ("[null]", [("unknown", "an unknown day")]),
        ("", [("unknown", "an unknown day")]),
    ],
)
def test_what_an_export_does_not_tell_never_passes(
    call: Call, text: str, expected: list[tuple[str, str]]
) -> None:
    called = call({"mailflow.yaml": INTENT, "tenant.json": text}, "check", "--format", "json", *TODAY)
    assert bulk(called.document) == expected


def test_the_export_of_another_tenant_says_nothing_good(call: Call) -> None:
    intent = INTENT.replace("max_age: 7d", "id: fabrikam.onmicrosoft.com")
    text = export(6, name="contoso.onmicrosoft.com")
    called = call({"mailflow.yaml": intent, "tenant.json": text}, "check", "--format", "json", *TODAY)
    assert bulk(called.document) == [("unknown", "2026-11-20 (3 days ago)")]


def test_a_tenant_needs_no_intent(call: Call) -> None:
    called = call({"t/tenant.json": export()}, "check", "--tenant", "t", "--format", "json", *TODAY)
    assert bulk(called.document) == [("fail", "2026-11-20 (3 days ago)")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_powershell_writes_utf_16(call: Call, encoding: str) -> None:
    files = {"tenant.json": export().encode(encoding)}
    called = call(files, "check", "--tenant", "tenant.json", "--format", "json", *TODAY)
    assert bulk(called.document) == [("fail", "2026-11-20 (3 days ago)")]


def test_only_what_is_new_in_a_later_export_fails(call: Call) -> None:
    then = {"then/mailflow.yaml": INTENT, "then/tenant.json": export(7, taken="2026-11-19T08:00:00Z")}
    called = call(
        {**then, "mailflow.yaml": INTENT, "tenant.json": export()},
        "check", "--base", "then", "--format", "json", *TODAY,
    )  # fmt: skip
    statuses = [(each["slug"], each["status"]) for each in called.document["findings"]]
    assert ("bulk-threshold-too-high", "existing") in statuses


def test_a_tenant_that_is_not_there_is_no_tenant(call: Call) -> None:
    called = call({}, "check", "--tenant", "gone.json")
    assert (called.code, called.err) == (2, "mfpolicy: --tenant gone.json: there is no such file or folder\n")


def test_without_a_tenant_its_rules_are_counted_in_a_word(call: Call) -> None:
    called = call({"mailflow.yaml": "version: 1\ndomains: {example.org: {}}\n"}, "check")
    assert "need a tenant)" in called.out.splitlines()[-1]


def test_a_topic_that_is_not_there_is_refused_with_the_likely_one(call: Call) -> None:
    called = call({"mailflow.yaml": INTENT, "tenant.json": export()}, "check", "--only", "protecton")
    assert (called.code, "did you mean protection?" in called.err) == (2, True)
