"""Whether people see that a mail came from outside."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.rule_shape import told
from mfpolicy.facts.tenant.transport_rules import CMDLET, marks_outside_mail
from mfpolicy.facts.tenant.values import flag
from mfpolicy.model.dns import Unknown, any_of


class ExternalMailFacts(msgspec.Struct, frozen=True):
    """`marked`: by Outlook (Get-ExternalInOutlook), or by a transport rule."""

    marked: bool | Unknown = False


def external_mail_facts(held: Held) -> ExternalMailFacts:
    """The facts of a tenant."""
    return ExternalMailFacts(any_of((_by_rule(held), _by_outlook(held))))


def _by_rule(held: Held) -> bool | Unknown:
    found = held.objects(CMDLET)
    if isinstance(found, Unknown):
        return found
    return any_of(marks_outside_mail(each, held.today) for each in told(found))


def _by_outlook(held: Held) -> bool | Unknown:
    found = held.objects("Get-ExternalInOutlook")
    return found if isinstance(found, Unknown) else any_of(flag(each, "Enabled") for each in found)
