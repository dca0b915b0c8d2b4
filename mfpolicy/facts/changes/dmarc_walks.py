"""Whether two views differ in what the tree walk of a name meets, so that an unknown need not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mfpolicy.evaluate.dmarc_walk import Step, walk
from mfpolicy.model.dns import Reason, View
from mfpolicy.records.dmarc import Dmarc

Said = Callable[[Dmarc], Any]
_INVALID = ("invalid-subdomain-policy", "invalid-nonexistent-policy")


def same_walk(old: View, new: View, name: str, said: Said, own: bool = True) -> bool:
    """Whether every name of the walk says the same, as far as `said` tells, or did not answer the same
    question. Without `own` the name itself is left out."""
    before, after = (list(walk(view, name, own)) for view in (old, new))
    return list(_heard(before, said)) == list(_heard(after, said)) and not any(map(_unread, before + after))


def policies(dmarc: Dmarc) -> Any:
    """What decides which policy applies to whom (RFC 9989, 4.7)."""
    asked = (dmarc.policy, dmarc.subdomain_policy, dmarc.nonexistent_policy)
    return (*asked, dmarc.testing, dmarc.psd, bool(dmarc.rua), *map(dmarc.has, _INVALID))


def organization(dmarc: Dmarc) -> Any:
    """What decides the organizational domain (RFC 9989, 4.10.2)."""
    return dmarc.psd


def everything(dmarc: Dmarc) -> Any:
    """What decides how mail has to align, and where reports go, too."""
    return (policies(dmarc), dmarc.aspf, dmarc.adkim, frozenset(each.text for each in dmarc.rua))


def is_governed(view: View, name: str) -> bool:
    """Whether a record above is known that makes a name above the organizational domain, whatever the names
    that did not answer say: all but one of a public suffix does (RFC 9989, 4.10.2)."""
    return any(step.dmarc is not None and step.dmarc.psd != "y" for step in walk(view, name)[1:])


def is_unheard(old: Step, new: Step) -> bool:
    """Whether both did not answer the same question, whose answer would be one and the same."""
    return old.unknown is not None and old.unknown == new.unknown and not _unread(old)


def _heard(steps: list[Step], said: Said) -> Iterator[tuple[Any, ...]]:
    for step in steps:
        yield step.name, step.unknown, step.dmarc and said(step.dmarc)


def _unread(step: Step) -> bool:
    """Two files that could not be read need not say the same."""
    return step.unknown is not None and any(each.reason is Reason.UNREADABLE for each in step.unknown.because)
