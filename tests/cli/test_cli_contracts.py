"""What other programs rely on: documents, exit codes and a receiver's conclusions, by the real command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from called import Call, answers, caller
from click.testing import CliRunner

from mfpolicy.cli import cli, main
from mfpolicy.collect.files import resource

SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "rfc7208" / "rfc7208-tests.yml"
TYPES = ("A", "AAAA", "MX", "TXT", "PTR", "CNAME")
SOUND = '"":\n  type: TXT\n  value: v=spf1 -all\n'
ESTATE = {
    "mailflow.yaml": "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n",
    "zones/sound.example.yaml": SOUND,
}
BAD = {**ESTATE, "zones/bad.example.yaml": '"":\n  type: TXT\n  value: v=spf1 +all\n'}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def _records(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """The suite's notation as answers.v1 has it: SPF stands for TXT where no TXT is given."""
    given = {type for entry in entries if isinstance(entry, dict) for type in entry}
    for entry in entries:
        if entry == "TIMEOUT":
            continue
        ((type, value),) = entry.items()
        if type == "MX":
            yield type, f"{value[0]} {value[1]}."
        elif type == "SPF" and "TXT" not in given:
            yield "TXT", value
        elif value != "NONE":
            yield type, value


def _recorded(zone: dict[str, list[Any]]) -> str:
    found: dict[str, list[Any]] = {}
    rcodes: dict[str, str] = {}
    for name, entries in zone.items():
        for type, value in _records(entries):
            found.setdefault(f"{name.lower()} {type}", []).append(value)
        if "TIMEOUT" in entries:
            rcodes |= {f"{name.lower()} {type}": "TIMEOUT" for type in TYPES}
    return answers(found, {key: rcode for key, rcode in rcodes.items() if key not in found})


def _suite() -> list[Any]:
    if not SUITE.exists():
        return []
    scenarios = yaml.load_all(SUITE.read_text("utf-8"), yaml.CSafeLoader)
    return [pytest.param(each, id=each["description"]) for each in scenarios]


@pytest.mark.skipif(not SUITE.exists(), reason="the RFC 7208 suite does not stand beside the repository")
def test_the_suite_has_all_of_its_tests() -> None:
    assert sum(len(each.values[0]["tests"]) for each in _suite()) == 203


@pytest.mark.parametrize("scenario", _suite())
def test_the_command_concludes_what_the_suite_says(scenario: dict[str, Any], tmp_path: Path) -> None:
    recorded = tmp_path / "answers.json"
    recorded.write_text(_recorded(scenario["zonedata"]), "utf-8")
    wrong = {name: result for name, test in scenario["tests"].items() if (result := _misses(test, recorded))}
    assert wrong == {}


def _misses(test: dict[str, Any], recorded: Path) -> Any:
    """What the command said, where the suite says otherwise."""
    arguments = ["spf", "example.com", "--dns", str(recorded), "--format", "json"]
    asked = ["--ip", str(test["host"]), "--sender", test["mailfrom"], "--helo", test["helo"]]
    result = CliRunner().invoke(cli, arguments + asked, standalone_mode=False)
    if result.exception:
        return result.exception
    receiver = json.loads(result.output)["receiver"]
    expected = test["result"] if isinstance(test["result"], list) else [test["result"]]
    explained = "explanation" not in test or (receiver["explanation"] or "DEFAULT") == test["explanation"]
    return None if receiver["result"] in expected and explained else receiver


OWN = {"_dmarc.example.org TXT": ["v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.org"]}
TESTING = {"_dmarc.example.org TXT": ["v=DMARC1; p=reject; t=y"]}
PSD = {
    "_dmarc.example TXT": ["v=DMARC1; p=reject; psd=y"],
    "_dmarc.contoso.example TXT": ["v=DMARC1; p=quarantine"],
    "www.contoso.example A": ["192.0.2.1"],
}
EXISTING = {"mail.example.org A": ["192.0.2.1"]}
FAILED = [{"name": "_dmarc.example.org", "type": "TXT", "reason": "answered SERVFAIL"}]
DMARC: list[tuple[str, dict[str, list[Any]], dict[str, str], str, dict[str, Any], Any]] = [
    ("example.org", OWN, {}, "example.org", {"policy": "reject", "declared": "reject", "tag": "p"}, True),
    ("mail.example.org", OWN | EXISTING, {}, "example.org", {"policy": "quarantine", "tag": "sp"}, True),
    ("none.example.org", OWN, {}, "example.org", {"policy": "none", "tag": "np"}, False),
    (
        "example.org",
        TESTING,
        {},
        "example.org",
        {"policy": "quarantine", "declared": "reject", "testing": True, "tag": "p"},
        True,
    ),
    ("www.contoso.example", PSD, {}, "contoso.example", {"policy": "quarantine", "tag": "p"}, True),
    ("other.example", PSD, {}, "other.example", {"policy": "reject", "tag": "p"}, False),
    ("example.net", EXISTING, {}, "example.net", {"policy": "absent", "tag": None}, False),
    (
        "example.org",
        {},
        {"_dmarc.example.org TXT": "SERVFAIL"},
        "",
        {"policy": "unknown", "tag": None, "unknown": FAILED},
        None,
    ),
]


@pytest.mark.parametrize(
    ("name", "records", "rcodes", "organization", "effective", "exists"),
    DMARC,
    ids=["own", "inherited", "np", "t=y", "below a psd", "at a psd", "absent", "SERVFAIL"],
)
def test_the_dmarc_policy_of_a_name(
    call: Call,
    name: str,
    records: dict[str, list[Any]],
    rcodes: dict[str, str],
    organization: str,
    effective: dict[str, Any],
    exists: bool | None,
) -> None:
    called = call({"a.json": answers(records, rcodes)}, "dmarc", name, "--dns", "a.json", "--format", "json")
    found = called.document
    assert (called.code, called.err) == (3 if effective["policy"] == "unknown" else 0, "")
    assert {key: found["effective"][key] for key in effective} == effective
    assert found["organizational_domain"] == (organization or None)
    assert exists is None or found["exists"] is exists
    assert set(found) == {"name", "organizational_domain", "record", "effective", "exists", "reports"}


def test_a_dmarc_policy_that_nobody_asked_for_is_unknown(call: Call) -> None:
    called = call({}, "dmarc", "example.org", "--format", "json")
    assert (called.document["effective"]["policy"], called.document["record"]) == ("unknown", None)
    assert "_dmarc.example.org TXT not asked" in call({}, "dmarc", "example.org").out


FINDING = {
    "rule", "slug", "severity", "verdict", "status", "subject", "message", "as_of", "location", "evidence",
    "waiver", "controls", "fingerprint",
}  # fmt: skip


def test_a_report_has_the_keys_that_were_promised(call: Call) -> None:
    found = call(BAD, "check", "--format", "json").document
    assert set(found) == {"version", "summary", "findings", "ledger", "controls", "inputs", "tool"} | {
        "waived_controls",
        "incomplete",
        "base",
        "waivers_added",
        "profile",
        "today",
        "drift",
        "uncompared",
    }
    assert set(found["summary"]) == {"verdict", "severity", "status", "waived"}
    assert {frozenset(each) for each in found["findings"]} == {frozenset(FINDING)}
    assert {frozenset(each["subject"]) for each in found["findings"]} == {frozenset(["kind", "name"])}
    located = [each["location"] for each in found["findings"] if each["location"]]
    assert {frozenset(each) for each in located} == {frozenset(["file", "line", "column"])}
    assert {frozenset(each) for each in found["ledger"]} == {
        frozenset(["rule", "slug", "subject", "verdict"])
    }
    verdicts = {each for controls in found["controls"].values() for each in controls.values()}
    assert verdicts <= {"pass", "fail", "unknown", "not_applicable"}
    assert {len(each["sha256"]) for each in found["inputs"]} == {64}
    assert set(found["tool"]) == {"name", "version", "rules"}


def test_a_report_counts_what_it_lists(call: Call) -> None:
    found = call(BAD, "check", "--format", "json").document
    ledger = [each["verdict"] for each in found["ledger"]]
    assert found["summary"]["verdict"] == {key: ledger.count(key) for key in found["summary"]["verdict"]}
    assert sum(found["summary"]["verdict"].values()) == len(ledger)


def test_the_same_run_gives_the_same_bytes(call: Call) -> None:
    assert call(BAD, "check", "--format", "json").out == call(BAD, "check", "--format", "json").out


def _records_v1(**where: Any) -> str:
    record = {"zone": "bad.example", "name": "bad.example", "type": "TXT", "values": ["v=spf1 +all"], **where}
    return json.dumps({"version": 1, "authority": "full", "records": [record]}, indent=1)


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ({"file": "zones/x.js", "line": 12}, ("zones/x.js", 12)),
        ({}, ("r.json", 10)),
        ({"file": "../../etc/passwd", "line": 1}, ("r.json", 10)),
    ],
    ids=["named by the tool", "not named", "outside the repository"],
)
def test_a_finding_in_neutral_records_lies_where_their_tool_says(
    call: Call, where: dict[str, Any], place: tuple[str, int]
) -> None:
    called = call({"r.json": _records_v1(**where)}, "check", "--zones", "records:r.json", "--format", "json")
    everyone = [each for each in called.document["findings"] if each["slug"] == "everyone-authorised"]
    assert [(each["location"]["file"], each["location"]["line"]) for each in everyone] == [place]
    assert called.code == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 2, "records": []}', "[" * 100_000, '{"version": 1, "records": [5, {"zone": 1}]}'],
)
def test_neutral_records_that_cannot_be_read_are_a_finding(call: Call, text: str) -> None:
    called = call({"r.json": text}, "check", "--zones", "records:r.json", "--format", "json")
    fails = {each["location"]["file"] for each in called.document["findings"] if each["verdict"] == "fail"}
    assert (called.code, fails) == (1, {"r.json"})


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "json"],
        ["spf", "sound.example", "--zones", "octodns:zones", "--format", "json"],
        ["dmarc", "sound.example", "--zones", "octodns:zones", "--format", "json"],
        ["rules", "list", "--format", "json"],
        ["rules", "show", "SPF002", "--format", "json"],
    ],
)
def test_standard_output_holds_the_document_and_nothing_else(call: Call, arguments: list[str]) -> None:
    called = call(ESTATE, *arguments)
    assert isinstance(called.document, dict)
    assert (called.code, called.err, called.out.isascii()) == (0, "", True)


class _Terminal:
    """Standard output as a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False), ("", False)])
def test_a_terminal_sees_colour_unless_its_owner_wants_none(
    call: Call, monkeypatch: pytest.MonkeyPatch, no_color: str | None, coloured: bool
) -> None:
    assert "\x1b" not in call(BAD, "check").out
    terminal = _Terminal()
    monkeypatch.setattr(sys, "argv", ["mfpolicy", "check", "--dns", "offline"])
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", terminal)
    with pytest.raises(SystemExit):
        main()
    assert ("\x1b[" in terminal.text) is coloured


OPEN = {
    "mailflow.yaml": "version: 1\ndns: {zones: [{format: records, path: r.json}]}\n"
    "domains: {sound.example: {}}\n",
    "r.json": '{"version": 1, "authority": "partial", "records": []}',
    "a.json": answers({}, {"_dmarc.sound.example TXT": "SERVFAIL"}),
}


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        (ESTATE, ["check"], 0),
        (BAD, ["check"], 1),
        (BAD, ["check", "--format", "json"], 1),
        (ESTATE, ["check", "--dns", "none.json"], 2),
        (OPEN, ["check", "--dns", "a.json"], 3),
        (OPEN, ["check", "--dns", "a.json", "--allow-unknown"], 0),
        (OPEN, ["check"], 0),
        ({"mailflow.yaml": "version: 1\n"}, ["check"], 4),
        ({}, ["rules", "list"], 0),
        ({}, ["--help"], 0),
        ({}, ["--version"], 0),
        ({}, ["check", "--help"], 0),
        ({}, [], 2),
        ({}, ["check", "--no-such-option"], 2),
    ],
)
def test_the_exit_code_says_how_it_went(
    call: Call, files: dict[str, str], arguments: list[str], code: int
) -> None:
    assert call(files, *arguments).code == code


@pytest.mark.parametrize(
    ("arguments", "what"),
    [((), "no zone, no domain"), (("--only", "connectors"), "nothing that --only connectors is about")],
)
def test_where_nothing_is_judged_it_says_what_is_not_there(
    call: Call, arguments: tuple[str, ...], what: str
) -> None:
    called = call({"mailflow.yaml": "version: 1\n"}, "check", *arguments)
    assert (called.code, called.err) == (4, f"mfpolicy: there is nothing to judge: {what}\n")


def test_a_bug_of_ours_is_said_to_be_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("\x1b[31m")

    monkeypatch.setattr("mfpolicy.asking.judged", broken)
    monkeypatch.setattr("mfpolicy.loading.read_estate", broken)
    called = call(ESTATE, "check")
    assert (called.code, called.out, "\x1b" in called.err) == (70, "", False)
    assert called.err.endswith("this is a bug of ours; please report it with the lines above\n")


RULE = """id: OUR001
slug: few-lookups
title: SPF needs more than two lookups
severity: error
about: domain
when: domain.spf.present
assert: domain.spf.lookups <= 2
message: "{domain.name}: {domain.spf.lookups} lookups"
rationale: Ours.
remedy: Ours.
examples:
  good: [{name: none, zones: {example.org: {"": {type: TXT, value: v=spf1 -all}}}}]
  bad:
    - name: three
      zones: {example.org: {"": {type: TXT, value: "v=spf1 a:a.example a:b.example a:c.example -all"}}}
      dns: {otherwise: NXDOMAIN}
      message: "example.org: 3 lookups"
"""


def test_examples_of_ones_own_rules_come_out_as_they_should(call: Call) -> None:
    called = call({"ours/a.yaml": RULE}, "rules", "test", "ours")
    lines = ["ok   OUR001 few-lookups: good: none", "ok   OUR001 few-lookups: bad: three"]
    assert (called.code, called.out.splitlines()) == (0, [*lines, "2 examples as they should be, 0 not"])


@pytest.mark.parametrize("option", [["--fetch-policies"], ["--wait", "5m"], ["--nameserver", "127.0.0.1"]])
def test_what_only_a_live_run_can_do_is_refused_offline(call: Call, option: list[str]) -> None:
    called = call(ESTATE, "check", "--dns", "offline", *option)
    assert (called.code, called.out) == (2, "")
    assert (
        called.err
        == f"mfpolicy: {option[0]}: only a live run asks the world; leave it out, or say --dns live\n"
    )


def test_a_program_reads_what_became_of_each_example(call: Call) -> None:
    called = call({"ours/a.yaml": RULE}, "rules", "test", "ours", "--format", "json")
    assert called.document["trials"] == [
        {"rule": "OUR001", "kind": "good", "example": "none", "why": ""},
        {"rule": "OUR001", "kind": "bad", "example": "three", "why": ""},
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("<= 2", "<= 3", "it should fail, and nothing was found"),
        (": 3 lookups", ": 4 lookups", "it should say 'example.org: 4 lookups', but says"),
        (
            "value: v=spf1 -all",
            "value: v=spf1 a:a.example a:b.example a:c.example -all",
            "it should be left alone",
        ),
    ],
)
def test_an_example_that_comes_out_otherwise_fails_and_says_why(
    call: Call, old: str, new: str, why: str
) -> None:
    called = call({"ours/a.yaml": RULE.replace(old, new)}, "rules", "test", "ours")
    assert called.code == 1
    assert why in called.out
    assert called.out.endswith("1 examples as they should be, 1 not\n")


def test_a_rule_without_examples_is_not_proved(call: Call) -> None:
    called = call({"ours/a.yaml": RULE.partition("examples:")[0]}, "rules", "test", "ours")
    assert (called.code, "a rule without an example is not proved" in called.out) == (1, True)


def test_a_rule_that_takes_the_name_of_ours_is_refused_by_its_test_too(call: Call) -> None:
    called = call({"ours/a.yaml": RULE.replace("OUR001", "SPF002")}, "rules", "test", "ours")
    assert (called.code, "another rule is called 'SPF002' too" in called.err) == (2, True)


def test_our_own_rules_can_be_tested_where_they_ship_from(call: Call) -> None:
    called = call({}, "rules", "test", str(resource("policies") / "waiver"))
    assert (called.code, "examples as they should be, 0 not" in called.out) == (0, True)


def test_a_copy_of_our_rule_in_a_folder_of_ones_own_is_refused(call: Call) -> None:
    file = "waiver/waiver-expired.yaml"
    called = call({file: (resource("policies") / file).read_text("utf-8")}, "rules", "test", "waiver")
    assert (called.code, "another rule is called 'waiver-expired' too" in called.err) == (2, True)


def test_ones_own_rules_are_judged_beside_ours(call: Call) -> None:
    zone = '"":\n  type: TXT\n  value: v=spf1 a:a.example a:b.example a:c.example -all\n'
    files = {**ESTATE, "ours/a.yaml": RULE, "zones/bad.example.yaml": zone, "a.json": answers({})}
    files["mailflow.yaml"] += "rules: [ours]\n"
    found = call(files, "check", "--dns", "a.json", "--format", "json").document["findings"]
    ours = [(each["subject"]["name"], each["message"]) for each in found if each["slug"] == "few-lookups"]
    assert ours == [("bad.example", "bad.example: 3 lookups")]


def test_a_rule_is_shown_by_id_and_by_slug(call: Call) -> None:
    by_id, by_slug = (call({}, "rules", "show", name) for name in ("SPF002", "lookup-limit-exceeded"))
    assert by_id.out == by_slug.out
    assert by_id.out.startswith("SPF002 lookup-limit-exceeded: ")


def test_the_list_of_rules_names_each_once(call: Call) -> None:
    listed = call({}, "rules", "list", "--format", "json").document["rules"]
    ids = [each["id"] for each in listed]
    assert ids == sorted(set(ids))
    lines = call({}, "rules").out.splitlines()
    assert [line.split()[0] for line in lines[: len(ids)]] == ids


def test_a_misspelt_rule_is_guessed(call: Call) -> None:
    called = call({}, "rules", "show", "lookup-limit-exeeded")
    said = "mfpolicy: there is no rule 'lookup-limit-exeeded'; did you mean lookup-limit-exceeded?\n"
    assert (called.code, called.err) == (2, said)
