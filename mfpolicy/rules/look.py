"""What a finding shows of the facts: its key, its place and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mfpolicy.model.dns import Unknown
from mfpolicy.model.findings import Evidence
from mfpolicy.model.places import Place
from mfpolicy.model.rules import Parameter, Rule
from mfpolicy.rules.message import shown
from mfpolicy.rules.vocabulary import LEAVES, Seen, Vocabulary

MAX_ELEMENTS = 20


class Element(msgspec.Struct, frozen=True):
    """The element of a list that a finding is about: its rule's variable, the list's path, itself."""

    variable: str
    path: str
    seen: Seen


class Look(msgspec.Struct, frozen=True):
    """One rule's eyes on one subject, and on one element where the rule binds one."""

    vocabulary: Vocabulary
    rule: Rule
    params: Mapping[str, Parameter]
    facts: msgspec.Struct
    element: Element | None = None

    def value(self, path: str) -> Any:
        """A fact, an element's fact or a parameter; through lists, the list of all values."""
        root, _, rest = path.partition(".")
        if root == "params":
            return self.params[rest]
        found = self.seen(path)
        # An index in what was walked means a list on the way: even one value of many is a list then.
        walked = found[0].path.removeprefix(self._own(root)) if found else ""
        return found[0].value if len(found) == 1 and "]" not in walked else [each.value for each in found]

    def seen(self, path: str) -> list[Seen]:
        """Every value at a path."""
        root, _, rest = path.partition(".")
        element = self.element
        if element is None or root != element.variable:
            return list(self.vocabulary.look(path, self.facts))
        return list(self.vocabulary.walk(element.seen, rest))

    def key(self) -> tuple[str, ...]:
        """What tells this finding from others of the rule on the subject."""
        return tuple(shown(self.value(path)) for path in self.rule.key)

    def measure(self) -> int | None:
        """How bad it is, if the rule says how that is measured and it is known."""
        found = self.value(self.rule.measure) if self.rule.measure else None
        return found if isinstance(found, int) else None

    def place(self) -> Place | None:
        """The place of `at`, by default the element's; else the nearest around it."""
        if self.rule.at:
            found = self.seen(self.rule.at)
            if found and found[0].place is not None:
                return found[0].place
        if self.element is not None:
            return self.element.seen.place
        return getattr(self.facts, "place", None)

    def evidence(self, reads: frozenset[str]) -> tuple[Evidence, ...]:
        """The facts that were read; of a list, at most twenty elements; an unknown one as null."""
        return tuple(each for path in sorted(reads) for each in self._evidence(path))

    def _evidence(self, path: str) -> list[Evidence]:
        element = self.element
        if element is not None and (path == element.path or path.startswith(element.path + ".")):
            found = list(
                self.vocabulary.walk(element.seen, path.removeprefix(element.path).removeprefix("."))
            )
            path = element.seen.path + path.removeprefix(element.path)
        else:
            found = list(self.vocabulary.look(path, self.facts))
        if not found:
            return []
        many = len(found) > 1 or found[0].path != path
        value = (
            [self._plain(each.value) for each in found[:MAX_ELEMENTS]]
            if many
            else self._plain(found[0].value)
        )
        return [Evidence(path, value, found[0].place)]

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Unknown):
            return None
        if isinstance(value, list | tuple):
            return [self._plain(each) for each in value[:MAX_ELEMENTS]]
        if not isinstance(value, msgspec.Struct):
            return value
        fields = self.vocabulary.shape(type(value)).values()
        return {
            field.word: self._plain(getattr(value, field.attribute))
            for field in fields
            if field.type in LEAVES and not field.many
        }

    def _own(self, root: str) -> str:
        return self.element.seen.path if self.element is not None and root == self.element.variable else ""


def elements_of(lists: Sequence[Seen]) -> list[Seen]:
    """Each element of the lists found at a path, with its own place or the nearest around it."""
    return [
        Seen(f"{each.path}[{index}]", value, getattr(value, "place", None) or each.place)
        for each in lists
        if isinstance(each.value, list | tuple)
        for index, value in enumerate(each.value)
    ]
