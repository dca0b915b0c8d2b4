"""`mfpolicy tenant`: what an export holds and lacks, and the same in one form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from called import Call, caller

from mfpolicy.loading import shipped
from mfpolicy.sources.recipe import line
from mfpolicy.sources.tenants._cmdlets import CMDLETS

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/export-a-tenant.md"
DAY = ("--today", "2026-11-23")
# One rule alone, so that whatever else is judged changes nothing here.
ONLY = yaml.dump(
    {
        "name": "only",
        "title": "One rule",
        "severities": {
            each.slug: "off" for each in shipped().rules if each.slug != "bulk-threshold-too-high"
        },
    }
)
CONNECTORS = "Get-InboundConnector"
POLICY = {"Name": "Default", "IsDefault": True, "BulkThreshold": 6}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def own(cmdlets: dict[str, Any], **others: Any) -> str:
    known = {"taken": "2026-11-20T06:00:00Z", "name": "contoso.onmicrosoft.com", "tool": "ours"}
    return json.dumps({"tenant": 1, **known, "cmdlets": cmdlets, **others})


def check(call: Call, files: dict[str, Any], path: str = "t", *more: str) -> Any:
    return call({"only.yaml": ONLY, **files}, "tenant", "check", path, "--profile", "only.yaml", *DAY, *more)


def test_of_very_many_files_that_are_no_export_the_first_are_named(call: Call) -> None:
    files = {f"export/{number:03}.json": '{"a": 1}' for number in range(300)}
    called = call(files, "tenant", "check", "export")
    last = called.err.splitlines()[19:]
    assert (called.code, [each.partition(": is no")[0] for each in last]) == (
        2,
        ["mfpolicy: export/019.json:1", "mfpolicy: and 280 more"],
    )


def test_an_export_that_holds_all_that_is_needed_is_complete(call: Call) -> None:
    called = check(
        call, {"t/a.json": own({"Get-HostedContentFilterPolicy": [POLICY], "Get-InboundConnector": []})}
    )
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [
        "t: contoso.onmicrosoft.com, exported on 2026-11-20 (3 days ago) by ours",
        "",
        "  Get-HostedContentFilterPolicy  1 object   t/a.json",
        "  Get-InboundConnector           0 objects  t/a.json",
        "",
        "nothing that the rules of only need is missing",
    ]


def test_what_is_missing_is_named_with_its_rules_and_how_to_export_it(call: Call) -> None:
    called = check(call, {"t/a.json": own({"Get-InboundConnector": []})})
    assert called.code == 3
    assert called.out.splitlines()[4:] == [
        "1 rule of only cannot be judged by it:",
        "  Get-HostedContentFilterPolicy is not in the export: 1 rule: PRO001 bulk-threshold-too-high",
        "",
        "in PowerShell, this exports what they need:",
        "  $ErrorActionPreference = 'Stop'",
        "  Connect-ExchangeOnline",
        "  ConvertTo-Json -InputObject @(Get-HostedContentFilterPolicy) -Depth 10"
        " | Out-File -Encoding utf8 Get-HostedContentFilterPolicy.json",
    ]


@pytest.mark.parametrize(
    ("cmdlets", "others", "reason", "properties"),
    [
        ({}, {"failed": ["Get-HostedContentFilterPolicy"]}, "failed when the tenant was exported", []),
        (
            {"Get-HostedContentFilterPolicy": [{"Name": "Default"}]},
            {},
            "is not in the export",
            ["BulkThreshold"],
        ),
        (
            {"Get-HostedContentFilterPolicy": [{"Name": "Default", "BulkThreshold": "System.Int32[]"}]},
            {},
            "was cut short when it was exported",
            ["BulkThreshold"],
        ),
    ],
)
def test_a_program_reads_why_a_rule_is_unknown(
    call: Call, cmdlets: dict[str, Any], others: dict[str, Any], reason: str, properties: list[str]
) -> None:
    called = check(
        call, {"t/a.json": own({"Get-InboundConnector": [], **cmdlets}, **others)}, "t", "--format", "json"
    )
    [gap] = called.document["unknown"]
    assert called.code == 3
    assert gap["rules"] == [{"rule": "PRO001", "slug": "bulk-threshold-too-high", "severity": "warning"}]
    assert (gap["cmdlet"], gap["reason"], gap["properties"]) == (
        "Get-HostedContentFilterPolicy",
        reason,
        properties,
    )
    assert gap["export"].startswith("ConvertTo-Json -InputObject @(Get-HostedContentFilterPolicy) ")


KEYS = {
    "version", "path", "profile", "taken", "age_days", "tools", "tenants", "cmdlets", "unknown",
    "faults",
}  # fmt: skip


def test_the_document_has_the_keys_that_were_promised(call: Call) -> None:
    files = {"t/a.json": own({"Get-InboundConnector": [{"Name": "@{a=b}"}]}), "t/b.json": "{"}
    found = check(call, files, "t", "--format", "json").document
    assert set(found) == KEYS
    assert found["cmdlets"] == [
        {
            "cmdlet": "Get-InboundConnector",
            "objects": 1,
            "file": "t/a.json",
            "lacking": None,
            "whole": True,
            "cut_short": ["Name"],
        }
    ]
    assert [(each["code"], each["location"]["file"]) for each in found["faults"]] == [
        ("unreadable-file", "t/b.json")
    ]


def test_files_of_two_tenants_prove_nothing(call: Call) -> None:
    files = {
        "t/a.json": own({"Get-HostedContentFilterPolicy": [POLICY]}),
        "t/b.json": own({"Get-InboundConnector": []}, name="fabrikam.onmicrosoft.com"),
    }
    called = check(call, files)
    assert called.code == 3
    assert "contoso.onmicrosoft.com, fabrikam.onmicrosoft.com, exported" in called.out
    assert (
        "the export of 2026-11-20 is of another tenant than the declared one, or of several: 1 rule"
        in called.out
    )


def test_what_stands_in_an_export_reaches_no_terminal(call: Call) -> None:
    evil = "\x1b[31m::error::\u202e"
    cmdlets = {"Get-HostedContentFilterPolicy": [{"Name": evil, f"{evil}": "@{a}"}], evil: []}
    called = check(call, {"t/a.json": own(cmdlets, name=evil, tool=evil)})
    assert called.out.count("\\x1b[31m") == 4
    assert "\x1b" not in called.out
    assert not any(each.lstrip().startswith("::") for each in called.out.splitlines())


@pytest.mark.parametrize(
    "files", [{"t/a.txt": "hello"}, {"t/.hidden": ""}, {"t/a.json": "[]"}, {"t/a.xml": "<Objs "}]
)
def test_where_nothing_can_be_read_the_call_is_refused(call: Call, files: dict[str, str]) -> None:
    checked = check(call, files)
    normalised = call({}, "tenant", "normalise", "t")
    assert [(each.code, each.out) for each in (checked, normalised)] == [(2, ""), (2, "")]
    assert checked.err.startswith("mfpolicy: t")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "Missing argument 'PATH'"),
        (["check", "nowhere"], "does not exist"),
        (["check", "t", "--today", "tomorrow"], "is not a date such as 2026-11-23"),
        (["check", "t", "--profile", "hard"], "there is no profile 'hard'"),
        (["normalise", "t", "--taken", "today"], "is not a date such as 2026-11-20"),
        (["normalise", "t", "-o", "none/x.json"], "cannot be written"),
        (["normalize", "t"], "No such command"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(call: Call, arguments: list[str], said: str) -> None:
    called = call({"t/a.json": own({"Get-InboundConnector": []})}, "tenant", *arguments)
    assert (called.code, called.out, said in called.err) == (2, "", True)


RULE = 'EXOTransportRule "r"\n{\nName = "r"\nEnabled = $True\nPriority = 0\n}\n'
FILTER = (
    'EXOHostedContentFilterPolicy "d"\n{\nIdentity = "Default"\nBulkThreshold = 9\nMakeDefault = $True\n}\n'
)
DSC = (
    "# Generated with Microsoft365DSC version 1.26.218.1\nConfiguration X\n{\nNode localhost\n{\n"
    f"{RULE}{FILTER}}}\n}}\n"
)
CLIXML = (
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><Props>'
    '<S N="Name">In</S><B N="Enabled">true</B></Props></Obj></Objs>'
)
SNAPSHOT = json.dumps(
    {
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#admin/configurationManagement/"
        "configurationSnapshots/$entity",
        "resources": [
            {
                "resourceType": "microsoft.exchange.accepteddomain",
                "properties": {"Identity": "contoso.com", "DomainType": "Authoritative"},
            }
        ],
    }
)
EXPORT: dict[str, str | bytes] = {
    "t/a.json": own(
        {"Get-OutboundConnector": [{"Name": "Out", "SmartHosts": ["192.0.2.1"]}]}, failed=["Get-JournalRule"]
    ),
    "t/M365TenantConfig.ps1": b"\xff\xfe" + DSC.encode("utf-16-le"),
    "t/Get-InboundConnector.xml": CLIXML,
    "t/snapshot.json": SNAPSHOT,
}


def judgement(call: Call, path: str) -> list[Any]:
    """What every rule says of every subject of the tenant."""
    called = call({}, "check", "--tenant", path, "--profile", "hardened", *DAY, "--format", "json")
    return [each for each in called.document["ledger"] if each["subject"]["kind"] != "file"]


def test_a_normalised_export_is_judged_as_the_export_is(call: Call) -> None:
    called = call(EXPORT, "tenant", "normalise", "t", "--taken", "2026-11-20", "-o", "n.json")
    assert (called.code, called.out, called.err) == (0, "", "n.json: 5 cmdlets\n")
    assert judgement(call, "n.json") == judgement(call, "t")


def test_normalising_twice_gives_the_same_bytes(call: Call) -> None:
    once = call(EXPORT, "tenant", "normalise", "t", "--taken", "2026-11-20").out
    assert call({"n.json": once}, "tenant", "normalise", "n.json").out == once
    assert json.loads(once)["taken"] == "2026-11-20T00:00:00Z"


def test_a_day_that_is_given_is_that_of_files_that_tell_none(call: Call) -> None:
    called = call(
        {"t/a.json": own({"Get-InboundConnector": []})}, "tenant", "normalise", "t", "--taken", "2026-11-01"
    )
    assert called.document["taken"] == "2026-11-20T06:00:00Z"


def test_what_could_not_be_written_is_told(call: Call) -> None:
    files = {
        "t/c.ps1": DSC.partition("\n")[2].replace(
            "{\nNode", "{\nImport-DscResource -ModuleName Microsoft365DSC\nNode"
        )
    }
    called = call(
        {**files, "t/a.json": own({"Get-InboundConnector": []}), "t/b.json": "{"}, "tenant", "normalise", "t"
    )
    assert (called.code, list(called.document["cmdlets"])) == (3, ["Get-InboundConnector"])
    assert [each.partition(" may lack")[0] for each in called.err.splitlines()[:2]] == [
        "mfpolicy: t/c.ps1: Get-HostedContentFilterPolicy",
        "mfpolicy: t/c.ps1: Get-TransportRule",
    ]
    assert "mfpolicy: t/b.json: " in called.err


def test_what_nobody_knows_is_written_neither_as_empty_nor_as_failed(call: Call) -> None:
    files = {
        "t/a.json": own({}, failed=["Get-JournalRule"]),
        "t/Get-TransportRule.json": "[null]",
        f"t/{CONNECTORS}.json": '["@{Name=x}"]',
    }
    called = call(files, "tenant", "normalise", "t")
    assert (called.code, called.document["cmdlets"], called.document["failed"]) == (
        3,
        {},
        ["Get-JournalRule"],
    )
    assert [each.partition(": ")[2] for each in called.err.splitlines()[:2]] == [
        f"t/{CONNECTORS}.json: {CONNECTORS} was cut short when it was exported, so it is left out",
        "t/Get-TransportRule.json: Get-TransportRule is not in the export, so it is left out",
    ]


def test_files_of_two_tenants_do_not_become_one(call: Call) -> None:
    files = {
        "t/a.json": own({"Get-InboundConnector": []}),
        "t/b.json": own({"Get-OutboundConnector": []}, name="fabrikam.onmicrosoft.com"),
    }
    called = call(files, "tenant", "normalise", "t")
    assert (called.code, called.out) == (2, "")
    assert called.err == (
        "mfpolicy: the files are of several tenants: contoso.onmicrosoft.com, fabrikam.onmicrosoft.com; "
        "give those of one at a time\n"
    )


def test_the_recipe_exports_all_that_can_be_read() -> None:
    [script] = re.findall(r"^```powershell\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"Get-\w+", script))
    assert {each.name for each in CMDLETS if line(each.name)} - named == set()
