"""Tags that readers of a record do not know, and ignore: an extension, or a known one misspelt."""

from __future__ import annotations

from collections.abc import Sequence

from mfpolicy.records.faults import Fault
from mfpolicy.records.tags import TagList


def unknown_faults(found: TagList, known: Sequence[str]) -> tuple[Fault, ...]:
    """A fault unknown-tag for each tag whose name is not among those known."""
    return tuple(
        Fault("unknown-tag", f"{tag.name[:40]}= is no tag that readers know", tag.start, tag.end)
        for tag in found.tags
        if tag.name not in known
    )
