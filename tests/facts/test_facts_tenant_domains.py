"""What the tenant says of a domain, against DNS and the intent."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.domains import DomainFacts
from mfpolicy.facts.questions import open_questions
from mfpolicy.facts.subjects import studies
from mfpolicy.facts.tenant.accepted import kind_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.of_domain import DomainTenantFacts
from mfpolicy.model.dns import Answers, Question, Reply, Unknown
from mfpolicy.model.intent import DomainIntent, Intent
from mfpolicy.model.intent_tenant import TenantIntent, TenantSource
from mfpolicy.model.tenant import Export, Listing, Tenant, TenantObject
from mfpolicy.views.overlay import Overlay

TODAY = datetime.date(2026, 11, 23)
NAME = "contoso.com"
KEY = "key.contoso.onmicrosoft.com"
ACCEPTED = ({"DomainName": "Contoso.com"}, {"DomainName": "contoso.mail.onmicrosoft.com"})


def held(intent: Intent | None = None, **listings: Any) -> Held:
    """A tenant by the nouns of its cmdlets."""
    names = {f"Get-{noun}": each for noun, each in ({"AcceptedDomain": ACCEPTED} | listings).items()}
    found = {
        name: Listing(tuple(TenantObject(name, each) for each in objects)) for name, objects in names.items()
    }
    taken = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    tenant = Tenant(found, (Export("tenant.json", taken=taken),))
    return Held(tenant, Declared(intent or Intent(), {}, TODAY))


def subjects(of: Held) -> list[str]:
    return [
        each.subject.name for each in studies((), of.declared, tenant=of) if each.subject.kind == "domain"
    ]


def facts(of: Held, answers: Answers | None = None) -> DomainTenantFacts:
    """The facts of one domain, all else not there."""
    view = Overlay((), answers or Answers(closed=True), {})
    study = next(
        each for each in studies((), of.declared, names=[NAME], tenant=of) if each.subject.name == NAME
    )
    found = study.facts(view, SpfStudy(view))
    assert isinstance(found, DomainFacts)
    return found.tenant


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("contoso.onmicrosoft.com", "initial"),
        ("contoso.onmicrosoft.us", "initial"),
        ("contoso.mail.onmicrosoft.com", "coexistence"),
        ("mail.onmicrosoft.com", "initial"),
        ("onmicrosoft.com.example.org", "custom"),
        ("mail.contoso.com", "custom"),
    ],
)
def test_an_accepted_domain_is_microsofts_or_ones_own(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_without_a_declared_domain_those_that_the_tenant_accepts_are_judged() -> None:
    assert subjects(held()) == [NAME]


def test_with_a_declared_domain_those_that_the_tenant_accepts_beside_it_are_not() -> None:
    assert subjects(held(Intent(domains=(DomainIntent("fabrikam.com"),)))) == ["fabrikam.com"]


def test_without_a_tenant_the_facts_are_neutral() -> None:
    declared = Declared(Intent(), {}, TODAY)
    study = next(each for each in studies((), declared, names=[NAME]) if each.subject.name == NAME)
    view = Overlay((), Answers(closed=True), {})
    assert study.facts(view, SpfStudy(view)).tenant == DomainTenantFacts()


def test_the_question_loop_asks_for_the_keys_that_the_tenant_signs_with() -> None:
    of = held(DkimSigningConfig=({"Domain": NAME, "Enabled": True},))
    view = Overlay((), Answers(), {})
    study = next(each for each in studies((), of.declared, tenant=of) if each.subject.name == NAME)
    asked = {each for look in study.looks for each in open_questions(look(view, SpfStudy(view)))}
    assert {Question(f"selector{at}._domainkey.{NAME}", "TXT") for at in (1, 2)} <= asked


def test_what_the_export_alone_lacks_is_asked_of_nobody() -> None:
    of = held()
    view = Overlay((), Answers(closed=True), {})
    study = next(each for each in studies((), of.declared, tenant=of) if each.subject.name == NAME)
    assert not open_questions(study.facts(view, SpfStudy(view)).tenant)


def test_a_configuration_that_does_not_say_whose_it_is_leaves_all_unknown() -> None:
    found = facts(held(DkimSigningConfig=({"Enabled": True},)))
    assert isinstance(found.dkim.present, Unknown)


@pytest.mark.parametrize(("turn", "label"), [("2026-11-22T00:00:00Z", 2), ("2026-12-01T00:00:00Z", 1)])
def test_the_selector_in_use_changes_on_its_day(turn: str, label: int) -> None:
    config = {
        "Domain": NAME,
        "RotateOnDate": turn,
        "SelectorBeforeRotateOnDate": "selector1",
        "SelectorAfterRotateOnDate": "selector2",
    }
    found = facts(held(DkimSigningConfig=(config,))).dkim.selectors
    assert not isinstance(found, Unknown)
    assert [each.in_use for each in found] == [label == 1, label == 2]


def test_a_cname_says_enough_where_nobody_answers_at_its_target() -> None:
    answers = Answers(
        {
            Question(f"selector1._domainkey.{NAME}", "CNAME"): Reply("NOERROR", records=(KEY,)),
            Question(KEY, "TXT"): Reply("SERVFAIL"),
        },
        closed=True,
    )
    found = facts(held(DkimSigningConfig=({"Domain": NAME, "Selector1CNAME": KEY.upper()},)), answers).dkim
    assert not isinstance(found.selectors, Unknown)
    assert (found.selectors[0].stands, found.selectors[0].same) == (True, True)
    assert isinstance(found.keyed, Unknown)


def test_an_accepted_domain_sends_where_nobody_says_otherwise() -> None:
    view = Overlay((), Answers(closed=True), {})
    of = held()
    study = next(each for each in studies((), of.declared, tenant=of) if each.subject.name == NAME)
    assert study.facts(view, SpfStudy(view)).sends


def test_what_is_said_of_an_old_export_concerns_the_facts_of_the_tenant_alone() -> None:
    source = TenantSource(live="tenant.json", max_age=7 * 86400)
    of = held(Intent(tenant=TenantIntent(source=source)))
    study = next(each for each in studies((), of.declared, tenant=of) if each.subject.name == NAME)
    assert (study.exported, study.doubt is not None) == ("domain.tenant", True)
