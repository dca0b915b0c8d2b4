"""Who has mail: mailboxes joined with the users that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

from mfpolicy.facts.tenant.directory import MAILBOX_KEYS, MAILBOXES, USERS, Directory
from mfpolicy.facts.tenant.exempt import keys_of
from mfpolicy.facts.tenant.values import name_of, parts, text
from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.tenant import EXPORT, TenantObject


class Kind(Enum):
    """What a mailbox is for: somebody, several people, a room or a thing, or the service itself."""

    PERSON = auto()
    SHARED = auto()
    ROOM = auto()
    SYSTEM = auto()


# RecipientTypeDetails: https://learn.microsoft.com/powershell/module/exchange/get-exomailbox
_KINDS = {
    "usermailbox": Kind.PERSON,
    "legacymailbox": Kind.PERSON,
    "linkedmailbox": Kind.PERSON,
    "sharedmailbox": Kind.SHARED,
    "teammailbox": Kind.SHARED,
    "roommailbox": Kind.ROOM,
    "linkedroommailbox": Kind.ROOM,
    "equipmentmailbox": Kind.ROOM,
    "schedulingmailbox": Kind.ROOM,
    "discoverymailbox": Kind.SYSTEM,
    "groupmailbox": Kind.SYSTEM,
    "publicfoldermailbox": Kind.SYSTEM,
}


class Member(msgspec.Struct, frozen=True):
    """An account with mail, by the name that it signs in with. One of its objects may not be exported."""

    name: str
    kind: Kind | Unknown
    mailbox: TenantObject | None = None
    user: TenantObject | None = None
    no_user: Unknown = Unknown(())


def population(directory: Directory) -> tuple[Member, ...]:
    """All accounts with mail that the export shows. Without the mailboxes those are the members to whom
    Exchange is licensed: shared mailboxes and rooms need no licence, so that nobody can tell them."""
    if isinstance(directory.mailboxes, Unknown):
        return tuple(_licensed(directory))
    found = {each.name: each for each in _mailboxes(directory) if each.kind is not Kind.SYSTEM}
    return tuple(found.values())


def _mailboxes(directory: Directory) -> Iterator[Member]:
    users = directory.by_user
    found = () if isinstance(directory.mailboxes, Unknown) else directory.mailboxes
    for at, each in enumerate(found, start=1):
        keys = keys_of(each, MAILBOX_KEYS)
        known = {} if isinstance(users, Unknown) else users
        user = next((known[key] for key in keys if key in known), None)
        why = users if isinstance(users, Unknown) else _missing(name_of(each))
        yield Member(_name(each) or f"mailbox {at}", _kind(each), each, user, why)


def _missing(name: str) -> Unknown:
    return unknown(f"{USERS} {name}", EXPORT, Reason.NOT_EXPORTED)


def _name(of: TenantObject) -> str:
    for name in ("UserPrincipalName", "PrimarySmtpAddress"):
        found = text(of, name)
        if isinstance(found, str) and found:
            return found
    return name_of(of)


def _kind(of: TenantObject) -> Kind | Unknown:
    said = text(of, "RecipientTypeDetails")
    if isinstance(said, Unknown):
        return said
    return _KINDS.get(said.lower()) or unknown(f"{MAILBOXES} RecipientTypeDetails", EXPORT, Reason.CUT_SHORT)


def _licensed(directory: Directory) -> Iterator[Member]:
    for each in directory.users if not isinstance(directory.users, Unknown) else ():
        guest, name = text(each, "userType"), text(each, "userPrincipalName")
        if isinstance(name, str) and name and guest != "Guest" and _has_exchange(each):
            yield Member(name, Kind.PERSON, user=each)


def _has_exchange(of: TenantObject) -> bool:
    """https://learn.microsoft.com/graph/api/resources/assignedplan"""
    plans = parts(of, "assignedPlans")
    return not isinstance(plans, Unknown) and any(
        text(each, "service") == "exchange" and text(each, "capabilityStatus") == "Enabled" for each in plans
    )
