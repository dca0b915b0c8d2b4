from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Question, Reply
from mfpolicy.model.places import Line, Pointer
from mfpolicy.sources.answers import read_answers, write_answers
from mfpolicy.sources.examples import TextFiles
from mfpolicy.sources.intent import read_intent
from mfpolicy.sources.profiles import read_profile
from mfpolicy.sources.rules import read_rule
from mfpolicy.sources.senders import read_senders
from mfpolicy.sources.zones import read_zones

NO_FILES = TextFiles({})
GOOD = """
version: 1
profile: hardened
dns: {zones: [{format: octodns, path: zones}]}
defaults: {mail: none, dmarc: {policy: reject}}
domains:
  Contoso.com: {mail: send-and-receive, senders: [mailer]}
  "*.brands.example": {mail: none}
senders: {mailer: {title: Mailer, include: [spf.example.org], dkim: [S1]}}
waivers:
  - {rule: x, subject: contoso.com, reason: r, owner: o, approved_by: a, expires: 2027-01-31}
"""


def test_a_whole_intent_is_read_without_a_fault() -> None:
    intent, faults = read_intent(GOOD, "mailflow.yaml", NO_FILES)
    assert faults == ()
    assert [domain.name for domain in intent.domains] == ["contoso.com", "*.brands.example"]
    assert (intent.senders[0].includes, intent.senders[0].selectors) == (("spf.example.org",), ("s1",))
    assert (intent.waivers[0].expires, intent.waivers[0].problems) == (datetime.date(2027, 1, 31), ())


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("version: 1\ndomain: {}", "unknown-intent-key", "did you mean domains?"),
        ("version: 2", "wrong-type", "expected 1"),
        ("profile: baseline", "missing-key", "version"),
        ("version: 1\ndomains: {a b: {}}", "wrong-type", "not a domain name"),
        ("version: 1\ndomains: {a.example: {mail: reject}}", "wrong-type", "expected send-and-receive"),
        ("version: 1\ndomains: [a]", "wrong-type", "expected a mapping"),
        ("version: 1\ndns: {zones: [{format: octodns}]}", "missing-key", "path"),
        ("version: 1\nwaivers: [x]", "wrong-type", "expected a mapping"),
        ("- a", "wrong-type", "expected a mapping"),
    ],
)
def test_what_does_not_fit_the_intent_is_said_and_left_out(text: str, code: str, words: str) -> None:
    _, faults = read_intent(text, "f", NO_FILES)
    assert [(fault.code, words in fault.text, fault.place is not None) for fault in faults] == [
        (code, True, True)
    ]


def test_a_waiver_says_in_words_what_it_lacks() -> None:
    text = "version: 1\nwaivers: [{rule: x, subject: y, expires: soon, onwer: z}]"
    waiver = read_intent(text, "f", NO_FILES)[0].waivers[0]
    assert waiver.problems == (
        "reason is missing",
        "owner is missing",
        "approved_by is missing",
        'expires is "soon"; expected a day such as 2027-01-31',
        '"onwer" is not a key of a waiver; did you mean owner?',
    )


def test_answers_survive_being_written_and_read() -> None:
    text = '{"version": 1, "otherwise": "NXDOMAIN", "answers": [{"name": "B.", "type": "TXT",'
    text += ' "rcode": "NOERROR",'
    text += ' "ttl": 5, "records": [["a", "b"], "c"]}, {"name": "a", "type": "MX", "rcode": "TIMEOUT"}]}'
    answers, faults = read_answers(text, "f")
    assert (answers.replies[Question("b", "TXT")], answers.closed) == (
        Reply("NOERROR", 5, (("a", "b"), "c")),
        True,
    )
    assert (faults, read_answers(write_answers(answers), "f")[0]) == ((), answers)


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"version": 2}', '{"version": 1, "answer": []}', "[" * 100_000, "\ud800"]
)
def test_answers_of_another_shape_are_one_fault(text: str) -> None:
    assert len(read_answers(text, "f")[1]) == 1


def test_one_wrong_entry_does_not_spoil_the_other_answers() -> None:
    entries = '{"name": "a", "type": "A", "rcode": "OK"}, {"name": "b", "type": "A", "rcode": "NOERROR"}'
    answers, faults = read_answers(f'{{"version": 1, "answers": [{entries}]}}', "f")
    assert (list(answers.replies), [fault.place for fault in faults]) == (
        [Question("b", "A")],
        [Pointer("f", "/answers/0")],
    )


def test_neutral_records_keep_their_line_and_a_wrong_one_makes_its_owner_unreadable(tmp_path: Path) -> None:
    start = '{"zone": "example.org", "name": "www.example.org", "type": "TXT", "values": [["a", "b"]]'
    wrong = '{"zone": "example.org", "name": "bad.example.org", "type": "TXT"}'
    entries = f'{start}, "file": "x.js", "line": 3}}, {start}, "file": "../x.js", "line": 3}}, {wrong}'
    (tmp_path / "r.json").write_text(f'{{"version": 1, "authority": "partial", "records": [{entries}]}}')
    found = read_zones("records", "r.json", Files(tmp_path))
    zone = found.zones[0]
    assert [(record.value, record.strings, record.place) for record in zone.records] == [
        ("ab", ("a", "b"), Line("x.js", 3)),
        ("ab", ("a", "b"), Pointer("r.json", "/records/1/values/0")),
    ]
    assert (zone.authority, zone.unreadable, len(found.faults)) == (
        "partial",
        frozenset({"bad.example.org"}),
        1,
    )


RULE = "{id: X1, slug: x, title: t, severity: error, about: domain, assert: 'true', message: m"
RULE += ", rationale: r, remedy: y"


@pytest.mark.parametrize(
    ("end", "codes"),
    [
        ("}", []),
        (", colour: red}", ["unknown-key"]),
        (", waivable: 3}", ["wrong-type"]),
        ("", ["unreadable-file"]),
    ],
)
def test_a_rule_is_read_strictly(end: str, codes: list[str]) -> None:
    rule, faults = read_rule(RULE + end, "x.yaml")
    assert (rule is not None, [fault.code for fault in faults]) == (not codes, codes)


def test_profiles_and_senders_are_read() -> None:
    profile, _ = read_profile("{name: ours, severities: {SPF001: off}}", "f")
    senders, faults = read_senders("a: {title: A, include: [b.example]}", "f")
    assert (profile is not None and profile.severities["SPF001"], senders[0].name, faults) == ("off", "a", ())
