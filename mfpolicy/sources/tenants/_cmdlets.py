"""What tools call the objects of a tenant, and what we call them: the cmdlet of Microsoft that lists them.

Graph's resources have the names of Microsoft Graph PowerShell 1.0. ScubaGear's keys: cisagov/ScubaGear,
PowerShell/ScubaGear/Modules/Providers; resources: microsoft/Microsoft365DSC, Modules/Microsoft365DSC.
"""

from __future__ import annotations

import msgspec


class Cmdlet(msgspec.Struct, frozen=True):
    """One kind of object. `keys` are ScubaGear's of all its versions, `resource` is Microsoft365DSC's, `path`
    the end of Graph's, `also` are other cmdlets that give the same. `some`: every tenant has at least one, so
    that none at all is no answer; `single`: every tenant has exactly one."""

    name: str
    keys: tuple[str, ...] = ()
    resource: str = ""
    path: str = ""
    some: bool = False
    single: bool = False
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, in lower case."""
        return tuple(each.lower() for each in (self.name, *self.also))


CMDLETS = (
    # Domains, connectors, the organisation.
    Cmdlet("Get-AcceptedDomain", ("accepted_domains", "all_domains"), "EXOAcceptedDomain", some=True),
    Cmdlet("Get-RemoteDomain", ("remote_domains",), "EXORemoteDomain", some=True),
    Cmdlet("Get-InboundConnector", ("inbound_connectors",), "EXOInboundConnector"),
    Cmdlet("Get-OutboundConnector", ("outbound_connectors",), "EXOOutboundConnector"),
    Cmdlet("Get-DkimSigningConfig", ("dkim_config",), "EXODkimSigningConfig"),
    Cmdlet("Get-OrganizationConfig", ("org_config",), "EXOOrganizationConfig", some=True),
    Cmdlet("Get-TransportConfig", ("transport_config",), "EXOTransportConfig", some=True),
    Cmdlet("Get-SharingPolicy", ("sharing_policy",), "EXOSharingPolicy", some=True),
    Cmdlet("Get-ArcConfig", (), "EXOArcConfig", some=True),
    Cmdlet("Get-ExternalInOutlook", ("external_in_outlook",), "EXOExternalInOutlook", some=True),
    Cmdlet("Get-SmtpDaneInboundStatus"),
    Cmdlet("Get-DnssecStatusForVerifiedDomain", (), "EXODnssecForVerifiedDomain"),
    # Rules about messages.
    Cmdlet("Get-TransportRule", ("transport_rule",), "EXOTransportRule"),
    Cmdlet("Get-JournalRule", (), "EXOJournalRule"),
    # Protection: presets, policies, the rules that say for whom they are.
    Cmdlet("Get-EOPProtectionPolicyRule", ("protection_policy_rules",), "EXOEOPProtectionPolicyRule"),
    Cmdlet("Get-ATPProtectionPolicyRule", ("atp_policy_rules",), "EXOATPProtectionPolicyRule"),
    Cmdlet("Get-ATPBuiltInProtectionRule", ("built_in_protection_rules",), "EXOATPBuiltInProtectionRule"),
    Cmdlet("Get-ATPEvaluationRule"),
    Cmdlet(
        "Get-HostedContentFilterPolicy",
        ("hosted_content_filter_policies",),
        "EXOHostedContentFilterPolicy",
        some=True,
    ),
    Cmdlet("Get-HostedContentFilterRule", ("hosted_content_filter_rules",), "EXOHostedContentFilterRule"),
    Cmdlet(
        "Get-HostedOutboundSpamFilterPolicy",
        ("hosted_outbound_spam_filter_policies",),
        "EXOHostedOutboundSpamFilterPolicy",
        some=True,
    ),
    Cmdlet("Get-HostedOutboundSpamFilterRule", (), "EXOHostedOutboundSpamFilterRule"),
    Cmdlet(
        "Get-HostedConnectionFilterPolicy", ("conn_filter",), "EXOHostedConnectionFilterPolicy", some=True
    ),
    Cmdlet("Get-AntiPhishPolicy", ("anti_phish_policies",), "EXOAntiPhishPolicy", some=True),
    Cmdlet("Get-AntiPhishRule", ("anti_phish_rules",), "EXOAntiPhishRule"),
    Cmdlet(
        "Get-MalwareFilterPolicy",
        ("malware_filter_policies", "anti_malware_policies"),
        "EXOMalwareFilterPolicy",
        some=True,
    ),
    Cmdlet("Get-MalwareFilterRule", ("malware_filter_rules", "anti_malware_rules"), "EXOMalwareFilterRule"),
    Cmdlet("Get-SafeAttachmentPolicy", ("safe_attachment_policies",), "EXOSafeAttachmentPolicy"),
    Cmdlet("Get-SafeAttachmentRule", ("safe_attachment_rules",), "EXOSafeAttachmentRule"),
    Cmdlet("Get-SafeLinksPolicy", ("safe_links_policies",), "EXOSafeLinksPolicy"),
    Cmdlet("Get-SafeLinksRule", ("safe_links_rules",), "EXOSafeLinksRule"),
    Cmdlet("Get-AtpPolicyForO365", ("atp_policy_for_o365",), "EXOAtpPolicyForO365"),
    Cmdlet("Get-TeamsProtectionPolicy", ("teams_protection_policy",), "EXOTeamsProtectionPolicy"),
    Cmdlet("Get-QuarantinePolicy", (), "EXOQuarantinePolicy", some=True),
    Cmdlet("Get-TenantAllowBlockListItems", (), "EXOTenantAllowBlockListItems"),
    Cmdlet("Get-TenantAllowBlockListSpoofItems", (), "EXOTenantAllowBlockListSpoofItems"),
    Cmdlet("Get-ExoSecOpsOverrideRule", (), "EXOSecOpsOverrideRule", also=("Get-SecOpsOverrideRule",)),
    Cmdlet("Get-ExoPhishSimOverrideRule", (), "EXOPhishSimOverrideRule", also=("Get-PhishSimOverrideRule",)),
    Cmdlet("Get-ReportSubmissionPolicy", (), "EXOReportSubmissionPolicy"),
    Cmdlet("Get-ProtectionAlert", ("protection_alerts",), "SCProtectionAlert"),
    Cmdlet("Get-AdminAuditLogConfig", ("admin_audit_log_config",), "EXOAdminAuditLogConfig", some=True),
    Cmdlet(
        "Get-UnifiedAuditLogRetentionPolicy",
        ("unified_audit_log_retention_policies",),
        "SCUnifiedAuditLogRetentionPolicy",
    ),
    # Mailboxes, and who may sign in.
    Cmdlet("Get-EXOMailbox", (), "EXOMailbox", also=("Get-Mailbox",)),
    Cmdlet("Get-CASMailbox", (), "EXOCASMailboxSettings", also=("Get-EXOCASMailbox",)),
    Cmdlet("Get-CASMailboxPlan", (), "EXOCASMailboxPlan"),
    Cmdlet("Get-InboxRule"),
    Cmdlet("Get-MailboxJunkEmailConfiguration"),
    Cmdlet("Get-MailboxAuditBypassAssociation", (), "EXOMailboxAuditBypassAssociation"),
    Cmdlet("Get-BlockedSenderAddress"),
    Cmdlet("Get-OwaMailboxPolicy", (), "EXOOwaMailboxPolicy"),
    Cmdlet("Get-ApplicationAccessPolicy", (), "EXOApplicationAccessPolicy"),
    Cmdlet("Get-AuthenticationPolicy", (), "EXOAuthenticationPolicy"),
    # Microsoft Graph.
    Cmdlet(
        "Get-MgIdentityConditionalAccessPolicy",
        ("conditional_access_policies",),
        "AADConditionalAccessPolicy",
        "identity/conditionalAccess/policies",
    ),
    Cmdlet(
        "Get-MgPolicyIdentitySecurityDefaultEnforcementPolicy",
        (),
        "AADSecurityDefaults",
        "policies/identitySecurityDefaultsEnforcementPolicy",
        some=True,
        single=True,
    ),
    Cmdlet(
        "Get-MgReportAuthenticationMethodUserRegistrationDetail",
        (),
        "",
        "reports/authenticationMethods/userRegistrationDetails",
        some=True,
    ),
    Cmdlet(
        "Get-MgPolicyAuthenticationMethodPolicy",
        ("authentication_method",),
        "AADAuthenticationMethodPolicy",
        "policies/authenticationMethodsPolicy",
        some=True,
        single=True,
    ),
    Cmdlet("Get-MgUser", (), "AADUser", "users", some=True),
    Cmdlet("Get-MgUserAuthenticationRequirement", (), "", "authentication/requirements"),
    Cmdlet("Get-MgSubscribedSku", ("license_information",), "", "subscribedSkus", some=True),
    Cmdlet("Get-MgDomain", ("domain_settings",), "AADDomain", "domains", some=True),
    Cmdlet("Get-MgDomainServiceConfigurationRecord", (), "", "serviceConfigurationRecords"),
    Cmdlet("Get-MgServiceAnnouncementIssue", (), "", "admin/serviceAnnouncement/issues"),
    Cmdlet(
        "Get-MgServicePrincipal",
        ("legacy_exchange_service_principal",),
        "",
        "servicePrincipals",
        also=("Get-LegacyExchangeServicePrincipal",),
    ),
    # Its answers tell no path of their own: those about what one application may do look the same.
    Cmdlet("Get-MgServicePrincipalAppRoleAssignedTo"),
    # Functions of ScubaGear itself.
    Cmdlet(
        "Get-DedicatedHybridApplication",
        ("dedicated_exchange_hybrid_applications",),
        also=("Get-DedicatedExchangeHybridApplications",),
    ),
    Cmdlet("Get-PrivilegedUser", ("privileged_users",)),
)
BY_NAME = {name: each for each in CMDLETS for name in each.names}


def command_of(name: str) -> str:
    """The name of a command as BY_NAME knows it: those of Graph's beta give what those of 1.0 give."""
    return name.lower().replace("-mgbeta", "-mg", 1)


def named(name: str) -> str:
    """What we call a cmdlet that a file calls by any of its names; as it is where we know none of that."""
    known = BY_NAME.get(command_of(name))
    return known.name if known else name
