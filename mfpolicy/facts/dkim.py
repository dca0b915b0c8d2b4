"""What stands at a DKIM selector, whose it is, and whether it should be there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mfpolicy.evaluate.dkim import SelectorResult, selector_keys
from mfpolicy.facts.selector_owners import (
    chain_of,
    explained,
    is_missing,
    leads_elsewhere,
    partner_of,
    sharers,
    targets_of,
)
from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import labels
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.dkim import DkimKey


class KeyFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in a key record, as a code and in words."""

    code: str
    text: str
    place: Place | None = None


class KeyFacts(msgspec.Struct, frozen=True):
    """One key record. `bits` is 0 where the key cannot be read, is revoked, or is not RSA.

    `hashes` are those it is limited to, none where every hash is accepted; `services` is ["*"] where
    nothing is said; `granular` tells of a g= tag.
    """

    revoked: bool
    testing: bool
    type: str
    bits: int
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    granular: bool = False
    place: Place | None = None


class SelectorFacts(msgspec.Struct, frozen=True):
    """A selector's name, such as `s1._domainkey.example.org`. `present` is whether any record answers there,
    `active` whether any key that is not revoked does; `alias` is the first CNAME target on the way (empty:
    none).

    `declared_by` names the sender whose selector it is in the intent (empty: only the zone speaks of it),
    `ended_by` the one whose last day is over. `elsewhere`: the CNAME leads to none of the names that the
    declared sender's customers are given, which are `targets`. `undeclared`: the senders of the domain are
    declared, and this is certainly none of theirs. `partner` is the other selector of a pair that a service
    needs whole (empty: none is expected); it is `partner_missing` where neither a CNAME nor a key stands
    there, unless the intent declares it and there is nothing, which is missed as that.
    """

    name: str
    domain: str
    declared_by: str
    alias: str
    present: bool | Unknown
    keys: tuple[KeyFacts, ...] | Unknown
    faults: tuple[KeyFaultFacts, ...] | Unknown
    active: bool | Unknown = False
    ended_by: str = ""
    elsewhere: bool | Unknown = False
    targets: tuple[str, ...] = ()
    undeclared: bool | Unknown = False
    partner: str = ""
    partner_missing: bool | Unknown = False
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


_NOBODY = Claim()


def selector_facts(
    view: View, name: str, claim: Claim | None = None, senders: Sequence[Sender] | None = None
) -> SelectorFacts:
    """The facts of one selector; `senders` are those of its domain, None where nobody declares them."""
    claim = claim or _NOBODY
    label, _, domain = name.partition("._domainkey.")
    found = selector_keys(view, name)
    chain = chain_of(view, found)
    missing = found.present if isinstance(found.present, Unknown) else None
    declared_by = "" if claim.ended else claim.by
    patterns = targets_of(label, senders) if declared_by else ()
    partner = partner_of(name, chain)
    return SelectorFacts(
        name=name,
        domain=domain,
        declared_by=declared_by,
        # What another sender signs with too is not the ended one's alone.
        ended_by=claim.by if claim.ended and len(sharers(label, senders)) < 2 else "",
        alias=chain[0].value if chain else "",
        present=found.present,
        active=missing or any(_is_active(key) for key in found.keys),
        elsewhere=leads_elsewhere(found, chain, patterns),
        targets=patterns,
        undeclared=_undeclared(found, chain, claim, senders),
        partner=partner,
        partner_missing=is_missing(view, partner, senders),
        keys=missing or tuple(map(_key, found.keys, found.records)),
        faults=missing
        or tuple(each for index in range(len(found.keys)) for each in key_faults(found, index)),
        place=_place(found, chain) or claim.place,
    )


def selector_open(
    view: View, name: str, senders: Sequence[Sender] | None
) -> tuple[bool | Unknown, bool | Unknown]:
    """All that the facts of one selector wait for."""
    found = selector_keys(view, name)
    partner = partner_of(name, chain_of(view, found))
    return found.present, is_missing(view, partner, senders)


def _undeclared(
    found: SelectorResult, chain: Sequence[Record], claim: Claim, senders: Sequence[Sender] | None
) -> bool | Unknown:
    if senders is None or claim.by:
        return False
    ours = explained(found, chain, senders)
    return ours if isinstance(ours, Unknown) else not ours


def _is_active(key: DkimKey) -> bool:
    return bool(key.key) and not key.has("not-a-key-record")


def _key(key: DkimKey, record: Record) -> KeyFacts:
    return KeyFacts(
        revoked=key.revoked,
        testing=key.testing,
        type=key.key_type or "rsa",
        bits=key.bits,
        hashes=key.hashes,
        services=key.services,
        granular=any(tag.name == "g" for tag in key.tags),
        place=record.place,
    )


def key_faults(found: SelectorResult, index: int) -> list[KeyFaultFacts]:
    """What is wrong with one key, the first fault of each code: four quotation marks damage it no more than
    one does."""
    key, record = found.keys[index], found.records[index]
    first = {each.code: each for each in reversed(key.faults)}
    return [
        KeyFaultFacts(each.code, each.text, narrowed(record.place, key.text[each.start : each.end]))
        for each in key.faults
        if first[each.code] is each
    ]


def _place(found: SelectorResult, chain: Sequence[Record]) -> Place | None:
    return next((each.place for each in (*chain, *found.records) if each.place), None)
