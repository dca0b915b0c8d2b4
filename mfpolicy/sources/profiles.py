"""Profiles: which rules hold, how severe and with which parameters."""

from __future__ import annotations

import re

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Profile
from mfpolicy.sources.plain import read_as


def read_profile(text: str, file: str) -> tuple[Profile | None, tuple[Fault, ...]]:
    """The profile in a YAML text; None and the first misfit otherwise."""
    return read_as(Profile, text, file)


def placed(fault: Fault, file: str, text: str) -> Fault:
    """A fault in a profile's meaning, at the first place of the word that it quotes."""
    quoted = re.search(r"'([^']+)'", fault.text)
    at = max(text.find(quoted[1]), 0) if quoted else 0
    return msgspec.structs.replace(fault, place=Span(file, at, at))
