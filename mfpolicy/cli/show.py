"""Standard output, the one way to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def show(text: str | Iterable[str]) -> None:
    """Print a document, whole or in pieces. A reader that has left changes nothing about how the run went."""
    try:
        for piece in [text] if isinstance(text, str) else text:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
