"""Names as zone sources write them: any characters that DNS itself allows, in labels of a lawful length."""

from __future__ import annotations

from mfpolicy.model.names import labels
from mfpolicy.sources.shape import ascii_name


def owner_name(text: str) -> str | None:
    """The normal name, IDNA-encoded; None where it breaks the lengths of RFC 1035, 2.3.4, or holds a space.

    Underscores, `*` and the `/` of RFC 2317 are left alone.
    """
    name = ascii_name(text)
    if not name or len(name) > 1000:
        return None
    if not name.isprintable() or " " in name:
        return None
    if "\\" in name:
        return name if all(labels(name)) else None
    return name if len(name) <= 253 and all(0 < len(label) <= 63 for label in name.split(".")) else None
