"""Where the mail of a domain went, and where it will go."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.exchangers import service_of
from mfpolicy.model.dns import Record, Unknown
from mfpolicy.model.names import is_within, parent
from mfpolicy.model.places import Place


class MxChangeFacts(msgspec.Struct, frozen=True):
    """The MX hosts of a domain before and after, and who runs them in words: a service, the domain itself, or
    the name above the host. `moved`: none of those who took its mail takes it any more, others do."""

    before: tuple[str, ...] | Unknown = ()
    after: tuple[str, ...] | Unknown = ()
    before_providers: tuple[str, ...] | Unknown = ()
    after_providers: tuple[str, ...] | Unknown = ()
    moved: bool | Unknown = False
    place: Place | None = None


def mx_change(base: Side, head: Side, domain: str) -> MxChangeFacts:
    """The change of one domain."""
    was, now = exchangers(base.view, domain), exchangers(head.view, domain)
    if isinstance(was, Unknown) or isinstance(now, Unknown):
        why = was if isinstance(was, Unknown) else now
        assert isinstance(why, Unknown)
        return MxChangeFacts(why, why, why, why, why)
    before, after = (tuple(dict.fromkeys(host for host, _ in each)) for each in (was, now))
    old, new = (_providers(head, domain, each) for each in (before, after))
    return MxChangeFacts(
        before=before,
        after=after,
        before_providers=old,
        after_providers=new,
        moved=bool(old and new) and not set(old) & set(new),
        place=_place(now),
    )


def _providers(side: Side, domain: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_provider(side, domain, host) for host in hosts))


def _provider(side: Side, domain: str, host: str) -> str:
    if is_within(host, domain):
        return domain
    return service_of(side.declared.services, host) or parent(host) or host


def _place(found: tuple[tuple[str, Record], ...]) -> Place | None:
    return next((record.place for _, record in found if record.place), None)
