"""Whose selectors there should be, as an intent says."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dkim import Claim
from mfpolicy.model.places import Place


def claims(declared: Declared, domain: str) -> Iterator[tuple[str, Claim]]:
    """The labels of a domain's selectors: those of its senders, then those that it declares for itself."""
    for sender in declared.senders(domain) or ():
        ended = sender.is_over(declared.today)
        for label in sender.selectors:
            place = sender.place or _place(declared, domain)
            yield label, Claim(sender.title or sender.name, ended, place)
    said = declared.of(domain)
    for label in (said.dkim or ()) if said else ():
        yield label, Claim(domain, place=_place(declared, domain))


def claim_on(declared: Declared, name: str) -> Claim:
    """Whose a selector is; of several the last that is in use."""
    label, _, domain = name.partition("._domainkey.")
    found = [claim for each, claim in claims(declared, domain) if each == label]
    return max(found[::-1], key=lambda each: not each.ended, default=Claim())


def _place(declared: Declared, domain: str) -> Place | None:
    said = declared.of(domain)
    return said.place if said else None
