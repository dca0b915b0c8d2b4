"""The tenant before and after, object by object."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.tenant.held import Held
from mfpolicy.model.dns import Unknown
from mfpolicy.model.tenant import TenantObject
from mfpolicy.views.tenants import Pair, matched


class Changed(msgspec.Struct, frozen=True):
    """Something of the tenant that a change touches: its name, and the facts of its topic."""

    name: str
    facts: msgspec.Struct


Topic = Callable[["Compared"], Iterator[Changed]]


class Compared:
    """Both sides of a change, and what is held of the tenant on each."""

    def __init__(self, base: Side, head: Side, was: Held, now: Held) -> None:
        self.base, self.head = base, head
        self.was, self.now = was, now

    def pairs(self, cmdlet: str) -> tuple[Pair, ...] | Unknown:
        """The objects of a kind that differ in anything, before and after (None: it was, or is, not there).
        Unknown where one side alone lacks them; what neither has was not touched, for all that is known."""
        was, now = self.was.objects(cmdlet), self.now.objects(cmdlet)
        if isinstance(was, Unknown):
            return () if isinstance(now, Unknown) else was
        if isinstance(now, Unknown):
            return now
        return tuple(pair for pair in matched(was, now) if _differs(*pair))


def compared(base: Side, head: Side) -> Compared | None:
    """Both sides; None where one has no tenant, or both have the same."""
    was, now = base.tenant, head.tenant
    if was is None or now is None or was.tenant == now.tenant:
        return None
    return Compared(base, head, was, now)


def _differs(was: TenantObject | None, now: TenantObject | None) -> bool:
    return was is None or now is None or was.values != now.values
