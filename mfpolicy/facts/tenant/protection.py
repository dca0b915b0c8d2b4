"""Protection policies: what each asks for, whom it reaches, and what it should ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.anti_spam import AntiSpamSettings
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.settings import section
from mfpolicy.facts.tenant.values import all_unknown, name_of
from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class Kind(msgspec.Struct, frozen=True):
    """A kind of policy: the cmdlets that list its policies and the rules that say for whom they are, and the
    section of its settings, in facts and in the intent."""

    name: str
    policies: str
    rules: str
    section: str
    settings: type[msgspec.Struct]


KINDS = (
    Kind(
        "anti-spam",
        "Get-HostedContentFilterPolicy",
        "Get-HostedContentFilterRule",
        "anti_spam",
        AntiSpamSettings,
    ),
)


class ProtectionFacts(msgspec.Struct, frozen=True):
    """A protection policy. `kind` is anti-spam, anti-phish, malware, safe-links, safe-attachments or
    outbound. `wanted` is the preset that it has to reach, standard or strict; empty where nobody says."""

    name: str
    kind: str
    wanted: str
    strict: bool
    anti_spam: AntiSpamSettings = AntiSpamSettings()
    place: Place | None = None


def protection_studies(held: Held) -> Iterator[Study]:
    """Every protection policy."""
    for kind in KINDS:
        found = held.objects(kind.policies)
        if isinstance(found, Unknown):
            name = f"all {kind.name} policies"
            known = {"name": name, "kind": kind.name, "wanted": wanted_by(held), "strict": False}
            facts = all_unknown(ProtectionFacts, found, known)
            yield Study(Subject("protection_policy", name), given(facts))
            continue
        for each in found:
            facts = protection_facts(held, kind, each)
            yield Study(Subject("protection_policy", f"{kind.name} {facts.name}"), given(facts))


def protection_facts(held: Held, kind: Kind, of: TenantObject) -> ProtectionFacts:
    """The facts of one policy."""
    wanted = wanted_by(held)
    declared = held.intent.protection.settings.get(kind.section, {})
    own: dict[str, Any] = {kind.section: section(of, kind.settings, declared)}
    return ProtectionFacts(
        name=name_of(of), kind=kind.name, wanted=wanted, strict=wanted == "strict", **own, place=of.place
    )


def wanted_by(held: Held) -> str:
    """The preset that is declared; Microsoft's Standard where nothing at all is."""
    said = held.intent.protection.preset
    return said or ("" if held.declared.intent.place else "standard")
