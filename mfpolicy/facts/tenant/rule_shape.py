"""A transport rule as its export tells it: which conditions and actions it has, whatever wrote it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mfpolicy.facts.tenant.values import Maybe
from mfpolicy.model.dns import Unknown, any_of
from mfpolicy.model.tenant import TenantObject

# New-TransportRule's parameters, by what each looks at.
SENDER = (
    "From",
    "FromMemberOf",
    "FromAddressContainsWords",
    "FromAddressMatchesPatterns",
    "SenderDomainIs",
    "SenderADAttributeContainsWords",
    "SenderADAttributeMatchesPatterns",
    "SenderInRecipientList",
    "SenderManagementRelationship",
    "ManagerAddresses",
    "BetweenMemberOf1",
    "ADComparisonAttribute",
)
ADDRESS = ("SenderIpRanges",)
HEADERS = (
    ("HeaderContainsMessageHeader", "HeaderContainsWords"),
    ("HeaderMatchesMessageHeader", "HeaderMatchesPatterns"),
)
CONTENT = (
    "SubjectContainsWords",
    "SubjectMatchesPatterns",
    "SubjectOrBodyContainsWords",
    "SubjectOrBodyMatchesPatterns",
    "AttachmentContainsWords",
    "AttachmentMatchesPatterns",
    "AttachmentNameMatchesPatterns",
    "AttachmentExtensionMatchesWords",
    "AttachmentPropertyContainsWords",
    "AttachmentSizeOver",
    "AttachmentIsUnsupported",
    "AttachmentProcessingLimitExceeded",
    "AttachmentHasExecutableContent",
    "AttachmentIsPasswordProtected",
    "ContentCharacterSetContainsWords",
    "ContentMatchesPrompt",
    "HasClassification",
    "HasNoClassification",
    "HasSenderOverride",
    "MessageContainsDataClassifications",
    "MessageContainsAllDataClassifications",
    "MessageSizeOver",
    "MessageTypeMatches",
    "SCLOver",
    "WithImportance",
)
RECIPIENT = (
    "SentTo",
    "SentToMemberOf",
    "RecipientDomainIs",
    "RecipientAddressContainsWords",
    "RecipientAddressMatchesPatterns",
    "AnyOfRecipientAddressContainsWords",
    "AnyOfRecipientAddressMatchesPatterns",
    "AnyOfToHeader",
    "AnyOfToHeaderMemberOf",
    "AnyOfCcHeader",
    "AnyOfCcHeaderMemberOf",
    "AnyOfToCcHeader",
    "AnyOfToCcHeaderMemberOf",
    "RecipientADAttributeContainsWords",
    "RecipientADAttributeMatchesPatterns",
    "RecipientInSenderList",
)
SCOPE = ("FromScope", "SentToScope")
ACTIONS = (
    "AddManagerAsRecipientType",
    "AddToRecipients",
    "ApplyClassification",
    "ApplyHtmlDisclaimerText",
    "ApplyOME",
    "ApplyRightsProtectionTemplate",
    "BlindCopyTo",
    "CopyTo",
    "DeleteMessage",
    "Disconnect",
    "GenerateIncidentReport",
    "GenerateNotification",
    "LogEventText",
    "ModerateMessageByManager",
    "ModerateMessageByUser",
    "PrependSubject",
    "Quarantine",
    "RedirectMessageTo",
    "RejectMessageEnhancedStatusCode",
    "RejectMessageReasonText",
    "RemoveHeader",
    "RemoveOME",
    "RemoveOMEv2",
    "RemoveRMSAttachmentEncryption",
    "RouteMessageOutboundConnector",
    "RouteMessageOutboundRequireTls",
    "SenderNotificationType",
    "SetAuditSeverity",
    "SetHeaderName",
    "SetSCL",
    "SmtpRejectMessageRejectText",
    "StopRuleProcessing",
)
# What picks mail by who sends it, or by what it is like.
SELECTING = (*SENDER, *ADDRESS, *(each for pair in HEADERS for each in pair), *CONTENT)
_CONDITIONS = (*SELECTING, *RECIPIENT)
_DETAILS = (*_CONDITIONS, *SCOPE, *ACTIONS, "ExpiryDate", "ActivationDate", "SetHeaderValue")
_EMPTY = ("", "false", "$false")


def told(rules: Sequence[TenantObject]) -> tuple[TenantObject, ...]:
    """The rules, with null for what their form leaves out because it is empty, and without what it hides."""
    sparse = not any(_is_empty(each, name) for each in rules for name in ACTIONS)
    return tuple(_told(each, sparse) for each in rules)


def given(of: Maybe, name: str) -> bool | Unknown:
    """Whether a condition or an action is set, even where what it says was cut off."""
    if isinstance(of, Unknown):
        return of
    value = of.value(name)
    return value if isinstance(value, Unknown) else not _blank(value)


def any_given(of: Maybe, names: Iterable[str]) -> bool | Unknown:
    """Whether any of these conditions or actions is set."""
    return any_of(given(of, name) for name in names)


def excepted(of: Maybe) -> bool | Unknown:
    """Whether it has an exception. Every condition has one of its name behind ExceptIf; older exports and
    sparse ones lack those that nobody set."""
    if isinstance(of, Unknown):
        return of
    return any(name.lower().startswith("exceptif") and not _blank(each) for name, each in of.values.items())


def _told(of: TenantObject, sparse: bool) -> TenantObject:
    acts = any(given(of, name) is True for name in ACTIONS)
    if not acts and of.has("Actions"):
        # Every rule does something: with ExcludeConditionActionDetails Get-TransportRule blanks all of it
        # (https://learn.microsoft.com/powershell/module/exchangepowershell/get-transportrule).
        return _with(of, {key: value for key, value in of.values.items() if not _is_detail(key)})
    # Microsoft365DSC and what follows it write no empty property; Ensure is theirs.
    if acts and (sparse or of.has("Ensure")):
        return _with(of, {**dict.fromkeys(name for name in _DETAILS if not of.has(name)), **of.values})
    return of


def _with(of: TenantObject, values: Mapping[str, Any]) -> TenantObject:
    return TenantObject(of.whose, values, of.place)


def _is_empty(of: TenantObject, name: str) -> bool:
    return of.has(name) and _blank(of.value(name))


def _blank(value: Any) -> bool:
    """Whether a property is not set. The number 0 is set: it is an SCL."""
    if isinstance(value, str):
        return value.strip().lower() in _EMPTY
    return value is None or value is False or value in ([], {})


def _is_detail(name: str) -> bool:
    return name.lower() in _FOLDED


_FOLDED = frozenset(name.lower() for name in _DETAILS)
