"""What is wrong with the files themselves."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Place


class FileFaultFacts(msgspec.Struct, frozen=True):
    """One fault, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class FileFacts(msgspec.Struct, frozen=True):
    """A file that was read, with what is wrong in it."""

    name: str
    faults: tuple[FileFaultFacts, ...]
    place: Place | None = None


def file_facts(faults: Iterable[Fault]) -> list[FileFacts]:
    """The faulty files, in the order they were read."""
    files: dict[str, list[FileFaultFacts]] = {}
    for fault in faults:
        name = fault.place.file if fault.place else ""
        files.setdefault(name, []).append(FileFaultFacts(fault.code, fault.text, fault.place))
    return [FileFacts(name, tuple(found), found[0].place) for name, found in files.items()]
