"""A subject that is judged, and how it comes by its facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.dkim import SelectorFacts
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.findings import Subject
from mfpolicy.views.zones import ZoneBook

Look = Callable[[View, SpfStudy], Any]


class Study(msgspec.Struct, frozen=True):
    """A subject, and its facts on a view; `looks` are the parts of them that DNS has to answer for. One that
    was merely guessed (`probe`) is a subject only if it is there. `book` is the zone that alone decides the
    facts, if one does. `as_of` tells when what is known of it was seen, where that was not now, and `doubt`
    why that may no longer hold (None: nothing speaks against it); `exported` is the path of the facts that
    both speak of, where they do not of all."""

    subject: Subject
    facts: Look
    looks: tuple[Look, ...] = ()
    probe: bool = False
    book: ZoneBook | None = None
    as_of: str = ""
    doubt: Unknown | None = None
    exported: str = ""

    def counts(self, facts: msgspec.Struct) -> bool:
        """Whether the subject is one, now that its facts are known."""
        return not self.probe or (isinstance(facts, SelectorFacts) and facts.present is True)


def given(facts: msgspec.Struct) -> Look:
    """A look at what is known already."""
    return lambda view, spf: facts
