"""A domain in a few words: what is there, what is missing and what nobody knows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dkim import KeyFacts, KeyFaultFacts, SelectorFacts
from mfpolicy.facts.domains import Asked, DomainFacts, domain_facts
from mfpolicy.facts.portrait import portrait
from mfpolicy.model.dns import Answers, PolicyFile, Question, Reason, Reply, Unknown, unknown
from mfpolicy.model.intent import Intent, Sender
from mfpolicy.views.overlay import Overlay

UNSEEN = "no reports, so nobody sees what fails"
NAME = "example.org"
OUTLOOK = "spf.protection.outlook.com"
SENDERS = {
    each.name: each
    for each in (
        Sender(
            "exchange-online",
            "Exchange Online",
            (OUTLOOK,),
            ("selector1", "selector2"),
            mx=("*.mail.protection.outlook.com",),
        ),
        Sender("google", "Google Workspace", mx=("aspmx.l.google.com", "*.aspmx.l.google.com")),
        Sender("mailchimp", "Mailchimp", (), ("k2", "k3")),
        Sender("newsletter", "", ("_spf.example.net",)),
    )
}
EMPTY = ("v=spf1 -all",)
World = Mapping[tuple[str, str], Sequence[str] | str]


def domain(world: World, policies: Mapping[str, PolicyFile] = {}) -> DomainFacts:
    """A domain in a world where nothing else exists; a text instead of records is a response code."""
    replies = {
        Question(*key): Reply(said) if isinstance(said, str) else Reply("NOERROR", records=tuple(said))
        for key, said in world.items()
    }
    view = Overlay([], Answers(replies, closed=True, policies=policies))
    declared = Declared(Intent(), SENDERS, datetime.date(2026, 11, 23))
    return domain_facts(view, SpfStudy(view), Asked(NAME, None, declared), None)


def topics(
    world: World, selectors: Sequence[SelectorFacts] = (), policies: Mapping[str, PolicyFile] = {}
) -> dict[str, str]:
    return dict(portrait(domain(world, policies), selectors, SENDERS).lines)


def selector(
    label: str, *keys: KeyFacts, present: bool | Unknown | None = None, faults: Sequence[KeyFaultFacts] = ()
) -> SelectorFacts:
    there = bool(keys) if present is None else present
    missing = there if isinstance(there, Unknown) else None
    return SelectorFacts(
        f"{label}._domainkey.{NAME}", NAME, "", "", there, missing or keys, missing or tuple(faults)
    )


def test_the_topics_stand_in_the_order_of_a_message() -> None:
    world = {(NAME, "TXT"): [f"v=spf1 include:{OUTLOOK} -all"], (OUTLOOK, "TXT"): EMPTY}
    assert list(topics(world)) == ["MX", "SPF", "Senders", "DKIM", "DMARC", "MTA-STS"]


def test_a_name_without_mail_is_described_calmly() -> None:
    assert topics({}) == {
        "MX": "none that names a host",
        "SPF": "none: receivers cannot tell who may send for the name",
        "DKIM": "no selector was asked for; DNS cannot list them",
        "DMARC": "no record: receivers are not told what to do with forged mail",
        "MTA-STS": "none: senders need not insist on TLS",
    }


def test_what_did_not_answer_is_said_to_be_unknown() -> None:
    world = {(NAME, "MX"): "TIMEOUT", (NAME, "TXT"): "SERVFAIL"}
    world |= {(f"_dmarc.{NAME}", "TXT"): "REFUSED", (f"_mta-sts.{NAME}", "TXT"): "TIMEOUT"}
    assert topics(world) == {
        "MX": "unknown: example.org MX timed out",
        "SPF": "unknown: example.org TXT answered SERVFAIL",
        "DKIM": "no selector was asked for; DNS cannot list them",
        "DMARC": "unknown: _dmarc.example.org TXT answered REFUSED",
        "MTA-STS": "unknown: _mta-sts.example.org TXT timed out",
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            ["0 example-org.mail.protection.outlook.com."],
            "example-org.mail.protection.outlook.com (Exchange Online)",
        ),
        (["10 mail.protection.outlook.com.example.net."], "mail.protection.outlook.com.example.net"),
        (
            ["1 aspmx.l.google.com.", "5 alt1.aspmx.l.google.com.", "9 mx.example.net."],
            "aspmx.l.google.com, alt1.aspmx.l.google.com (Google Workspace), mx.example.net",
        ),
        (["0 ."], "null MX: takes no mail"),
        (["ten mail.example.net."], "none that names a host"),
        (
            [f"10 mx{n}.example.net." for n in range(9)],
            ", ".join(f"mx{n}.example.net" for n in range(6)) + " (and 3 more)",
        ),
    ],
)
def test_the_hosts_that_take_mail(values: list[str], said: str) -> None:
    assert topics({(NAME, "MX"): values})["MX"] == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["v=spf1 a mx -all"], "2 of 10 lookups, ends in -all: v=spf1 a mx -all"),
        (["v=spf1 all"], "0 of 10 lookups, ends in +all: v=spf1 all"),
        (["v=spf1 a"], "1 of 10 lookups, has no all at its end: v=spf1 a"),
        (
            ["v=spf1 redirect=_spf.example.net"],
            "1 of 10 lookups, goes on at _spf.example.net: v=spf1 redirect=_spf.example.net",
        ),
        (
            ["v=spf1 include:slow.example.net -all"],
            "lookups unknown (slow.example.net TXT timed out), ends in -all: "
            "v=spf1 include:slow.example.net -all",
        ),
        (
            ["v=spf1 " + "a " * 11 + "-all"],
            "11 lookups where receivers stop at 10, ends in -all: v=spf1 " + "a " * 11 + "-all",
        ),
        (
            ["v=spf1 foo:bar -all"],
            "0 of 10 lookups, ends in -all, permerror ('foo:bar' is no mechanism): v=spf1 foo:bar -all",
        ),
        (["v=spf1 -all", "v=spf1 ~all"], "2 records: receivers return permerror, so no sender passes"),
    ],
)
def test_the_record_with_its_cost_and_its_end(values: list[str], said: str) -> None:
    world = {(NAME, "TXT"): values, ("_spf.example.net", "TXT"): EMPTY}
    assert topics(world | {("slow.example.net", "TXT"): "TIMEOUT"})["SPF"] == said


def test_senders_are_named_where_the_record_itself_includes_them() -> None:
    world = {(NAME, "TXT"): [f"v=spf1 include:{OUTLOOK.upper()} ?include:_spf.example.net a:k2 -all"]}
    assert topics(world)["Senders"] == "Exchange Online, newsletter (included by SPF)"


def test_an_address_or_a_name_alike_names_no_sender() -> None:
    assert "Senders" not in topics({(NAME, "TXT"): [f"v=spf1 a:{OUTLOOK} include:x.{OUTLOOK} -all"]})


RSA = KeyFacts(False, False, "rsa", 2048)
FAULT = KeyFaultFacts("key-truncated", "the key cannot be read")


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ([selector("s1", RSA), selector("s2")], "s1 (2048 bits)"),
        ([selector("s1", KeyFacts(True, False, "rsa", 0))], "s1 (revoked: an empty key)"),
        ([selector("s1", KeyFacts(False, True, "rsa", 1024))], "s1 (1024 bits, test mode)"),
        ([selector("s1", KeyFacts(False, False, "ed25519", 0))], "s1 (Ed25519)"),
        (
            [selector("s1", KeyFacts(False, False, "rsa", 0), faults=[FAULT])],
            "s1 (not a key that can be used)",
        ),
        ([selector("s1", RSA, faults=[FAULT])], "s1 (2048 bits, with faults)"),
        ([selector("s1", RSA, RSA)], "s1 (2 keys, of which receivers take any)"),
        (
            [selector("k2"), selector("k3"), selector("selector1")],
            "no key at the selectors of 2 known senders; others may exist",
        ),
        ([selector("own")], "no key at the selectors that were asked for; others may exist"),
        (
            [selector("s1", RSA), selector("k2", present=unknown("k2", "TXT", Reason.TIMEOUT))],
            "s1 (2048 bits); 1 selector unknown: k2 TXT timed out",
        ),
        (
            [selector(each, present=unknown(each, "TXT", Reason.TIMEOUT)) for each in ("k2", "k3")],
            "2 selectors unknown: k2 TXT timed out (and 1 more)",
        ),
    ],
)
def test_keys_are_those_that_were_found(selectors: list[SelectorFacts], said: str) -> None:
    assert topics({}, selectors)["DKIM"] == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            ["v=DMARC1; p=reject"],
            f"reject; {UNSEEN}; published at _dmarc.example.org",
        ),
        (
            ["v=DMARC1; p=none"],
            "none, which asks receivers to do nothing about forged mail; "
            f"{UNSEEN}; published at _dmarc.example.org",
        ),
        (
            ["v=DMARC1; p=reject; t=y"],
            f"quarantine, lowered from reject by t=y; {UNSEEN}; published at _dmarc.example.org",
        ),
        (
            ["v=DMARC1; p=rejct"],
            "a record without a valid policy, which asks for nothing; published at _dmarc.example.org",
        ),
        (
            ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            "2 records at _dmarc.example.org, so receivers discard them all",
        ),
    ],
)
def test_the_policy_that_applies_and_where_it_stands(values: list[str], said: str) -> None:
    assert topics({(f"_dmarc.{NAME}", "TXT"): values})["DMARC"] == said


def test_the_mailboxes_of_reports_are_named() -> None:
    values = ["v=DMARC1; p=reject; rua=mailto:d@example.net,https://example.net/d"]
    found = topics({(f"_dmarc.{NAME}", "TXT"): values})["DMARC"]
    assert found == "reject; reports to d@example.net; published at _dmarc.example.org"


POLICY = "version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 604800\n"


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({}, "announced; its policy file was not fetched"),
        ({NAME: PolicyFile("TIMEOUT")}, "announced; unknown: example.org MTA-STS policy timed out"),
        (
            {NAME: PolicyFile("NOT-FOUND")},
            "announced, but no policy that senders can use: there is no such file",
        ),
        ({NAME: PolicyFile("FETCHED", POLICY)}, "mode enforce; does not cover mx.example.net"),
    ],
)
def test_the_policy_for_tls(policies: dict[str, PolicyFile], said: str) -> None:
    world = {(f"_mta-sts.{NAME}", "TXT"): ["v=STSv1; id=1"]}
    world |= {(NAME, "MX"): ["10 mail.example.org.", "20 mx.example.net."]}
    assert topics(world, policies=policies)["MTA-STS"] == said
