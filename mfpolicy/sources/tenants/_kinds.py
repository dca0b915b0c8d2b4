"""Which cmdlet gave the objects of a file, by the name of the file or by their properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mfpolicy.sources.tenants._cmdlets import BY_NAME, CMDLETS, Cmdlet, command_of

_WORDS = re.compile(r"[a-z0-9]+")
# Ends of paths in Graph that many have.
_VAGUE = ("policies", "issues", "requirements")
# Properties that together no other kind has, in lower case. Those of objects in ScubaGear's sample reports,
# and for what it does not export in MicrosoftDocs/office-docs-powershell.
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "Get-AcceptedDomain": ("domainname", "domaintype", "matchsubdomains"),
    "Get-RemoteDomain": ("autoforwardenabled", "allowedooftype"),
    "Get-InboundConnector": ("senderipaddresses", "tlssendercertificatename"),
    "Get-OutboundConnector": ("usemxrecord", "smarthosts"),
    "Get-DkimSigningConfig": ("selector1cname", "selector2cname"),
    "Get-OrganizationConfig": ("auditdisabled", "oauth2clientprofileenabled"),
    "Get-TransportConfig": ("tlsreceivedomainsecurelist", "safetynetholdtime"),
    "Get-TransportRule": ("setscl", "ruleerroraction"),
    "Get-EOPProtectionPolicyRule": ("hostedcontentfilterpolicy", "antiphishpolicy", "malwarefilterpolicy"),
    # The two hold the same properties.
    "Get-ATPProtectionPolicyRule": ("safeattachmentpolicy", "safelinkspolicy"),
    "Get-ATPBuiltInProtectionRule": ("safeattachmentpolicy", "safelinkspolicy"),
    "Get-HostedContentFilterPolicy": ("bulkthreshold", "highconfidencespamaction"),
    "Get-HostedContentFilterRule": ("hostedcontentfilterpolicy",),
    "Get-HostedOutboundSpamFilterPolicy": ("recipientlimitperday", "autoforwardingmode"),
    "Get-HostedConnectionFilterPolicy": ("ipallowlist", "enablesafelist"),
    "Get-AntiPhishPolicy": ("phishthresholdlevel", "enablemailboxintelligence"),
    "Get-AntiPhishRule": ("antiphishpolicy",),
    "Get-MalwareFilterPolicy": ("enablefilefilter", "filetypes"),
    "Get-MalwareFilterRule": ("malwarefilterpolicy",),
    "Get-SafeAttachmentRule": ("safeattachmentpolicy",),
    "Get-SafeLinksPolicy": ("enablesafelinksforemail",),
    "Get-SafeLinksRule": ("safelinkspolicy",),
    "Get-AtpPolicyForO365": ("enableatpforspoteamsodb",),
    "Get-MgIdentityConditionalAccessPolicy": ("conditions", "grantcontrols", "sessioncontrols"),
    "Get-MgReportAuthenticationMethodUserRegistrationDetail": ("ismfaregistered", "ismfacapable"),
}


def by_name(file: str) -> Cmdlet | None:
    """The cmdlet that a file is named after, whatever else stands in its name, such as a date; None where
    that is none or more than one."""
    stem = file.rpartition("/")[2].lower().partition(".")[0]
    words = _WORDS.findall(command_of(stem))
    found = {each.name: each for word in (*words, "".join(words)) for each in _nouns(word)}
    return next(iter(found.values())) if len(found) == 1 else None


def by_properties(objects: Iterable[Mapping[str, Any]]) -> Cmdlet | None:
    """The cmdlet that gives such objects; None where that may be several, or where there are none."""
    common = _common(objects)
    fitting = {name: set(signs) for name, signs in _SIGNS.items() if common.issuperset(signs)}
    best = [name for name, signs in fitting.items() if not any(signs < other for other in fitting.values())]
    return BY_NAME[best[0].lower()] if len(best) == 1 else None


def _common(objects: Iterable[Mapping[str, Any]]) -> set[str]:
    """The properties of all objects, in lower case; of many that are not alike, few are looked at."""
    common: set[str] | None = None
    for each in objects:
        names = {name.lower() for name in each}
        common = names if common is None else common & names
        if not common:
            break
    return common or set()


def by_path(path: str) -> Cmdlet | None:
    """The cmdlet for a resource of Microsoft Graph, `identity/conditionalAccess/policies`. Some answers name
    the end of it only."""
    steps = path.lower().split("/")
    found = [each for each in CMDLETS if each.path and _ends(steps, each.path.lower().split("/"))]
    return found[0] if len(found) == 1 else None


def _ends(steps: list[str], path: list[str]) -> bool:
    if len(steps) == 1:
        return steps == path[-1:] and steps[0] not in _VAGUE
    return steps[-len(path) :] == path


def _nouns(word: str) -> Iterator[Cmdlet]:
    """The cmdlet of a noun, in the plural or with a number behind it too."""
    for each in (word, word.rstrip("0123456789"), word.removesuffix("s"), f"{word.removesuffix('ies')}y"):
        if found := BY_NAME.get(f"get-{each.removeprefix('get')}"):
            yield found
            return
