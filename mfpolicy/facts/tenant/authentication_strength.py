"""What a grant control of conditional access asks a person for.

https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols,
https://learn.microsoft.com/graph/api/resources/authenticationstrengths-overview
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from mfpolicy.facts.tenant.optional import lower, optional, optional_part
from mfpolicy.facts.tenant.values import Maybe, text
from mfpolicy.model.dns import Reason, Unknown, all_of, any_of, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject

Judge = Callable[[Collection[str]], bool]

PHISHING_RESISTANT = frozenset(("windowshelloforbusiness", "fido2", "x509certificatemultifactor"))
# The built-in controls that ask for several factors, and those that ask for more than a password: a device
# that the organisation manages is not at hand for whoever has only learnt one.
FACTORS = frozenset(("mfa",))
MORE = FACTORS | {"compliantdevice", "domainjoineddevice"}
# Modes that are several factors in one, as Microsoft's own strength for several factors counts them:
# https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
_SEVERAL_IN_ONE = PHISHING_RESISTANT | {
    "devicebasedpush",
    "temporaryaccesspassonetime",
    "temporaryaccesspassmultiuse",
    "federatedmultifactor",
}
_CONTROLS = ("builtInControls", "customAuthenticationFactors", "termsOfUse")
# The strengths that Microsoft brings along, by what each lets in, under their ids and under the names that
# Microsoft365DSC tells: https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies
_RESISTANT = tuple(sorted(PHISHING_RESISTANT))
_BUILT_IN = {
    "00000000-0000-0000-0000-000000000002": ("devicebasedpush",),
    "multifactor authentication": ("devicebasedpush",),
    "00000000-0000-0000-0000-000000000003": ("devicebasedpush",),
    "passwordless mfa": ("devicebasedpush",),
    "00000000-0000-0000-0000-000000000004": _RESISTANT,
    "phishing resistant mfa": _RESISTANT,
    "phishing-resistant mfa": _RESISTANT,
}


def several_factors(combinations: Collection[str]) -> bool:
    """Whether every combination of methods is several factors; a pair, such as a password and a text message,
    is written with a comma."""
    return all("," in each or each in _SEVERAL_IN_ONE for each in combinations)


def asked_by(grant: Maybe, judge: Judge, counted: Collection[str] = ()) -> bool | Unknown:
    """Whether nobody gets past the controls without a strength that suits `judge`, or one of the built-in
    controls that are `counted`. Blocking is not asking."""
    ways = tuple(_ways(grant, judge, counted))
    if not ways:
        return False
    every, one = any_of(ways), all_of(ways)  # with AND one of them suffices, with OR each has to ask for it
    operator = text(grant, "operator")
    if isinstance(operator, Unknown) or not operator:
        return every if every == one else _open(grant, "operator")
    return every if operator.upper() == "AND" else one


def controlled(grant: Maybe) -> bool | Unknown:
    """Whether there is any control. None of them can be met by a client of an old protocol:
    https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions"""
    listed = [optional(grant, name) for name in _CONTROLS]
    plain = any_of(each if isinstance(each, Unknown) else bool(each) for each in listed)
    return any_of((plain, _is_some(_combinations(optional_part(grant, "authenticationStrength")))))


def _is_some(combinations: tuple[str, ...] | Unknown) -> bool | Unknown:
    return combinations if isinstance(combinations, Unknown) else bool(combinations)


def _ways(grant: Maybe, judge: Judge, counted: Collection[str]) -> Iterator[bool | Unknown]:
    """Every control as a way past the policy: whether it asks for what is wanted."""
    controls = optional(grant, "builtInControls")
    if isinstance(controls, Unknown):
        yield controls
        return
    yield from (each in counted for each in map(str.lower, controls) if each != "block")
    yield from _strength(grant, judge)
    custom, terms = optional(grant, "customAuthenticationFactors"), optional(grant, "termsOfUse")
    if isinstance(custom, Unknown) or custom:
        yield _open(grant, "customAuthenticationFactors")
    if isinstance(terms, Unknown) or terms:
        yield False


def _strength(grant: Maybe, judge: Judge) -> Iterator[bool | Unknown]:
    combinations = _combinations(optional_part(grant, "authenticationStrength"))
    if isinstance(combinations, Unknown):
        yield combinations
    elif combinations:
        yield judge(combinations)


def _combinations(of: Maybe) -> tuple[str, ...] | Unknown:
    """What a strength lets in, in lower case; none where it is none. Graph writes the methods of one
    combination with commas between them."""
    found = lower(optional(of, "allowedCombinations"))
    called = lower(optional(of, "id")) or lower(optional(of, "displayName"))
    if found or called == ():
        return found
    known = None if isinstance(called, Unknown) else _BUILT_IN.get(called[0])
    return known or _open(of, "allowedCombinations")


def _open(of: Maybe, name: str) -> Unknown:
    return of.lacks(name) if isinstance(of, TenantObject) else unknown(name, EXPORT, Reason.NOT_EXPORTED)
