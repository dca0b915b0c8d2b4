"""Where mail is forwarded to, and whether that is outside."""

from __future__ import annotations

import re

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import is_within, normal
from mfpolicy.model.tenant import TenantObject

# As Exchange writes a recipient: smtp:bob@example.org, "Bob" [SMTP:bob@example.org], bob@example.org; and as
# people do: Bob <bob@example.org>.
_ADDRESS = re.compile(
    r"(?:.{0,512}[\[<])?(?:smtp:)?([^\s\[\]\"<>@:;]{1,256}@[^\s\[\]\"<>@:;]{1,255})[\]>]?", re.IGNORECASE
)


def address_in(written: str) -> str:
    """The address in a recipient as Exchange writes it; empty where there is none, as in [EX:/o=...]."""
    found = _ADDRESS.fullmatch(written.strip())
    return found[1] if found else ""


def leads_outside(held: Held, of: Maybe, name: str, written: str) -> bool | Unknown:
    """Whether a recipient, as it is written in a property, is outside. One without an address is inside if it
    is a mailbox; else it may be a contact, whose address no mailbox tells."""
    address = address_in(written)
    if address:
        return is_outside(held, address)
    known = held.directory.addresses
    if isinstance(known, Unknown):
        return known
    if written.lower() in known:
        return False
    return of.lacks(name) if isinstance(of, TenantObject) else of


def is_outside(held: Held, address: str) -> bool | Unknown:
    """Whether an address is in no domain that is accepted or declared for forwarding to, and below none:
    whoever has a name below a domain has it from the owner of that."""
    accepted, domain = held.accepted, normal(address.rpartition("@")[2])
    if any(is_within(domain, normal(each)) for each in held.intent.forwarding.domains):
        return False
    if isinstance(accepted, Unknown):
        return accepted
    return not any(is_within(domain, each) for each in accepted)
