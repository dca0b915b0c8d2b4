"""Where the mail of a domain goes, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.accounts.words import NOT_KNOWN, listed, missing
from mfpolicy.facts.changes.mx import MxChangeFacts
from mfpolicy.model.changes import Topic
from mfpolicy.model.dns import Unknown

_Names = tuple[str, ...] | Unknown


def mx_topic(facts: MxChangeFacts) -> Topic | None:
    """Who takes mail before and after, and the hosts of one side only; None where they stay."""
    if facts.before == facts.after or set(listed(facts.before)) == set(listed(facts.after)) != set():
        return None
    # What nobody asked for, and is not there now, is nothing to tell.
    if isinstance(facts.before, Unknown) and facts.before.not_asked and facts.after == ():
        return None
    after = _who(facts.after_providers, facts.absence)
    return Topic(
        "MX",
        _who(facts.before_providers, ""),
        after,
        listed(facts.dropped),
        listed(facts.gained),
        tuple(_remarks(facts)),
        missing(facts.before, facts.after),
    )


def _who(providers: _Names, absence: str | Unknown) -> str:
    if isinstance(providers, Unknown):
        return NOT_KNOWN
    return ", ".join(providers) or (absence if isinstance(absence, str) and absence else "no MX")


def _remarks(facts: MxChangeFacts) -> Iterator[str]:
    if facts.stopped is True:
        yield "nobody takes mail for it any more" + (", as the intent says" if facts.meant else "")
    if facts.moved is True:
        yield "all mail goes to another provider" + (", as the intent says" if facts.as_declared else "")
