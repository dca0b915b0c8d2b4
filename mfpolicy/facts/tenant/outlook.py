"""What people may do by themselves in Outlook: its policies on the web, and the roles that they are given."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import flag, name_of, texts
from mfpolicy.model.dns import Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject


class OwaFacts(msgspec.Struct, frozen=True):
    """A policy of Outlook on the web: whether people may add accounts and stores of files of their own, and
    create shared booking pages, each of which is a mailbox. `default`: it is the one of new mailboxes."""

    name: str
    default: bool | Unknown
    accounts: bool | Unknown
    storage: bool | Unknown
    bookings: bool | Unknown
    place: Place | None = None


class UserRolesFacts(msgspec.Struct, frozen=True):
    """A role assignment policy: the roles of Exchange Online that people have over their own mailboxes.
    `default`: it is the one of new mailboxes."""

    name: str
    default: bool | Unknown
    roles: tuple[str, ...] | Unknown
    place: Place | None = None


def owa_facts(held: Held) -> tuple[OwaFacts, ...] | Unknown:
    """All policies of Outlook on the web."""
    found = held.objects("Get-OwaMailboxPolicy")
    return found if isinstance(found, Unknown) else tuple(map(_owa, found))


def user_roles(held: Held) -> tuple[UserRolesFacts, ...] | Unknown:
    """All role assignment policies."""
    found = held.objects("Get-RoleAssignmentPolicy")
    return found if isinstance(found, Unknown) else tuple(map(_user_roles, found))


def _owa(policy: TenantObject) -> OwaFacts:
    return OwaFacts(
        name=name_of(policy),
        default=flag(policy, "IsDefault"),
        accounts=flag(policy, "PersonalAccountsEnabled"),
        storage=flag(policy, "AdditionalStorageProvidersAvailable"),
        bookings=flag(policy, "BookingsMailboxCreationEnabled"),
        place=policy.place,
    )


def _user_roles(policy: TenantObject) -> UserRolesFacts:
    return UserRolesFacts(
        name_of(policy), flag(policy, "IsDefault"), texts(policy, "AssignedRoles"), policy.place
    )
