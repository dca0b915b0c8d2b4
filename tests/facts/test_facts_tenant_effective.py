"""Which policy is whose, against a model that asks every single recipient."""

from __future__ import annotations

from itertools import chain, combinations, product

from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.facts.tenant.effective import Candidate, Effective
from mfpolicy.facts.tenant.scopes import Scope, scope_of
from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject

DOMAINS = ("contoso.com", "mail.contoso.com", "fabrikam.com")
ADDRESSES = ("ada@contoso.com", "bob@fabrikam.com")
GROUPS = ("executives", "staff", "guests")
CONDITIONS = ("SentTo", "SentToMemberOf", "RecipientDomainIs")
LOST = unknown("Get-HostedContentFilterRule", EXPORT, Reason.NOT_EXPORTED)


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2)


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "SentTo": some(ADDRESSES),
            "SentToMemberOf": some(GROUPS),
            "RecipientDomainIs": some(DOMAINS),
            "ExceptIfSentTo": some(ADDRESSES),
            "ExceptIfSentToMemberOf": some(GROUPS),
            "ExceptIfRecipientDomainIs": some(DOMAINS),
        }
    ),
    max_size=5,
)


def everybody() -> list[tuple[str, str, frozenset[str]]]:
    """(domain, address, groups): somebody without a name in each domain, and everybody with one."""
    subsets = chain.from_iterable(combinations(GROUPS, size) for size in range(len(GROUPS) + 1))
    people = [*((each, "") for each in DOMAINS), *((each.partition("@")[2], each) for each in ADDRESSES)]
    return [(*who, frozenset(groups)) for who, groups in product(people, subsets)]


def is_for(rule: dict[str, list[str]], who: tuple[str, str, frozenset[str]]) -> bool:
    domain, address, groups = who
    suffixes = {domain, domain.partition(".")[2]}
    asked = [
        ("SentTo", {address}),
        ("SentToMemberOf", groups),
        ("RecipientDomainIs", suffixes),
    ]
    return all(not rule[name] or set(rule[name]) & own for name, own in asked) and not any(
        set(rule[f"ExceptIf{name}"]) & own for name, own in asked
    )


def order_of(rules: list[dict[str, list[str]]]) -> list[Candidate]:
    scopes = [scope_of(TenantObject("rule", each), CONDITIONS) for each in rules]
    named = [Candidate(str(at), str(at), each) for at, each in enumerate(scopes)]
    return [*named, Candidate("default", "Default", default=True)]


@given(RULES)
def test_a_policy_applies_if_and_only_if_it_is_the_first_for_somebody(rules):
    first = {
        next((str(at) for at, rule in enumerate(rules) if is_for(rule, who)), "default")
        for who in everybody()
    }
    order = order_of(rules)
    effective = Effective(order, DOMAINS)
    assert {each.key for each in order if effective.applies(each.key)} == first


@given(RULES)
def test_everybody_else_in_a_domain_has_the_first_policy_that_is_for_them(rules):
    nobody = [(domain, "", frozenset()) for domain in DOMAINS]
    first = [
        next((str(at) for at, rule in enumerate(rules) if is_for(rule, who)), "default") for who in nobody
    ]
    effective = Effective(order_of(rules), DOMAINS)
    assert [effective.of_domain(domain).candidate.key for domain in DOMAINS] == first


@given(RULES)
def test_nothing_that_is_certain_depends_on_a_rule_that_nobody_knows(rules):
    order = order_of(rules)
    doubtful = [order[0], Candidate("lost", "lost", LOST), *order[1:]]
    before, after = Effective(order, DOMAINS), Effective(doubtful, DOMAINS)
    certain = [each.key for each in order if after.applies(each.key) is True]
    assert [each for each in certain if before.applies(each) is not True] == []


def test_what_comes_after_a_rule_that_nobody_knows_is_unknown():
    order = [Candidate("custom", "Custom", LOST), Candidate("default", "Default", default=True)]
    effective = Effective(order, DOMAINS)
    assert (effective.applies("custom"), effective.applies("default")) == (LOST, LOST)


def test_where_no_accepted_domain_is_known_the_named_ones_count():
    lost = unknown("Get-AcceptedDomain", EXPORT, Reason.NOT_EXPORTED)
    scope = Scope(domains=frozenset(("contoso.com",)))
    order = [Candidate("custom", "Custom", scope), Candidate("default", "Default", default=True)]
    effective = Effective(order, lost)
    assert (effective.applies("custom"), effective.applies("default")) == (True, lost)


def test_a_policy_for_a_domain_that_is_not_accepted_is_nobodys():
    scope = Scope(domains=frozenset(("fabrikam.com",)))
    effective = Effective([Candidate("custom", "Custom", scope)], ("contoso.com",))
    assert effective.why_dead("custom") == "its rule is for no accepted domain"


def test_whoever_may_be_in_two_groups_at_once_is_reckoned_with():
    order = [
        Candidate("strict", "Strict", Scope(but_groups=frozenset(("staff",)))),
        Candidate("standard", "Standard", Scope(but_groups=frozenset(("guests",)))),
        Candidate("default", "Default", default=True),
    ]
    assert Effective(order, DOMAINS).reaches("default") == ("members of staff and guests",)


def test_rules_that_are_made_to_take_forever_leave_what_is_not_found_unknown():
    many = [
        Candidate(
            str(at), str(at), Scope(groups=frozenset((f"a{at}", f"b{at}")), but_groups=frozenset((f"c{at}",)))
        )
        for at in range(60)
    ]
    found = Effective([*many, Candidate("default", "Default", default=True)], DOMAINS).applies("59")
    assert isinstance(found, Unknown) or found is True


def test_of_a_rule_without_any_condition_in_the_export_nobody_knows_for_whom_it_is():
    assert isinstance(scope_of(TenantObject("rule", {"State": "Enabled"}), CONDITIONS), Unknown)


def test_a_rule_whose_conditions_are_all_empty_is_for_everybody():
    empty = TenantObject("rule", {"SentTo": None, "SentToMemberOf": [], "RecipientDomainIs": None})
    assert scope_of(empty, CONDITIONS) == Scope()
