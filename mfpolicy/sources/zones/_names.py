"""Names as zone sources write them: any characters that DNS itself allows, in labels of a lawful length."""

from __future__ import annotations

from collections.abc import Iterable

from mfpolicy.model.names import ancestors, is_within, labels
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


def zone_above(names: Iterable[str]) -> str | None:
    """The closest name above or at all these, without what no zone has in its name: `_dmarc`, `*`."""
    found: str | None = None
    for name in dict.fromkeys(names):
        found = (
            name if found is None else next((each for each in ancestors(found) if is_within(name, each)), "")
        )
    hosts = (each for each in ancestors(found or "") if not any(map(_is_no_host, labels(each))))
    zone = next(hosts, "")
    return zone if "." in zone else None


def _is_no_host(label: str) -> bool:
    return label.startswith("_") or label == "*"
