"""The keys of a selector before a change, and after it (RFC 6376, 3.1 and 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mfpolicy.evaluate.dkim import SelectorResult, is_in_force, selector_keys
from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.evaluate.spf_dns import spf_answer
from mfpolicy.facts.changes.certainty import Certainty, every, some
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.dkim import KeyFaultFacts, is_selector, key_faults, selector_facts
from mfpolicy.facts.selector_claims import claim_on, claims
from mfpolicy.facts.selector_owners import chain_of
from mfpolicy.model.dns import Unknown, View, any_of, negated
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.records.dkim import DkimKey
from mfpolicy.records.spf import parse as parse_spf
from mfpolicy.views.overlay import Overlay

_Keys = frozenset[tuple[str, str]]


class KeyChangeFacts(msgspec.Struct, frozen=True):
    """What stands at a selector of `domain` before and after, in words: "rsa 2048 bits", "CNAME to
    s1.example.net", "revoked", "nothing".

    `removed`, `revoked` and `replaced` (by one that is not beside it) speak of a key in force: verifiers
    accepted it before. None is said of a key that by the intent is nobody's any more; the first two neither
    where the domain has left mail, nor where the intent still declares the selector, so that rules about
    selectors miss it. `alone`: no other selector of the domain has a key in force; looked at where one is
    revoked. `bits_before` and `bits_after` are those of the longest RSA key, 0 where there is none. `faults`
    are those of records whose text is new.
    """

    domain: str = ""
    before: str | Unknown = "nothing"
    after: str | Unknown = "nothing"
    removed: bool | Unknown = False
    revoked: bool | Unknown = False
    alone: bool | Unknown = False
    replaced: bool | Unknown = False
    bits_before: int | Unknown = 0
    bits_after: int | Unknown = 0
    faults: tuple[KeyFaultFacts, ...] | Unknown = ()
    place: Place | None = None


def key_change(base: Side, head: Side, name: str) -> KeyChangeFacts:
    """The change of one selector that was there."""
    was, now = selector_keys(base.view, name), selector_keys(head.view, name)
    said = msgspec.structs.replace(new_key(base, head, name), before=_words(base.view, was))
    # Where both wait for the same answer the change alters nothing, whatever it will be.
    if isinstance(was.present, Unknown) and was.present == now.present:
        return said
    change = _Change(base, head, was, now)
    revoked = change.revoked()
    return msgspec.structs.replace(
        said,
        removed=change.removed(),
        revoked=revoked,
        alone=revoked is not False and negated(_others_in_force(head, name)),
        replaced=change.replaced(),
        bits_before=_bits(was, is_in_force),
        bits_after=_bits(now),
    )


def new_key(base: Side, head: Side, name: str) -> KeyChangeFacts:
    """A selector that is new: nothing is lost, whatever base may say of a name that it did not show."""
    now = selector_keys(head.view, name)
    return KeyChangeFacts(
        domain=_domain(name),
        after=_words(head.view, now),
        faults=_new_faults(base.view, head.view, now),
        place=_place(head.view, now),
    )


class _Change(msgspec.Struct, frozen=True):
    """What verifiers found at a selector, and what they will find."""

    base: Side
    head: Side
    was: SelectorResult
    now: SelectorResult

    def removed(self) -> Certainty:
        """Whether a key was in force, and nothing takes its place."""
        return every(self._worked, self._is_gone, self._is_missed)

    def revoked(self) -> Certainty:
        """Whether a key was in force, and is revoked by its own record or by a wildcard."""
        return every(self._worked, self._is_revoked, self._is_missed)

    def replaced(self) -> Certainty:
        """Whether a key was in force, and only others are there now."""
        return every(self._worked, self._is_other, self._is_somebodys)

    def _worked(self) -> Certainty:
        found = _keys(self.was, is_in_force)
        return found if isinstance(found, Unknown) else bool(found)

    def _is_gone(self) -> Certainty:
        if isinstance(self.now.present, Unknown):
            return self.now.present
        if not self.now.keys:
            return not _is_revoked_by_wildcard(self.head.view, self.now)
        # A wildcard meant for something else, such as an SPF record, answers at the selector too.
        return self.now.wildcard and not any(key.key or key.revoked for key in self.now.keys)

    def _is_revoked(self) -> Certainty:
        if isinstance(self.now.present, Unknown):
            return self.now.present
        if not self.now.keys:
            return _is_revoked_by_wildcard(self.head.view, self.now)
        return all(key.revoked for key in self.now.keys)

    def _is_other(self) -> Certainty:
        before, after = _keys(self.was, is_in_force), _keys(self.now)
        if isinstance(after, Unknown):
            return after
        return bool(after) and (isinstance(before, Unknown) or not before & after)

    def _is_missed(self) -> Certainty:
        """Whether nobody meant it, and no rule about the selector itself says it."""
        claim = claim_on(self.head.declared, self.now.name)
        if claim.by and not claim.ended and not chain_of(self.head.view, self.now):
            return False
        return every(self._is_somebodys, self._stays_in_mail)

    def _is_somebodys(self) -> Certainty:
        """Whether the key can be that of somebody who sends as the domain by the intent, or nobody says."""
        name, declared = self.was.name, self.head.declared
        senders = declared.senders(_domain(name))
        facts = selector_facts(self.base.view, name, claim_on(declared, name), senders)
        return negated(any_of((bool(facts.ended_by), facts.undeclared, facts.elsewhere)))

    def _stays_in_mail(self) -> Certainty:
        """Whether the domain still takes or sends mail. Some were one of mail only by what they sign."""
        domain = _domain(self.now.name)
        return some(
            lambda: _takes_part(self.head, domain),
            lambda: every(
                lambda: negated(_takes_part(self.base, domain)),
                lambda: _others_in_force(self.head, self.now.name),
            ),
        )


def _domain(name: str) -> str:
    return name.partition("._domainkey.")[2]


def _is_read(key: DkimKey) -> bool:
    return key.bits > 0


def _keys(found: SelectorResult, wanted: Callable[[DkimKey], bool] = _is_read) -> _Keys | Unknown:
    """Keys that can be read, by type and text: neither spelling nor flags make another key."""
    if isinstance(found.present, Unknown):
        return found.present
    return frozenset((key.key_type, key.key.rstrip("=")) for key in found.keys if wanted(key))


def _bits(found: SelectorResult, wanted: Callable[[DkimKey], bool] = _is_read) -> int | Unknown:
    if isinstance(found.present, Unknown):
        return found.present
    return max((key.bits for key in found.keys if key.key_type == "rsa" and wanted(key)), default=0)


def _is_revoked_by_wildcard(view: View, found: SelectorResult) -> bool:
    """Whether a name without keys is answered by a wildcard: its keys are none of the selector's, so they are
    revoked ones (see `selector_keys`)."""
    answer = view.ask(found.name, "TXT")
    return found.wildcard and not isinstance(answer, Unknown) and bool(answer.records)


def _others_in_force(side: Side, name: str) -> Certainty:
    """Whether any other selector of the domain has a key in force, of those that are shown or declared."""
    found = (
        _keys(selector_keys(side.view, each), is_in_force)
        for each in dict.fromkeys(_selectors(side, _domain(name)))
        if each != name
    )
    return any_of(each if isinstance(each, Unknown) else bool(each) for each in found)


def _selectors(side: Side, domain: str) -> Iterator[str]:
    ending = f"._domainkey.{domain}"
    for book in side.view.books:
        yield from (owner for owner in book.nodes if owner.endswith(ending) and is_selector(owner))
    yield from (f"{label}{ending}" for label, _ in claims(side.declared, domain))


def _takes_part(side: Side, domain: str) -> Certainty:
    """Whether a domain takes mail, or lets anybody send as it."""
    return some(lambda: _receives(side.view, domain), lambda: _sends(side.view, domain))


def _receives(view: View, domain: str) -> Certainty:
    found = exchangers(view, domain)
    return found if isinstance(found, Unknown) else bool(found)


def _sends(view: View, domain: str) -> Certainty:
    found = spf_answer(view, domain)
    if isinstance(found, Unknown):
        return found
    records = [parse_spf(record.value) for record in found[1]]
    return any(each.redirect or any(term.qualifier == "+" for term in each.mechanisms) for each in records)


def _words(view: View, found: SelectorResult) -> str | Unknown:
    chain = chain_of(view, found)
    if chain:
        missing = ", where no key is" if found.present is False else ""
        return f"CNAME to {normal(chain[0].value)}{missing}"
    if isinstance(found.present, Unknown):
        return found.present
    if not found.keys:
        return "revoked by a wildcard" if _is_revoked_by_wildcard(view, found) else "nothing"
    return " and ".join(dict.fromkeys(map(_key_words, found.keys)))


def _key_words(key: DkimKey) -> str:
    if key.revoked:
        return "revoked"
    if not key.key:
        return "a text that is no key"
    if not key.bits:
        return "a key that cannot be read"
    return f"rsa {key.bits} bits" if key.key_type == "rsa" else key.key_type


def _new_faults(before: View, after: View, now: SelectorResult) -> tuple[KeyFaultFacts, ...] | Unknown:
    """What is wrong with records of the repository that did not stand there with this text. Where no key
    could be read, another fault makes it no worse."""
    faulty = [at for at, key in enumerate(now.keys) if key.faults and after.apex(now.records[at].name)]
    was = selector_keys(before, now.name)
    if faulty and isinstance(was.present, Unknown):
        return was.present
    if was.keys and all(map(_is_broken, was.keys)):
        return ()
    old = {record.value for record in was.records}
    fresh = (at for at in faulty if now.records[at].value not in old)
    return tuple(fault for at in fresh for fault in key_faults(now, at))


def _is_broken(key: DkimKey) -> bool:
    """Whether a key is damaged otherwise than by the marks that a provider may have taken for its own."""
    return any(each.code not in ("key-has-quotes", "malformed-tag") for each in key.faults)


def _place(view: Overlay, now: SelectorResult) -> Place | None:
    """Where head says it, or takes it away; where it says nothing, its zone."""
    found = (record.place for record in (*chain_of(view, now), *now.records))
    book = view.book_for(now.name)
    nearest = (book.removal(now.name, "TXT", "CNAME") or book.zone.place) if book else None
    return next((place for place in found if place), nearest)
