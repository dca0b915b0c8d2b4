"""How each cmdlet is called so that its file says all that rules ask for.

Parameters: MicrosoftDocs/office-docs-powershell, exchange/exchange-ps, and Microsoft Graph PowerShell 1.0.
Objects that do not tell what they were asked for are given it: the list, the domain, the user.
"""

from __future__ import annotations

from collections.abc import Iterable

from mfpolicy.sources.tenants._cmdlets import BY_NAME

_OF_DOMAINS = (
    "Get-AcceptedDomain | ForEach-Object {{ $name = $_.DomainName; {} -DomainName $name | "
    "Add-Member DomainName $name -PassThru -Force }}"
)
_OF_MAILBOXES = "Get-EXOMailbox -ResultSize Unlimited | ForEach-Object {{ {} $_.UserPrincipalName }}"
_USER = (
    "Id,UserPrincipalName,DisplayName,Mail,UserType,AccountEnabled,AssignedLicenses,AssignedPlans,"
    "OnPremisesSyncEnabled,ProxyAddresses"
)
_PRINCIPAL = "Id,AppId,DisplayName,AppOwnerOrganizationId,KeyCredentials,PasswordCredentials"
# What reading takes, by the page of each resource: https://learn.microsoft.com/graph/permissions-reference
SCOPES = (
    "Application.Read.All,AuditLog.Read.All,Domain.Read.All,Organization.Read.All,Policy.Read.All,"
    "ServiceHealth.Read.All,User.Read.All"
)
_CALLS = {
    "Get-EXOMailbox": "Get-EXOMailbox -ResultSize Unlimited -PropertySets All",
    "Get-CASMailbox": "Get-CASMailbox -ResultSize Unlimited",
    "Get-MailboxAuditBypassAssociation": "Get-MailboxAuditBypassAssociation -ResultSize Unlimited",
    "Get-InboxRule": _OF_MAILBOXES.format("Get-InboxRule -IncludeHidden -Mailbox"),
    "Get-MailboxJunkEmailConfiguration": _OF_MAILBOXES.format("Get-MailboxJunkEmailConfiguration -Identity"),
    "Get-SmtpDaneInboundStatus": _OF_DOMAINS.format("Get-SmtpDaneInboundStatus"),
    "Get-DnssecStatusForVerifiedDomain": _OF_DOMAINS.format("Get-DnssecStatusForVerifiedDomain"),
    # By itself it leaves out the policy of all notifications.
    "Get-QuarantinePolicy": (
        "Get-QuarantinePolicy; Get-QuarantinePolicy -QuarantinePolicyType GlobalQuarantinePolicy"
    ),
    "Get-TenantAllowBlockListItems": (
        "'Sender', 'Url', 'FileHash', 'IP' | ForEach-Object { $list = $_; "
        "Get-TenantAllowBlockListItems -ListType $list | Add-Member ListType $list -PassThru -Force }"
    ),
    "Get-MgIdentityConditionalAccessPolicy": "Get-MgIdentityConditionalAccessPolicy -All",
    "Get-MgReportAuthenticationMethodUserRegistrationDetail": (
        "Get-MgReportAuthenticationMethodUserRegistrationDetail -All"
    ),
    "Get-MgUser": f"Get-MgUser -All -Property {_USER} | Select-Object {_USER}",
    # Graph answers for one user at a time, and only in its beta.
    "Get-MgUserAuthenticationRequirement": (
        "Get-MgUser -All | ForEach-Object { $id = $_.Id; Invoke-MgGraphRequest -OutputType PSObject "
        '"https://graph.microsoft.com/beta/users/$id/authentication/requirements" | '
        "Add-Member userId $id -PassThru -Force }"
    ),
    "Get-MgSubscribedSku": "Get-MgSubscribedSku -All",
    "Get-MgDomain": "Get-MgDomain -All",
    "Get-MgServiceAnnouncementIssue": "Get-MgServiceAnnouncementIssue -All",
    "Get-MgDomainServiceConfigurationRecord": (
        "Get-MgDomain -All | ForEach-Object { Get-MgDomainServiceConfigurationRecord -DomainId $_.Id -All }"
    ),
    "Get-MgServicePrincipal": (
        f"Get-MgServicePrincipal -All -Property {_PRINCIPAL} | Select-Object {_PRINCIPAL}"
    ),
    # What applications may do in Microsoft Graph, which has this id in every tenant.
    "Get-MgServicePrincipalAppRoleAssignedTo": (
        "Get-MgServicePrincipalAppRoleAssignedTo -All -ServicePrincipalId (Get-MgServicePrincipal "
        "-Filter \"appId eq '00000003-0000-0000-c000-000000000000'\").Id"
    ),
}
# What only ScubaGear calls by these names.
_NO_CMDLETS = ("Get-DedicatedHybridApplication", "Get-PrivilegedUser")

# Without it, a cmdlet that fails would leave an empty list behind.
STOP = "$ErrorActionPreference = 'Stop'"
_COMPLIANCE = ("Get-ProtectionAlert", "Get-UnifiedAuditLogRetentionPolicy")


# In this order: of two sessions that know a cmdlet, the later one answers.
_SESSIONS = ("Connect-IPPSSession", "Connect-ExchangeOnline", f"Connect-MgGraph -Scopes {SCOPES}")


def _session(cmdlet: str) -> str:
    """What opens the session that a cmdlet needs."""
    return _SESSIONS[0 if cmdlet in _COMPLIANCE else 2 if "-Mg" in cmdlet else 1]


def _call(cmdlet: str) -> str:
    """The call of a cmdlet, parameters and all; empty where it is no cmdlet that there is."""
    return "" if cmdlet in _NO_CMDLETS or cmdlet.lower() not in BY_NAME else _CALLS.get(cmdlet, cmdlet)


def line(cmdlet: str) -> str:
    """The line of PowerShell that writes what a cmdlet gives into a file; empty where there is none, as for
    what is no cmdlet."""
    call = _call(cmdlet)
    # -InputObject keeps one object and none at all a list; without -Encoding, PowerShell 5.1 writes UTF-16.
    return (
        f"ConvertTo-Json -InputObject @({call}) -Depth 10 | Out-File -Encoding utf8 {cmdlet}.json"
        if call
        else ""
    )


def before(cmdlets: Iterable[str]) -> tuple[str, ...]:
    """What has to be said before the lines of some cmdlets: what stops at a fault, and their sessions."""
    needed = {_session(each) for each in cmdlets if line(each)}
    return (STOP, *(each for each in _SESSIONS if each in needed)) if needed else ()
