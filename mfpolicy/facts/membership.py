"""Which patterns and groups of an intent each domain belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mfpolicy.model.intent import Intent
from mfpolicy.model.patterns import Patterns, is_pattern


class Membership:
    """The patterns and groups of an intent over some names."""

    def __init__(self, intent: Intent, names: Iterable[str]) -> None:
        self._listed: dict[str, list[str]] = defaultdict(list)
        # A pattern among the domains is no rival of a group: the closer one counts, as its author meant.
        for group in (each for each in intent.groups if not is_pattern(each.name)):
            for member, _ in group.members:
                self._listed[member].append(group.name)
        patterns = Patterns(each.name for each in intent.domains if is_pattern(each.name))
        self._patterns = {name: patterns.matching(name) for name in names}
        self._domains: dict[str, list[str]] = defaultdict(list)
        for name, found in self._patterns.items():
            for pattern in found:
                self._domains[pattern].append(name)

    def patterns_of(self, name: str) -> list[str]:
        """The patterns that match a name, the longest first."""
        return self._patterns.get(name, [])

    def domains_of(self, member: str) -> tuple[str, ...]:
        """The domains that a member of a group stands for."""
        return tuple(self._domains.get(member, ())) if is_pattern(member) else (member,)

    def groups_of(self, name: str) -> tuple[str, ...]:
        """The groups that hold a domain, the one that counts first."""
        members = (name, *self.patterns_of(name))
        return tuple(dict.fromkeys(group for each in members for group in self._listed.get(each, ())))
