"""Who answers for a name, in words: delegations, aliases, deleted zones, TTLs."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.accounts.words import listed, missing, turned
from mfpolicy.facts.changes.names import AliasFacts, NameChangeFacts
from mfpolicy.facts.changes.zones import RemovedZoneFacts
from mfpolicy.model.changes import Topic


def name_topics(facts: NameChangeFacts) -> Iterator[Topic]:
    """What changes beside the records themselves."""
    if facts.zone.name:
        yield _zone(facts.zone)
    if facts.cut_before != facts.cut_after or facts.delegations:
        yield _delegation(facts)
    yield from map(_alias, facts.aliases)
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


def _delegation(facts: NameChangeFacts) -> Topic:
    before, after = (
        f"another zone, at {cut}" if cut else "this zone" for cut in (facts.cut_before, facts.cut_after)
    )
    lost = tuple(what for each in facts.delegations for what in listed(each.lost))
    remarks = [
        f"what the zone's file holds at and below {facts.cut_after} is not served"
        for _ in range(bool(facts.cut_after) and not facts.cut_before)
    ]
    opens = missing(*(each.lost for each in facts.delegations))
    return Topic("served by", before, after, lost, (), tuple(remarks), opens)


def _alias(facts: AliasFacts) -> Topic:
    remarks = (f"the records beside it at {facts.owner} are not served",) if facts.beside else ()
    return Topic(
        "alias",
        f"{facts.owner} itself",
        f"alias of {facts.target}",
        listed(facts.lost),
        remarks=remarks,
        open=missing(facts.lost),
    )


def _time(seconds: int) -> str:
    return f"{seconds} seconds"
