"""One rule from its file."""

from __future__ import annotations

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Rule
from mfpolicy.sources.plain import read_as


def read_rule(text: str, file: str) -> tuple[Rule | None, tuple[Fault, ...]]:
    """The rule in a YAML text, with the file's start as its place; None and the first misfit otherwise."""
    rule, faults = read_as(Rule, text, file)
    return (None if rule is None else msgspec.structs.replace(rule, place=Span(file, 0, 0))), faults
