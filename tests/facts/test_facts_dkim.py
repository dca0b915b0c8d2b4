"""What a selector's facts say of its keys."""

from __future__ import annotations

import pytest

from mfpolicy.facts.dkim import Claim, SelectorFacts, selector_facts, selector_open
from mfpolicy.facts.questions import open_questions
from mfpolicy.model.dns import Answers, Question, Record, Reply, Unknown, Zone
from mfpolicy.model.intent import Sender
from mfpolicy.views.overlay import Overlay

NAME = "s1._domainkey.example.org"


def facts(*texts: str) -> SelectorFacts:
    zone = Zone("example.org", tuple(Record(NAME, "TXT", text) for text in texts))
    return selector_facts(Overlay([zone], Answers()), NAME)


def codes(*texts: str) -> list[str]:
    found = facts(*texts).faults
    assert isinstance(found, tuple)
    return [each.code for each in found]


def test_a_key_with_several_quotes_is_one_fault() -> None:
    assert codes('v=DKIM1; p=MIGf""MA0G""CSqG').count("key-has-quotes") == 1


def test_each_of_two_damaged_keys_is_a_fault() -> None:
    assert codes('v=DKIM1; p=MIGf""MA0G', 'v=DKIM1; p=MIGf""CSqG').count("key-has-quotes") == 2


def test_a_revoked_key_has_no_fault() -> None:
    assert codes("v=DKIM1; p=") == []


SES = Sender("ses", record="cname", targets=("*.dkim.example.com",), aligns=("dkim", "spf"))
POST = Sender("post", selectors=("s1",), targets=("*.example.net",))
GOOGLE = Sender("google", record="txt", aligns=("dkim", "spf"))
PRINTERS = Sender("printers", addresses=("192.0.2.0/28",))
RELAYED = Sender("app", addresses=("192.0.2.0/28",), via="connector")


def aliased(
    target: str, *senders: Sender, claim: Claim | None = None, key: str = "v=DKIM1; p=QUJD"
) -> SelectorFacts:
    zone = Zone("example.org", (Record(NAME, "CNAME", f"{target}."),))
    replies = {Question(target, "TXT"): Reply(key) if key.isupper() else Reply("NOERROR", 300, (key,))}  # type: ignore[arg-type]
    return selector_facts(Overlay([zone], Answers(replies)), NAME, claim, senders)


def named(*senders: Sender) -> SelectorFacts:
    zone = Zone("example.org", (Record(NAME, "TXT", "v=DKIM1; p=QUJD"),))
    return selector_facts(Overlay([zone], Answers()), NAME, None, senders)


@pytest.mark.parametrize(
    ("senders", "undeclared"),
    [
        ((), True),
        ((PRINTERS,), True),
        ((RELAYED,), True),
        ((SES,), True),
        ((Sender("own", selectors=("s2",)),), True),
        ((POST,), False),
        ((Sender("usual", usual=("s1",), record="cname", targets=("*.example.com",)),), False),
        ((SES, GOOGLE), False),
        ((Sender("nobody-knows"),), False),
    ],
)
def test_a_key_is_undeclared_if_certainly_no_sender_signs_with_it(
    senders: tuple[Sender, ...], undeclared: bool
) -> None:
    assert named(*senders).undeclared is undeclared


def test_nothing_is_undeclared_where_nobody_says_who_sends() -> None:
    assert facts("v=DKIM1; p=QUJD").undeclared is False


def test_a_cname_is_explained_by_where_it_leads() -> None:
    assert aliased("x.dkim.example.com", SES).undeclared is False
    assert aliased("x.example.test", SES).undeclared is True


def test_where_a_cname_leads_counts_before_the_target_has_answered() -> None:
    assert aliased("x.dkim.example.com", SES, key="TIMEOUT").undeclared is False
    assert isinstance(aliased("x.example.test", SES, key="TIMEOUT").undeclared, Unknown)


@pytest.mark.parametrize(
    ("target", "senders", "elsewhere"),
    [
        ("x.example.net", (POST,), False),
        ("x.example.test", (POST,), True),
        ("x.example.test", (POST, Sender("other", selectors=("s1",))), False),
    ],
)
def test_a_selector_leads_elsewhere_if_no_sender_of_it_is_there(
    target: str, senders: tuple[Sender, ...], elsewhere: bool
) -> None:
    assert aliased(target, *senders, claim=Claim("Post")).elsewhere is elsewhere


def test_an_ended_sender_is_not_blamed_for_a_label_that_another_shares() -> None:
    ended = Claim("Post", ended=True)
    assert aliased("x.example.net", POST, claim=ended).ended_by == "Post"
    assert aliased("x.example.net", POST, Sender("other", selectors=("s1",)), claim=ended).ended_by == ""


def test_a_revoked_key_is_present_and_not_active() -> None:
    found = facts("v=DKIM1; p=")
    assert (found.present, found.active) == (True, False)


def test_a_key_tells_what_it_is_limited_to() -> None:
    (key,) = facts("v=DKIM1; h=sha1; s=tlsrpt; g=; t=y; p=QUJD").keys  # type: ignore[misc]
    assert (key.hashes, key.services, key.granular, key.testing) == (("sha1",), ("tlsrpt",), True, True)


PAIRED = Sender("microsoft", selectors=("selector1", "selector2"))
HOSTED = "selector1-example-org._domainkey.contoso"
ACS = "selector1-azurecomm-prod-net"


def at_a_pair(label: str, target: str, *senders: Sender, partner: tuple[Record, ...] = ()) -> SelectorFacts:
    name = f"{label}._domainkey.example.org"
    zone = Zone("example.org", (Record(name, "CNAME", target), *partner))
    return selector_facts(Overlay([zone], Answers()), name, None, senders or None)


@pytest.mark.parametrize(
    ("label", "target", "partner"),
    [
        ("selector1", f"{HOSTED}.onmicrosoft.com.", "selector2"),
        ("selector1", f"{HOSTED}.p-v1.dkim.mail.Microsoft", "selector2"),
        ("selector2", "selector2-example-org._domainkey.contoso.onmicrosoft.us.", "selector1"),
        (ACS, f"{ACS}._domainkey.azurecomm.net.", "selector2-azurecomm-prod-net"),
        ("selector1", "selector2-example-org._domainkey.contoso.onmicrosoft.com.", ""),
        ("selector1", "selector1.dkim.example.net.", ""),
        ("selector1", "selector10-example-org._domainkey.contoso.onmicrosoft.com.", ""),
        ("selector3", "selector3-example-org._domainkey.contoso.onmicrosoft.com.", ""),
        ("s1", "s1._domainkey.azurecomm.net.", ""),
    ],
)
def test_a_selector_of_microsoft_is_one_of_a_pair(label: str, target: str, partner: str) -> None:
    expected = f"{partner}._domainkey.example.org" if partner else ""
    assert at_a_pair(label, target).partner == expected


PARTNER = "selector2._domainkey.example.org"


@pytest.mark.parametrize(
    ("partner", "missing", "missing_though_declared"),
    [
        ((), True, False),
        (
            (Record(PARTNER, "CNAME", "selector2-example-org._domainkey.contoso.onmicrosoft.com."),),
            False,
            False,
        ),
        ((Record(PARTNER, "TXT", "v=DKIM1; p=QUJD"),), False, False),
        ((Record(PARTNER, "TXT", "selector2-example-org._domainkey.contoso.onmicrosoft.com"),), True, True),
    ],
)
def test_a_partner_is_there_with_a_cname_or_a_key(
    partner: tuple[Record, ...], missing: bool, missing_though_declared: bool
) -> None:
    target = f"{HOSTED}.onmicrosoft.com."
    assert at_a_pair("selector1", target, partner=partner).partner_missing is missing
    # One that is declared is missed as that where nothing stands at all.
    found = at_a_pair("selector1", target, PAIRED, partner=partner)
    assert found.partner_missing is missing_though_declared


def test_a_pair_is_asked_for_as_a_whole() -> None:
    name, target = "selector1._domainkey.example.org", f"{HOSTED}.onmicrosoft.com"
    view = Overlay((), Answers({Question(name, "CNAME"): Reply("NOERROR", 300, (f"{target}.",))}))
    assert open_questions(selector_open(view, name, None)) == {
        Question(target, "TXT"),
        Question(PARTNER, "TXT"),
    }
