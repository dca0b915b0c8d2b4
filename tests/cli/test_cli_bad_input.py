"""Broken, huge and hostile input to the real command: a finding or one clear sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from called import Call, Called, answers, caller

SOUND = '"":\n  type: TXT\n  value: v=spf1 -all\n'
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
ESTATE = {"mailflow.yaml": INTENT, "zones/sound.example.yaml": SOUND}
ZONE = "zones/example.org.yaml"
LETTERS = "abcdefgh"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip(LETTERS, LETTERS[1:], strict=False)
)
RULE = """id: OUR001
slug: ours
title: SPF needs more than two lookups
severity: error
about: domain
when: domain.spf.present
assert: domain.spf.lookups <= 2
message: "{domain.name}: {domain.spf.lookups}"
rationale: Ours.
remedy: Ours.
examples:
  good: [{name: none, zones: {example.org: {"": {type: TXT, value: v=spf1 -all}}}}]
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("said", ["x\n::error::y", "x\r\n  ::add-mask::y", "x ##[error]y", "x\x1b[31m"])
def test_an_argument_too_many_gives_no_order(call: Call, said: str) -> None:
    """A shell that expands zones/* hands over the names that a stranger gave to files."""
    found = call({}, "check", "zones/a.yaml", said)
    orders = [line for line in found.err.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert (found.code, orders, "\x1b" in found.err) == (2, [], False)


def found(called: Called) -> set[tuple[str, str, int]]:
    """Slug, file and line of every fail."""
    fails = [each for each in called.document["findings"] if each["verdict"] == "fail" and each["location"]]
    return {(each["slug"], each["location"]["file"], each["location"]["line"]) for each in fails}


def judged(called: Called) -> set[str]:
    """The domains that were judged."""
    return {each["subject"]["name"] for each in called.document["ledger"]}


def refused(called: Called) -> str:
    """The one sentence of a call that cannot be carried out."""
    assert (called.code, called.out) == (2, ""), called
    assert "Traceback" not in called.err
    return called.err.strip().splitlines()[-1]


BAD_ZONES: list[tuple[str, str | bytes, str, int]] = [
    ("an alias bomb", BOMB, "too-large", 4),
    ("a text of 10 MB for a record", f"a: {'x' * 10_000_000}\n", "wrong-type", 1),
    ("a file above the bound", f"a: {'x' * 16_800_000}\n", "too-large", 1),
    ("a NUL", '"":\n  type: TXT\n  value: "a\0b"\n', "unreadable-file", 3),
    ("bytes that are not UTF-8", b'"":\n  value: \xff\n', "unreadable-file", 1),
    ("an include of itself", '"":\n\n  !include example.org.yaml\n', "unreadable-file", 3),
    ("an include from outside", '"": !include ../../../../../etc/passwd\n', "unreadable-file", 1),
    ("an include of nothing", '"": !include none.yaml\n', "unreadable-file", 1),
    ("lists in lists", "[" * 5000, "too-large", 1),
    ("mappings in mappings", "".join(" " * i + "a:\n" for i in range(1200)), "too-large", 101),
    ("a list for a zone", "- a\n", "wrong-type", 1),
    ("a word for a zone", "hello\n", "wrong-type", 1),
    ("a duplicate key", '"":\n  type: TXT\n  value: a\n  value: b\n', "duplicate-key", 4),
    ("a misspelt key", '"":\n  type: TXT\n  vlaue: a\n', "unknown-key", 3),
    ("a missing key", '"":\n  ttl: 60\n  type: TXT\n', "missing-key", 2),
    ("a word of YAML 1.1 for a key", "on:\n  type: A\n  value: 192.0.2.1\n", "yaml-1-1-word", 1),
    ("a number where a mapping belongs", '"": 5\n', "wrong-type", 1),
    ("a half-written file", '"":\n  type: TXT\n  value: "v=spf1\n', "unreadable-file", 3),
    ("a tab", '"":\n\ttype: TXT\n', "unreadable-file", 2),
]


@pytest.mark.parametrize(
    ("text", "slug", "line"), [each[1:] for each in BAD_ZONES], ids=[each[0] for each in BAD_ZONES]
)
def test_a_bad_zone_is_a_finding_at_its_line_and_the_rest_is_judged(
    call: Call, text: str | bytes, slug: str, line: int
) -> None:
    called = call({**ESTATE, ZONE: text}, "check", "--format", "json")
    assert (slug, ZONE, line) in found(called)
    assert "sound.example" in judged(called)
    assert called.code in (0, 1)
    assert called.err == ""


def test_a_file_of_nothing_but_faults_is_judged_in_bounded_time(call: Call) -> None:
    called = call({ZONE: "".join("a: 1\n" for _ in range(20_000))}, "check", "--zones", "octodns:zones")
    assert called.code == 1
    assert "has 19,500 more faults than the 500 that are shown" in called.out


def test_a_sound_zone_is_left_alone(call: Call) -> None:
    called = call({**ESTATE, ZONE: SOUND}, "check", "--format", "json")
    assert (called.code, found(called)) == (0, set())


def test_an_empty_zone_counts_as_a_zone_without_records(call: Call) -> None:
    assert "1 zone, 0 records" in call({ZONE: ""}, "check", "--zones", "octodns:zones").out
    called = call({}, "check", "--zones", "octodns:zones", "--format", "json")
    assert (called.code, judged(called)) == (0, {"example.org"})


BAD_INTENTS: list[tuple[str, str, int, str]] = [
    ("a: [\n", "unreadable-file", 2, "not YAML: "),
    (BOMB, "too-large", 4, "aliases make more than 10000 values"),
    (f"{INTENT}x: \0\n", "unreadable-file", 3, "U+0000 must not stand in YAML"),
    ("[" * 5000, "too-large", 1, "nested more than 100 levels deep"),
    ("- a\n", "wrong-type", 1, "the intent is a list; expected a mapping"),
    (
        f"{INTENT}domain: {{}}\n",
        "unknown-intent-key",
        3,
        'the intent has no key "domain"; did you mean domains?',
    ),
    (
        f"{INTENT}zones: []\n",
        "unknown-intent-key",
        3,
        "its keys are accepted_domains, addresses, certificates, connectors",
    ),
    (f"{INTENT}domains:\n  example.org: {{mial: none}}\n", "unknown-intent-key", 4, "did you mean mail?"),
    (f"{INTENT}domains:\n  example.org: {{mail: nome}}\n", "wrong-type", 4, "did you mean none?"),
    (f"{INTENT}domains:\n  example.org: {{senders: 5}}\n", "wrong-type", 4, "expected a list of texts"),
    (f"{INTENT}domains:\n  exa mple: {{}}\n", "wrong-type", 4, '"exa mple" is not a domain name'),
    (f"{INTENT}waivers: {{a: b}}\n", "wrong-type", 3, "waivers is a mapping; expected a list"),
    (f"{INTENT}version: 1\n", "duplicate-key", 3, "version: stands here again, first in line 1"),
    (f"{INTENT}yes: 1\n", "yaml-1-1-word", 3, "yes: is read as true by YAML 1.1 readers"),
    ("version: 2\n", "wrong-type", 1, 'version is "2"; expected 1'),
    ("organization: Contoso\n", "missing-key", 1, "the intent has no version"),
    (
        "version: 1\ndns: {zones: [{format: octodnss, path: zones}]}\n",
        "wrong-type",
        2,
        "did you mean octodns?",
    ),
]


@pytest.mark.parametrize(
    ("text", "slug", "line", "words"), BAD_INTENTS, ids=[f"{each[1]}: {each[3]}" for each in BAD_INTENTS]
)
def test_a_bad_intent_is_a_finding_in_words_at_its_line(
    call: Call, text: str, slug: str, line: int, words: str
) -> None:
    called = call({**ESTATE, "mailflow.yaml": text}, "check", "--format", "json")
    assert (slug, "mailflow.yaml", line) in found(called)
    assert any(words in each["message"] for each in called.document["findings"] if each["slug"] == slug)
    assert called.code in (0, 1)


@pytest.mark.parametrize(
    ("path", "slug"), [("zonez", "unreadable-file"), ("../../etc", "unreadable-file"), ("'\\0'", "")]
)
def test_zones_that_an_intent_names_and_that_are_not_there_are_a_finding(
    call: Call, path: str, slug: str
) -> None:
    intent = f"version: 1\ndns: {{zones: [{{format: octodns, path: {path}}}]}}\n"
    called = call({"mailflow.yaml": intent}, "check", "--format", "json")
    assert (called.code, slug in {each[0] for each in found(called)} or not slug) == (1, True)


REFUSED: list[tuple[dict[str, str | bytes], list[str], str]] = [
    ({}, ["--dns", "none.json"], "none.json:1: cannot be read: No such file or directory"),
    ({}, ["--dns", "zones"], "zones:1: cannot be read: it is not a file"),
    ({"a.json": ""}, ["--dns", "a.json"], "a.json:1: not JSON"),
    ({"a.json": '{"version": 1, "answers": ['}, ["--dns", "a.json"], "a.json:1: not JSON"),
    ({"a.json": b"\xff\xfe"}, ["--dns", "a.json"], "a.json:1: byte 0 (0xFF) is not UTF-8"),
    ({"a.json": "[" * 100_000}, ["--dns", "a.json"], "a.json:1: "),
    (
        {"a.json": '{"version": 1, "answers": [' + "[" * 100_000},
        ["--dns", "a.json"],
        "a.json:1: ",
    ),
    (
        {"a.json": '{"version": 1, "answers": [\n{"name": "a", "type": "TXT", "rcode": "NOPE"}]}'},
        ["--dns", "a.json"],
        "a.json:2: /answers/0: invalid enum value 'NOPE'",
    ),
    ({}, ["--zones", "octodnss:zones"], "there is no zone format 'octodnss'"),
    ({}, ["--zones", "octodnss:zones"], "did you mean octodns?"),
    ({}, ["--zones", "octodns"], "--zones octodns: say FORMAT:PATH"),
    ({}, ["--zones", "octodns:none"], "there is no none here"),
    ({}, ["--profile", "hardend"], "did you mean hardened?"),
    ({}, ["--profile", "none.yaml"], "none.yaml:1: cannot be read"),
    ({"mailflow.yaml": f"{INTENT}profile: hardend\n"}, [], "did you mean hardened?"),
    ({}, ["--today", "tomorrow"], "'tomorrow' is not a date such as 2026-11-23"),
    ({}, ["--today", "2026-02-30"], "'2026-02-30' is not a date such as 2026-11-23"),
    ({}, ["--today", "20261123"], "'20261123' is not a date such as 2026-11-23"),
    ({}, ["none.yaml"], "none.yaml: there is no such file or folder"),
    ({}, ["zones"], "zones: there is no mailflow.yaml here"),
    ({"mailflow.yaml": b"version: 1\norganization: \xff\n"}, [], "mailflow.yaml:1: byte 25 (0xFF)"),
    ({}, ["--fail-on", "eror"], "'eror' is not one of"),
]


@pytest.mark.parametrize(("files", "arguments", "words"), REFUSED, ids=[each[2] for each in REFUSED])
def test_a_call_that_cannot_be_carried_out_is_one_clear_sentence(
    call: Call, files: dict[str, str | bytes], arguments: list[str], words: str
) -> None:
    assert words in refused(call({**ESTATE, **files}, "check", *arguments))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "name: ours\nseverities:\n  spf-missin: note\n",
            "p.yaml:3: there is no rule 'spf-missin'; did you mean",
        ),
        (
            "name: ours\nincludes: hardend\n",
            "p.yaml:2: there is no profile 'hardend'; did you mean hardened",
        ),
        ("name: ours\nseveritys: {}\n", "p.yaml:2: there is no key severitys; did you mean severities?"),
        ("name: ours\nseverities: {spf-missing: fatal}\n", "p.yaml:2: invalid enum value 'fatal'"),
        ("name: ours\nparams: {lookup-limit-exceeded: {limt: 3}}\n", "p.yaml:2: there is no parameter of"),
        ("name: ours\nparams: {lookup-limit-exceeded: {limit: many}}\n", "rule SPF002: assert: "),
        ("title: ours\n", "p.yaml:1: "),
    ],
)
def test_a_fault_in_a_profile_stops_the_run(call: Call, text: str, words: str) -> None:
    called = call({**ESTATE, "p.yaml": text}, "check", "--profile", "p.yaml")
    refused(called)
    assert words in called.err


def test_a_sound_profile_holds_what_it_includes(call: Call) -> None:
    spf = '"":\n  type: TXT\n  value: v=spf1 include:a.example include:b.example -all\n'
    profile = "name: ours\nincludes: hardened\nparams: {lookup-limit-exceeded: {limit: 1}}\n"
    files = {
        "mailflow.yaml": f"{INTENT}profile: ours/p.yaml\n",
        "ours/p.yaml": profile,
        "a.json": answers({"a.example TXT": ["v=spf1 -all"], "b.example TXT": ["v=spf1 -all"]}),
        ZONE: spf,
    }
    strict = call(files, "check", "--format", "json", "--dns", "a.json")
    assert ("lookup-limit-exceeded", ZONE, 3) in found(strict)
    hardened = call(files, "check", "--format", "json", "--dns", "a.json", "--profile", "hardened")
    rules = [{each["rule"] for each in run.document["ledger"]} for run in (strict, hardened)]
    assert rules[0] == rules[1]
    assert ("lookup-limit-exceeded", ZONE, 3) not in found(hardened)


BAD_RULES = [
    (
        "domain.spf.lookups <= 2",
        "domain.spf.lokups <= 2",
        "ours/a.yaml:1: rule OUR001: assert: there is no fact",
    ),
    ("domain.spf.lookups <= 2", "domain.spf.lokups <= 2", "did you mean lookups?"),
    ("domain.spf.lookups <= 2", 'domain.spf.lookups <= "2"', "ours/a.yaml:1: rule OUR001: assert: "),
    ("domain.spf.lookups <= 2", "domain.spf.lookups <=", "ours/a.yaml:1: rule OUR001: "),
    ("about: domain", "about: domian", "there is no subject 'domian'; did you mean domain?"),
    ("{domain.spf.lookups}", "{domain.spf.lokups}", "there is no fact 'domain.spf.lokups'"),
    ("rationale", "rational", "ours/a.yaml:9: there is no key rational; did you mean rationale?"),
    ("severity: error", "severity: fatal", "ours/a.yaml:4: invalid enum value 'fatal'"),
    (RULE, "a: [\n", "ours/a.yaml:2: not YAML"),
    (RULE, "", "ours/a.yaml:1: "),
]


@pytest.mark.parametrize(("old", "new", "words"), BAD_RULES, ids=[each[2] for each in BAD_RULES])
@pytest.mark.parametrize("command", [["check"], ["rules", "test", "ours"]], ids=["check", "test"])
def test_a_faulty_rule_of_the_users_stops_the_run_and_says_where(
    call: Call, command: list[str], old: str, new: str, words: str
) -> None:
    files = {**ESTATE, "mailflow.yaml": f"{INTENT}rules: [ours]\n", "ours/a.yaml": RULE.replace(old, new)}
    called = call(files, *command)
    assert (called.code, called.out) == (2, "")
    assert words in called.err


def test_a_rule_that_takes_the_name_of_ours_stops_the_run(call: Call) -> None:
    rule = RULE.replace("OUR001", "SPF002")
    files = {**ESTATE, "mailflow.yaml": f"{INTENT}rules: [ours]\n", "ours/a.yaml": rule}
    said = "mfpolicy: ours/a.yaml:1: rule SPF002: another rule is called 'SPF002' too"
    assert refused(call(files, "check")) == said


def test_a_rule_that_cannot_be_evaluated_is_its_authors_fault_and_no_pass(call: Call) -> None:
    rule = RULE.replace("domain.spf.lookups <= 2", 'domain.spf.terms[7].text == "x"')
    files = {**ESTATE, "mailflow.yaml": f"{INTENT}rules: [ours]\n", "ours/a.yaml": rule}
    assert refused(call(files, "check")).startswith(
        "mfpolicy: ours/a.yaml:1: rule OUR001 on domain sound.example"
    )


def test_a_folder_without_rules_does_not_pass_for_rules_that_hold(call: Call) -> None:
    files = {**ESTATE, "mailflow.yaml": f"{INTENT}rules: [oars]\n"}
    assert refused(call(files, "check")) == "mfpolicy: oars:1: there is no rule file in this folder"


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("today: soon", 'the example "none": today is "soon"; expected a day'),
        ('dns: {"a TXT": 5}', 'the example "none": dns: '),
        ("intent: {version: 1, profile: hardend}", 'the example "none": there is no profile "hardend"'),
    ],
)
def test_an_example_that_cannot_be_read_is_named(call: Call, example: str, words: str) -> None:
    called = call(
        {"ours/a.yaml": RULE.replace("name: none,", f"name: none, {example},")}, "rules", "test", "ours"
    )
    assert refused(called).startswith("mfpolicy: ours/a.yaml:1: " + words)


def _fan(width: int) -> dict[str, list[Any]]:
    wide = ["v=spf1 ", *[f"include:i{at}.example " for at in range(width)], "-all"]
    leaves = {f"i{at}.example TXT": [f"v=spf1 ip4:192.0.2.{at % 256} -all"] for at in range(width)}
    return {"wide.example TXT": [wide], **leaves}


def _doubling(depth: int) -> dict[str, list[Any]]:
    return {
        f"d{at}.example TXT": [f"v=spf1 include:d{at + 1}.example include:d{at + 1}.example -all"]
        for at in range(depth)
    }


@pytest.mark.parametrize(
    ("name", "records", "lookups"),
    [
        ("a.example", {"a.example TXT": ["v=spf1 include:a.example -all"]}, 1),
        (
            "a.example",
            {
                "a.example TXT": ["v=spf1 include:b.example -all"],
                "b.example TXT": ["v=spf1 include:a.example -all"],
            },
            2,
        ),
        ("wide.example", _fan(1000), 1000),
        ("d0.example", _doubling(60), 1000),
    ],
    ids=["own loop", "cycle of two", "a thousand wide", "doubling sixty times"],
)
def test_an_spf_tree_built_to_exhaust_ends_as_permerror(
    call: Call, name: str, records: dict[str, list[Any]], lookups: int
) -> None:
    files = {"a.json": answers(records)}
    called = call(files, "spf", name, "--dns", "a.json", "--ip", "203.0.113.9", "--format", "json")
    worst, receiver = called.document["worst_case"], called.document["receiver"]
    assert (called.code, worst["lookups"], worst["result"]) == (0, lookups, "permerror")
    assert receiver["result"] == "permerror"


def test_a_zone_that_includes_a_thousand_is_a_finding(call: Call) -> None:
    spf = '"":\n  type: TXT\n  value: v=spf1 include:wide.example -all\n'
    called = call(
        {**ESTATE, ZONE: spf, "a.json": answers(_fan(1000))}, "check", "--dns", "a.json", "--format", "json"
    )
    assert ("lookup-limit-exceeded", ZONE, 3) in found(called)


HOSTILE = "v=spf1 \x1b[31m ::error::x \n::error file=x::boom \r ##[error]y \x9b2J \u202e -all"
COMMANDS = ("\n::", "\n  ::", "##[", "\x1b", "\x9b", "\r", "\u202e")


@pytest.mark.parametrize("format", ["text", "json"])
def test_what_a_txt_record_holds_steers_neither_terminal_nor_runner(call: Call, format: str) -> None:
    spf = '"":\n  type: TXT\n  value: "' + HOSTILE.encode("unicode_escape").decode() + '"\n'
    recorded = {"a.json": answers({"h.example TXT": [HOSTILE.replace("\u202e", "")]})}
    files = {**ESTATE, ZONE: spf, **recorded}
    outputs = [
        call(files, "check", "--format", format, "--all"),
        call(files, "spf", "h.example", "--dns", "a.json", "--format", format),
        call(files, "dmarc", "h.example", "--dns", "a.json", "--format", format),
    ]
    assert outputs[0].code == 1
    assert not [each for each in COMMANDS for called in outputs if each in "\n" + called.out + called.err]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "\x1b[31m\n::error::x"],
        ["check", "--\x1b[31m"],
        ["check", "--zones", "\x1b[31m:zones"],
        ["check", "--today", "\x1b[31m"],
        ["\x1b[31m"],
        ["rules", "show", "\x1b[31m\n::error::x"],
        ["dmarc", "\x1b[31m" + "a" * 64],
    ],
)
def test_what_a_call_holds_does_not_come_back_raw(call: Call, arguments: list[str]) -> None:
    called = call(ESTATE, *arguments)
    refused(called)
    assert not [each for each in COMMANDS if each in "\n" + called.err]


def test_the_name_of_an_example_does_not_steer_the_terminal(call: Call) -> None:
    rule = RULE.replace("name: none", 'name: "\\e[31m\\n::error::x"')
    called = call({"ours/a.yaml": rule}, "rules", "test", "ours")
    assert called.code == 0
    assert not [each for each in COMMANDS if each in called.out]


NO_NAMES = ["", "..a", f"{'a' * 64}.example", "a." * 130, "\udcff.example"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_has_no_dmarc_policy_to_explain(call: Call, name: str) -> None:
    assert refused(call({}, "dmarc", name)).endswith("is not a name that DNS can carry")


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_has_no_spf_as_receivers_conclude(call: Call, name: str) -> None:
    call_ip = ("--ip", "192.0.2.1", "--sender", f"a@{name}", "--helo", name, "--format", "json")
    called = call({}, "spf", name, *call_ip)
    assert (called.code, called.document["receiver"]["result"]) == (0, "none")


def test_a_name_beyond_ascii_is_asked_as_dns_has_it(call: Call) -> None:
    files = {"a.json": answers({"xn--bcher-kva.example TXT": ["v=spf1 -all"]})}
    called = call(files, "spf", "BÜCHER.example.", "--dns", "a.json", "--format", "json")
    assert (called.document["name"], called.document["worst_case"]["lookups"]) == ("xn--bcher-kva.example", 0)


@pytest.mark.parametrize("ip", ["192.0.2", "192.0.2.1/32", "example.org"])
def test_what_is_no_address_is_refused(call: Call, ip: str) -> None:
    assert refused(call({}, "spf", "example.org", "--ip", ip)).endswith(f"'{ip}' is not an IP address")


def test_a_misspelt_command_is_guessed(call: Call) -> None:
    assert refused(call({}, "chek")).endswith("no such command 'chek'; did you mean check?")


def _shell(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mfpolicy", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=30,
        check=False,
    )


def test_a_terminal_without_unicode_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(answers({"a.example TXT": ["v=spf1 include:b.example -all"]}))
    done = _shell(tmp_path, "spf", "a.example", "--dns", "a.json", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"include:b.example" in done.stdout


def test_a_reader_that_leaves_early_is_no_bug(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "mfpolicy", "rules", "list"],
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
