"""Quarantine: what protection policies put there, and whether people hear of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import Maybe, flag, name_of, number, place_at, text, word
from mfpolicy.model.dns import Reason, Unknown
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_CMDLET = "Get-QuarantinePolicy"
_FREQUENCY = "EndUserSpamNotificationFrequency"
# What an intent may have a value of its own for.
DECLARABLE = (_FREQUENCY,)
_GLOBAL = ("globalquarantinepolicy", "globalquarantinetag")
# PermissionToRelease among the permissions that EndUserQuarantinePermissionsValue adds up
# (learn.microsoft.com/powershell/module/exchangepowershell/new-quarantinepolicy).
_RELEASE = 4
_TIME_SPAN = re.compile(r"(?:(\d{1,4})\.)?(\d{1,2}):(\d{2}):\d{2}(?:\.\d{1,7})?")
_ISO_8601 = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:\d{1,4}M)?(?:[\d.]{1,12}S)?)?")


class _Verdict(msgspec.Struct, frozen=True):
    """A verdict: the property of what is done then (empty: it always quarantines), and that of the quarantine
    policy."""

    action: str
    tag: str


_Verdicts = Mapping[str, tuple[_Verdict, ...]]


class QuarantineUseFacts(msgspec.Struct, frozen=True):
    """A verdict for which mail may be quarantined. `by` is the property that names the quarantine policy,
    `tag` that policy, `used`: the verdict does quarantine. `notifies` and `may_release` are what recipients
    have of the quarantine policy."""

    by: str
    used: bool | Unknown
    tag: str | Unknown
    notifies: bool | Unknown
    may_release: bool | Unknown
    place: Place | None = None


class QuarantineFacts(msgspec.Struct, frozen=True):
    """The settings of all quarantine policies. `notified_every_hours` is how often people hear of new mail in
    quarantine: 4, 24 or 168; `declared_hours` is what the intent permits, 0 where it says nothing of it."""

    notified_every_hours: int | Unknown = 0
    declared_hours: int = 0
    place: Place | None = None


# What each kind of policy may quarantine (learn.microsoft.com/defender-office-365/quarantine-policies, step
# 2): mail that recipients may release, but for anti-spam policies, whose verdicts are facts of these ...
_QUARANTINES: _Verdicts = {
    "anti-phish": (
        _Verdict("AuthenticationFailAction", "SpoofQuarantineTag"),
        _Verdict("TargetedUserProtectionAction", "TargetedUserQuarantineTag"),
        _Verdict("TargetedDomainProtectionAction", "TargetedDomainQuarantineTag"),
        _Verdict("MailboxIntelligenceProtectionAction", "MailboxIntelligenceQuarantineTag"),
    ),
}
# ... and malware and high confidence phishing, which only administrators may release.
_MALWARE: _Verdicts = {
    "anti-spam": (_Verdict("HighConfidencePhishAction", "HighConfidencePhishQuarantineTag"),),
    "malware": (_Verdict("", "QuarantineTag"),),
    "safe-attachments": (_Verdict("", "QuarantineTag"),),
}
_LISTS = {"quarantines": _QUARANTINES, "malware_quarantines": _MALWARE}
# Whether these notify, and their permissions as a number; nobody can change them (same page, appendix).
_BUILT_IN = {
    "adminonlyaccesspolicy": (False, 0),
    "defaultfullaccesspolicy": (False, 39),
    "defaultfullaccesswithnotificationpolicy": (True, 39),
    "notificationenabledpolicy": (True, 39),
}


def quarantine_facts(held: Held) -> QuarantineFacts:
    """The facts of quarantine as a whole; the object of Get-QuarantinePolicy -QuarantinePolicyType
    GlobalQuarantinePolicy has them."""
    found = held.objects(_CMDLET)
    declared = _declared_hours(held)
    if isinstance(found, Unknown):
        return QuarantineFacts(found, declared)
    for each in found:
        if _is_global(each):
            return QuarantineFacts(_hours(each), declared, place_at(each, _FREQUENCY))
    missing = TenantObject(f"{_CMDLET} -QuarantinePolicyType GlobalQuarantinePolicy", {}).lacks("")
    return QuarantineFacts(missing, declared)


def quarantines_of(held: Held, kind: str, of: TenantObject) -> dict[str, Any]:
    """The verdicts for which a policy of a kind may quarantine mail: those that recipients may release
    (`quarantines`), and malware (`malware_quarantines`)."""
    empty = "AdminOnlyAccessPolicy"
    return {
        name: tuple(
            _use(held, each, of, empty if verdicts is _MALWARE else "") for each in verdicts.get(kind, ())
        )
        for name, verdicts in _LISTS.items()
    }


def notifies(held: Held, tag: str) -> bool | Unknown:
    """Whether recipients hear of what is quarantined by a policy of that name. Unknown where the export lacks
    it, and where none is named: the default notifies in some organisations, and in others not
    (learn.microsoft.com/defender-office-365/recommended-settings-for-eop-and-office365)."""
    missing = TenantObject(f"{_CMDLET} {tag}".strip(), {}).lacks("")
    return flag(_policy(held, tag, missing) if tag else missing, "ESNEnabled")


def never_quarantined(kind: str) -> dict[str, Any]:
    """Those of the lists that policies of a kind have nothing in."""
    return {name: () for name, verdicts in _LISTS.items() if kind not in verdicts}


def _use(held: Held, verdict: _Verdict, of: TenantObject, empty: str) -> QuarantineUseFacts:
    tag = _tag(verdict, of, empty)
    policy = tag if isinstance(tag, Unknown) else _policy(held, tag, of.lacks(verdict.tag))
    return QuarantineUseFacts(
        by=verdict.tag,
        used=_used(verdict, of),
        tag=tag,
        notifies=flag(policy, "ESNEnabled"),
        may_release=_release(policy),
        place=place_at(of, verdict.tag),
    )


def _used(verdict: _Verdict, of: TenantObject) -> bool | Unknown:
    if not verdict.action:
        return True
    action = word(of, verdict.action)
    return action if isinstance(action, Unknown) else action.lower() == "quarantine"


def _tag(verdict: _Verdict, of: TenantObject, empty: str) -> str | Unknown:
    """An empty one is the verdict's default; which that is differs among tenants for what people may release
    (learn.microsoft.com/defender-office-365/recommended-settings-for-eop-and-office365)."""
    found = text(of, verdict.tag)
    if found != "":
        return found
    return empty or of.lacks(verdict.tag, Reason.CUT_SHORT)


def _policy(held: Held, tag: str, missing: Unknown) -> Maybe:
    wanted = _short(tag)
    if wanted in _BUILT_IN:
        notifies, value = _BUILT_IN[wanted]
        return TenantObject(tag, {"ESNEnabled": notifies, "EndUserQuarantinePermissionsValue": value})
    found = held.objects(_CMDLET)
    if isinstance(found, Unknown):
        return found
    return next((each for each in found if _short(name_of(each)) == wanted), missing)


def _release(of: Maybe) -> bool | Unknown:
    """Whether recipients may release mail themselves: in a text of lines, or in one number."""
    said = text(of, "EndUserQuarantinePermissions")
    if isinstance(said, str):
        found = re.search(r"\bPermissionToRelease:\s{0,4}(True|False)\b", said, re.IGNORECASE)
        if found:
            return found[1].lower() == "true"
    value = number(of, "EndUserQuarantinePermissionsValue")
    return value if isinstance(value, Unknown) else bool(value & _RELEASE)


def _is_global(of: TenantObject) -> bool:
    kind = word(of, "QuarantinePolicyType")
    if isinstance(kind, str) and kind.lower() in _GLOBAL:
        return True
    return _short(name_of(of)) == "defaultglobaltag"


def _hours(of: TenantObject) -> int | Unknown:
    """Whole hours, from a TimeSpan as text or as ISO 8601, or from the parts that ConvertTo-Json writes."""
    value = of.value(_FREQUENCY)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        value = value.get("TotalHours")
        return int(value) if isinstance(value, int | float) else of.lacks(_FREQUENCY)
    said = _hours_in(value)
    return of.lacks(_FREQUENCY, Reason.CUT_SHORT) if said is None else said


def _declared_hours(held: Held) -> int:
    said = held.intent.protection.settings.get("quarantine", {})
    found = {name.lower(): value for name, value in said.items()}
    return _hours_in(found.get(_FREQUENCY.lower())) or 0


def _hours_in(value: Any) -> int | None:
    """Whole hours of a text; None where it is no time."""
    said = value if isinstance(value, str) else ""
    found = _TIME_SPAN.fullmatch(said) or _ISO_8601.fullmatch(said)
    if not found or not any(found.groups()):
        return None
    return int(found[1] or 0) * 24 + int(found[2] or 0)


def _short(name: str) -> str:
    """Identities are `organisation\\name` in some exports."""
    return name.rpartition("\\")[2].lower()
