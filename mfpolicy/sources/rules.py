"""One rule from its file."""

from __future__ import annotations

import posixpath

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Rule
from mfpolicy.sources.plain import read_as


def read_rule(text: str, file: str) -> tuple[Rule | None, tuple[Fault, ...]]:
    """The rule in a YAML text, with the file's folder and start; None and the first misfit otherwise."""
    rule, faults = read_as(Rule, text, file)
    if rule is None:
        return None, faults
    topic = posixpath.basename(posixpath.dirname(file))
    return msgspec.structs.replace(rule, topic=topic, place=Span(file, 0, 0)), faults
