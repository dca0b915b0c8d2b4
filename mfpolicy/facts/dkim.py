"""What stands at a DKIM selector: sound keys, revoked ones, damaged ones, and text that is no key."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mfpolicy.evaluate.dkim import SelectorResult, selector_keys
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import labels
from mfpolicy.model.places import Place, narrowed


class KeyFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in a key record, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class KeyFacts(msgspec.Struct, frozen=True):
    """One key record. `bits` is 0 where the key cannot be read, is revoked, or is not RSA."""

    revoked: bool
    testing: bool
    type: str
    bits: int
    place: Place | None = None


class SelectorFacts(msgspec.Struct, frozen=True):
    """A selector's name, such as `s1._domainkey.example.org`. `present` is whether any record answers there;
    `alias` is the first CNAME target on the way (empty: none); `declared_by` names the sender whose
    selector it is in the intent (empty: only the zone speaks of it)."""

    name: str
    domain: str
    declared_by: str
    alias: str
    present: bool | Unknown
    keys: tuple[KeyFacts, ...] | Unknown
    faults: tuple[KeyFaultFacts, ...] | Unknown
    place: Place | None = None


def is_selector(owner: str) -> bool:
    """Whether an owner is a selector: not a wildcard, a policy name, or `_domainkey` itself.

    `_adsp._domainkey` (RFC 5617) and the DomainKeys policy at `_domainkey` (RFC 4870) are not keys.
    """
    parts = labels(owner)
    if "_domainkey" not in parts:
        return False
    before = parts[: parts.index("_domainkey")]
    return bool(before) and before[0] not in ("*", "_adsp", "_policy")


class Claim(msgspec.Struct, frozen=True):
    """Whose selector it is by the intent: a sender's title or the domain itself, empty for nobody's; `ended`
    tells that the sender's last day is over."""

    by: str = ""
    ended: bool = False
    place: Place | None = None


def selector_facts(
    view: View, name: str, claim: Claim | None = None, senders: Sequence[Sender] | None = None
) -> SelectorFacts:
    """The facts of one selector; `senders` are those of its domain, None where nobody declares them."""
    claim = claim or Claim()
    found = selector_keys(view, name)
    missing = found.present if isinstance(found.present, Unknown) else None
    return SelectorFacts(
        name=name,
        domain=name.partition("._domainkey.")[2],
        declared_by="" if claim.ended else claim.by,
        alias=found.chain[0].value if found.chain else "",
        present=found.present,
        keys=missing or tuple(_key(found, index) for index in range(len(found.keys))),
        faults=missing or tuple(each for index in range(len(found.keys)) for each in _faults(found, index)),
        place=_place(found) or claim.place,
    )


def _key(found: SelectorResult, index: int) -> KeyFacts:
    key = found.keys[index]
    return KeyFacts(key.revoked, key.testing, key.key_type or "rsa", key.bits, found.records[index].place)


def _faults(found: SelectorResult, index: int) -> list[KeyFaultFacts]:
    """The first fault of each code: a key with four quotation marks in it is one damaged key."""
    key, record = found.keys[index], found.records[index]
    first = {each.code: each for each in reversed(key.faults)}
    return [
        KeyFaultFacts(each.code, each.text, narrowed(record.place, key.text[each.start : each.end]))
        for each in key.faults
        if first[each.code] is each
    ]


def _place(found: SelectorResult) -> Place | None:
    return next((each.place for each in (*found.chain, *found.records) if each.place), None)
