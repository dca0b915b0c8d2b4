from __future__ import annotations

import pytest

from mfpolicy.evaluate.dmarc import (
    below,
    discover,
    is_aligned,
    organizational_domain,
    report_authorisations,
    without_own,
)
from mfpolicy.model.dns import Answer, Reason, Record, Unknown, unknown

RUA = "rua=mailto:d@example.org"
ORG = "_dmarc.example.org"


class Dns:
    """TXT by name; a Reason is an unknown; everything else does not exist."""

    def __init__(self, texts: dict[str, str | list[str] | Reason], there: bool | Reason = True) -> None:
        self.texts, self.there, self.asked = texts, there, list[str]()

    def ask(self, name: str, type: str) -> Answer | Unknown:
        self.asked.append(name)
        found = self.texts.get(name, [])
        if isinstance(found, Reason):
            return unknown(name, type, found)
        values = [found] if isinstance(found, str) else found
        return Answer(name, tuple(Record(name, "TXT", each) for each in values), exists=bool(values))

    def exists(self, name: str) -> bool | Unknown:
        return unknown(name, "A", self.there) if isinstance(self.there, Reason) else self.there


@pytest.mark.parametrize(
    ("own", "policy", "declared", "source"),
    [
        ("v=DMARC1; p=reject; sp=none; np=none", "reject", "reject", "p"),
        ("v=DMARC1; p=reject; t=y", "quarantine", "reject", "p"),
        ("v=DMARC1; p=quarantine; t=y", "none", "quarantine", "p"),
        ("v=DMARC1; p=none; t=y", "none", "none", "p"),
        (f"v=DMARC1; p=rejekt; {RUA}", "none", "none", "fallback"),
        ("v=DMARC1; p=rejekt; rua=d@example.org", "absent", "absent", "fallback"),
        (f"v=DMARC1; {RUA}", "none", "none", "fallback"),
        ("v=DMARC1", "absent", "absent", "fallback"),
        (f"v=DMARC1; p=reject; sp=x; {RUA}", "none", "none", "fallback"),
        ("v=DMARC1; p=reject; np=x", "absent", "absent", "fallback"),
        ("v=dmarc1; p=reject", "absent", "absent", ""),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], "absent", "absent", ""),
        (["v=DMARC1; p=reject", "v=spf1 -all"], "reject", "reject", "p"),
    ],
)
def test_the_own_record_decides(own: str | list[str], policy: str, declared: str, source: str) -> None:
    result = discover(Dns({ORG: own}), "example.org")
    assert (result.policy, result.declared, result.source_tag) == (policy, declared, source)


@pytest.mark.parametrize(
    ("record", "there", "policy", "source"),
    [
        ("v=DMARC1; p=reject; sp=quarantine; np=none", True, "quarantine", "sp"),
        ("v=DMARC1; p=reject; sp=quarantine; np=none", False, "none", "np"),
        ("v=DMARC1; p=reject; sp=quarantine", False, "quarantine", "sp"),
        ("v=DMARC1; p=reject", True, "reject", "p"),
        ("v=DMARC1; p=reject", False, "reject", "p"),
        ("v=DMARC1; p=reject; sp=reject; t=y", True, "quarantine", "sp"),
        ("v=DMARC1; p=reject; np=none", Reason.TIMEOUT, "unknown", ""),
        ("v=DMARC1; p=reject; sp=none; np=none", Reason.TIMEOUT, "none", "sp"),
    ],
)
def test_a_name_inherits_from_its_organizational_domain(
    record: str, there: bool | Reason, policy: str, source: str
) -> None:
    result = discover(Dns({ORG: record}, there), "shop.example.org")
    assert (result.policy, result.source_tag) == (policy, source)
    assert (result.policy_domain, result.record_name) == ("example.org", ORG)


@pytest.mark.parametrize(
    ("texts", "name", "domain", "policy"),
    [
        ({}, "shop.example.org", "shop.example.org", "absent"),
        ({ORG: "v=DMARC1; p=none", "_dmarc.b.example.org": "v=DMARC1; p=reject"}, "a.b.example.org",
         "example.org", "none"),
        ({ORG: "v=DMARC1; p=none", "_dmarc.b.example.org": "v=DMARC1; p=reject; psd=n"}, "a.b.example.org",
         "b.example.org", "reject"),
        ({ORG: "v=DMARC1; p=reject; psd=y"}, "a.b.example.org", "b.example.org", "reject"),
        ({ORG: "v=DMARC1; p=none; psd=y", "_dmarc.b.example.org": "v=DMARC1; p=reject"}, "a.b.example.org",
         "b.example.org", "reject"),
        ({ORG: "v=DMARC1; p=reject; psd=y"}, "example.org", "example.org", "reject"),
        ({"_dmarc.org": "v=DMARC1; p=reject; psd=y", ORG: "v=DMARC1; p=none"}, "a.example.org",
         "example.org", "none"),
        ({ORG: ["v=DMARC1; p=none", "v=DMARC1; p=none"], "_dmarc.org": "v=DMARC1; p=reject; psd=y"},
         "a.example.org", "example.org", "reject"),
        ({"_dmarc.a.example.org": ["v=DMARC1; p=none"] * 2, ORG: "v=DMARC1; p=reject"}, "a.example.org",
         "example.org", "reject"),
        ({"_dmarc.b.c.d.e.f.g.example.org": "v=DMARC1; p=none", ORG: "v=DMARC1; p=reject"},
         "a.b.c.d.e.f.g.example.org", "example.org", "reject"),
    ],
)  # fmt: skip
def test_the_tree_walk_finds_the_organizational_domain(
    texts: dict[str, str | list[str] | Reason], name: str, domain: str, policy: str
) -> None:
    result = discover(Dns(texts), name)
    assert (result.organizational_domain, result.policy) == (domain, policy)


def test_a_long_name_is_cut_to_seven_labels_after_the_first_question() -> None:
    view = Dns({})
    organizational_domain(view, "a.b.c.d.e.f.g.h.example.org")
    assert len(view.asked) == 8
    assert view.asked[:2] == ["_dmarc.a.b.c.d.e.f.g.h.example.org", "_dmarc.d.e.f.g.h.example.org"]


def test_a_name_without_an_answer_makes_the_policy_unknown() -> None:
    view = Dns({"_dmarc.shop.example.org": Reason.TIMEOUT, ORG: "v=DMARC1; p=none"})
    result = discover(view, "shop.example.org")
    assert (result.policy, result.declared) == ("unknown", "unknown")
    assert result.unknown == unknown("_dmarc.shop.example.org", "TXT", Reason.TIMEOUT)


def test_a_parent_without_an_answer_makes_an_inherited_policy_unknown() -> None:
    result = discover(Dns({ORG: "v=DMARC1; p=none", "_dmarc.org": Reason.SERVFAIL}), "a.example.org")
    assert (result.policy, result.unknown) == ("unknown", unknown("_dmarc.org", "TXT", Reason.SERVFAIL))


def test_an_own_record_is_known_whatever_the_parents_answer() -> None:
    result = discover(Dns({ORG: "v=DMARC1; p=reject", "_dmarc.org": Reason.TIMEOUT}), "example.org")
    assert (result.policy, result.unknown) == ("reject", None)
    assert isinstance(result.organizational_domain, Unknown)


def test_all_own_records_are_kept() -> None:
    result = discover(Dns({ORG: ["v=DMARC1; p=none", "v=DMARC1; p=reject", "other"]}), "example.org")
    assert [record.value for record in result.own_records] == ["v=DMARC1; p=none", "v=DMARC1; p=reject"]


@pytest.mark.parametrize(
    ("author", "identifier", "mode", "wanted"),
    [
        ("example.org", "example.org", "s", True),
        ("example.org", "mail.example.org", "s", False),
        ("example.org", "mail.example.org", "r", True),
        ("a.example.org", "b.example.org", "r", True),
        ("example.org", "contoso.org", "r", False),
        ("example.org", "example.com", "r", False),
        ("example.org", "", "r", False),
    ],
)
def test_alignment_compares_organizational_domains(
    author: str, identifier: str, mode: str, wanted: bool
) -> None:
    view = Dns({ORG: "v=DMARC1; p=none"})
    assert is_aligned(view, author, identifier, "s" if mode == "s" else "r") is wanted


def test_alignment_is_unknown_where_the_walk_is() -> None:
    view = Dns({ORG: "v=DMARC1; p=none", "_dmarc.org": Reason.TIMEOUT})
    assert isinstance(is_aligned(view, "example.org", "mail.example.org", "r"), Unknown)


@pytest.mark.parametrize(
    ("grant", "external", "authorised"),
    [("v=DMARC1", True, True), ("v=DMARC1;", True, True), ("v=spf1 -all", True, False), ([], True, False)],
)
def test_an_external_receiver_has_to_agree(grant: str | list[str], external: bool, authorised: bool) -> None:
    owner = "example.org._report._dmarc.contoso.com"
    view = Dns({ORG: "v=DMARC1; p=none; rua=mailto:d@contoso.com", owner: grant})
    (found,) = report_authorisations(view, discover(view, "example.org"))
    assert (found.external, found.authorised, found.record_name) == (external, authorised, owner)


def test_a_receiver_of_the_same_organization_needs_no_agreement() -> None:
    view = Dns({ORG: "v=DMARC1; p=none; rua=mailto:d@reports.example.org"})
    (found,) = report_authorisations(view, discover(view, "example.org"))
    assert (found.external, found.authorised) == (False, True)


def test_an_agreement_without_an_answer_is_unknown() -> None:
    owner = "example.org._report._dmarc.contoso.com"
    view = Dns({ORG: "v=DMARC1; p=none; rua=mailto:d@contoso.com", owner: Reason.NOT_ASKED})
    (found,) = report_authorisations(view, discover(view, "example.org"))
    assert found.authorised == unknown(owner, "TXT", Reason.NOT_ASKED)


@pytest.mark.parametrize(
    ("record", "there", "missing"),
    [
        ("v=DMARC1; p=reject", "reject", "reject"),
        ("v=DMARC1; p=reject; sp=quarantine", "quarantine", "quarantine"),
        ("v=DMARC1; p=reject; sp=none; np=reject", "none", "reject"),
        ("v=DMARC1; p=reject; np=none", "reject", "none"),
        ("v=DMARC1; p=reject; np=quarantine; t=y", "quarantine", "none"),
        ("v=DMARC1; p=rejekt", "absent", "absent"),
        ([], "absent", "absent"),
    ],
)
def test_names_below_take_sp_and_np_and_the_test_flag(
    record: str | list[str], there: str, missing: str
) -> None:
    assert below(Dns({ORG: record}), "example.org") == (there, missing)


def test_sp_has_no_effect_in_the_record_of_a_subdomain() -> None:
    view = Dns({ORG: "v=DMARC1; p=reject", "_dmarc.a.example.org": "v=DMARC1; p=none; sp=none"})
    assert below(view, "a.example.org") == ("reject", "reject")


def test_names_below_an_organization_of_its_own_take_its_record() -> None:
    view = Dns({ORG: "v=DMARC1; p=reject", "_dmarc.a.example.org": "v=DMARC1; p=none; psd=n"})
    assert below(view, "a.example.org") == ("none", "none")


def test_what_applies_below_is_unknown_where_a_name_of_the_walk_is() -> None:
    view = Dns({ORG: "v=DMARC1; p=reject; sp=none", "_dmarc.org": Reason.SERVFAIL})
    assert isinstance(below(view, "example.org"), Unknown)


def test_what_applies_below_asks_for_no_name_that_is_made_up() -> None:
    view = Dns({ORG: "v=DMARC1; p=reject"})
    below(view, "example.org")
    assert view.asked == [ORG, "_dmarc.org"]


@pytest.mark.parametrize(
    ("above", "policy"),
    [
        ("v=DMARC1; p=reject; sp=quarantine", "quarantine"),
        ("v=DMARC1; p=reject; t=y", "quarantine"),
        ("v=DMARC1; p=reject; psd=y", "absent"),
        ([], "absent"),
    ],
)
def test_without_its_own_record_a_name_takes_its_organizations(above: str | list[str], policy: str) -> None:
    assert without_own(Dns({ORG: above}), "a.example.org") == policy


def test_what_would_apply_is_unknown_where_the_organization_is() -> None:
    assert isinstance(without_own(Dns({ORG: Reason.TIMEOUT}), "a.example.org"), Unknown)
