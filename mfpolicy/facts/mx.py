"""Where a domain receives its mail."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.paths import MxWanted
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.places import Place
from mfpolicy.records import mx


class MxFacts(msgspec.Struct, frozen=True):
    """The MX records of a domain. `active`: mail is taken, by an MX that is not the null MX (RFC 7505).

    The address that stands in for a missing MX (RFC 5321, 5.1) makes no mail domain: most hosts have one.
    """

    active: bool | Unknown
    null: bool | Unknown
    hosts: tuple[str, ...] | Unknown
    place: Place | None = None


def mx_facts(view: View, domain: str, wanted: MxWanted) -> MxFacts:
    """The facts of one domain; malformed records are the owner name's findings and take no mail."""
    answer = view.ask(domain, "MX")
    if isinstance(answer, Unknown):
        return MxFacts(answer, answer, answer)
    found = [mx.parse(record.value) for record in answer.records]
    hosts = tuple(each.exchange for each in found if each.exchange and not each.null)
    place = answer.records[0].place if answer.records else None
    return MxFacts(bool(hosts), any(each.null for each in found), hosts, place)
