"""Whether DNSSEC vouches for a name, as far as delegations show it (RFC 4035, 5.2)."""

from __future__ import annotations

from itertools import islice

from mfpolicy.model.dns import Reason, Unknown, View, unknown
from mfpolicy.model.names import ancestors, parent

# Hosts stand one or two labels below the apex of their zone; more is not searched.
DEEPEST = 8


def is_signed(view: View, name: str) -> bool | Unknown:
    """Whether the zone of a normal name is delegated with a DS record, and so are those of the repository
    above it; without one its answers are not secure, whatever the zone itself holds.

    Zones of others above the first one are taken for signed.
    """
    zone = zone_of(view, name)
    while not isinstance(zone, Unknown) and zone:
        answer = view.ask(zone, "DS")
        if isinstance(answer, Unknown):
            return answer
        if not answer.records:
            return False
        zone = view.apex(parent(zone))
    return zone if isinstance(zone, Unknown) else True


def zone_of(view: View, name: str) -> str | Unknown:
    """The zone that a normal name lies in: the repository's, else the closest name above with a SOA."""
    own = view.apex(name)
    if own:
        return own
    for each in islice(ancestors(name), DEEPEST):
        answer = view.ask(each, "SOA")
        if isinstance(answer, Unknown):
            return answer
        # A SOA behind an alias is another name's.
        if answer.records and not answer.chain:
            return each
    return unknown(name, "SOA", Reason.TOO_LARGE)
