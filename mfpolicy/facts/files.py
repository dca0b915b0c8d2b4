"""What is wrong with the files themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Place

_NUMBERS = re.compile(r"[0-9]+")


class FileFaultFacts(msgspec.Struct, frozen=True):
    """One fault, as a code and in words. `kind` is the text without its numbers: those tell lines and places
    in a list, which change with what stands around."""

    code: str
    text: str
    kind: str
    place: Place | None = None


class FileFacts(msgspec.Struct, frozen=True):
    """A file that was read, with what is wrong in it."""

    name: str
    faults: tuple[FileFaultFacts, ...]
    place: Place | None = None


def _fault(fault: Fault) -> FileFaultFacts:
    return FileFaultFacts(fault.code, fault.text, _NUMBERS.sub("0", fault.text), fault.place)


def file_facts(faults: Iterable[Fault]) -> list[FileFacts]:
    """The faulty files, in the order they were read."""
    files: dict[str, list[FileFaultFacts]] = {}
    for fault in faults:
        name = fault.place.file if fault.place else ""
        files.setdefault(name, []).append(_fault(fault))
    return [FileFacts(name, tuple(found), found[0].place) for name, found in files.items()]
