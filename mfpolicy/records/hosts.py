"""Host names as text (RFC 952, RFC 1123, 2.1; internationalised names as A-labels)."""

from __future__ import annotations

import re

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_LONGEST = 253


def is_host(name: str) -> bool:
    """Whether a name, without its final dot, may be the name of a host; an address is none."""
    if not name or len(name) > _LONGEST:
        return False
    labels = name.split(".")
    return all(_LABEL.match(label) for label in labels) and not labels[-1].isdigit()
