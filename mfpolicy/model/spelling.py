"""What somebody may have meant."""

from __future__ import annotations

from collections.abc import Collection

_LONGEST = 80  # of a word that is worth comparing: the time grows with the square
_MOST = 2000


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that is spelt most like another, or an empty text where none is near."""
    if len(word) > _LONGEST or len(known) > _MOST:
        return ""
    import difflib  # only misspelt words need it

    return next(iter(difflib.get_close_matches(word, list(known), 1)), "")


def meant(word: str, known: Collection[str]) -> str:
    """The same as a question that ends a message, or nothing."""
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""
