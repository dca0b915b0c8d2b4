"""The keys that a selector publishes (RFC 6376, 3.6.2)."""

from __future__ import annotations

import msgspec

from mfpolicy.model.dns import Record, Unknown, View
from mfpolicy.model.names import labels
from mfpolicy.records.dkim import DkimKey, parse

# A policy of the abandoned ADSP (RFC 5617), and the wildcard itself, are below _domainkey but no selectors.
_NO_SELECTORS = ("_adsp", "*")
_LEAST_BITS = 1024


class SelectorResult(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at a selector. `keys` and `records` go together, one for one; a TXT record that is not a
    key is a key with faults. `chain` are the CNAME records that led there."""

    name: str
    present: bool | Unknown = False
    keys: tuple[DkimKey, ...] = ()
    records: tuple[Record, ...] = ()
    chain: tuple[Record, ...] = ()
    wildcard: bool = False


def is_in_force(key: DkimKey) -> bool:
    """Whether verifiers accept what is signed with a key: one that is sound, not revoked, for mail and for
    SHA-256, and long enough (RFC 6376, 3.6.1; RFC 8301, 3.1 and 3.2)."""
    if not key.bits or key.faults or (key.key_type == "rsa" and key.bits < _LEAST_BITS):
        return False
    return bool({"*", "email"} & {*key.services}) and (not key.hashes or "sha256" in key.hashes)


def selector_keys(view: View, selector_name: str) -> SelectorResult:
    """The keys at a normal name such as s1._domainkey.example.org, CNAME records followed."""
    if not selector_name or labels(selector_name)[0] in _NO_SELECTORS:
        return SelectorResult(name=selector_name)
    answer = view.ask(selector_name, "TXT")
    if isinstance(answer, Unknown):
        return SelectorResult(name=selector_name, present=answer)
    pairs = [(record, parse(record.value)) for record in answer.records]
    if answer.wildcard:
        # A wildcard with an empty p= revokes every selector that is not there; it is no key of this one.
        pairs = [(record, key) for record, key in pairs if not key.revoked]
    return SelectorResult(
        name=selector_name,
        present=bool(pairs),
        keys=tuple(key for _, key in pairs),
        records=tuple(record for record, _ in pairs),
        chain=answer.chain,
        wildcard=answer.wildcard,
    )
