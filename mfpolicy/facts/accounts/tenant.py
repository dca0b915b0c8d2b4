"""What a change does to the tenant, told for an approver: object by object, setting by setting."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.changes.tenant.compared import Compared
from mfpolicy.facts.changes.tenant.connectors import CMDLETS
from mfpolicy.facts.tenant.values import name_of
from mfpolicy.model.changes import NameChange, Status, Topic
from mfpolicy.model.dns import Unknown
from mfpolicy.views.tenants import Pair


def tenant_accounts(found: Compared) -> Iterator[NameChange]:
    """Every object of the tenant that differs."""
    for direction, cmdlet in CMDLETS.items():
        pairs = found.pairs(cmdlet)
        for pair in () if isinstance(pairs, Unknown) else pairs:
            yield _account(f"{direction} connector", pair)


def _account(kind: str, pair: Pair) -> NameChange:
    was, now = pair
    of = now or was
    assert of is not None
    status: Status = "new" if was is None else "gone" if now is None else "changed"
    topic = Topic(kind, before="there" if was else "", after="there" if now else "")
    return NameChange(name_of(of), kind, status, (topic,), place=of.place)
