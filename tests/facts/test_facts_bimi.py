"""Logos: at which selectors, what is wrong with them, and whether DMARC lets mailboxes show them."""

from __future__ import annotations

import datetime

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.bimi import BimiFacts, bimi_facts, selectors_in
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.questions import open_questions
from mfpolicy.facts.subjects import studies
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Unknown, Zone, unknown
from mfpolicy.model.intent import BimiIntent, Intent
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.zones import ZoneBook

LOGO = "https://example.org/logo.svg"
AT = Span("zones/example.org.yaml", 10, 60)
SAID = Span("mailflow.yaml", 1, 5)
NO_TOP = {Question("_dmarc.org", "TXT"): Reply("NXDOMAIN")}
REJECT = "v=DMARC1; p=reject"


def facts(
    *texts: str,
    selectors: tuple[str, ...] = ("default",),
    intent: BimiIntent | None = None,
    dmarc: str = REJECT,
    name: str = "example.org",
    own: str = "",
) -> BimiFacts:
    """The facts of a name in the zone example.org, whose default selector has these records."""
    records = (
        *(Record(f"default._bimi.{name}", "TXT", each, place=AT) for each in texts),
        Record("_dmarc.example.org", "TXT", dmarc),
        *((Record(f"_dmarc.{name}", "TXT", own),) if own else ()),
    )
    view = Overlay([Zone("example.org", records)], Answers(NO_TOP))
    return bimi_facts(view, name, intent or BimiIntent(), selectors)


def codes(found: BimiFacts) -> list[tuple[str, bool]]:
    assert not isinstance(found.faults, Unknown)
    return [(each.code, each.harmless) for each in found.faults]


def test_where_nothing_is_declared_and_no_zone_has_a_logo_nothing_is_asked() -> None:
    found = bimi_facts(Overlay((), Answers()), "example.org", BimiIntent())
    assert found == BimiFacts(False, (), (), False, "")


def test_a_published_logo_is_described() -> None:
    found = facts(f"v=BIMI1; l={LOGO}; a=https://example.org/vmc.pem")
    (selector,) = found.selectors
    assert (selector.owner, selector.records, selector.logo, selector.certificate, selector.wanted) == (
        "default._bimi.example.org",
        1,
        LOGO,
        "https://example.org/vmc.pem",
        False,
    )
    assert (found.logo, found.shortfall, found.place) == (True, "", AT)


def test_the_declared_selector_is_looked_at_beside_those_of_the_zones() -> None:
    found = facts(f"v=BIMI1; l={LOGO}", intent=BimiIntent("brand", LOGO, place=SAID))
    assert [(each.name, each.present, each.wanted, each.wanted_logo) for each in found.selectors] == [
        ("brand", False, True, LOGO),
        ("default", True, False, ""),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"v=BIMI1; l={LOGO}", []),
        ("v=BIMI1; l=; a=", []),
        ("v=BIMI1;", [("missing-location", False)]),
        ("v=BIMI1; l=http://example.org/logo.svg", [("invalid-location", False)]),
        (f"v=BIMI1; l={LOGO}; x=1", [("unknown-tag", True)]),
        (f"v=BIMI1; l={LOGO}; l={LOGO}", [("duplicate-tag", True)]),
    ],
)
def test_a_fault_is_told_from_what_mailboxes_read_past(text: str, wanted: list[tuple[str, bool]]) -> None:
    assert codes(facts(text)) == wanted


def test_several_records_are_counted_and_none_is_read() -> None:
    (selector,) = facts(f"v=BIMI1; l={LOGO}", "v=BIMI1;").selectors
    assert (selector.records, selector.logo) == (2, "")


def test_a_misspelt_record_is_none() -> None:
    (selector,) = facts(f"v=bimi1; l={LOGO}").selectors
    assert (selector.present, selector.ignored, selector.place) == (False, True, AT)


@pytest.mark.parametrize(
    ("dmarc", "shortfall"),
    [
        (REJECT, ""),
        ("v=DMARC1; p=quarantine", ""),
        ("v=DMARC1; p=quarantine; pct=100", ""),
        ("v=DMARC1; p=reject; pct=10", ""),
        ("v=DMARC1; p=none", "example.org has the DMARC policy none"),
        ("v=DMARC1; p=quarantine; t=y", "example.org has the DMARC policy none"),
        ("no record", "example.org has no DMARC policy"),
        ("v=DMARC1; p=reject; sp=none", "_dmarc.example.org says sp=none"),
        ("v=DMARC1; p=quarantine; pct=10", "_dmarc.example.org says pct=10"),
    ],
)
def test_the_domain_s_own_policy_must_be_enforced(dmarc: str, shortfall: str) -> None:
    assert facts(f"v=BIMI1; l={LOGO}", dmarc=dmarc).shortfall == shortfall


@pytest.mark.parametrize(
    ("dmarc", "shortfall"),
    [
        (REJECT, ""),
        ("v=DMARC1; p=none", "example.org has the DMARC policy none"),
        ("v=DMARC1; p=reject; sp=none", "_dmarc.example.org says sp=none"),
    ],
)
def test_the_organizational_domain_s_policy_counts_for_a_subdomain_too(dmarc: str, shortfall: str) -> None:
    found = facts(f"v=BIMI1; l={LOGO}", dmarc=dmarc, name="news.example.org", own=REJECT)
    assert found.shortfall == shortfall


def test_without_a_logo_dmarc_is_not_looked_at() -> None:
    found = facts("v=BIMI1; l=; a=", dmarc="v=DMARC1; p=none")
    assert (found.logo, found.shortfall) == (False, "")


def test_a_selector_that_does_not_answer_is_unknown() -> None:
    answers = Answers({Question("default._bimi.example.org", "TXT"): Reply("SERVFAIL")})
    found = bimi_facts(Overlay((), answers), "example.org", BimiIntent(logo=LOGO, place=SAID))
    why = unknown("default._bimi.example.org", "TXT", Reason.SERVFAIL)
    assert (found.logo, found.shortfall, found.faults, found.selectors[0].present) == (why, why, why, why)
    assert found.place == SAID


def test_the_selectors_of_a_zone_are_found_and_wildcards_and_what_is_delegated_away_are_not() -> None:
    owners = ("default._bimi", "b.c._bimi.news", "*._bimi", "_bimi", "default._bimi.sub")
    records = (
        *(Record(f"{each}.example.org", "TXT", "v=BIMI1; l=;") for each in owners),
        Record("sub.example.org", "NS", "ns1.example.net."),
    )
    assert selectors_in([ZoneBook(Zone("example.org", records))]) == {
        "example.org": ("default",),
        "news.example.org": ("b.c",),
    }


@pytest.mark.parametrize(("names", "asked"), [(("example.org",), True), ((), False)])
def test_only_a_domain_that_the_call_names_is_asked_for_a_logo(names: tuple[str, ...], asked: bool) -> None:
    declared = Declared(Intent(), {}, datetime.date(2026, 11, 23))
    view = Overlay((), Answers())
    questions = {
        question
        for study in studies([], declared, names=names)
        for look in study.looks
        for question in open_questions(look(view, SpfStudy(view)))
    }
    assert (Question("default._bimi.example.org", "TXT") in questions) is asked
