"""A digest of the settings that people tune, so that a review can say which ones it looked at.

It stays the same where only times, ids, descriptions or the order of lists change, and from one form of
export to another: a setting that is empty, false or not in the export counts as not set. Of outbound spam
policies it says nothing, for the most common export does not hold them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.rule_shape import ACTIONS, any_given
from mfpolicy.facts.tenant.values import is_cut, name_of, number, senders, word
from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.intent_tenant import Topic
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.moment import moment

_LENGTH = 16  # hexadecimal digits
_DEEPEST = 5
_Settings = dict[str, list[str]]
_Read = Callable[[TenantObject], Mapping[str, Any]]
_NOTHING = ("", "false", "$false", "none")
# How an address space of a connector is written: smtp:*.example.org;1
_SPACE = re.compile(r"smtp:([^;]*);\d{1,5}")
_SCOPE = (
    *("SentTo", "SentToMemberOf", "RecipientDomainIs"),
    *("ExceptIfSentTo", "ExceptIfSentToMemberOf", "ExceptIfRecipientDomainIs"),
)
_INBOUND = (
    *("Enabled", "ConnectorType", "SenderDomains", "SenderIPAddresses", "AssociatedAcceptedDomains"),
    *("RestrictDomainsToIPAddresses", "RestrictDomainsToCertificate", "RequireTls"),
    *("TlsSenderCertificateName", "CloudServicesMailEnabled", "TreatMessagesAsInternal"),
    *("EFSkipIPs", "EFSkipLastIP", "EFUsers", "EFTestMode"),
)
_OUTBOUND = (
    *("Enabled", "ConnectorType", "RecipientDomains", "SmartHosts", "UseMXRecord", "AllAcceptedDomains"),
    *("TlsSettings", "TlsDomain", "IsTransportRuleScoped", "RouteAllMessagesViaOnPremises"),
    *("CloudServicesMailEnabled", "MtaStsMode", "SmtpDaneMode", "SenderRewritingEnabled"),
)
_LISTS = ("AllowedSenders", "AllowedSenderDomains", "BlockedSenders", "BlockedSenderDomains")
_ALLOWED = ("AllowedSenders", "AllowedSenderDomains")
# What no administrator sets: the rest of a policy or a transport rule is settings.
_GIVEN = re.compile(
    r"when(changed|created)(utc)?|.*guid|.*identity|id|.*objectid|immutableid|distinguishedname|organizationid"
    r"|organizationalunitroot|ruleversion|exchangeversion|directoryobjectversion|objectstate|objectcategory"
    r"|objectclass|isvalid|description|conditions|exceptions|actions|createdby|lastmodifiedby|size"
    r"|manuallymodified|originatingserver|comments|admindisplayname|priority|name|isdefault|ensure"
    r"|recommendedpolicytype|runspaceid|pscomputername|psshowcomputername"
)
# Microsoft's defaults, which some exports leave out.
_DEFAULTS = {"mode": "enforce", "ruleerroraction": "ignore", "senderaddresslocation": "header"}
_Part = tuple[str, _Read]


def digest(held: Held, topic: Topic) -> str | Unknown:
    """Sixteen hexadecimal digits of the settings of a topic, one of DIGESTED; Unknown where the export lacks
    some of them."""
    found: dict[str, list[tuple[str, _Settings]]] = {}
    try:
        for cmdlet, read in _TOPICS[topic]:
            found[cmdlet] = list(_objects(held, cmdlet, read))
    except _CannotTell as stop:
        return stop.why
    import hashlib  # slow to load, and only reviews of a tenant need it

    return hashlib.sha256(msgspec.json.encode(found, order="sorted")).hexdigest()[:_LENGTH]


class _CannotTell(Exception):
    """A setting that stands in the way."""

    def __init__(self, why: Unknown) -> None:
        super().__init__()
        self.why = why


def _objects(held: Held, cmdlet: str, read: _Read) -> Iterator[tuple[str, _Settings]]:
    """The objects of a kind in an order of their own: by priority where they have one, else by name."""
    found = held.objects(cmdlet)
    if isinstance(found, Unknown):
        raise _CannotTell(found)
    told = [(_rank(each), name_of(each).lower(), _settings(each, read(each))) for each in found]
    for _, name, settings in sorted(told, key=lambda each: (each[0], each[1], sorted(each[2].items()))):
        if settings:
            yield name, settings


def _rank(of: TenantObject) -> int:
    found = number(of, "Priority") if of.has("Priority") else 0
    return found if isinstance(found, int) else 0


def _settings(of: TenantObject, values: Mapping[str, Any]) -> _Settings:
    found = {name.lower(): sorted(set(_texts(of, name, value, _DEEPEST))) for name, value in values.items()}
    return {name: each for name, each in found.items() if each and each != [_DEFAULTS.get(name)]}


def _texts(of: TenantObject, name: str, value: Any, deep: int) -> Iterator[str]:
    """One value as texts, a list as those of its items; nothing where nothing is set."""
    if deep == 0 or is_cut(value):
        raise _CannotTell(of.lacks(name, Reason.CUT_SHORT))
    if isinstance(value, list | tuple):
        for each in value:
            yield from _texts(of, name, each, deep - 1)
    elif isinstance(value, dict):
        parts = {key.lower(): sorted(_texts(of, name, each, deep - 1)) for key, each in value.items()}
        yield msgspec.json.encode(parts, order="sorted").decode()
    elif value is not None:
        text = _plain(name, str(value))
        yield from [text] if text not in _NOTHING else []


def _plain(name: str, text: str) -> str:
    text = text.strip()
    time = moment(text) if name.lower().endswith("date") else None
    if time is not None:
        return time.date().isoformat()
    space = _SPACE.fullmatch(text.lower())
    return space[1] if space else text.lower().removeprefix("$")


def _some(names: Iterable[str]) -> _Read:
    """These properties."""
    wanted = tuple(names)

    def read(of: TenantObject) -> Mapping[str, Any]:
        return {name: of.value(name) for name in wanted if of.has(name)}

    return read


def _all(of: TenantObject) -> Mapping[str, Any]:
    """All properties that an administrator sets."""
    return {name: value for name, value in of.values.items() if not _GIVEN.fullmatch(name.lower())}


def _rule(of: TenantObject) -> Mapping[str, Any]:
    """A rule that does nothing was exported without what it does (`rule_shape.told`)."""
    acts = any_given(of, ACTIONS)
    if acts is not True:
        raise _CannotTell(acts or of.lacks("Actions", Reason.CUT_SHORT))
    return _all(of)


def _senders(of: TenantObject, names: Iterable[str]) -> dict[str, Any]:
    found = {name: senders(of, name) for name in names if of.has(name)}
    for each in found.values():
        if isinstance(each, Unknown):
            raise _CannotTell(each)
    return found


def _policy(of: TenantObject) -> Mapping[str, Any]:
    lists = {each.lower() for each in _LISTS}
    plain = {name: value for name, value in _all(of).items() if name.lower() not in lists}
    return plain | _senders(of, _LISTS)


def _allowed(of: TenantObject) -> Mapping[str, Any]:
    return _senders(of, _ALLOWED)


def _allow_item(of: TenantObject) -> Mapping[str, Any]:
    """An entry of the Tenant Allow/Block List, unless it blocks."""
    action = word(of, "Action")
    if isinstance(action, Unknown):
        raise _CannotTell(action)
    names = ("Value", "ListSubType", "SpoofType", "SpoofedUser", "SendingInfrastructure")
    return _some(names)(of) if action.lower() == "allow" else {}


_TOPICS: dict[str, tuple[_Part, ...]] = {
    "anti-spam": (
        ("Get-HostedContentFilterPolicy", _policy),
        ("Get-HostedContentFilterRule", _some(("HostedContentFilterPolicy", "State", "Enabled", *_SCOPE))),
        ("Get-EOPProtectionPolicyRule", _some(("State", *_SCOPE))),
    ),
    "allow-lists": (
        ("Get-HostedContentFilterPolicy", _allowed),
        ("Get-HostedConnectionFilterPolicy", _some(("IPAllowList", "EnableSafeList"))),
        ("Get-TenantAllowBlockListItems", _allow_item),
        ("Get-TenantAllowBlockListSpoofItems", _allow_item),
    ),
    "connectors": (("Get-InboundConnector", _some(_INBOUND)), ("Get-OutboundConnector", _some(_OUTBOUND))),
    "transport-rules": (("Get-TransportRule", _rule),),
}
DIGESTED = tuple(_TOPICS)
