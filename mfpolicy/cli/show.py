"""Standard output, the one way to it."""

from __future__ import annotations

import os
import sys


def show(text: str) -> None:
    """Print a whole document. A reader that has left changes nothing about how the run went."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
