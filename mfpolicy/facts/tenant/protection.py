"""Protection policies: what each asks for, whom it reaches, and what it should ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.anti_phish import AntiPhishSettings
from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.kinds import KINDS, Kind
from mfpolicy.facts.tenant.malware import MalwareSettings
from mfpolicy.facts.tenant.outbound import OutboundSettings
from mfpolicy.facts.tenant.safe_attachments import SafeAttachmentsSettings
from mfpolicy.facts.tenant.safe_links import SafeLinksSettings
from mfpolicy.facts.tenant.settings import KeptFacts, kept, section
from mfpolicy.facts.tenant.values import all_unknown, name_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class ProtectionFacts(msgspec.Struct, frozen=True):
    """A protection policy. `kind` is anti-spam, anti-phish, malware, safe-links, safe-attachments or
    outbound; the section of that name is `present`. `wanted` is the preset that it has to reach, standard or
    strict; empty where nobody says. `preset` is the one that it is part of: standard, strict, built-in, or
    empty; `default`: it is for everybody that no other is for. `state` is enabled or disabled.

    `applies`: it is the policy of anybody at all; `reaches` are they: accepted domains, `members of` groups,
    and addresses; `dead_because` says why it is nobody's, empty where it is somebody's. `licensed`: the
    tenant has Defender for Office 365. `declared` are the settings that the intent has values for."""

    name: str
    kind: str
    wanted: str
    strict: bool
    default: bool | Unknown = False
    preset: str | Unknown = ""
    state: str | Unknown = "enabled"
    applies: bool | Unknown = True
    reaches: tuple[str, ...] | Unknown = ()
    dead_because: str | Unknown = ""
    licensed: bool | Unknown = True
    declared: tuple[KeptFacts, ...] = ()
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
            yield Study(Subject("protection_policy", f"{kind.name} {facts.name}"), given(facts))


def protection_facts(held: Held, kind: Kind, of: TenantObject) -> ProtectionFacts:
    """The facts of one policy."""
    wanted = wanted_by(held)
    declared = held.intent.protection.settings.get(kind.section, {})
    settings = section(of, kind.settings, declared)
    own: dict[str, Any] = {kind.section: settings}
    return ProtectionFacts(
        name=name_of(of),
        kind=kind.name,
        wanted=wanted,
        strict=wanted == "strict",
        declared=tuple(kept(settings, declared)),
        **own,
        place=of.place,
    )


def wanted_by(held: Held) -> str:
    """The preset that is declared; Microsoft's Standard where nothing at all is."""
    said = held.intent.protection.preset
    return said or ("" if held.declared.intent.place else "standard")


def _unknown(held: Held, kind: Kind, why: Unknown) -> ProtectionFacts:
    """All policies of a kind: nothing is known but that they are of no other kind."""
    wanted = wanted_by(held)
    known: dict[str, Any] = {each.section: each.settings() for each in KINDS if each is not kind}
    known |= {"name": f"all {kind.name} policies", "kind": kind.name}
    known |= {"wanted": wanted, "strict": wanted == "strict"}
    return all_unknown(ProtectionFacts, why, known)
