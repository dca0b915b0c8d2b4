"""Profiles, and the catalogue of senders: the other data that stand under policies/."""

from __future__ import annotations

import re

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.intent import Sender
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Profile
from mfpolicy.sources.intent import read_catalogue
from mfpolicy.sources.plain import read_as
from mfpolicy.sources.shape import Reader
from mfpolicy.sources.yaml import read


def read_profile(text: str, file: str) -> tuple[Profile | None, tuple[Fault, ...]]:
    """The profile in a YAML text; None and the first misfit otherwise."""
    return read_as(Profile, text, file)


def placed(fault: Fault, file: str, text: str) -> Fault:
    """A fault in a profile's meaning, at the first place of the word that it quotes."""
    quoted = re.search(r"'([^']+)'", fault.text)
    at = max(text.find(quoted[1]), 0) if quoted else 0
    return msgspec.structs.replace(fault, place=Span(file, at, at))


def read_senders(text: str, file: str) -> tuple[tuple[Sender, ...], tuple[Fault, ...]]:
    """The senders of a catalogue, {name: {title, include, dkim}}; what does not fit is left out."""
    node, faults = read(text, file)
    reader = Reader(faults)
    senders = () if node is None else read_catalogue(reader, node)
    return senders, tuple(reader.faults)
