"""Transport rules that take mail out of the tenant, or keep mail from it that people count on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.forwarding import leads_outside
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.rule_senders import ours_among
from mfpolicy.facts.tenant.rule_shape import (
    ADDRESS,
    CONTENT,
    HEADERS,
    RECIPIENT,
    any_given,
    excepted,
)
from mfpolicy.facts.tenant.values import texts, word
from mfpolicy.model.dns import Unknown, all_of, any_of, joined, negated
from mfpolicy.model.tenant import TenantObject

_COPIES = ("RedirectMessageTo", "BlindCopyTo", "CopyTo", "AddToRecipients")
_KEEPS_OUT = (
    "DeleteMessage",
    "RejectMessageReasonText",
    "RejectMessageEnhancedStatusCode",
    "SmtpRejectMessageRejectText",
    "Quarantine",
)
_NARROWING = (*ADDRESS, *(name for name, _ in HEADERS), *CONTENT, *RECIPIENT)


class ForwardFacts(msgspec.Struct, frozen=True):
    """A recipient that a rule sends mail to, by which action, and whether it is outside the tenant."""

    address: str
    action: str
    outside: bool | Unknown


class RefusedFacts(msgspec.Struct, frozen=True):
    """A domain of ours whose mail a rule keeps out. `inside` is whether that is also mail of our own users;
    `senders` are the declared services that send as the domain from outside."""

    name: str
    inside: bool | Unknown
    senders: tuple[str, ...]


def forwards(held: Held, of: TenantObject) -> tuple[ForwardFacts, ...] | Unknown:
    """Where else a rule sends mail."""
    found: list[ForwardFacts] = []
    for action in _COPIES:
        said = texts(of, action)
        if isinstance(said, Unknown):
            return said
        found += [ForwardFacts(each, action, leads_outside(held, of, action, each)) for each in said]
    return tuple(found)


def refused(held: Held, of: TenantObject) -> tuple[RefusedFacts, ...] | Unknown:
    """The domains of ours that a rule refuses as such: one with another condition, or with an exception, is
    made for some mail of them only."""
    refuses = any_given(of, _KEEPS_OUT)
    narrowed = any_of((any_given(of, _NARROWING), excepted(of)))
    counts = all_of((refuses, negated(narrowed)))
    if counts is False:
        return ()
    own = ours_among(held, of)
    unclear = [each for each in (counts, own.any) if isinstance(each, Unknown)]
    if unclear:
        return joined(unclear)
    # A subdomain that nobody uses is the forger's.
    accepted = held.accepted
    used = {*held.declared.names, *(accepted if isinstance(accepted, tuple) else ())}
    return tuple(_refused(held, of, tuple(each for each in own.names if each in used)))


def _refused(held: Held, of: TenantObject, names: tuple[str, ...]) -> Iterator[RefusedFacts]:
    came = word(of, "FromScope", ("InOrganization", "NotInOrganization"))
    inside = came if isinstance(came, Unknown) else came.lower() != "notinorganization"
    for name in names:
        yield RefusedFacts(name, inside, tuple(_from_outside(held, name)))


def _from_outside(held: Held, name: str) -> Iterator[str]:
    """Exchange Online itself is inside; so is what comes through a connector or with a password."""
    for each in held.declared.senders(name) or ():
        is_inside = each.name == "exchange-online" or each.via not in (None, "direct", "direct-send")
        if not is_inside and not each.is_over(held.today):
            yield each.title or each.name
