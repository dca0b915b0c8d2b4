"""Standard output, the one way to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from mfpolicy.cli.progress import wipe
from mfpolicy.model.unusable import Unusable


def show(text: str | Iterable[str]) -> None:
    """Print a document, whole or in pieces; Unusable where that cannot be done. A reader that has left
    changes nothing about how the run went."""
    wipe()
    try:
        for piece in [text] if isinstance(text, str) else text:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        _shut()
    except OSError as error:
        _shut()
        raise Unusable(f"standard output: cannot be written: {error.strerror or error}") from error


def has_colour() -> bool:
    """Whether standard output shows colours, and nobody minds them."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _shut() -> None:
    # Python would complain once more when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
