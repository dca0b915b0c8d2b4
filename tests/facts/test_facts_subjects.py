"""What there is to judge, and what the question loop looks at for it."""

from __future__ import annotations

import datetime

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.questions import open_questions
from mfpolicy.facts.subjects import Study, studies
from mfpolicy.model.dns import POLICY, Answers, PolicyFile, Question, Reply
from mfpolicy.model.intent import BimiIntent, DmarcIntent, DomainIntent, Intent, Sender
from mfpolicy.views.overlay import Overlay

SENDERS = {
    "post": Sender("post", includes=("spf.example.net",), selectors=("s1",)),
    "lost": Sender("lost", includes=("lost.example.net",), envelope="customer"),
}
LOGO = BimiIntent(logo="https://example.org/logo.svg")
INTENT = Intent(
    domains=(
        DomainIntent("a.example.org", senders=("post", "lost"), dane=True, bimi=LOGO),
        DomainIntent("b.example.org", mail="receive"),
        DomainIntent("b.example.com", dmarc=DmarcIntent("reject", rua=("mailto:d@b.example.com",))),
    )
)
DECLARED = Declared(INTENT, SENDERS, datetime.date(2026, 11, 23))
WORLD = {
    "a.example.org MX": ("10 mx.example.net.", "20 alias.example.net."),
    "a.example.org TXT": ("v=spf1 include:spf.example.net mx a:gone.example.net exp=why.example.net ?all",),
    "why.example.net TXT": ("no sender of ours",),
    "spf.example.net TXT": ("v=spf1 exists:e.example.net redirect=far.example.net",),
    "far.example.net TXT": ("v=spf1 ip4:192.0.2.0/24 -all",),
    "e.example.net A": ("192.0.2.1",),
    "mx.example.net A": ("192.0.2.2",),
    "mx.example.net AAAA": ("2001:db8::2",),
    "alias.example.net CNAME": ("host.example.net.",),
    "host.example.net A": ("192.0.2.3",),
    "host.example.net AAAA": (),
    "b.example.org MX": (),
    "b.example.org A": ("192.0.2.4",),
    "b.example.org AAAA": (),
    "b.example.org TXT": (),
    "_dmarc.b.example.org TXT": None,
    "_mta-sts.b.example.org TXT": None,
    "gone.example.net A": None,
    "lost.example.net TXT": ("v=spf1 redirect=_spf.lost.example.net",),
    "_spf.lost.example.net TXT": ("v=spf1 ip4:198.51.100.0/24 -all",),
    "_dmarc.a.example.org TXT": None,
    "_dmarc.example.org TXT": ("v=DMARC1; p=reject; np=none; rua=mailto:d@example.org",),
    "_dmarc.org TXT": None,
    "_mta-sts.a.example.org TXT": ("v=STSv1; id=1",),
    "mta-sts.a.example.org A": (),
    "mta-sts.a.example.org AAAA": ("2001:db8::3",),
    "_smtp._tls.a.example.org TXT": ("v=TLSRPTv1; rua=mailto:tls@example.org",),
    "_25._tcp.mx.example.net TLSA": ("3 1 1 " + "ab" * 32,),
    "_25._tcp.alias.example.net TLSA": None,
    "mx.example.net SOA": (),
    "example.net SOA": ("ns1.example.net. host.example.net. 1 2 3 4 300",),
    "example.net DS": ("12345 13 2 " + "cd" * 32,),
    "_25._tcp.mx.example.net SOA": (),
    "_tcp.mx.example.net SOA": (),
    "a.example.org SOA": ("ns1.example.net. host.example.net. 1 2 3 4 300",),
    "a.example.org DS": ("12345 13 2 " + "cd" * 32,),
    "default._bimi.a.example.org TXT": ("v=BIMI1; l=https://example.org/logo.svg",),
    "s1._domainkey.a.example.org CNAME": ("s1.example.net.",),
    "s1.example.net TXT": ("v=DKIM1; p=",),
    "b.example.com MX": None,
    "b.example.com TXT": None,
    "_mta-sts.b.example.com TXT": None,
    "_dmarc.b.example.com TXT": ("v=DMARC1; p=reject; rua=mailto:d@far.test,mailto:d@b.example.com",),
    "_dmarc.example.com TXT": None,
    "_dmarc.com TXT": None,
    "b.example.com A": ("192.0.2.3",),
    "b.example.com._report._dmarc.far.test TXT": ("v=DMARC1",),
    "far.test MX": ("10 mx.far.test.",),
}
POLICIES = {
    "a.example.org": PolicyFile("FETCHED", "version: STSv1\nmode: testing\nmax_age: 86400\nmx: b.test\n")
}


def view_without(*missing: str) -> Overlay:
    replies = {
        Question(*each.split()): Reply("NXDOMAIN") if records is None else Reply("NOERROR", 300, records)
        for each, records in WORLD.items()
        if each not in missing
    }
    return Overlay((), Answers(replies, policies={} if POLICY in missing else POLICIES))


def waits_for(view: Overlay, study: Study) -> tuple[set[Question], set[Question]]:
    """The open questions of a subject's looks, and those of its facts."""
    spf = SpfStudy(view)
    looked = {question for look in study.looks for question in open_questions(look(view, spf))}
    return looked, open_questions(study.facts(view, spf))


@pytest.mark.parametrize("missing", [[], *([each] for each in WORLD), [POLICY], [*WORLD, POLICY]])
def test_the_looks_of_a_subject_wait_for_what_its_facts_wait_for(missing: list[str]) -> None:
    view = view_without(*missing)
    for study in studies([], DECLARED):
        looked, facts = waits_for(view, study)
        assert looked == facts


def test_a_world_that_is_known_leaves_nothing_open_and_an_empty_one_something_of_every_topic() -> None:
    every = list(studies([], DECLARED))
    assert [waits_for(view_without(), study)[0] for study in every] == [set()] * 4
    open = {question for study in every for question in waits_for(view_without(*WORLD), study)[0]}
    assert sorted(f"{each.name} {each.type}" for each in open) == [
        "_dmarc.a.example.org TXT",
        "_dmarc.b.example.com TXT",
        "_dmarc.b.example.org TXT",
        "_dmarc.com TXT",
        "_dmarc.example.com TXT",
        "_dmarc.example.org TXT",
        "_dmarc.org TXT",
        "_mta-sts.a.example.org TXT",
        "_mta-sts.b.example.com TXT",
        "_mta-sts.b.example.org TXT",
        "a.example.org MX",
        "a.example.org TXT",
        "b.example.com MX",
        "b.example.com TXT",
        "b.example.org MX",
        "b.example.org TXT",
        "default._bimi.a.example.org TXT",
        "s1._domainkey.a.example.org TXT",
    ]


def test_a_selector_that_a_sender_in_use_shares_with_an_ended_one_is_in_use() -> None:
    senders = {
        "new": Sender("new", "New", selectors=("s1",)),
        "old": Sender("old", "Old", selectors=("s1", "s0"), until=datetime.date(2026, 1, 1)),
    }
    intent = Intent(domains=(DomainIntent("a.example.org", senders=("new", "old")),))
    declared = Declared(intent, senders, datetime.date(2026, 11, 23))
    view = Overlay((), Answers())
    found = {
        study.subject.name.partition(".")[0]: study.facts(view, SpfStudy(view)).declared_by
        for study in studies([], declared)
        if study.subject.kind == "selector"
    }
    assert found == {"s1": "New", "s0": ""}
