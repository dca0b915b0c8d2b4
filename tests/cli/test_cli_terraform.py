"""A plan judged by the real command: its own before, git beside it, and what a plan cannot tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from called import Call, Called, answers, caller
from repository import alone, commit, git
from terraform_plans import NET_ZONE, Values, aws, aws_change, aws_zone, change, data, plan

__all__ = ["alone"]
ORG = "example.org"
KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx/NHlwEeOvnVzCyyFO1XxYH1/1eoOYrRbPHkEM8TbfgXQwJl4kPr0MDJXQkP"
    "5DKJWfPUgZc6J9LpU/YGIPgjmNDb3ZS3kCq6KdbJfDdvLfgs8oShLEDzEHrU518OnbxAiB3G6VfNJw8vRnj2pdKSY6kLK4FlBsPvNc8m"
    "8FLRVCRnb93hKh/Em8sInYwq7sq/GHuCtQjbfOK2Q7buoZzRpBaoYJHo52nyRRGi2svzHytn1khzKBcEKnluTOtrYwGhmCHRzvSxrS6A"
    "HrWWT87oNUmMhhVysf2xg91KSkHIDx+GCWRgcgxQhxN2hs7ez+Yp0tssSkFnbCXi3E9L9XN1hwIDAQAB"
)
SPF = "v=spf1 ip4:192.0.2.1 -all"
DMARC = "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"
LIVE = answers(
    {
        "example.org MX": ["10 mail.example.net."],
        "example.org TXT": [SPF],
        "_dmarc.example.org TXT": [DMARC],
        "s1._domainkey.example.org CNAME": ["s1.dkim.example.com."],
        "s1.dkim.example.com TXT": [f"v=DKIM1; k=rsa; p={KEY}"],
        "mail.example.net A": ["192.0.2.1"],
        "open.example.net TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@example.org"],
        "news.example.org NS": ["ns1.example.net.", "ns2.example.net."],
        "news.example.org MX": ["10 mail.example.net."],
        "news.example.org TXT": [SPF],
    }
)
IS: dict[str, Values] = {
    "mx": aws("", "MX", ["10 mail.example.net"], there=ORG),
    "spf": aws("example.org", "TXT", [SPF], there=ORG),
    "dmarc": aws("_dmarc", "TXT", [DMARC], there=ORG),
    "dkim": aws("s1._domainkey", "CNAME", ["s1.dkim.example.com"], there=ORG),
}
OPEN = {**IS["spf"], "records": ["v=spf1 +all"]}


def estate(**after: Values | None) -> str:
    """A plan for the whole domain, in which only what is named changes."""
    return plan(*(aws_change(name, was, after.get(name, was)) for name, was in IS.items()))


class Room:
    """A folder with a plan and recorded answers, and the command in it."""

    def __init__(self, folder: Path, call: Call) -> None:
        self.folder, self.call = folder, call

    def run(self, text: str, *arguments: str, command: str = "check", dns: str = "answers.json") -> Called:
        files = {"plan.json": text, "answers.json": LIVE}
        day = ("--today", "2026-11-23")
        return self.call(files, command, "--zones", "terraform:plan.json", "--dns", dns, *day, *arguments)

    def found(self, text: str, *arguments: str, dns: str = "answers.json") -> tuple[int, set[str]]:
        """The exit code, and `status slug name` of every fail."""
        called = self.run(text, "--format", "json", *arguments, dns=dns)
        fails = [each for each in called.document["findings"] if each["verdict"] == "fail"]
        return called.code, {f"{each['status']} {each['slug']} {each['subject']['name']}" for each in fails}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Room:
    call = caller(tmp_path, monkeypatch, capsys)
    (tmp_path / ".git").rmdir()  # no git
    return Room(tmp_path, call)


CREATED = aws_change("www", None, aws("www", "A", ["192.0.2.80"]))
WITHOUT_NAME = aws_change("k", None, {"zone_id": "Z1", "type": "CNAME"}, {"name": True, "records": True})
CF_ZONE = data("cloudflare_zone", "org", {"id": "0a1b", "name": ORG})


def cloudflare(content: str) -> Values:
    values = {"zone_id": "0a1b", "name": "@", "type": "TXT", "content": content, "ttl": 1, "data": None}
    return change("cloudflare_dns_record", "txt", None, values, {"id": True})


NEWS = "news.example.org"
NEWS_TEXT = aws(NEWS, "TXT", [SPF], there=ORG)
DELEGATED = aws("news", "NS", ["ns1.example.net.", "ns2.example.net."], there=ORG)


def below(*changes: Values) -> str:
    """A plan of a zone and of the one below it."""
    return plan(*changes, held=[aws_zone(), aws_zone(NEWS, NET_ZONE)])


def news(before: str, after: str) -> Values:
    """A text in the zone below, before and after."""
    sides = ({**NEWS_TEXT, "zone_id": NET_ZONE, "records": [each]} for each in (before, after))
    return aws_change("text", *(each if each["records"] != [""] else None for each in sides))


CF_GONE = change("cloudflare_zone", "org", {"id": "0a1b", "name": ORG}, None)
VERIFY = {"zone_id": "0a1b", "name": ORG, "type": "TXT", "content": "verify=a1", "ttl": 1, "data": None}
CF_NEW = change("cloudflare_zone", "org", None, {"name": ORG}, {"id": True})
CF_LATER = {**VERIFY, "zone_id": None, "content": "v=spf1 +all"}
NO_ID = {"zone_id": True, "id": True}

JUDGED: dict[str, tuple[str, int, set[str]]] = {
    "nothing": (estate(), 0, set()),
    "its MX": (
        estate(mx=None), 1,
        {"new mx-removed-while-sending example.org", "new report-host-takes-no-mail example.org"},
    ),
    "its SPF": (estate(spf=None), 1, {"new spf-record-removed example.org", "new spf-missing example.org"}),
    "its DKIM": (estate(dkim=None), 1, {"new dkim-key-removed s1._domainkey.example.org"}),
    "its DMARC": (
        estate(dmarc=None), 1, {"new dmarc-record-removed example.org", "new dmarc-missing example.org"},
    ),
    "an open SPF": (estate(spf=OPEN), 1, {"new everyone-authorised example.org"}),
    "a record beside live ones": (plan(CREATED, held=[aws_zone()]), 0, set()),
    "a text beside a live SPF": (plan(cloudflare("verify=a1"), held=[CF_ZONE]), 0, set()),
    "a second SPF beside a live one": (
        plan(cloudflare("v=spf1 include:_spf.example.com -all"), held=[CF_ZONE]), 1,
        {"new several-spf-records example.org"},
    ),
    "a text set where DNS has one": (
        plan(aws_change("txt", None, aws("", "TXT", ["verify=a1"])), held=[aws_zone()]), 1,
        {"new spf-record-removed example.org", "new spf-missing example.org"},
    ),
    "an alias where DNS has a policy": (
        plan(aws_change("dmarc", None, aws("_dmarc", "CNAME", ["open.example.net"])), held=[aws_zone()]), 1,
        {"new dmarc-policy-weakened example.org", "new dmarc-policy-none example.org"},
    ),
    "what DNS has already": (
        plan(aws_change("txt", None, aws("", "TXT", [SPF])), held=[aws_zone()]), 0, set(),
    ),
    "a zone with a text, while DNS has an SPF beside it": (
        plan(CF_GONE, change("cloudflare_dns_record", "txt", VERIFY, None)), 1,
        {
            "new spf-record-removed example.org", "new dmarc-record-removed example.org",
            "new mail-no-longer-taken example.org",
        },
    ),
    "an open SPF in a zone that is made": (
        plan(change("cloudflare_dns_record", "txt", None, CF_LATER, NO_ID), CF_NEW), 1,
        {"new everyone-authorised example.org"},
    ),
    "the delegation of a zone that stays": (
        below(news(SPF, SPF), aws_change("ns", DELEGATED, None)), 1,
        {"new spf-record-removed news.example.org", "new mail-no-longer-taken news.example.org"},
    ),
    "no delegation": (below(news(SPF, SPF), aws_change("ns", DELEGATED, DELEGATED)), 0, set()),
    "a zone, whose records the one above takes": (
        below(
            news(SPF, ""), aws_change("ns", DELEGATED, None), aws_change("spf", None, NEWS_TEXT),
            aws_change("mx", None, aws(NEWS, "MX", ["10 mail.example.net"])),
        ), 0, set(),
    ),
    "a name that becomes a zone with less": (
        below(
            news("", "v=spf1 -all"), aws_change("ns", None, DELEGATED), aws_change("spf", NEWS_TEXT, None),
        ), 0, {"new spf-range-lost news.example.org"},
    ),
    "a name that is known after apply": (
        plan(WITHOUT_NAME, *json.loads(estate())["resource_changes"]), 0,
        {"new name-known-after-apply plan.json"},
    ),
    "no DNS at all": (
        plan(change("aws_s3_bucket", "b", None, {"bucket": "b"})), 0, {"new plan-without-records plan.json"},
    ),
    "another provider": (
        plan(change("digitalocean_record", "a", None, {"name": "a"})), 1, {"new record-not-judged plan.json"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "expected"), JUDGED.values(), ids=JUDGED)
def test_a_plan_is_judged_against_its_own_before(
    room: Room, text: str, code: int, expected: set[str]
) -> None:
    assert room.found(text) == (code, expected)


@pytest.mark.parametrize("name", ["mx", "spf"])
def test_a_value_that_is_known_after_apply_leaves_the_run_incomplete(room: Room, name: str) -> None:
    awaited = {**IS[name], "records": None}
    entry = aws_change(name, IS[name], awaited, {"records": True})
    called = room.run(plan(entry))
    assert (called.code, "is known only once the change is applied" in called.out) == (3, True)


def test_the_base_is_named_and_old_faults_pass(room: Room) -> None:
    was_open = aws_change("spf", OPEN, OPEN)
    called = room.run(plan(was_open, aws_change("mx", IS["mx"], IS["mx"])), dns="offline")
    assert called.code == 0
    assert (
        "compared with what is there before plan.json: 0 new, 0 worse, 1 from before, 0 fixed" in called.out
    )


def test_what_a_plan_mends_is_shown_where_it_stood(room: Room) -> None:
    text = plan(aws_change("spf", OPEN, IS["spf"]))
    (fixed,) = [
        each for each in room.run(text, "--format", "json").document["findings"] if each["status"] == "fixed"
    ]
    assert (fixed["slug"], fixed["location"]["file"], fixed["location"]["line"]) == (
        "everyone-authorised", "plan.json", 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("deleted", "expected"),
    [
        (["mx", "dkim"], {"mx-removed-while-sending": "mx", "dkim-key-removed": "dkim"}),
        (
            ["mx", "spf", "dmarc"],
            {"mx-removed-while-sending": "mx", "spf-record-removed": "spf", "dmarc-record-removed": "dmarc"},
        ),
    ],
)
def test_each_loss_is_shown_at_the_resource_that_is_deleted(
    room: Room, deleted: list[str], expected: dict[str, str]
) -> None:
    text = json.dumps(json.loads(estate(**dict.fromkeys(deleted))), indent=1)
    lines = text.splitlines()
    findings = room.run(text, "--format", "json").document["findings"]
    shown = {
        each["slug"]: lines[each["location"]["line"] - 1].strip()
        for each in findings
        if each["rule"].startswith("CHG") and each["verdict"] == "fail"
    }
    assert shown == {slug: f'"address": "aws_route53_record.{name}",' for slug, name in expected.items()}


def test_base_none_judges_all_of_it(room: Room) -> None:
    assert room.found(plan(aws_change("spf", OPEN, OPEN)), "--base", "none")[0] == 1


def test_values_of_variables_are_never_printed(room: Room) -> None:
    state = json.dumps({"format_version": "1.0", "values": {"outputs": {"db": {"value": "hunter2"}}}})
    for text in (state, estate()[:150], plan(errored=True), plan(), plan(aws_change("spf", OPEN, OPEN))):
        for format in ("text", "json", "markdown", "github"):
            called = room.run(text, "--format", format, "--base", "none")
            assert "hunter2" not in called.out + called.err


def test_diff_tells_what_a_plan_means(room: Room) -> None:
    called = room.run(estate(spf=OPEN, mx=None), command="diff")
    assert (called.code, called.err) == (0, "")
    assert called.out.startswith("since what is there before plan.json: the mail of 1 name changes\n")
    assert "  MX         example.net -> no MX record\n" in called.out


@pytest.fixture
def repository(room: Room, alone: Any) -> Room:
    git(room.folder, "init", "-q")
    commit(room.folder, {".gitignore": "plan.json\nanswers.json\n", "main.tf": "# zone\n"})
    return room


@pytest.mark.slow
@pytest.mark.parametrize("base", [(), ("--base", "HEAD")])
def test_an_ignored_plan_in_a_repository_is_judged_all_the_same(
    repository: Room, base: tuple[str, ...]
) -> None:
    assert repository.found(estate(spf=OPEN), *base) == (1, {"new everyone-authorised example.org"})
    assert repository.run(estate(spf=OPEN), *base).code == 1


@pytest.mark.slow
def test_a_plans_own_before_wins_over_an_older_plan(repository: Room) -> None:
    commit(repository.folder, {".gitignore": "answers.json\n", "plan.json": estate()})
    assert repository.found(plan(aws_change("spf", OPEN, OPEN)), "--base", "HEAD") == (
        0, {"existing everyone-authorised example.org"},
    )  # fmt: skip
