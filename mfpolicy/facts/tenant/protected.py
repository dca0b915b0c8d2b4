"""How the accepted domains of a tenant are protected: which policy is whose, and how its presets stand."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant import connection_filter, quarantine
from mfpolicy.facts.tenant.effective import Effective
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.kinds import ATP, BUILT_IN, EOP, KINDS, RECIPIENTS, Kind
from mfpolicy.facts.tenant.licences import has_defender
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.presets import effective_of, preset_rules, state_of
from mfpolicy.facts.tenant.scopes import Scope, scope_of
from mfpolicy.facts.tenant.settings import names
from mfpolicy.facts.tenant.values import texts
from mfpolicy.facts.tenant.wanted import covers, wanted_by
from mfpolicy.model.dns import Unknown, all_of, any_of, joined
from mfpolicy.model.places import Place
from mfpolicy.model.spelling import meant
from mfpolicy.model.tenant import TenantObject

# The properties that an intent may declare, by its sections.
DECLARABLE = {
    **{kind.section: names(kind.settings) for kind in KINDS},
    "quarantine": quarantine.DECLARABLE,
    "connection_filter": connection_filter.DECLARABLE,
}


class CoverFacts(msgspec.Struct, frozen=True):
    """The policy of one kind that is everybody's in an accepted domain whom no rule names otherwise. `left`:
    it is the default or built-in one there, and another one elsewhere. One stands for all domains of a kind
    that was not exported."""

    kind: str
    domain: str
    policy: str | Unknown
    preset: str | Unknown
    default: bool | Unknown
    left: bool | Unknown


class PresetFacts(msgspec.Struct, frozen=True):
    """A preset. Its halves are switched on apart: `eop` is anti-spam, anti-malware and anti-phishing, `atp`
    what Defender for Office 365 adds. `alike`: both are for the same recipients."""

    name: str
    eop: bool | Unknown = False
    atp: bool | Unknown = False
    on: bool | Unknown = False
    alike: bool | Unknown = True
    place: Place | None = None


class StrictFacts(msgspec.Struct, frozen=True):
    """Somebody whom the intent wants the Strict preset for: whether every kind of policy they have is that or
    one of their own, and `others`, which they have instead, by kind."""

    name: str
    covered: bool | Unknown
    others: str


class MisspeltFacts(msgspec.Struct, frozen=True):
    """A property in the intent that nothing of that section has, and what may have been meant."""

    section: str
    name: str
    hint: str


class ProtectedFacts(msgspec.Struct, frozen=True):
    """How a tenant is protected. `wanted` is the preset that policies have to reach, empty where nobody says;
    `excluded` are those whom the built-in protection leaves out."""

    wanted: str = ""
    defender: bool | Unknown = False
    covers: tuple[CoverFacts, ...] | Unknown = ()
    presets: tuple[PresetFacts, ...] = ()
    strict_for: tuple[StrictFacts, ...] = ()
    excluded: tuple[str, ...] | Unknown = ()
    misspelt: tuple[MisspeltFacts, ...] = ()
    place: Place | None = None


def protected_facts(held: Held) -> ProtectedFacts:
    """The facts of a tenant's protection as a whole."""
    defender = has_defender(held)
    kinds = [each for each in KINDS if each.presets and (defender is not False or not each.defender)]
    return ProtectedFacts(
        wanted=wanted_by(held),
        defender=defender,
        covers=_covers(held, kinds),
        presets=tuple(_preset(held, name) for name in ("standard", "strict")),
        strict_for=tuple(_strict_for(held, kinds)),
        excluded=_excluded(held),
        misspelt=tuple(_misspelt(held)),
        place=held.intent.protection.place or held.tenant.place,
    )


def _covers(held: Held, kinds: list[Kind]) -> tuple[CoverFacts, ...] | Unknown:
    if isinstance(held.accepted, Unknown):
        return held.accepted
    return tuple(cover for kind in kinds for cover in _of_kind(held, kind, held.accepted))


def _of_kind(held: Held, kind: Kind, accepted: tuple[str, ...]) -> Iterator[CoverFacts]:
    found = held.objects(kind.policies)
    if isinstance(found, Unknown):
        yield CoverFacts(kind.name, "every accepted domain", found, found, found, found)
        return
    yield from _of_domains(kind, effective_of(held, kind), accepted)


def _of_domains(kind: Kind, effective: Effective, accepted: tuple[str, ...]) -> Iterator[CoverFacts]:
    won = {domain: effective.of_domain(domain) for domain in accepted}
    better = any(
        each.doubt is None and each.candidate and not each.candidate.default for each in won.values()
    )
    for domain, each in won.items():
        if each.doubt is not None:
            yield CoverFacts(kind.name, domain, each.doubt, each.doubt, each.doubt, each.doubt)
            continue
        one = each.candidate
        default = one is None or one.default
        name, preset = (one.name, one.preset) if one else ("", "")
        yield CoverFacts(kind.name, domain, name, preset, default, default and better)


def _preset(held: Held, name: str) -> PresetFacts:
    eop, atp = (preset_rules(held, cmdlet, name) for cmdlet in (EOP, ATP))
    on = [_on(eop), _on(atp)]
    place = next((each.place for half in (eop, atp) if isinstance(half, tuple) for each in half), None)
    return PresetFacts(name, on[0], on[1], any_of(on), _alike(_scopes(eop), _scopes(atp)), place)


def _on(rules: object) -> bool | Unknown:
    if isinstance(rules, Unknown):
        return rules
    assert isinstance(rules, tuple)
    return any_of(state_of(each) for each in rules)


def _scopes(rules: object) -> frozenset[Scope] | Unknown:
    if isinstance(rules, Unknown):
        return rules
    assert isinstance(rules, tuple)
    found = gathered(scope_of(each, RECIPIENTS) for each in rules if state_of(each) is not False)
    return found if isinstance(found, Unknown) else frozenset(found)


def _alike(one: frozenset[Scope] | Unknown, other: frozenset[Scope] | Unknown) -> bool | Unknown:
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return joined([each for each in (one, other) if isinstance(each, Unknown)])
    return one == other


def _strict_for(held: Held, kinds: list[Kind]) -> Iterator[StrictFacts]:
    listed = {kind: held.objects(kind.policies) for kind in kinds}
    lost = [found for found in listed.values() if isinstance(found, Unknown)]
    known = [kind for kind, found in listed.items() if not isinstance(found, Unknown)]
    for name in held.intent.protection.strict_for:
        found = {kind.name: covers(effective_of(held, kind), held, name) for kind in known}
        others = [f"{kind} by {policy}" for kind, (covered, policy) in found.items() if covered is False]
        covered = all_of((*(each for each, _ in found.values()), *lost))
        yield StrictFacts(name, covered, ", ".join(others))


def _excluded(held: Held) -> tuple[str, ...] | Unknown:
    rules = held.objects(BUILT_IN)
    if isinstance(rules, Unknown):
        return rules
    found = gathered(each for rule in rules for each in _exceptions(rule))
    return found if isinstance(found, Unknown) else tuple(name for each in found for name in each)


def _exceptions(rule: TenantObject) -> Iterator[tuple[str, ...] | Unknown]:
    """Some exports leave out what is empty; of one that leaves out all of it nobody knows whether it was
    exported. Microsoft365DSC writes only what is set."""
    names = [each for kind in RECIPIENTS if rule.has(each := f"ExceptIf{kind}")]
    if not names and not rule.has("Ensure"):
        yield rule.lacks(f"ExceptIf{RECIPIENTS[0]}")
    yield from (texts(rule, each) for each in names)


def _misspelt(held: Held) -> Iterator[MisspeltFacts]:
    for section, said in held.intent.protection.settings.items():
        known = DECLARABLE[section]
        folded = {each.lower() for each in known}
        for name in said:
            if name.lower() not in folded:
                yield MisspeltFacts(section, name, meant(name, known))
