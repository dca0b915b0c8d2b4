"""What MTA-STS and DANE ask of senders, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.accounts.words import NOT_KNOWN, listed, missing, said
from mfpolicy.facts.changes.dane import DaneChangeFacts, DaneHostChangeFacts
from mfpolicy.facts.changes.mta_sts import MtaStsChangeFacts, PolicyFacts
from mfpolicy.model.changes import Topic
from mfpolicy.model.dns import Unknown


def mta_sts_topic(facts: MtaStsChangeFacts) -> Topic | None:
    """The policy before and after; None where senders apply the same."""
    before, after = facts.before, facts.after
    remarks = tuple(_remarks(facts))
    if (before == after and not remarks) or (isinstance(before.id, Unknown) and not after.id):
        return None
    return Topic(
        "MTA-STS",
        _policy(before),
        _policy(after),
        (*_without(before, after), *_shut_out(before, after)),
        _without(after, before),
        remarks,
        missing(before.id, before.mode, after.id, after.mode),
    )


def _policy(facts: PolicyFacts) -> str:
    if isinstance(facts.id, Unknown):
        return NOT_KNOWN
    if not facts.id:
        return "no policy"
    if isinstance(facts.mode, Unknown):
        return f"id {facts.id}, policy {NOT_KNOWN}"
    if not facts.mode:
        return f"id {facts.id}, no valid policy"
    return f"mode {facts.mode}, max_age {said(facts.max_age)} seconds, id {facts.id}"


def _without(these: PolicyFacts, those: PolicyFacts) -> tuple[str, ...]:
    """The patterns of one side only; none where a side is not known."""
    if isinstance(these.mx, Unknown) or isinstance(those.mx, Unknown):
        return ()
    return tuple(f"mx {each}" for each in these.mx if each not in those.mx)


def _shut_out(before: PolicyFacts, after: PolicyFacts) -> Iterator[str]:
    """Under mode enforce senders deliver to no other host, nor without TLS (RFC 8461, 5)."""
    if after.mode == "enforce" != before.mode and not isinstance(before.mode, Unknown):
        yield "mail that cannot be delivered by valid TLS to a host of the policy"


def _remarks(facts: MtaStsChangeFacts) -> Iterator[str]:
    if facts.outdated is True:
        yield "the id stays, so senders do not look for the new policy"
    differs = facts.before != facts.after
    if differs and isinstance(facts.kept_for, str) and facts.kept_for:
        yield f"senders that have fetched the former policy hold it for up to {facts.kept_for}"
    for each in () if isinstance(facts.refused, Unknown) else facts.refused:
        yield f"senders that hold the former policy do not deliver to {each.host}"


def dane_topic(facts: DaneChangeFacts) -> Topic | None:
    """The hosts under DANE before and after; None where that stays, or nobody knows what was."""
    before, after = listed(facts.before), listed(facts.after)
    hosts = () if isinstance(facts.hosts, Unknown) else facts.hosts
    remarks = tuple(sentence for each in hosts for sentence in _host(each))
    if facts.before == facts.after and not remarks or not (before or after or remarks):
        return None
    lost = () if isinstance(facts.after, Unknown) else tuple(each for each in before if each not in after)
    gained = () if isinstance(facts.before, Unknown) else tuple(each for each in after if each not in before)
    return Topic(
        "DANE",
        _hosts(facts.before),
        _hosts(facts.after),
        lost,
        gained,
        remarks,
        missing(facts.before, facts.after),
    )


def _hosts(hosts: tuple[str, ...] | Unknown) -> str:
    return NOT_KNOWN if isinstance(hosts, Unknown) else ", ".join(hosts) or "no host"


def _host(facts: DaneHostChangeFacts) -> Iterator[str]:
    if facts.unsigned is True:
        yield f"{facts.host}: DNSSEC vouches for its TLSA records no longer: {facts.because}"
    if facts.removed is True:
        yield f"{facts.host}: has no TLSA record any more"
    if facts.replaced is True:
        yield f"{facts.host}: all its TLSA records make way for others"
