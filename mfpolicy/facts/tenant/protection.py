"""Protection policies: what each asks for, whom it reaches, and what it should ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.anti_phish import AntiPhishSettings
from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings, ScoringFacts, scoring
from mfpolicy.facts.tenant.effective import Effective
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.kinds import KINDS, Kind
from mfpolicy.facts.tenant.licences import has_defender
from mfpolicy.facts.tenant.malware import MalwareSettings
from mfpolicy.facts.tenant.outbound_spam import OutboundSettings
from mfpolicy.facts.tenant.presets import effective_of, is_default, key_of, preset_of, rules_of, state_of
from mfpolicy.facts.tenant.quarantine import QuarantineUseFacts, never_quarantined, quarantines_of
from mfpolicy.facts.tenant.safe_attachments import SafeAttachmentsSettings
from mfpolicy.facts.tenant.safe_links import SafeLinksSettings
from mfpolicy.facts.tenant.sender_lists import EntryFacts, SenderLists, sender_lists
from mfpolicy.facts.tenant.settings import KeptFacts, kept, section
from mfpolicy.facts.tenant.values import all_unknown, name_of
from mfpolicy.facts.tenant.verdicts import VerdictFacts, verdicts
from mfpolicy.facts.tenant.wanted import wanted_by, wanted_of
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_STATES = {True: "enabled", False: "disabled"}


class ProtectionFacts(msgspec.Struct, frozen=True):
    """A protection policy. `kind` is anti-spam, anti-phish, malware, safe-links, safe-attachments or
    outbound; the section of that name is `present`. `name` begins with the kind, for several kinds have a
    policy named Default. One stands for all of a kind that was not `exported`.

    `wanted` is the preset that it has to reach, standard or strict; empty where nobody says. `strict`: its
    settings have to be those of the Strict preset, which those of a preset cannot be made. `preset` is the
    one that it is part of: standard, strict, built-in, evaluation, or empty; `default`: it is for everybody
    that no other is for. `state` is enabled or disabled.

    `applies`: it may be the policy of anybody at all, as far as rules tell recipients apart; `reaches` are
    they: domains, `members of` groups, and addresses, a hundred at most; `dead_because` says why it is
    nobody's, empty where it is somebody's. `licensed`: the tenant has Defender for Office 365. `declared` are
    the settings that the intent has values for, but of a preset, whose settings nobody can change.

    Of an anti-spam policy: the options of the Advanced Spam Filter (`scoring`), what it does by verdict, and
    its lists of senders. `may_forward`: it is an outbound one for nobody but mailboxes that the intent lets
    forward. `quarantines` are verdicts for which it may quarantine what people may release themselves,
    `malware_quarantines` what they may not."""

    name: str
    kind: str
    wanted: str
    strict: bool
    exported: bool = True
    default: bool | Unknown = False
    preset: str | Unknown = ""
    state: str | Unknown = "enabled"
    applies: bool | Unknown = True
    reaches: tuple[str, ...] | Unknown = ()
    dead_because: str | Unknown = ""
    licensed: bool | Unknown = True
    declared: tuple[KeptFacts, ...] = ()
    scoring: tuple[ScoringFacts, ...] = ()
    verdicts: tuple[VerdictFacts, ...] = ()
    allowed_senders: tuple[EntryFacts, ...] | Unknown = ()
    allowed_domains: tuple[EntryFacts, ...] | Unknown = ()
    blocked_senders: tuple[EntryFacts, ...] | Unknown = ()
    blocked_domains: tuple[EntryFacts, ...] | Unknown = ()
    may_forward: bool = False
    quarantines: tuple[QuarantineUseFacts, ...] | Unknown = ()
    malware_quarantines: tuple[QuarantineUseFacts, ...] | Unknown = ()
    anti_spam: AntiSpamSettings = AntiSpamSettings()
    anti_phish: AntiPhishSettings = AntiPhishSettings()
    malware: MalwareSettings = MalwareSettings()
    safe_links: SafeLinksSettings = SafeLinksSettings()
    safe_attachments: SafeAttachmentsSettings = SafeAttachmentsSettings()
    outbound: OutboundSettings = OutboundSettings()
    place: Place | None = None


def protection_studies(held: Held) -> Iterator[Study]:
    """Every protection policy; one stand-in for all of a kind that was not exported."""
    for kind in KINDS:
        found = held.objects(kind.policies)
        if isinstance(found, Unknown):
            facts = _unknown(held, kind, found)
            yield Study(Subject("protection_policy", facts.name), given(facts))
            continue
        for each in found:
            facts = protection_facts(held, kind, each)
            yield Study(Subject("protection_policy", facts.name), given(facts))


def protection_facts(held: Held, kind: Kind, of: TenantObject) -> ProtectionFacts:
    """The facts of one policy."""
    effective, key = effective_of(held, kind), key_of(of)
    wanted = wanted_of(held, effective, key)
    declared = held.intent.protection.settings.get(kind.section, {})
    settings = section(of, kind.settings, declared)
    applies, state = effective.applies(key), _state(held, kind, of)
    own: dict[str, Any] = {kind.section: settings}
    return ProtectionFacts(
        name=f"{kind.name} {name_of(of)}",
        kind=kind.name,
        wanted=wanted,
        strict=wanted == "strict" and preset_of(of) == "",
        default=is_default(of),
        preset=preset_of(of),
        state=state,
        applies=applies,
        reaches=effective.reaches(key),
        dead_because="" if applies is True else _dead_because(effective, key, applies, state),
        licensed=has_defender(held),
        declared=() if preset_of(of) else tuple(kept(settings, declared)),
        may_forward=_may_forward(held, effective.reaches(key)),
        **quarantines_of(held, kind.name, of),
        **own,
        **_of_anti_spam(held, settings),
        place=of.place,
    )


def _of_anti_spam(held: Held, settings: msgspec.Struct) -> dict[str, Any]:
    if not isinstance(settings, AntiSpamSettings):
        return {}
    return {
        "scoring": tuple(scoring(settings)),
        "verdicts": tuple(verdicts(held, settings)),
        **sender_lists(held, settings),
    }


def _state(held: Held, kind: Kind, of: TenantObject) -> str | Unknown:
    if is_default(of) or preset_of(of) == "built-in":
        return "enabled"
    rules = rules_of(held, kind, of)
    if isinstance(rules, Unknown):
        return rules
    found = any_of(state_of(each) for each in rules)
    return found if isinstance(found, Unknown) else _STATES[found]


def _dead_because(
    effective: Effective, key: str, applies: bool | Unknown, state: str | Unknown
) -> str | Unknown:
    if isinstance(applies, Unknown) or isinstance(state, Unknown):
        return applies if isinstance(applies, Unknown) else state
    if state == "disabled":
        return "no rule that is enabled says for whom it is"
    return effective.why_dead(key)


def _may_forward(held: Held, reaches: tuple[str, ...]) -> bool:
    return bool(reaches) and set(reaches) <= set(held.intent.forwarding.mailboxes)


def _unknown(held: Held, kind: Kind, why: Unknown) -> ProtectionFacts:
    """All policies of a kind: nothing is known but that they are of no other kind."""
    wanted = wanted_by(held)
    known: dict[str, Any] = {each.section: each.settings() for each in KINDS if each is not kind}
    if kind.settings is not AntiSpamSettings:
        known |= dict.fromkeys(("scoring", "verdicts", *SenderLists.__annotations__), ())
    if kind.section not in held.intent.protection.settings:
        known["declared"] = ()
    known |= {"name": f"all {kind.name} policies", "kind": kind.name, "exported": False}
    known |= {"wanted": wanted, "strict": wanted == "strict", "licensed": has_defender(held)}
    return all_unknown(ProtectionFacts, why, known | never_quarantined(kind.name))
