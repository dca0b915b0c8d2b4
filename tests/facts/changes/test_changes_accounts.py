"""What a change means, told in words: only what differs, and whose mail it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from two_sides import KEY, of, side, zone

from mfpolicy.facts.accounts import Account, account, ordered
from mfpolicy.facts.change import Side, change_facts
from mfpolicy.model.changes import RecordSet, Topic
from mfpolicy.model.dns import Answers, Question, Reply
from mfpolicy.model.findings import Subject
from mfpolicy.views.drift import live_view

OTHER_KEY = KEY.replace("11qY", "22qY")
MX, NEW_MX = "@ MX 10 mx.post.test.", "@ MX 10 mx.example.net."
NOBODY_ASKED = Answers()
HOSTS = ("mx.post.test", "a.post.test", "mx.example.net")
KNOWN = Answers({Question(each, "A"): Reply("NOERROR", 60, ("192.0.2.9",)) for each in HOSTS}, closed=True)


def told(base: Side, head: Side, name: str = "example.org", live: Answers = NOBODY_ASKED) -> Account | None:
    kind = "selector" if "._domainkey." in name else "domain"
    facts = change_facts(base, head, Subject(kind, name), alike=False)
    return account(base, head, live_view(live), facts) if facts else None


def topics(base: Side, head: Side, name: str = "example.org") -> dict[str, Topic]:
    found = told(base, head, name)
    return {each.name: each for each in found.told.topics} if found else {}


def lines(*texts: str) -> Side:
    return of(*texts, answers=KNOWN)


LINES = [
    MX,
    NEW_MX,
    "@ TXT v=spf1 ip4:192.0.2.1 -all",
    "@ TXT token",
    "_dmarc TXT v=DMARC1; p=none",
    f"s1._domainkey TXT {KEY}",
]


@given(st.sets(st.sampled_from(LINES)))
def test_nothing_is_told_where_nothing_changes(texts: set[str]) -> None:
    both = lines(*texts)
    assert [told(both, both, name) for name in ("example.org", "s1._domainkey.example.org")] == [None, None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@ TXT token=1", "@ TXT token=2"),
        ("@ TXT v=spf1  -all", "@ TXT v=spf1 -all "),
        ("@ MX 10 MX.post.test.", "@ MX 10 mx.post.test."),
        ("www A 192.0.2.1", "www A 192.0.2.2"),
        ("*.sub TXT one", "*.sub TXT two"),
    ],
)
def test_what_receivers_read_alike_is_not_told_as_lost_or_gained(before: str, after: str) -> None:
    found = topics(lines(before), lines(after))
    assert [each for each in found.values() if each.lost or each.gained] == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            MX,
            NEW_MX,
            Topic(
                "MX",
                "Post",
                "example.net",
                ("mx.post.test",),
                ("mx.example.net",),
                ("all mail goes to another provider",),
            ),
        ),
        ("@ MX 10 a.post.test.", "@ MX 20 a.post.test.", Topic("MX", "10 a.post.test", "20 a.post.test")),
        (
            "@ TXT v=spf1 ip4:192.0.2.0/30 -all",
            "@ TXT v=spf1 ip4:192.0.2.0/31 ip4:198.51.100.1 -all",
            Topic("SPF", "ends in -all", "ends in -all", ("192.0.2.2/31 (2 addresses)",), ("198.51.100.1",)),
        ),
        (
            "_dmarc TXT v=DMARC1; p=reject",
            "_dmarc TXT v=DMARC1; p=none",
            Topic("DMARC", "p=reject", "p=none"),
        ),
        (
            "_dmarc TXT v=DMARC1; p=none",
            "_dmarc TXT v=DMARC1; p=quarantine",
            Topic(
                "DMARC",
                "p=none",
                "p=quarantine",
                ("mail from it that passes neither SPF nor DKIM aligned: put into quarantine from now on",),
            ),
        ),
        (
            "_dmarc TXT v=DMARC1; p=none",
            "_dmarc TXT v=DMARC1; p=none; fo=1",
            Topic("DMARC", "v=DMARC1; p=none", "v=DMARC1; p=none; fo=1"),
        ),
        (
            "_smtp._tls TXT v=TLSRPTv1; rua=mailto:a@example.org",
            "@ TXT token",
            Topic("TLS-RPT", "v=TLSRPTv1; rua=mailto:a@example.org", "nothing"),
        ),
    ],
)
def test_a_topic_tells_before_after_lost_and_gained(before: str, after: str, expected: Topic) -> None:
    assert topics(lines(before), lines(after)) == {expected.name: expected}


@pytest.mark.parametrize(
    ("before", "after", "turn", "words"),
    [
        (KEY, "", "ended", ("ed25519", "nothing")),
        ("", KEY, "published", ("nothing", "ed25519")),
        (KEY, OTHER_KEY, "replaced", ("ed25519", "ed25519, another key")),
        (KEY, "v=DKIM1; p=", "ended", ("ed25519", "revoked")),
    ],
)
def test_the_turn_of_a_key_is_told(before: str, after: str, turn: str, words: tuple[str, str]) -> None:
    base, head = (lines(f"s1._domainkey TXT {text}" if text else MX) for text in (before, after))
    found = told(base, head, "s1._domainkey.example.org")
    assert found
    topic = found.told.topics[0]
    assert (found.key, (topic.before, topic.after), bool(topic.lost)) == (turn, words, turn != "published")


def test_names_below_are_told_by_whose_policy() -> None:
    base, head = (
        lines(f"_dmarc TXT v=DMARC1; p={each}", "shop MX 10 mx.post.test.") for each in ("reject", "none")
    )
    assert topics(base, head, "shop.example.org")["DMARC"] == Topic(
        "DMARC", "p=reject by _dmarc.example.org", "p=none by _dmarc.example.org"
    )


def test_what_a_delegation_hides_is_told() -> None:
    found = topics(lines("shop MX 10 mx.post.test."), lines("shop NS ns1.example.net."), "shop.example.org")
    served = found.pop("served by")
    assert (found, served.after, served.remarks) == (
        {},
        "another zone, from shop.example.org down",
        ("from this zone no longer: MX 10 mx.post.test",),
    )


SOA = "ns.example.org. dns.example.org. 1 7200 3600 1209600 900"


@pytest.mark.parametrize(
    ("before", "live", "expected"),
    [
        (MX, {}, (3600, "the zone as it was")),
        (MX, {"MX": Reply("NOERROR", 60, ("10 mx.post.test.",))}, (60, "live DNS")),
        (MX, {"MX": Reply("SERVFAIL")}, (3600, "the zone as it was")),
        ("", {}, (None, "")),
        ("", {"MX": Reply("NXDOMAIN"), "SOA": Reply("NOERROR", 1800, (SOA,))}, (900, "live DNS")),
        ("", {"SOA": Reply("NOERROR", 300, (SOA,))}, (300, "live DNS")),
    ],
)
def test_what_was_is_kept_for_the_old_live_ttl(
    before: str, live: dict[str, Reply], expected: tuple[int | None, str]
) -> None:
    replies = Answers({Question("example.org", type): reply for type, reply in live.items()})
    found = told(of(before or "www A 192.0.2.1"), of(NEW_MX), live=replies)
    assert found
    assert [(each.kept, each.source) for each in found.told.records] == [expected]


def test_records_are_told_as_they_were() -> None:
    found = told(lines("@ TXT v=spf1 -all", "@ TXT token"), lines("@ TXT v=spf1 ~all", "@ TXT token"))
    assert found
    assert found.told.records == (
        RecordSet(
            "example.org",
            "TXT",
            ("TXT token", "TXT v=spf1 -all"),
            ("TXT token", "TXT v=spf1 ~all"),
            3600,
            3600,
            "the zone as it was",
        ),
    )


def test_what_nobody_asked_on_either_side_is_no_change() -> None:
    base, head = (
        side(zone("example.org", "s1._domainkey 60 CNAME s1.example.net.", f"www 60 A {each}"))
        for each in ("192.0.2.1", "192.0.2.2")
    )
    assert told(base, head, "s1._domainkey.example.org") is None


def test_selectors_follow_their_domain() -> None:
    base, head = lines(MX, f"s1._domainkey TXT {KEY}"), lines(NEW_MX)
    found = [told(base, head, name) for name in ("s1._domainkey.example.org", "example.org")]
    assert [each.told.name for each in ordered(each for each in found if each)] == [
        "example.org",
        "s1._domainkey.example.org",
    ]
