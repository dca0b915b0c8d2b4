"""Applications of the directory that reach mailboxes by themselves, without anybody who signs in.

https://learn.microsoft.com/graph/api/resources/approleassignment and
https://learn.microsoft.com/exchange/hybrid-deployment/deploy-dedicated-hybrid-app
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered, lower
from mfpolicy.facts.tenant.values import parts, text, texts, time, word
from mfpolicy.model.dns import Reason, Unknown, any_of
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

PRINCIPALS = "Get-MgServicePrincipal"
ASSIGNMENTS = "Get-MgServicePrincipalAppRoleAssignedTo"
# Ids of Microsoft's that are the same in every tenant: the application of Exchange Online, the permission
# Mail.Send of Microsoft Graph, and the tenant that owns Microsoft's applications.
_EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
_MAIL_SEND = "b633e1c5-b582-4048-a93e-9f11b44c7e96"
_MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
_GRAPH = "microsoft graph"
_CREDENTIALS = ("KeyCredentials", "PasswordCredentials")


class SendingAppFacts(msgspec.Struct, frozen=True):
    """An application that Microsoft Graph lets send mail as every mailbox (Mail.Send, consented in Entra).
    `restricted`: an application access policy keeps it to the mailboxes of a group. Roles in Exchange Online
    add to what Entra consents to, so that they keep it to nothing."""

    name: str
    id: str
    restricted: bool | Unknown
    place: Place | None = None


class PrincipalFacts(msgspec.Struct, frozen=True):
    """Applications with access to mail. `sending` are those of others than Microsoft; `shared_keys` the names
    of the certificates and passwords with which others than Microsoft can act as the application of Exchange
    Online, those left out that are over."""

    sending: tuple[SendingAppFacts, ...] | Unknown
    shared_keys: tuple[str, ...] | Unknown
    place: Place | None = None


def principal_facts(held: Held) -> PrincipalFacts:
    """The facts of a tenant."""
    own = _own(held.objects(PRINCIPALS))
    return PrincipalFacts(
        sending=_sending(held),
        shared_keys=_shared_keys(own, held.today),
        place=own.place if isinstance(own, TenantObject) else None,
    )


def _own(found: tuple[TenantObject, ...] | Unknown) -> TenantObject | Unknown | None:
    """The application of Exchange Online; None where nobody has put anything into it yet."""
    if isinstance(found, Unknown):
        return found
    return next((each for each in found if _id(each, "AppId") == _EXCHANGE), None)


def _shared_keys(own: TenantObject | Unknown | None, today: datetime.date) -> tuple[str, ...] | Unknown:
    if own is None or isinstance(own, Unknown):
        return () if own is None else own
    found = gathered(parts(own, name) for name in _CREDENTIALS)
    if isinstance(found, Unknown):
        return found
    return tuple(_named(each) for listed in found for each in listed if not _is_over(each, today))


def _named(credential: TenantObject) -> str:
    told = (text(credential, each) for each in ("DisplayName", "KeyId"))
    return next((each for each in told if isinstance(each, str) and each), "without a name")


def _is_over(credential: TenantObject, today: datetime.date) -> bool:
    """One whose end nobody can read still counts."""
    ends = time(credential, "EndDateTime")
    return isinstance(ends, datetime.datetime) and ends.date() < today


def _sending(held: Held) -> tuple[SendingAppFacts, ...] | Unknown:
    assigned = held.objects(ASSIGNMENTS)
    if isinstance(assigned, Unknown):
        return assigned
    resources = [text(each, "ResourceDisplayName") for each in assigned]
    if resources and _GRAPH not in [each.lower() for each in resources if isinstance(each, str)]:
        # What may be done in another application says nothing of this one.
        return assigned[0].lacks("ResourceDisplayName", Reason.CUT_SHORT)
    return gathered(_apps(held, assigned))


def _apps(held: Held, assigned: tuple[TenantObject, ...]) -> Iterator[SendingAppFacts | Unknown]:
    principals = held.objects(PRINCIPALS)
    known = {} if isinstance(principals, Unknown) else {_id(each, "Id"): each for each in principals}
    for each in assigned:
        role = word(each, "AppRoleId")
        if isinstance(role, Unknown):
            yield role
        elif role.lower() == _MAIL_SEND:
            id = _id(each, "PrincipalId")
            of = known.get(id) or (principals if isinstance(principals, Unknown) else each.lacks("AppId"))
            if isinstance(of, Unknown) or _id(of, "AppOwnerOrganizationId") != _MICROSOFT:
                name = text(each, "PrincipalDisplayName")
                told = name if isinstance(name, str) and name else id
                yield SendingAppFacts(told, id, _restricted(held, of), each.place)


def _restricted(held: Held, of: TenantObject | Unknown) -> bool | Unknown:
    """Of an application that was not exported nobody knows whether it is one of Microsoft's own."""
    policies, app = held.objects("Get-ApplicationAccessPolicy"), text(of, "AppId")
    if isinstance(policies, Unknown):
        return policies
    if isinstance(app, Unknown):
        return app
    return any_of(_restricts(each, app.lower()) for each in policies)


def _restricts(policy: TenantObject, app: str) -> bool | Unknown:
    """A policy with DenyAccess leaves all other mailboxes open."""
    apps, right = lower(texts(policy, "AppId")), word(policy, "AccessRight")
    if isinstance(apps, Unknown) or app not in apps:
        return apps if isinstance(apps, Unknown) else False
    return right if isinstance(right, Unknown) else right.lower() == "restrictaccess"


def _id(of: TenantObject, name: str) -> str:
    """An id; empty where the export does not tell it."""
    found = text(of, name)
    return found.lower() if isinstance(found, str) else ""
