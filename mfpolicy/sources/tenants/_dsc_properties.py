"""The properties of Microsoft365DSC's resources under the names that the cmdlets give them.

Source: the schema and `Get-TargetResource` of each resource in microsoft/Microsoft365DSC,
Modules/Microsoft365DSC/DSCResources/MSFT_<resource>; what nobody lists here is called the same in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mfpolicy.sources.tenants._dsc_access import conditional_access

# How the resource signs in, and what only DSC itself knows.
_OWN = frozenset(
    [
        "accesstokens",
        "applicationid",
        "applicationsecret",
        "certificatepassword",
        "certificatepath",
        "certificatethumbprint",
        "credential",
        "dependson",
        "ensure",
        "globaladminaccount",
        "issingleinstance",
        "managedidentity",
        "psdscrunascredential",
        "resourceid",
        "tenantid",
    ]
)


class Names(msgspec.Struct, frozen=True):
    """What one resource calls otherwise: `renamed` from its names in lower case to the cmdlet's, and `copied`
    from the cmdlet's to those that it gives the same value. `empty` are the properties that an extraction
    leaves out where they are null, in every version of the resource."""

    renamed: Mapping[str, str] = {}
    copied: Mapping[str, tuple[str, ...]] = {}
    empty: tuple[str, ...] = ()


_POLICY = Names({"makedefault": "IsDefault"})
_RULE = Names({"enabled": "State"}, empty=("Comments",))
_CONDITIONS = [
    "ActivationDate",
    "ApplyClassification",
    "ApplyHtmlDisclaimerText",
    "AttachmentSizeOver",
    "Comments",
    "ExceptIfFromScope",
    "ExceptIfHasClassification",
    "ExceptIfHeaderContainsMessageHeader",
    "ExceptIfHeaderMatchesMessageHeader",
    "ExceptIfMessageSizeOver",
    "ExceptIfMessageTypeMatches",
    "ExceptIfSCLOver",
    "ExceptIfSentToScope",
    "ExceptIfWithImportance",
    "ExpiryDate",
    "FromScope",
    "GenerateIncidentReport",
    "GenerateNotification",
    "HasClassification",
    "HeaderContainsMessageHeader",
    "HeaderMatchesMessageHeader",
    "MessageSizeOver",
    "MessageTypeMatches",
    "PrependSubject",
    "RejectMessageEnhancedStatusCode",
    "RejectMessageReasonText",
    "RemoveHeader",
    "RouteMessageOutboundConnector",
    "SCLOver",
    "SentToScope",
    "SetHeaderName",
    "SetHeaderValue",
    "SetSCL",
]
NAMES = {
    "EXOAcceptedDomain": Names(copied={"Identity": ("DomainName",)}),
    "EXODkimSigningConfig": Names(copied={"Identity": ("Domain",)}),
    "EXOInboundConnector": Names(empty=("Comment", "TlsSenderCertificateName")),
    "EXOOutboundConnector": Names(empty=("Comment", "TlsDomain", "TlsSettings")),
    "EXOTransportRule": Names(_RULE.renamed, empty=tuple(_CONDITIONS)),
    "EXOJournalRule": Names({"rulescope": "Scope"}),
    "EXOAntiPhishPolicy": _POLICY,
    "EXOHostedConnectionFilterPolicy": _POLICY,
    "EXOHostedContentFilterPolicy": _POLICY,
    "EXOMalwareFilterPolicy": _POLICY,
    "EXOAntiPhishRule": _RULE,
    "EXOHostedContentFilterRule": _RULE,
    "EXOHostedOutboundSpamFilterRule": _RULE,
    "EXOMalwareFilterRule": _RULE,
    "EXOSafeAttachmentRule": _RULE,
    "EXOSafeLinksRule": _RULE,
    "EXORoleAssignmentPolicy": Names({"roles": "AssignedRoles"}),
    "EXOMailbox": Names(empty=("ForwardingAddress", "ForwardingSmtpAddress")),
}


def properties(resource: str, values: Mapping[str, Any], extracted: bool) -> dict[str, Any]:
    """The values of one resource as its cmdlet gives them; `extracted`: the tool wrote all that there was."""
    own = {name: each for name, each in values.items() if not _is_aside(name)}
    if resource == "AADConditionalAccessPolicy":
        return conditional_access(own, extracted)
    names = NAMES.get(resource, Names())
    found = {names.renamed.get(name.lower(), name): each for name, each in own.items()}
    if "State" in names.renamed.values() and "State" in found:
        found["State"] = _state(found["State"])
    for name, copies in names.copied.items():
        found |= {copy: found[name] for copy in copies if name in found}
    if extracted:
        found = {name: None for name in names.empty} | found
    return _named(found) if resource.startswith(("EXO", "SC")) else found


def _state(enabled: Any) -> Any:
    """New-X and Set-X take Enabled, Get-X gives State."""
    return {True: "Enabled", False: "Disabled"}[enabled] if isinstance(enabled, bool) else enabled


def _is_aside(name: str) -> bool:
    """Whether a key is none of the object's properties; UTCM puts types beside values."""
    return "@odata." in name or name.lower() in _OWN


def _named(found: dict[str, Any]) -> dict[str, Any]:
    """Cmdlets give both Name and Identity, which are the same for what DSC knows by one of them."""
    for name, other in (("Name", "Identity"), ("Identity", "Name")):
        if name not in found and other in found:
            found = {name: found[other], **found}
    return found
