"""A zone that was in the repository, and of which no file speaks any more."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.dmarc_walk import dmarc_records
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.working import Sure, is_in_use
from mfpolicy.facts.domains import shown_domains
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse


class RemovedZoneFacts(msgspec.Struct, frozen=True):
    """The zone of a deleted file; only its apex has one (`name`, else empty).

    `active` are the names in it that took mail, or as which SPF or DKIM let somebody send; `protected` those
    that had a null MX, SPF or DMARC, and nothing else of mail, or that the intent declares to have no mail.
    `names` are both. `given_up`: the intent named the zone itself, and does no longer.
    """

    name: str = ""
    active: tuple[str, ...] | Unknown = ()
    protected: tuple[str, ...] | Unknown = ()
    names: tuple[str, ...] | Unknown = ()
    given_up: bool = False
    place: Place | None = None


def is_orphaned(base: Side, head: Side, name: str) -> bool:
    """Whether the file of a name's zone is deleted, and no other one answers for the name: what live DNS says
    of it then is what was deployed last, and no work of the change."""
    zone = base.view.apex(name)
    # A zone that is there answers for its apex.
    return bool(zone) and not head.view.apex(name) and head.view.apex(zone) != zone


def removed_zone(base: Side, head: Side, name: str) -> RemovedZoneFacts:
    """The zone whose apex a name was."""
    book = base.view.book_for(name)
    if book is None or book.zone.name != name or not is_orphaned(base, head, name):
        return RemovedZoneFacts()
    names = sorted(shown_domains((book,)))
    active = _those((each, _is_active(base, head, each)) for each in names)
    protected = [
        each for each in names if (isinstance(active, Unknown) or each not in active) and _says(base, each)
    ]
    said = head.declared.of(name)
    return RemovedZoneFacts(
        name=name,
        active=active,
        protected=tuple(protected),
        names=active if isinstance(active, Unknown) else tuple(sorted({*active, *protected})),
        given_up=said is None and any(each.name == name for each in base.declared.intent.domains),
        place=said.place if said else None,
    )


def _those(found: Iterator[tuple[str, Sure]]) -> tuple[str, ...] | Unknown:
    """The names of which it holds; unknown only where it is known of none."""
    seen = list(found)
    known = tuple(name for name, holds in seen if holds is True)
    unclear = [holds for _, holds in seen if isinstance(holds, Unknown)]
    return known if known or not unclear else joined(unclear)


def _is_active(base: Side, head: Side, domain: str) -> Sure:
    said = head.declared.of(domain)
    return (said is None or said.mail != "none") and is_in_use(base, domain)


def _says(base: Side, domain: str) -> bool:
    """Whether anything of mail is known to stand at a domain."""
    mx, policies = base.view.ask(domain, "MX"), dmarc_records(base.view, f"_dmarc.{domain}")
    return (
        base.spf.study(domain).present is True
        or (not isinstance(policies, Unknown) and bool(policies))
        or (not isinstance(mx, Unknown) and any(_is_mx(each.value) for each in mx.records))
    )


def _is_mx(value: str) -> bool:
    found = parse(value)
    return found.null or bool(found.exchange)
