"""What Authentication-Results has to hold for a transport rule, and what that proves of the sender."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What tells that the domain in From was verified; spf=pass and dkim=pass speak of other domains.
_PROOFS = ("dmarc=pass", "dmarc=bestguesspass", "compauth=pass")
# A domain whose end is told; else it may go on, as in fabrikam.com.example.net.
_SENDER = re.compile(r"header\.from=(?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,63}[;$]")
_GROUP = re.compile(r"\(([^()]*)\)([?*]?)")
_MOST_ALTERNATIVES = 64


def proven_by(wanted: Iterable[str], is_pattern: bool) -> str:
    """`proof` where words or patterns stand for a verified From that they name, `authentication` where it is
    verified and may be anybody's, else `header`. One word of several is enough for a rule, and so is one
    alternative of a pattern."""
    results = [one for each in wanted for one in _alternatives(_plain(each), is_pattern)]
    if not results or not all(any(proof in one for proof in _PROOFS) for one in results):
        return "header"
    return "proof" if all(_SENDER.search(one) for one in results) else "authentication"


def _plain(wanted: str) -> str:
    return wanted.lower().replace(" ", "").replace("\\", "")


def _alternatives(wanted: str, is_pattern: bool) -> tuple[str, ...]:
    """Of a pattern with too many of them nothing is known to be needed."""
    waiting, found = [wanted], list[str]()
    while waiting and is_pattern:
        if len(waiting) + len(found) > _MOST_ALTERNATIVES:
            return ("",)
        pattern = waiting.pop()
        group = _GROUP.search(pattern)
        if group is None:
            found += pattern.split("|")
            continue
        inner = [*group[1].split("|"), *[""] * bool(group[2])]
        waiting += [pattern[: group.start()] + each + pattern[group.end() :] for each in inner]
    return (*waiting, *found)
