"""What becomes of the key of a selector, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mfpolicy.evaluate.dkim import is_in_force, selector_keys
from mfpolicy.facts.accounts.words import missing, said
from mfpolicy.facts.changes.dkim import KeyChangeFacts
from mfpolicy.model.changes import Topic
from mfpolicy.model.dns import Unknown, View

KeyTurn = Literal["published", "ended", "replaced", ""]


def key_turn(before: View, after: View, selector: str) -> KeyTurn:
    """Whether keys in force begin, end, or make way for others; empty where they stay, or nobody knows."""
    was, now = _in_force(before, selector), _in_force(after, selector)
    if isinstance(was, Unknown) or isinstance(now, Unknown) or was == now:
        return ""
    if not (was and now):
        return "ended" if was else "published"
    return "" if was & now else "replaced"


def dkim_topic(facts: KeyChangeFacts, turn: KeyTurn) -> Topic | None:
    """What stands at the selector before and after; None where it is the same key in the same words."""
    if facts.before == facts.after and not turn:
        return None
    before, after = said(facts.before), said(facts.after)
    if before == after:
        before, after = _turned(before, turn)
    lost = ("DKIM of mail signed with the former key, also of what is still under way",)
    return Topic(
        "DKIM",
        before,
        after,
        lost if turn in ("ended", "replaced") else (),
        remarks=tuple(_remarks(facts, turn)),
        open=missing(facts.before, facts.after),
    )


def _turned(words: str, turn: KeyTurn) -> tuple[str, str]:
    """What becomes of a key where the facts have the same words for both sides: of a zone without a file
    they say nothing."""
    if turn == "replaced":
        return words, f"{words}, another key"
    return ("a key in force", "nothing") if turn == "ended" else ("nothing", "a key in force")


def _in_force(view: View, selector: str) -> frozenset[tuple[str, str]] | Unknown:
    found = selector_keys(view, selector)
    if isinstance(found.present, Unknown):
        return found.present
    return frozenset((each.key_type, each.key.rstrip("=")) for each in found.keys if is_in_force(each))


def _remarks(facts: KeyChangeFacts, turn: KeyTurn) -> Iterator[str]:
    if facts.alone is True and turn == "ended":
        yield f"no other key of {facts.domain} is left"
    faults = facts.faults
    yield from (each.text for each in faults) if not isinstance(faults, Unknown) else ()
