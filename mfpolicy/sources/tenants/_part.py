"""What one file of an export gave."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.tenant import Export, Listing


class Part(msgspec.Struct, frozen=True):
    """The listings of one file by cmdlet, the file itself, and what is wrong with it. `speaks`: what it tells
    of itself holds for all files in its folder that do not tell."""

    listings: Mapping[str, Listing] = {}
    export: Export = Export("")
    faults: tuple[Fault, ...] = ()
    speaks: bool = False


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901, 3)."""
    return "".join("/" + str(each).replace("~", "~0").replace("/", "~1") for each in steps)
