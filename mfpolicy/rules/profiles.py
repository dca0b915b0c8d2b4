"""Which rules a profile holds, and what it makes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.rules import PROFILES, Parameter, Profile, Rule
from mfpolicy.model.spelling import meant


def holds(rule: Rule, profile: Profile) -> bool:
    """Whether a rule is not too strong for a profile, and not switched off."""
    return _rank(rule.profile) <= _level(profile) and severity(rule, profile) != "off"


def severity(rule: Rule, profile: Profile) -> str:
    """A rule's severity under a profile, or "off"; the id speaks before the slug."""
    said = profile.severities
    return said.get(rule.id) or said.get(rule.slug) or rule.severity


def params(rule: Rule, profile: Profile) -> dict[str, Parameter]:
    """A rule's parameters under a profile."""
    return {**rule.params, **profile.params.get(rule.slug, {}), **profile.params.get(rule.id, {})}


def resolve(
    name: str, profiles: Mapping[str, Profile], rules: Sequence[Rule]
) -> tuple[Profile, tuple[Fault, ...]]:
    """A profile with all that it includes, and what is wrong with it: unknown profiles, rules, parameters.

    An empty `includes` ends the chain. In what comes back rules are named by their ids.
    """
    chain, faults = _chain(name, profiles)
    merged = Profile(name=name, includes=_base(name, chain))
    ids = {rule.slug: rule.id for rule in rules}
    for each in reversed(chain):
        merged = _over(merged, _by_id(each, ids))
    return merged, (*faults, *_unknown_rules(merged, rules), *_unknown_params(merged, rules))


def _chain(name: str, profiles: Mapping[str, Profile]) -> tuple[list[Profile], list[Fault]]:
    chain: list[Profile] = []
    while name in profiles and profiles[name] not in chain:
        chain.append(profiles[name])
        name = profiles[name].includes
    known = name in profiles or name in PROFILES or (bool(chain) and not name)
    return chain, [] if known else [_fault("profile", name, (*profiles, *PROFILES))]


def _base(name: str, chain: Sequence[Profile]) -> str:
    names = [name, *(each.name for each in chain), *(each.includes for each in chain)]
    return next((each for each in names if each in PROFILES), PROFILES[0])


def _by_id(profile: Profile, ids: Mapping[str, str]) -> Profile:
    """Rules by one name only, or a profile could not override what another says of the same rule."""
    params: dict[str, dict[str, Parameter]] = {}
    for key in sorted(profile.params, key=lambda key: key not in ids):
        params[ids.get(key, key)] = {**params.get(ids.get(key, key), {}), **profile.params[key]}
    severities = {ids.get(key, key): said for key, said in profile.severities.items()}
    spoken = {key: said for key, said in profile.severities.items() if key not in ids}
    return msgspec.structs.replace(profile, severities={**severities, **spoken}, params=params)


def _over(below: Profile, above: Profile) -> Profile:
    both = {key: {**below.params.get(key, {}), **values} for key, values in above.params.items()}
    return msgspec.structs.replace(
        below,
        title=above.title,
        severities={**below.severities, **above.severities},
        params={**below.params, **both},
    )


def _unknown_rules(profile: Profile, rules: Sequence[Rule]) -> list[Fault]:
    known = {name for rule in rules for name in (rule.id, rule.slug)}
    return [
        _fault("rule", key, known) for key in {**profile.severities, **profile.params} if key not in known
    ]


def _unknown_params(profile: Profile, rules: Sequence[Rule]) -> list[Fault]:
    return [
        _fault(f"parameter of {rule.slug}", key, rule.params)
        for rule in rules
        for key in {**profile.params.get(rule.slug, {}), **profile.params.get(rule.id, {})}
        if key not in rule.params
    ]


def _fault(what: str, name: str, known: Collection[str]) -> Fault:
    hint = meant(name, sorted(known))
    return Fault("unknown-key", f"there is no {what} '{name}'{hint}")


def _rank(name: str) -> int:
    return PROFILES.index(name) if name in PROFILES else 0


def _level(profile: Profile) -> int:
    return _rank(profile.name if profile.name in PROFILES else profile.includes)
