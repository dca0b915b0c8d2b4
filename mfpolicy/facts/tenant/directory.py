"""Who is in a tenant: mailboxes, users, what they registered, each found by any of their names.

Get-EXOMailbox gives ExternalDirectoryObjectId, UserPrincipalName, PrimarySmtpAddress and RecipientTypeDetails
in its smallest property set: https://learn.microsoft.com/powershell/exchange/cmdlet-property-sets"""

from __future__ import annotations

from functools import cached_property

from mfpolicy.facts.tenant.exempt import USER_KEYS, Exempt, by_key
from mfpolicy.model.dns import Unknown
from mfpolicy.model.intent_tenant import IdentityIntent
from mfpolicy.model.tenant import Tenant, TenantObject

Index = dict[str, TenantObject]
Objects = tuple[TenantObject, ...]

USERS = "Get-MgUser"
MAILBOXES = "Get-EXOMailbox"
REGISTRATIONS = "Get-MgReportAuthenticationMethodUserRegistrationDetail"
PER_USER = "Get-MgUserAuthenticationRequirement"
CLIENT_ACCESS = "Get-CASMailbox"
AUDIT_BYPASS = "Get-MailboxAuditBypassAssociation"
MAILBOX_KEYS = ("ExternalDirectoryObjectId", "UserPrincipalName", "PrimarySmtpAddress")


class Directory:
    """See the module. Everything is looked up in it once per tenant."""

    def __init__(self, tenant: Tenant, identity: IdentityIntent) -> None:
        self._tenant = tenant
        self._identity = identity

    @cached_property
    def users(self) -> Objects | Unknown:
        """All users of the directory, guests among them."""
        return self._tenant.objects(USERS)

    @cached_property
    def mailboxes(self) -> Objects | Unknown:
        """All mailboxes."""
        return self._tenant.objects(MAILBOXES)

    @cached_property
    def by_user(self) -> Index | Unknown:
        """Users by id, by the name that they sign in with, and by address."""
        return self._index(USERS, USER_KEYS)

    @cached_property
    def registrations(self) -> Index | Unknown:
        """What users registered, by id and by the name that they sign in with."""
        return self._index(REGISTRATIONS, USER_KEYS[:2])

    @cached_property
    def per_user(self) -> Index | Unknown:
        """The states of per-user MFA. Graph answers for one user, so that whoever exports it adds which."""
        return self._index(PER_USER, ("id", "userId", "userPrincipalName"))

    @cached_property
    def client_access(self) -> Index | Unknown:
        """By which protocols each mailbox may be used."""
        return self._index(
            CLIENT_ACCESS, ("ExternalDirectoryObjectId", "PrimarySmtpAddress", "Identity", "Name")
        )

    @cached_property
    def bypasses(self) -> Index | Unknown:
        """Whose actions in mailboxes are not audited."""
        return self._index(AUDIT_BYPASS, ("ExternalDirectoryObjectId", "ObjectId", "Identity", "Name"))

    @cached_property
    def addresses(self) -> Index | Unknown:
        """Mailboxes by whatever a forwarding address may call them."""
        return self._index(MAILBOXES, (*MAILBOX_KEYS, "Identity", "Name", "Alias", "DistinguishedName"))

    @cached_property
    def exempt(self) -> Exempt:
        """Who and what the intent exempts."""
        users = self.by_user
        return Exempt(self._identity.exempt, {} if isinstance(users, Unknown) else users)

    def _index(self, cmdlet: str, names: tuple[str, ...]) -> Index | Unknown:
        found = self._tenant.objects(cmdlet)
        return found if isinstance(found, Unknown) else by_key(found, names)
