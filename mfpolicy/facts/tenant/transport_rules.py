"""Transport rules: which mail each is for, and what it does to it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.named import is_named
from mfpolicy.facts.tenant.rule_bypass import BypassFacts, bypass_facts
from mfpolicy.facts.tenant.rule_losses import ForwardFacts, RefusedFacts, forwards, refused
from mfpolicy.facts.tenant.rule_routes import RouteFacts, route_facts
from mfpolicy.facts.tenant.rule_shape import RECIPIENT, SELECTING, any_given, told
from mfpolicy.facts.tenant.values import all_unknown, day_of, flag, is_before, name_of, number, time, word
from mfpolicy.model.dns import Reason, Unknown, all_of, any_of, negated, unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import EXPORT, TenantObject

CMDLET = "Get-TransportRule"
# In the order of https://learn.microsoft.com/previous-versions/office/exchange-server-api/dn609658(v=exchg.150)
# and .../dn609686(v=exchg.150); RuleState and RuleMode of Microsoft.Exchange.MessagingPolicies.Rules, of
# which the second begins with 1.
_FROM = ("InOrganization", "NotInOrganization")
_TO = ("InOrganization", "NotInOrganization", "ExternalPartner", "ExternalNonPartner")
_STATES = ("Enabled", "Disabled")
_MODES = ("", "Audit", "AuditAndNotify", "Enforce")
_REJECTS = ("RejectMessageReasonText", "RejectMessageEnhancedStatusCode", "SmtpRejectMessageRejectText")


class TransportRuleFacts(msgspec.Struct, frozen=True):
    """A transport rule. `acts` is whether it does anything today: enabled, in force, and between its dates;
    `mode` is Enforce, Audit or AuditAndNotify, `ends` its last day (empty: none), `ended` whether that is
    over, `supported` whether Exchange can carry it out.

    `from_outside` is whether it can meet mail that comes in from outside. `may_bypass` and the others are
    what the intent allows it. `deletes` is without a word to anybody, `rejects` with one.
    """

    name: str
    priority: int | Unknown = 0
    enabled: bool | Unknown = False
    mode: str | Unknown = ""
    acts: bool | Unknown = False
    ends: str | Unknown = ""
    ended: bool | Unknown = False
    supported: bool | Unknown = True
    from_outside: bool | Unknown = False
    may_bypass: bool = False
    may_delete: bool = False
    may_forward: bool = False
    bypass: BypassFacts = BypassFacts()
    deletes: bool | Unknown = False
    rejects: bool | Unknown = False
    forwards: tuple[ForwardFacts, ...] | Unknown = ()
    refused: tuple[RefusedFacts, ...] | Unknown = ()
    route: RouteFacts = RouteFacts()
    place: Place | None = None


def transport_rule_studies(held: Held) -> Iterator[Study]:
    """Every transport rule."""
    found = held.objects(CMDLET)
    if isinstance(found, Unknown):
        name = "all transport rules"
        facts = all_unknown(TransportRuleFacts, found, {"name": name, **_allowed(held, "")})
        yield Study(Subject("transport_rule", name), given(facts))
        return
    for each in told(found):
        facts = transport_rule_facts(held, each)
        yield Study(Subject("transport_rule", facts.name), given(facts))


def transport_rule_facts(held: Held, of: TenantObject) -> TransportRuleFacts:
    """The facts of one rule as `rule_shape.told` gives it."""
    name, end = name_of(of), time(of, "ExpiryDate")
    deletes, rejects = any_given(of, ("DeleteMessage",)), any_given(of, _REJECTS)
    return TransportRuleFacts(
        name=name,
        priority=number(of, "Priority"),
        enabled=is_enabled(of),
        mode=mode_of(of),
        acts=acts_on(of, held.today),
        ends=day_of(end),
        ended=is_before(end, held.today),
        supported=_supported(of),
        from_outside=meets_outside_mail(of),
        **_allowed(held, name),
        bypass=bypass_facts(held, of),
        deletes=deletes,
        rejects=rejects,
        forwards=forwards(held, of),
        refused=refused(held, of),
        route=route_facts(held, of),
        place=of.place,
    )


def is_enabled(of: TenantObject) -> bool | Unknown:
    """State, which Microsoft365DSC and some exports call Enabled."""
    if not of.has("State") and of.has("Enabled"):
        return flag(of, "Enabled")
    state = word(of, "State", _STATES)
    return state if isinstance(state, Unknown) else state.lower() == "enabled"


def mode_of(of: TenantObject) -> str | Unknown:
    """Enforce, Audit or AuditAndNotify."""
    return word(of, "Mode", _MODES) or of.lacks("Mode", Reason.CUT_SHORT)


def acts_on(of: TenantObject, today: datetime.date) -> bool | Unknown:
    """Whether a rule does anything on a day."""
    mode = mode_of(of)
    in_force = mode if isinstance(mode, Unknown) else mode.lower() == "enforce"
    begins, ends = time(of, "ActivationDate"), time(of, "ExpiryDate")
    not_yet = begins if isinstance(begins, Unknown) else begins is not None and begins.date() > today
    over = is_before(ends, today)
    return all_of((is_enabled(of), in_force, negated(not_yet), negated(over)))


def meets_outside_mail(of: TenantObject) -> bool | Unknown:
    """FromScope InOrganization is for mail of our own users alone, and SentToScope may be for mail that goes
    out alone."""
    came, goes = word(of, "FromScope", _FROM), word(of, "SentToScope", _TO)
    inside = came if isinstance(came, Unknown) else came.lower() == "inorganization"
    out = goes if isinstance(goes, Unknown) else goes.lower() not in ("", "inorganization")
    return all_of((negated(inside), negated(out)))


def marks_outside_mail(of: TenantObject, today: datetime.date) -> bool | Unknown:
    """Whether a rule marks all mail from outside, by its subject or by a text. One that an export tells the
    prefix of and no text is taken to have none: such an export looks for the prefix. Exceptions count for
    little: they are for mail that is marked already."""
    came = word(of, "FromScope", _FROM)
    for_outside = came if isinstance(came, Unknown) else came.lower() == "notinorganization"
    kinds = ("PrependSubject", "ApplyHtmlDisclaimerText")
    marks = any_given(of, [each for each in kinds if of.has(each)] or kinds)
    return all_of((for_outside, marks, acts_on(of, today), _is_for_all(of)))


def _is_for_all(of: TenantObject) -> bool | Unknown:
    """Whether a rule looks at all mail, as far as the export tells its conditions. Nobody knows whether some
    recipients are all that there are."""
    narrowed = any_given(of, [each for each in SELECTING if of.has(each)])
    for_some = any_given(of, [each for each in RECIPIENT if of.has(each)])
    if narrowed is False and for_some is True:
        return unknown(f"the recipients of {name_of(of)}", EXPORT, Reason.NOT_EXPORTED)
    return negated(any_of((narrowed, for_some)))


def _allowed(held: Held, name: str) -> dict[str, bool]:
    said = held.intent.transport_rules
    kinds = ("may_bypass", "may_delete", "may_forward")
    return {each: bool(name) and is_named(name, getattr(said, each)) for each in kinds}


def _supported(of: TenantObject) -> bool | Unknown:
    """IsRuleConfigurationSupported; forms that do not have it say nothing against the rule."""
    return flag(of, "IsRuleConfigurationSupported") if of.has("IsRuleConfigurationSupported") else True
