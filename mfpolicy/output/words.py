"""Numbers with their nouns, findings with their words, and words set in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mfpolicy.model.findings import Finding, Verdict
from mfpolicy.output.escape import width

COLUMNS = 110


def counted(count: int, noun: str) -> str:
    """`1 zone`, `1,204 zones`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def is_waiting(finding: Finding) -> bool:
    """Whether a finding is unknown only because nobody asked DNS."""
    if finding.verdict is not Verdict.UNKNOWN or finding.unknown is None:
        return False
    return bool(finding.unknown.because) and finding.unknown.not_asked


def word(finding: Finding) -> str:
    """The one word for a finding: fixed, waived, waiting, unknown, or its severity."""
    if finding.status == "fixed":
        return "fixed"
    if finding.waiver is not None:
        return "waived"
    if finding.verdict is Verdict.UNKNOWN:
        return "waiting" if is_waiting(finding) else "unknown"
    return finding.severity


def wrapped(head: str, words: Iterable[str], indent: int) -> Iterator[str]:
    """Visible words behind a head, in lines of at most 110 columns; those after the first are indented.

    A word too long for a line is cut into several. Only a head that is too long itself stands out.
    """
    line = head
    for word in words:
        for piece in _pieces(word, COLUMNS - indent):
            if width(line) + 1 + width(piece) > COLUMNS:
                yield line.rstrip()
                line = " " * (indent - 1)
            line = f"{line} {piece}"
    yield line.rstrip()


def _pieces(word: str, room: int) -> Iterator[str]:
    """The word in parts of at most `room` columns."""
    piece, used = "", 0
    for char in word if width(word) > room else ():
        used += width(char)
        if used > room:
            yield piece
            piece, used = "", width(char)
        piece += char
    yield piece or word
