"""What an export of a tenant holds, and what cannot be judged by it."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import Reason
from mfpolicy.model.documents import Fault
from mfpolicy.model.rules import Rule


class Content(msgspec.Struct, frozen=True):
    """What one cmdlet gave: how many objects, in which file, or why none (`lacking`). `whole` is false where
    there may be more; `cut` are the properties of which a part was cut off when it was exported."""

    cmdlet: str
    objects: int = 0
    file: str = ""
    lacking: Reason | None = None
    whole: bool = True
    cut: tuple[str, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """Something that the export does not tell, and the rules that cannot be judged without it. `whose` is a
    cmdlet, or the export itself; `properties` are those of its objects, none where it lacks as a whole.
    `line` exports it; empty where nothing does."""

    whose: str
    reason: Reason
    properties: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    line: str = ""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """An export surveyed. `taken` is its day (empty: it does not say), `age_days` how old it is then, `tools`
    wrote it, `tenants` are the ids and names that it tells; `before` is what to say before the lines of the
    gaps."""

    path: str
    profile: str
    taken: str = ""
    age_days: int = 0
    tools: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    contents: tuple[Content, ...] = ()
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Fault, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every rule could be judged, and every file read."""
        return not (self.gaps or self.faults)

    @property
    def unjudged(self) -> tuple[Rule, ...]:
        """The rules that could not be judged, each once, by id."""
        found = {rule.id: rule for gap in self.gaps for rule in gap.rules}
        return tuple(found[each] for each in sorted(found))
