"""A name of mail before a change, and who answers for it afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.ttls import TtlChangeFacts, ttl_changes
from mfpolicy.facts.changes.working import lost, nearest_place, worked
from mfpolicy.facts.changes.zones import RemovedZoneFacts, is_orphaned, removed_zone
from mfpolicy.facts.dkim import is_selector
from mfpolicy.model.dns import Answer, Reason, Record, Unknown, joined, unknown
from mfpolicy.model.names import ancestors
from mfpolicy.model.places import Place
from mfpolicy.views.answers import target

__all__ = ["NameChangeFacts", "is_orphaned", "name_change"]

# What of mail stands where, and how people call it.
_OF_DOMAINS = (("MX", "{}", "MX"), ("SPF", "{}", "TXT"), ("DMARC", "_dmarc.{}", "TXT"))
_OF_SELECTORS = (("key", "{}", "TXT"),)
_WORDS = {"key": "DKIM key", "DMARC": "DMARC policy"}
_Use = tuple[str, str, str]


class AliasFacts(msgspec.Struct, frozen=True):
    """A CNAME that stands at `owner` since the change. `lost` is what worked there, and is not found where it
    leads: MX (of hosts), SPF (that let somebody pass), DMARC policy (with none as strict above it), DKIM key.
    `beside`: the file still holds other records at its name, none of which is served."""

    owner: str
    target: str
    lost: tuple[str, ...] | Unknown = ()
    beside: bool = False
    place: Place | None = None


class DelegationFacts(msgspec.Struct, frozen=True):
    """An NS record at `cut` that hands a name, or its `_dmarc`, to another zone since the change. `lost` is
    as in `AliasFacts`, by what that zone holds: unknown while nobody can ask its name servers."""

    cut: str
    lost: tuple[str, ...] | Unknown = ()
    place: Place | None = None


class NameChangeFacts(msgspec.Struct, frozen=True):
    """A name of mail before a change, and who answers for it afterwards.

    `cut_before` and `cut_after` are the delegations of the repository's zones that hold the name (empty:
    none). `covered`: an alias or a delegation has come over the name itself. `ttls`: the record sets that may
    be kept for another time than before.
    """

    cut_before: str = ""
    cut_after: str = ""
    covered: bool = False
    aliases: tuple[AliasFacts, ...] = ()
    delegations: tuple[DelegationFacts, ...] = ()
    zone: RemovedZoneFacts = RemovedZoneFacts()
    ttls: tuple[TtlChangeFacts, ...] = ()
    place: Place | None = None


def name_change(base: Side, head: Side, name: str) -> NameChangeFacts:
    """The change of one name."""
    if is_orphaned(base, head, name):
        found = removed_zone(base, head, name)
        return NameChangeFacts(zone=found, place=found.place)
    of_selector = is_selector(name)
    uses = [
        (what, owner.format(name), type)
        for what, owner, type in (_OF_SELECTORS if of_selector else _OF_DOMAINS)
    ]
    aliases = tuple(_aliases(base, head, name, uses))
    delegations = tuple(_delegations(base, head, name, uses))
    return NameChangeFacts(
        cut_before=_cut(base, name),
        cut_after=_cut(head, name),
        covered=any(each.owner == name for each in aliases) or _is_handed_over(base, head, name),
        aliases=aliases,
        delegations=delegations,
        ttls=ttl_changes(base, head, name, of_selector),
        place=nearest_place(head, name),
    )


def _aliases(base: Side, head: Side, name: str, uses: Sequence[_Use]) -> Iterator[AliasFacts]:
    for owner in dict.fromkeys(owner for _, owner, _ in uses):
        alias = _alias(head, owner)
        if alias is None or not base.view.apex(owner) or _alias(base, owner):
            continue
        book = head.view.book_for(owner)
        node = book.nodes.get(owner, {}) if book else {}
        found = [(what, lost(base, head, what, name)) for what, at, _ in uses if at == owner]
        beside = bool({type for _, at, type in uses if at == owner} & node.keys())
        yield AliasFacts(owner, target(alias), _listed(found), beside, alias.place)


def _alias(side: Side, owner: str) -> Record | None:
    """The CNAME record that the repository holds at an owner, or that a DNAME record of it makes up."""
    found = side.view.at(owner, "CNAME") if side.view.apex(owner) else None
    return found.records[0] if isinstance(found, Answer) and found.records and not found.wildcard else None


def _delegations(base: Side, head: Side, name: str, uses: Sequence[_Use]) -> Iterator[DelegationFacts]:
    handed = [each for each in uses if _is_handed_over(base, head, each[1])]
    for cut in dict.fromkeys(_cut(head, owner) for _, owner, _ in handed):
        below = [each for each in handed if _cut(head, each[1]) == cut]
        found = [(each[0], _lost_below(base, head, name, cut, each)) for each in below]
        servers = head.view.servers(cut)
        yield DelegationFacts(cut, _listed(found), next((each.place for each in servers), None))


def _is_handed_over(base: Side, head: Side, owner: str) -> bool:
    """Whether the repository's own zone answered for an owner, and a new delegation lies above it."""
    return bool(base.view.apex(owner)) and _cut(head, owner) not in ("", _cut(base, owner))


def _lost_below(base: Side, head: Side, name: str, cut: str, use: _Use) -> bool | Unknown:
    """What live DNS says is the old zone's until it serves the delegation; then it is the new one's."""
    what, owner, type = use
    before = worked(base, what, name)
    served = head.view.apex(owner) != "" or _is_served(head, cut)
    if before is False or served is True:
        return before and lost(base, head, what, name)
    return unknown(owner, type, Reason.NOT_SERVED) if served is False else served


def _is_served(head: Side, cut: str) -> bool | Unknown:
    """Whether live DNS names one of the name servers that the zone's file does."""
    found = head.view.ask(cut, "NS")
    if isinstance(found, Unknown):
        return found
    return not {target(each) for each in found.records}.isdisjoint(map(target, head.view.servers(cut)))


def _cut(side: Side, name: str) -> str:
    """The delegation at or above a name in the closest zone of the repository that has one."""
    found = (side.view.occluded_by(name, zone) for zone in ancestors(name))
    return next((each for each in found if each), "")


def _listed(found: Sequence[tuple[str, bool | Unknown]]) -> tuple[str, ...] | Unknown:
    """What is known to be lost, in words; unknown only where nothing is."""
    known = tuple(_WORDS.get(what, what) for what, lost in found if lost is True)
    unclear = [each for _, each in found if isinstance(each, Unknown)]
    return known if known or not unclear else joined(unclear)
