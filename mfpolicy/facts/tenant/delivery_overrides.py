"""What passes all filters on purpose: mailboxes of security teams, simulated phishing, lists of users.

https://learn.microsoft.com/defender-office-365/advanced-delivery-policy-configure
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.named import is_named
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.values import flag, name_of, text, texts
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

_PARTS = {
    "mailbox": ("Get-ExoSecOpsOverrideRule", ("SentTo",)),
    "simulation": ("Get-ExoPhishSimOverrideRule", ("Domains", "SenderIpRanges")),
}


class OverrideFacts(msgspec.Struct, frozen=True):
    """A rule of the advanced delivery policy: `kind` is mailbox (of a security team) or simulation. `what` it
    lets pass, as one text; `declared`: the intent names one of these, or the rule, under transport_rules:
    may_bypass."""

    name: str
    kind: str
    what: str | Unknown
    declared: bool
    place: Place | None = None


class TrustedSenderFacts(msgspec.Struct, frozen=True):
    """A mailbox whose own safe senders name a whole domain of the tenant."""

    mailbox: str
    domain: str
    place: Place | None = None


def override_facts(held: Held) -> tuple[OverrideFacts, ...] | Unknown:
    """The rules of the advanced delivery policy."""
    found: list[OverrideFacts] = []
    unknowns = []
    for kind, (cmdlet, names) in _PARTS.items():
        objects = held.objects(cmdlet)
        if isinstance(objects, Unknown):
            unknowns.append(objects)
        else:
            found += [_override(held, kind, each, names) for each in objects if not _is_leaving(each)]
    return joined(unknowns) if unknowns else tuple(found)


def trusted_senders(held: Held) -> tuple[TrustedSenderFacts, ...] | Unknown:
    """Own domains that users trust; mail that claims to be from there goes to their inboxes."""
    found, accepted = held.objects("Get-MailboxJunkEmailConfiguration"), held.accepted
    unknowns = [each for each in (found, accepted) if isinstance(each, Unknown)]
    if isinstance(found, Unknown) or isinstance(accepted, Unknown):
        return joined(unknowns)
    lists = gathered(texts(each, "TrustedSendersAndDomains") for each in found)
    if isinstance(lists, Unknown):
        return lists
    return tuple(
        fact for each, values in zip(found, lists, strict=True) for fact in _trusted(each, values, accepted)
    )


def _trusted(
    of: TenantObject, values: tuple[str, ...], accepted: tuple[str, ...]
) -> Iterator[TrustedSenderFacts]:
    is_off = flag(of, "Enabled") is False
    for each in () if is_off else values:
        domain = normal(each.strip().lstrip("@").lower())
        if domain in accepted:
            yield TrustedSenderFacts(name_of(of) or str(text(of, "MailboxOwnerId")), domain, of.place)


def _is_leaving(of: TenantObject) -> bool:
    """Rules that were removed are listed with Mode PendingDeletion for a while."""
    return str(of.value("Mode")).lower() == "pendingdeletion" or flag(of, "Enabled") is False


def _override(held: Held, kind: str, of: TenantObject, names: tuple[str, ...]) -> OverrideFacts:
    lists = [texts(of, name) for name in names]
    read = [each for each in lists if isinstance(each, tuple)]
    values = [one for each in read for one in each]
    unknowns = [each for each in lists if isinstance(each, Unknown)]
    patterns = held.intent.transport_rules.may_bypass
    return OverrideFacts(
        name=name_of(of),
        kind=kind,
        what=joined(unknowns) if unknowns else " and ".join(values) or "nothing yet",
        declared=any(is_named(each, patterns) for each in (name_of(of), *values)),
        place=of.place,
    )
