"""Transport rules as exports of all kinds tell them, and the addresses that lists hold."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.tenant.addresses import around, count_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.named import is_named
from mfpolicy.facts.tenant.rule_bypass import BypassFacts, bypass_facts, scl
from mfpolicy.facts.tenant.rule_shape import excepted, given, told
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent import Intent
from mfpolicy.model.tenant import Tenant, TenantObject

HELD = Held(Tenant(), Declared(Intent(), {}, datetime.date(2026, 11, 23)))


def rule(**values: Any) -> TenantObject:
    return TenantObject("Get-TransportRule", values)


def bypass(**values: Any) -> BypassFacts:
    (one,) = told([rule(SetSCL=-1, **values)])
    return bypass_facts(HELD, one)


RESULTS = {"HeaderContainsMessageHeader": "Authentication-Results"}
PATTERNS = {"HeaderMatchesMessageHeader": "authentication-results"}


@pytest.mark.parametrize(
    ("conditions", "by"),
    [
        ({}, "everyone"),
        ({"SentTo": ["a@contoso.com"], "FromScope": "NotInOrganization"}, "everyone"),
        ({"SenderDomainIs": ["fabrikam.com"]}, "sender"),
        ({"FromMemberOf": ["Staff"], "SubjectContainsWords": ["x"]}, "sender"),
        ({"SubjectContainsWords": ["x"]}, "content"),
        ({"SenderIpRanges": ["192.0.2.1"], "SenderDomainIs": ["fabrikam.com"]}, "address"),
        ({"HeaderContainsMessageHeader": "X-Mine", "HeaderContainsWords": ["x"]}, "header"),
        ({"HeaderContainsMessageHeader": "x-ms-exchange-organization-authas"}, "stamp"),
        ({**RESULTS, "HeaderContainsWords": ["dmarc=pass"]}, "authentication"),
        ({**RESULTS, "HeaderContainsWords": ["DMARC = pass"], "From": ["a@fabrikam.com"]}, "proof"),
        ({**RESULTS, "HeaderContainsWords": ["compauth=pass"], "From": ["a@fabrikam.com"]}, "proof"),
        # One word of several is enough for the rule.
        ({**RESULTS, "HeaderContainsWords": ["dmarc=pass", "spf=pass"], "From": ["a"]}, "header"),
        # That a signature is valid says nothing of the From address.
        ({**RESULTS, "HeaderContainsWords": ["dkim=pass"], "From": ["a@fabrikam.com"]}, "header"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["dmarc=pass|dkim=pass"], "From": ["a"]}, "header"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["dmarc=pass|dmarc=bestguesspass"], "From": ["a"]}, "proof"),
        ({**PATTERNS, "HeaderMatchesPatterns": [r"dmarc\=pass"], "From": ["a"]}, "proof"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["dmarc=(pass|bestguesspass)"], "From": ["a"]}, "proof"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["(dkim=pass|dmarc=pass)"], "From": ["a"]}, "header"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["spf=pass(.*dmarc=pass)?"], "From": ["a"]}, "header"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["(" * 90 + "dmarc=pass" + ")" * 90], "From": ["a"]}, "proof"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["(dmarc=pass|dmarc=pass)" * 40], "From": ["a"]}, "header"),
        # The header may name the sender itself; without its end any domain may begin so.
        ({**RESULTS, "HeaderContainsWords": ["dmarc=pass action=none header.from=fabrikam.com;"]}, "proof"),
        ({**RESULTS, "HeaderContainsWords": ["dmarc=pass action=none header.from=fabrikam.com"]},
         "authentication"),
        ({**PATTERNS, "HeaderMatchesPatterns": ["dmarc=pass.*header.from=.*"]}, "authentication"),
        # Both conditions have to hold, so that the better one counts.
        ({**RESULTS, **PATTERNS, "HeaderContainsWords": ["spf=pass"],
          "HeaderMatchesPatterns": ["dmarc=pass"], "From": ["a"]}, "proof"),
    ],
)  # fmt: skip
def test_the_condition_that_is_hardest_to_fulfil_decides(conditions: dict[str, Any], by: str) -> None:
    assert bypass(**conditions).by == by


@pytest.mark.parametrize(
    ("value", "found"),
    [(-1, -1), ("-1", -1), (4294967295, 4294967295), ({"Value": -1}, -1), (0, 0), (None, None), ("", None)],
)
def test_an_scl_is_read_in_every_form(value: Any, found: int | None) -> None:
    assert scl(rule(SetSCL=value)) == found


def test_the_first_senders_are_named() -> None:
    domains = [f"{each}.example.org" for each in "abcde"]
    assert bypass(SenderDomainIs=domains).who == (
        "anyone who writes a.example.org or b.example.org or c.example.org or 2 more into the From address"
    )


def test_zero_is_set_and_false_is_not() -> None:
    one = rule(SetSCL=0, DeleteMessage=False, StopRuleProcessing="False")
    assert [given(one, name) for name in one.values] == [True, False, False]


def test_a_form_without_empty_properties_leaves_out_what_is_empty() -> None:
    (one,) = told([rule(SetSCL=-1)])
    assert given(one, "SenderIpRanges") is False


def test_a_form_with_empty_properties_leaves_nothing_out() -> None:
    one, _ = told([rule(SetSCL=-1), rule(SetSCL=None, DeleteMessage=True)])
    assert isinstance(given(one, "SenderIpRanges"), Unknown)


def test_ensure_tells_a_form_that_leaves_out_what_is_empty() -> None:
    one, _ = told([rule(SetSCL=-1, Ensure="Present"), rule(DeleteMessage=False, Ensure="Present")])
    assert given(one, "SenderIpRanges") is False


def test_a_rule_that_does_nothing_was_exported_without_its_details() -> None:
    (one,) = told([rule(Name="Allow", Actions=[], SetSCL=None, SenderDomainIs=None)])
    assert [isinstance(given(one, name), Unknown) for name in ("SetSCL", "SenderDomainIs")] == [True, True]


def test_an_exception_is_any_condition_behind_exceptif() -> None:
    found = [excepted(rule(ExceptIfFrom=each)) for each in (["a@contoso.com"], None, [])]
    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        ("192.0.2.1", 1),
        ("192.0.2.77/24", 256),
        ("192.0.2.1 - 192.0.2.9", 9),
        ("2001:db8::/64", 2**62),
        ("192.0.2.9-192.0.2.1", 0),
        ("192.0.2.1-2001:db8::1", 0),
        ("mail.example.org", 0),
        ("", 0),
    ],
)
def test_the_addresses_of_an_entry_are_counted(entry: str, count: int) -> None:
    assert count_of(entry) == count


def test_an_entry_lies_in_every_network_around_it() -> None:
    assert around("192.0.2.0/30")[-3:] == ("192.0.2.0/28", "192.0.2.0/29", "192.0.2.0/30")


def test_a_range_lies_in_the_networks_that_hold_all_of_it() -> None:
    assert around("192.0.2.1-192.0.2.2")[-1:] == ("192.0.2.0/30",)


def test_what_is_no_address_lies_nowhere() -> None:
    assert around("mail.example.org") == ()


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("[Gateway] all", "[gateway] *", True),
        ("[Gateway] all", "*", True),
        ("Gall", "[gateway]*", False),
        ("Rule 1", "Rule ?", False),
    ],
)
def test_only_a_star_stands_for_other_text(name: str, pattern: str, fits: bool) -> None:
    assert is_named(name, [pattern]) is fits
