"""Who answers for a name, in words: delegations, aliases, deleted zones, TTLs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mfpolicy.facts.accounts.words import listed, missing, turned
from mfpolicy.facts.changes.names import AliasFacts, NameChangeFacts
from mfpolicy.facts.changes.zones import RemovedZoneFacts
from mfpolicy.model.changes import RecordSet, Topic

_OF_CUTS = ("NS", "DS")


def is_handed_over(facts: NameChangeFacts) -> bool:
    """Whether another zone answers for the name since the change."""
    return facts.cut_after not in ("", facts.cut_before)


def name_topics(facts: NameChangeFacts, sets: Sequence[RecordSet], is_selector: bool) -> Iterator[Topic]:
    """What changes beside the records themselves. The words of a key say that it has an alias."""
    if facts.zone.name:
        yield _zone(facts.zone)
    if facts.cut_before != facts.cut_after or facts.delegations:
        yield _delegation(facts, sets)
    for each in facts.aliases:
        if not is_selector or each.lost or each.beside:
            yield _alias(each)
    ttls = [
        sentence
        for each in facts.ttls
        for sentence in turned(each.what, _time(each.before), _time(each.after))
    ]
    if ttls:
        yield Topic("TTL", remarks=tuple(ttls))


def _zone(facts: RemovedZoneFacts) -> Topic:
    lost = tuple(f"mail of {each}" for each in listed(facts.active))
    bare = tuple(f"protection of {each} from forgery" for each in listed(facts.protected))
    return Topic(
        "zone",
        f"the file of {facts.name}",
        "no file",
        (*lost, *bare),
        remarks=("where the deployment deletes the zone too, all names in it end",),
        open=missing(facts.active, facts.protected),
    )


def _delegation(facts: NameChangeFacts, sets: Sequence[RecordSet]) -> Topic:
    # The name itself may stay where it is, and only its _dmarc go.
    new = next((each.cut for each in facts.delegations), facts.cut_after)
    cuts = (facts.cut_before, facts.cut_after or new)
    before, after = (f"another zone, from {cut} down" if cut else "this zone" for cut in cuts)
    records = [value for each in sets for value in each.before if each.type not in _OF_CUTS]
    hidden = ", ".join(records if is_handed_over(facts) else ())
    return Topic(
        "served by",
        before,
        after,
        tuple(what for each in facts.delegations for what in listed(each.lost)),
        remarks=(f"from this zone no longer: {hidden}",) if hidden else (),
        open=_not_served(facts),
    )


def _not_served(facts: NameChangeFacts) -> str:
    found = missing(*(each.lost for each in facts.delegations))
    return f"whether the other zone has it: {found}" if found else ""


def _alias(facts: AliasFacts) -> Topic:
    remarks = (f"the records beside it at {facts.owner} are not served",) if facts.beside else ()
    return Topic(
        "alias",
        f"{facts.owner} itself",
        f"alias of {facts.target}",
        (", ".join(listed(facts.lost)),) if listed(facts.lost) else (),
        remarks=remarks,
        open=missing(facts.lost),
    )


def _time(seconds: int) -> str:
    return f"{seconds} seconds"
