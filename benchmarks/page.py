"""A page of results: printed while it grows, and kept when it is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Failed, TooSlow


def publish(paragraphs: Iterable[str], kept: Path | None) -> int:
    """Print each paragraph once it is known, for a long run shows what it has; write the page to a file, if
    it is to be kept. 1 where a program failed or was too slow: then nothing is written."""
    text = ""
    try:
        for paragraph in paragraphs:
            sys.stdout.write(f"{paragraph}\n")
            sys.stdout.flush()
            text += f"{paragraph}\n"
    except (Failed, TooSlow) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if kept:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)
    return 0
