"""MTA-STS policies in recorded answers, in examples, and in the repository where the intent names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mfpolicy.collect.files import Files
from mfpolicy.model.dns import Answers, PolicyFile, Question, Reply
from mfpolicy.model.places import Pointer, Span
from mfpolicy.model.rules import Example, Profile, Rule
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.answers import read_answers, write_answers
from mfpolicy.sources.estate import Estate, Shipped, read_estate, read_said
from mfpolicy.sources.examples import TextFiles, read_example
from mfpolicy.sources.intent import read_intent

TEXT = "version: STSv1\nmode: none\nmax_age: 86400\n"
SHIPPED = Shipped(profiles={"baseline": Profile(name="baseline")})
NO_FILES = TextFiles({})
RULE = Rule(
    id="X001", slug="x", title="x", severity="note", about="domain", assert_="true", message="", rationale="",
    remedy="",
)  # fmt: skip


def test_policies_survive_being_written_and_read_and_stand_sorted_one_a_line() -> None:
    policies = {
        "example.org": PolicyFile("NOT-FOUND", detail="HTTP status 404"),
        "example.net": PolicyFile("FETCHED", 'a "b"\r\n\x1b é\n'),
    }
    text = write_answers(Answers(policies=policies))
    assert text.splitlines() == [
        '{"version": 1, "answers": [',
        "",
        '], "policies": [',
        '{"name":"example.net","outcome":"FETCHED","text":"a \\"b\\"\\r\\n\\u001b é\\n"},',
        '{"name":"example.org","outcome":"NOT-FOUND","detail":"HTTP status 404"}',
        "]}",
    ]
    assert read_answers(text, "f") == (Answers(policies=policies), ())


def test_answers_without_policies_keep_their_bytes() -> None:
    replies = {Question("example.org", "TXT"): Reply("NOERROR", 300, ("v=spf1 -all",))}
    assert "policies" not in write_answers(Answers(replies))


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ('{"name": "example.org", "outcome": "GONE"}', "wrong-type", "/policies/1: invalid enum value"),
        ('{"name": "a b", "outcome": "FETCHED"}', "wrong-type", '"a b" is not a domain name'),
        ('{"name": "", "outcome": "FETCHED"}', "wrong-type", "is not a domain name"),
        ('{"name": "b.example.org"}', "wrong-type", "missing required field"),
        ('{"name": "b.example.org", "outcome": "FETCHED", "x": 1}', "wrong-type", "unknown field"),
        ('{"name": "Example.ORG.", "outcome": "TIMEOUT"}', "duplicate-key", "example.org is there twice"),
        ("[]", "wrong-type", "expected `object`"),
    ],
)
def test_a_policy_that_does_not_fit_is_left_out_with_a_fault(entry: str, code: str, words: str) -> None:
    first = '{"name": "example.org", "outcome": "FETCHED", "text": "x"}'
    found, faults = read_answers(f'{{"version": 1, "policies": [{first}, {entry}]}}', "f")
    assert [(fault.code, words in fault.text, fault.place) for fault in faults] == [
        (code, True, Pointer("f", "/policies/1"))
    ]
    assert list(found.policies) == ["example.org"]


def test_policies_that_are_no_list_make_the_file_unusable() -> None:
    _, faults = read_answers('{"version": 1, "policies": {}}', "f")
    assert [fault.code for fault in faults] == ["wrong-type"]


def test_an_example_gives_a_text_or_an_outcome() -> None:
    example = Example("x", policies={"example.org": TEXT, "example.net": "NOT-FOUND"})
    assert read_example(RULE, example, SHIPPED).answers.policies == {
        "example.org": PolicyFile("FETCHED", TEXT),
        "example.net": PolicyFile("NOT-FOUND"),
    }


def test_an_outcome_of_an_example_that_is_none_is_said() -> None:
    with pytest.raises(Unusable, match="policies: .*GONE"):
        read_example(RULE, Example("x", policies={"example.org": "GONE"}), SHIPPED)


def test_a_domain_may_name_its_policy_file() -> None:
    text = "version: 1\ndomains: {example.org: {mta_sts: {policy: sts.txt}}}"
    intent, faults = read_intent(text, "f", NO_FILES)
    assert (intent.domains[0].mta_sts.policy, faults) == ("sts.txt", ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('version: 1\ndomains: {"*.example.org": {mta_sts: {policy: sts.txt}}}', "wrong-type"),
        ("version: 1\ndomains: {example.org: {mta_sts: {file: sts.txt}}}", "unknown-intent-key"),
        ("version: 1\ndomains: {example.org: {mta_sts: sts.txt}}", "wrong-type"),
        ("version: 1\ndomains: {example.org: {mta_sts: {policy: [a]}}}", "wrong-type"),
    ],
)
def test_a_policy_is_one_domains_and_a_path(text: str, code: str) -> None:
    intent, faults = read_intent(text, "f", NO_FILES)
    assert [fault.code for fault in faults] == [code]
    assert {each.mta_sts.policy for each in intent.domains} == {""}


def estate(folder: Path, policy: str) -> Estate:
    """The estate in a folder whose intent, in `flow/`, names a policy file for example.org."""
    text = f"version: 1\ndomains: {{example.org: {{mta_sts: {{policy: {policy}}}}}}}\n"
    (folder / "flow").mkdir(exist_ok=True)
    (folder / "flow/mailflow.yaml").write_text(text)
    files = Files(folder)
    return read_estate(files, read_said(files, "flow/mailflow.yaml", SHIPPED), (), "", "", SHIPPED)


@pytest.mark.parametrize(("policy", "path"), [("sts.txt", "flow/sts.txt"), ("../web/sts.txt", "web/sts.txt")])
def test_the_file_is_read_beside_the_intent(tmp_path: Path, policy: str, path: str) -> None:
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text(TEXT)
    found = estate(tmp_path, policy)
    assert found.policies == {"example.org": PolicyFile("FETCHED", TEXT, place=Span(path, 0, len(TEXT)))}
    assert found.faults == ()


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("absent.txt", "cannot be read"),
        ("../../outside.txt", "outside the repository"),
        ("/etc/hostname", "outside the repository"),
        ("latin.txt", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault_and_no_policy(tmp_path: Path, policy: str, words: str) -> None:
    root = tmp_path / "root"
    (root / "flow").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text(TEXT)
    (root / "flow/latin.txt").write_bytes(b"mode: \xff")
    found = estate(root, policy)
    assert found.policies == {}
    assert [(fault.code, words in fault.text) for fault in found.faults] == [("unreadable-file", True)]
