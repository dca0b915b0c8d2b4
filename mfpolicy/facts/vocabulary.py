"""Every subject that a rule may be about, and the type of its facts."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.change import ChangeFacts
from mfpolicy.facts.dkim import SelectorFacts
from mfpolicy.facts.domains import DomainFacts
from mfpolicy.facts.files import FileFacts
from mfpolicy.facts.groups import GroupFacts
from mfpolicy.facts.names import NameFacts
from mfpolicy.facts.waivers import WaiverFacts

SUBJECTS: dict[str, type[msgspec.Struct]] = {
    "change": ChangeFacts,
    "domain": DomainFacts,
    "file": FileFacts,
    "group": GroupFacts,
    "name": NameFacts,
    "selector": SelectorFacts,
    "waiver": WaiverFacts,
}
