"""Which sender a DKIM selector can belong to, by its label and by where its CNAME leads."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence

from mfpolicy.evaluate.dkim import SelectorResult, selector_keys
from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import is_within, labels, normal

# Microsoft 365 and Azure Communication Services give two names, and rotate their keys between them. New
# domains of the one lead to dkim.mail.microsoft, older ones to the initial domain of the tenant in its cloud.
_OF_A_PAIR = re.compile(r"selector([12])(-[^.]*)?\Z")
_WITH_PAIRS = (
    "onmicrosoft.com",
    "onmicrosoft.us",
    "partner.onmschina.cn",
    "dkim.mail.microsoft",
    "azurecomm.net",
)


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


def partner_of(name: str, chain: Sequence[Record]) -> str:
    """The other selector of a pair; empty where none is expected.

    One of a pair is selector1 or selector2, its CNAME leads to Microsoft, and the target's label is the
    selector's own or begins with it.
    """
    label, _, domain = name.partition("._domainkey.")
    match = _OF_A_PAIR.match(label)
    target = normal(chain[0].value) if chain else ""
    if not match or (labels(target)[:1] != (label,) and not target.startswith(f"{label}-")):
        return ""
    if not any(is_within(target, each) for each in _WITH_PAIRS):
        return ""
    return f"selector{3 - int(match[1])}{match[2] or ''}._domainkey.{domain}"


def is_missing(view: View, partner: str, senders: Sequence[Sender] | None) -> bool | Unknown:
    """Whether neither a CNAME nor a key stands at the other selector of a pair. Where nothing at all does, a
    declared one is missed as that."""
    found = selector_keys(view, partner)
    if not partner or chain_of(view, found):
        return False
    if isinstance(found.present, Unknown):
        return found.present
    if not found.keys:
        return not sharers(partner.partition("._domainkey.")[0], senders)
    return not any(key.key or key.revoked for key in found.keys)


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
    return not sender.addresses and sender.via in (None, "direct", "direct-send")


def _matches(chain: Sequence[Record], patterns: Sequence[str]) -> bool:
    names = [normal(each.value) for each in chain]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)
