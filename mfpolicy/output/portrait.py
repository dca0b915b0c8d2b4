"""Portraits for people: what was seen of a domain, a topic a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mfpolicy.model.findings import Portrait
from mfpolicy.output.escape import clipped, visible, width
from mfpolicy.output.words import wrapped

_LONGEST = 600


def lines(portraits: Sequence[Portrait]) -> Iterator[str]:
    """Each portrait: the name, then its topics in a column, each set in lines of at most 110 columns and
    cut after 600 characters; a blank line ends it."""
    for each in portraits:
        yield visible(each.name) or "."
        yield from _topics(each)
        yield ""


def _topics(portrait: Portrait) -> Iterator[str]:
    wide = max((width(visible(topic)) for topic, _ in portrait.lines), default=0)
    for topic, said in portrait.lines:
        label = visible(topic)
        head = f"  {label}{' ' * (wide - width(label))} "
        yield from wrapped(head, clipped(said, _LONGEST).split(" "), indent=wide + 4)
