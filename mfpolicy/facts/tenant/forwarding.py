"""Where mail is forwarded to, and whether that is outside."""

from __future__ import annotations

import re

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe
from mfpolicy.model.dns import Unknown
from mfpolicy.model.names import normal
from mfpolicy.model.tenant import TenantObject

# As Exchange writes a recipient: smtp:bob@example.org, "Bob" [SMTP:bob@example.org], bob@example.org.
_ADDRESS = re.compile(
    r"(?:.{0,512}\[)?(?:smtp:)?([^\s\[\]\"<>@:;]{1,256}@[^\s\[\]\"<>@:;]{1,255})\]?", re.IGNORECASE
)


def address_in(written: str) -> str:
    """The address in a recipient as Exchange writes it; empty where there is none, as in [EX:/o=...]."""
    found = _ADDRESS.fullmatch(written.strip())
    return found[1] if found else ""


def is_outside(held: Held, address: str) -> bool | Unknown:
    """Whether an address is of a domain that is neither accepted nor declared for forwarding to."""
    accepted, domain = held.accepted, normal(address.rpartition("@")[2])
    if isinstance(accepted, Unknown):
        return accepted
    return domain not in accepted and domain not in {normal(each) for each in held.intent.forwarding.domains}


def inside(held: Held, of: Maybe, name: str, written: str) -> bool | Unknown:
    """Whether a recipient without an address is a mailbox of the tenant; one that is none may be a contact,
    whose address no mailbox tells."""
    known = held.directory.addresses
    if isinstance(known, Unknown):
        return known
    if written.lower() in known:
        return True
    return of.lacks(name) if isinstance(of, TenantObject) else of
