"""Transport rules that choose the connector by which mail goes out."""

from __future__ import annotations

import msgspec

from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.named import is_named
from mfpolicy.facts.tenant.values import flag, name_of, text
from mfpolicy.model.dns import Unknown
from mfpolicy.model.tenant import TenantObject


class RouteFacts(msgspec.Struct, frozen=True):
    """The outbound connector that a rule names; empty for none. `declared` is whether the intent has it or
    says nothing of connectors, `usable` whether there is one of that name that is enabled."""

    connector: str | Unknown = ""
    declared: bool = True
    usable: bool | Unknown = True


def route_facts(held: Held, of: TenantObject) -> RouteFacts:
    """The facts of one rule as `rule_shape.told` gives it."""
    name = text(of, "RouteMessageOutboundConnector")
    if isinstance(name, Unknown):
        return RouteFacts(name, usable=name)
    said = [each for each in held.intent.connectors if each.direction in (None, "outbound")]
    declared = not held.intent.connectors or is_named(name, [each.match for each in said])
    return RouteFacts(name, declared or not name, _usable(held, name) if name else True)


def _usable(held: Held, name: str) -> bool | Unknown:
    found = held.objects("Get-OutboundConnector")
    if isinstance(found, Unknown):
        return found
    named = [each for each in found if name_of(each).lower() == name.lower()]
    return flag(named[0], "Enabled") if named else False
