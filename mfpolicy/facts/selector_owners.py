"""Which declared sender a DKIM selector can belong to, by its label and by where its CNAME leads."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from mfpolicy.evaluate.dkim import SelectorResult
from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import labels, normal


def sharers(label: str, senders: Sequence[Sender] | None) -> tuple[Sender, ...]:
    """The senders that sign with a label."""
    return tuple(each for each in senders or () if label in each.selectors)


def targets_of(label: str, senders: Sequence[Sender] | None) -> tuple[str, ...]:
    """The patterns that the CNAME at a label may lead to; none where one of its senders has unknown ones."""
    found = sharers(label, senders)
    known = all(each.targets for each in found)
    return tuple(dict.fromkeys(pattern for each in found for pattern in each.targets)) if known else ()


def chain_of(view: View, found: SelectorResult) -> tuple[Record, ...]:
    """The CNAME records as far as they are known: a repository knows the first without asking anybody."""
    if not isinstance(found.present, Unknown):
        return found.chain
    first = view.ask(found.name, "CNAME")
    return () if isinstance(first, Unknown) else first.records


def leads_elsewhere(
    found: SelectorResult, chain: Sequence[Record], patterns: Sequence[str]
) -> bool | Unknown:
    """Whether the CNAME records lead to nothing that a pattern names; a key in place leads nowhere."""
    if not (chain and patterns) or _matches(chain, patterns):
        return False
    return found.present if isinstance(found.present, Unknown) else True


def explained(found: SelectorResult, chain: Sequence[Record], senders: Sequence[Sender]) -> bool | Unknown:
    """Whether the selector can be one of these senders'. One that may sign with anything explains all."""
    label = labels(found.name)[0]
    if any(label in (*each.selectors, *each.usual) or _signs_with_anything(each) for each in senders):
        return True
    patterns = [pattern for each in senders for pattern in each.targets]
    if _matches(chain, patterns):
        return True
    return found.present if isinstance(found.present, Unknown) else False


def _signs_with_anything(sender: Sender) -> bool:
    """Whether nobody knows what a sender signs with: no selectors, and keys that need not be CNAMEs."""
    if sender.selectors or (sender.targets and sender.record == "cname"):
        return False
    if sender.aligns is not None:
        return "dkim" in sender.aligns
    # A server of one's own signs with what the intent names, and relayed mail is signed by the relay.
    return not sender.addresses and sender.via in (None, "direct")


def _matches(chain: Sequence[Record], patterns: Sequence[str]) -> bool:
    names = [normal(each.value) for each in chain]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)
