"""Rules that people have in their mailboxes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.forwarding import address_in, leads_outside
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered, optional
from mfpolicy.facts.tenant.values import flag, name_of, text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

CMDLET = "Get-InboxRule"
_ACTIONS = ("ForwardTo", "RedirectTo", "ForwardAsAttachmentTo")


class MailboxRuleFacts(msgspec.Struct, frozen=True):
    """A rule of a mailbox. `outside` are the addresses that it sends mail on to beyond what is accepted or
    declared; `declared`: the mailbox may do that."""

    owner: str
    name: str
    enabled: bool | Unknown = False
    outside: tuple[str, ...] | Unknown = ()
    declared: bool = False
    place: Place | None = None


def mailbox_rules(held: Held) -> tuple[MailboxRuleFacts, ...] | Unknown:
    """Every rule that was exported."""
    found = held.objects(CMDLET)
    return found if isinstance(found, Unknown) else tuple(_rule(held, each) for each in found)


def _rule(held: Held, of: TenantObject) -> MailboxRuleFacts:
    owner = _owner(held, of)
    return MailboxRuleFacts(
        owner=owner,
        name=name_of(of),
        enabled=flag(of, "Enabled"),
        outside=gathered(_outside(held, of)),
        declared=owner.lower() in {each.lower() for each in held.intent.forwarding.mailboxes},
        place=of.place,
    )


def _owner(held: Held, of: TenantObject) -> str:
    """The address of the mailbox, where it can be found; else what the rule calls its owner."""
    owner = next(
        (each for each in (text(of, "MailboxOwnerId"), text(of, "Mailbox")) if isinstance(each, str)), ""
    )
    known = held.directory.addresses
    found = None if isinstance(known, Unknown) else known.get(owner.lower())
    address = text(found, "PrimarySmtpAddress") if found else owner
    return address if isinstance(address, str) else owner


def _outside(held: Held, of: TenantObject) -> Iterator[str | Unknown]:
    for name in _ACTIONS:
        written = optional(of, name)
        if isinstance(written, Unknown):
            yield written
            continue
        for each in written:
            yield from _recipient(held, of, name, each)


def _recipient(held: Held, of: TenantObject, name: str, written: str) -> Iterator[str | Unknown]:
    is_out = leads_outside(held, of, name, written)
    if isinstance(is_out, Unknown):
        yield is_out
    elif is_out:
        yield address_in(written)
