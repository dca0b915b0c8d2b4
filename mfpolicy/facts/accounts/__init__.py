"""What a change means for the mail of one name, in words: for whoever approves it, not for rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mfpolicy.facts.accounts.dkim import KeyTurn, dkim_topic, key_turn
from mfpolicy.facts.accounts.dmarc import dmarc_topic
from mfpolicy.facts.accounts.mx import mx_topic
from mfpolicy.facts.accounts.names import is_handed_over, name_topics
from mfpolicy.facts.accounts.records import other_topics, record_sets
from mfpolicy.facts.accounts.spf import spf_topic
from mfpolicy.facts.accounts.tls import dane_topic, mta_sts_topic
from mfpolicy.facts.change import ChangeFacts, Side
from mfpolicy.model.changes import NameChange, Status, Topic
from mfpolicy.views.overlay import Overlay


class Account(msgspec.Struct, frozen=True):
    """What a change does to one name: its facts, the same told in words, and what becomes of a selector's
    key."""

    facts: ChangeFacts
    told: NameChange
    key: KeyTurn = ""


def account(
    base: Side, head: Side, live: Overlay, facts: ChangeFacts, status: Status = "changed"
) -> Account | None:
    """The account of one name; None where nothing of mail differs. `live` is DNS without the repository."""
    is_selector = facts.kind == "selector"
    sets = record_sets(base, head, live, facts)
    turn = key_turn(base.view, head.view, facts.name) if is_selector else ""
    handed = is_handed_over(facts.names)
    said = [*name_topics(facts.names, sets, is_selector)]
    if not handed:
        # What another zone will say is not known before it is served.
        topics = [dkim_topic(facts.key, turn)] if is_selector else _of_domain(facts, status)
        said += [each for each in topics if each]
        # What no topic speaks of may still be read by somebody: it is shown as it stands.
        said += other_topics(sets, said)
    if not said:
        return None
    now: Status = "changed" if handed else status
    return Account(facts, NameChange(facts.name, facts.kind, now, tuple(said), sets, facts.names.place), turn)


def ordered(accounts: Iterable[Account]) -> list[Account]:
    """By domain, each with its selectors after it."""
    return sorted(accounts, key=_order)


def _of_domain(facts: ChangeFacts, status: Status) -> Iterator[Topic | None]:
    yield mx_topic(facts.mx)
    yield spf_topic(facts.spf, is_new=status == "new")
    yield dmarc_topic(facts.name, facts.dmarc, is_new=status == "new")
    yield mta_sts_topic(facts.mta_sts)
    yield dane_topic(facts.dane)


def _order(account: Account) -> tuple[list[str], str]:
    name = account.told.name
    domain = name.rpartition("._domainkey.")[2]
    return domain.split(".")[::-1], name if account.told.kind == "selector" else ""
