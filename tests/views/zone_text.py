"""Zones and answers written short: "owner TYPE value", "name TYPE" -> values or an rcode."""

from __future__ import annotations

from typing import Any

from mfpolicy.model.dns import Answer, Answers, Question, Record, Reply, Unknown, Zone
from mfpolicy.model.names import join


def zone(name: str, *lines: str, **how: Any) -> Zone:
    """A zone of records such as "_dmarc TXT v=DMARC1; p=none"; owners relative to it."""
    parts = (line.split(" ", 2) for line in lines)
    return Zone(name, tuple(Record(join(owner, name), type, value) for owner, type, value in parts), **how)


def answers(closed: bool = False, **replies: str | list[str]) -> Answers:
    """Recorded replies, such as {"contoso.com MX": ["0 mx.contoso.com"], "a.contoso.com A": "SERVFAIL"}."""
    return Answers({_question(key): _reply(value) for key, value in replies.items()}, closed)


def said(found: Answer | Unknown | None) -> list[str] | str | None:
    """An answer in short: its values, "NODATA", "NXDOMAIN", or the reasons with their questions."""
    if found is None:
        return None
    if isinstance(found, Unknown):
        return "; ".join(
            f"{item.question.name} {item.question.type} {item.reason.value}" for item in found.because
        )
    if found.records:
        return [each.value for each in found.records]
    return "NODATA" if found.exists else "NXDOMAIN"


def _question(key: str) -> Question:
    name, _, type = key.rpartition(" ")
    return Question(name, type)


def _reply(value: str | list[str]) -> Reply:
    return Reply(value) if isinstance(value, str) else Reply("NOERROR", 300, tuple(value))  # type: ignore[arg-type]
