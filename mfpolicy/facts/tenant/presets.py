"""The order in which the policies of a kind come: presets first, then custom ones, then the default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mfpolicy.facts.tenant.effective import Candidate, Effective
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.kinds import BUILT_IN, Kind
from mfpolicy.facts.tenant.scopes import Scope, scope_of
from mfpolicy.facts.tenant.values import flag, name_of, number, text, word
from mfpolicy.model.dns import Reason, Unknown, joined, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject

# Microsoft names them so, and adds 13 digits to the names of their policies.
_PRESET = re.compile(r"(strict|standard) preset security policy\d{0,20}")
_BUILT_IN = "built-in protection policy"
_DEFAULTS = ("default", "office365 antiphish default")
_TYPES = {"strict": "strict", "standard": "standard", "evaluation": "evaluation"}
_ORDER = ("strict", "standard")


@lru_cache(maxsize=32)
def effective_of(held: Held, kind: Kind) -> Effective:
    """Which policy of a kind is whose in a tenant."""
    return Effective(order_of(held, kind), held.accepted or _no_domain())


def order_of(held: Held, kind: Kind) -> tuple[Candidate, ...]:
    """The policies of a kind that are switched on. A rule that was not exported counts only where there is a
    policy that it may be of."""
    found = held.objects(kind.policies)
    policies = () if isinstance(found, Unknown) else found
    presets = (each for name in _ORDER for each in _of_preset(held, kind, name, policies))
    return (*presets, *_custom(held, kind, policies), *_last(held, kind, policies))


def preset_of(policy: TenantObject) -> str:
    """strict, standard, built-in or evaluation, by Microsoft's names and marks; else empty."""
    found = _PRESET.fullmatch(name_of(policy).lower())
    if found:
        return found[1]
    if flag(policy, "IsBuiltInProtection") is True or name_of(policy).lower() == _BUILT_IN:
        return "built-in"
    marked = word(policy, "RecommendedPolicyType")
    return _TYPES.get(marked.lower(), "") if isinstance(marked, str) else ""


def is_default(policy: TenantObject) -> bool:
    """Whether it is for everybody that no other is for."""
    said = flag(policy, "IsDefault")
    return said if isinstance(said, bool) else name_of(policy).lower() in _DEFAULTS


def key_of(policy: TenantObject) -> str:
    """What a policy is known by among those of its kind."""
    return name_of(policy).lower()


def rules_of(held: Held, kind: Kind, policy: TenantObject) -> tuple[TenantObject, ...] | Unknown:
    """The rules that say for whom a policy is; none for a default one."""
    preset = preset_of(policy)
    if preset == "evaluation":
        return held.objects("Get-ATPEvaluationRule")
    if is_default(policy) or preset == "built-in":
        return ()
    in_preset = preset in _ORDER
    rules = preset_rules(held, kind.presets, preset) if in_preset else held.objects(kind.rules)
    if isinstance(rules, Unknown):
        return rules
    said = [(each, _is_of(each, kind, policy)) for each in rules]
    own = tuple(each for each, same in said if same or (in_preset and same is None))
    vague = [each.lacks(kind.link) for each, same in said if same is None]
    return joined(vague) if vague and not own else own


def preset_rules(held: Held, cmdlet: str, preset: str) -> tuple[TenantObject, ...] | Unknown:
    """The rules of a preset; none where it was never switched on."""
    found = held.objects(cmdlet)
    if isinstance(found, Unknown):
        return found
    return tuple(each for each in found if _is_preset(each, preset))


def state_of(rule: TenantObject) -> bool | Unknown:
    """Whether a rule is enabled; Microsoft365DSC says Enabled instead of State."""
    found = word(rule, "State")
    if isinstance(found, str) and found.lower() in ("enabled", "disabled"):
        return found.lower() == "enabled"
    return flag(rule, "Enabled") if rule.has("Enabled") else rule.lacks("State", Reason.CUT_SHORT)


def _is_preset(rule: TenantObject, preset: str) -> bool:
    found = _PRESET.fullmatch(name_of(rule).lower())
    return found is not None and found[1] == preset


def _is_of(rule: TenantObject, kind: Kind, policy: TenantObject) -> bool | None:
    """Whether a rule is that of a policy; None where neither its link nor its name says so."""
    link = text(rule, kind.link)
    if not isinstance(link, str) or not link:
        return name_of(rule).lower() == key_of(policy) or None
    known = [text(policy, each) for each in ("Name", "Identity", "Id")]
    return link.lower() in [each.lower() for each in known if isinstance(each, str)]


def _of_preset(held: Held, kind: Kind, preset: str, policies: Sequence[TenantObject]) -> Iterator[Candidate]:
    if not kind.presets:
        return
    own = [each for each in policies if preset_of(each) == preset]
    rules = preset_rules(held, kind.presets, preset)
    if isinstance(rules, Unknown):
        yield from (Candidate(key_of(each), name_of(each), rules, preset) for each in own[:1])
        return
    for rule in rules:
        scope = _enabled(rule, kind)
        policy = next((each for each in own if _is_of(rule, kind, each) is not False), None)
        # A rule of a policy that is not there filters nobody's mail.
        if scope is not None and policy is not None:
            yield Candidate(key_of(policy), name_of(policy), scope, preset)


def _custom(held: Held, kind: Kind, policies: Sequence[TenantObject]) -> Iterator[Candidate]:
    own = [each for each in policies if not preset_of(each) and not is_default(each)]
    rules = held.objects(kind.rules)
    if isinstance(rules, Unknown):
        yield from (Candidate(key_of(each), name_of(each), rules) for each in own)
        return
    found = [(rule, scope) for rule in rules if (scope := _enabled(rule, kind)) is not None]
    ranks = [number(rule, "Priority") for rule, _ in found]
    doubts = [each for each in ranks if isinstance(each, Unknown)] if len(found) > 1 else []
    ordered = sorted(zip(ranks, found, strict=True), key=lambda each: _rank(each[0]))
    for _, (rule, scope) in ordered:
        said = [(each, _is_of(rule, kind, each)) for each in own]
        sure = [each for each, same in said if same]
        for each in sure or [each for each, same in said if same is None]:
            doubt = doubts[0] if doubts else rule.lacks(kind.link)
            yield Candidate(key_of(each), name_of(each), scope if sure and not doubts else doubt)


def _rank(priority: int | Unknown) -> int:
    return priority if isinstance(priority, int) else 0


def _last(held: Held, kind: Kind, policies: Sequence[TenantObject]) -> Iterator[Candidate]:
    """The policy of everybody else. Only the built-in one has exceptions; nobody excepts everybody, so that
    those that were not exported count as none."""
    for each in policies:
        if preset_of(each) == "built-in":
            yield Candidate(key_of(each), name_of(each), _but_excepted(held, kind), "built-in", True)
    for each in policies:
        if is_default(each) and not preset_of(each):
            yield Candidate(key_of(each), name_of(each), default=True)


def _but_excepted(held: Held, kind: Kind) -> Scope:
    rules = held.objects(BUILT_IN)
    scopes = [] if isinstance(rules, Unknown) else [scope_of(each, kind.conditions) for each in rules]
    return next((each for each in scopes if isinstance(each, Scope)), Scope())


def _enabled(rule: TenantObject, kind: Kind) -> Scope | Unknown | None:
    """For whom a rule is; None where it is switched off."""
    state = state_of(rule)
    if state is False:
        return None
    return state if isinstance(state, Unknown) else scope_of(rule, kind.conditions)


def _no_domain() -> Unknown:
    """Every tenant accepts mail for one domain at least."""
    return unknown("Get-AcceptedDomain", EXPORT, Reason.NOT_EXPORTED)
