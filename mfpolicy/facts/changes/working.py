"""What works at a name on one side of a change: only that can be lost."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.evaluate.dkim import selector_keys
from mfpolicy.evaluate.dmarc import DmarcResult, discover
from mfpolicy.evaluate.dmarc_walk import dmarc_records
from mfpolicy.evaluate.exchangers import Exchanger
from mfpolicy.evaluate.exchangers import exchangers as named
from mfpolicy.evaluate.spf_tree import SpfTree
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.dkim import is_selector
from mfpolicy.facts.exchangers import exchangers as looked_at
from mfpolicy.model.dns import Unknown, View, any_of, joined
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse
from mfpolicy.records.spf import Mechanism

Sure = bool | Unknown
_OF_MAIL = ("MX", "TXT")
_STRENGTHS = {"quarantine": 1, "reject": 2}


def working_hosts(view: View, domain: str) -> tuple[Exchanger, ...] | Unknown:
    """The MX hosts where mail arrives, as far as anybody knows: no text that names no host, and no host that
    is known to be missing or without an address (RFC 5321, 5.1)."""
    found = named(view, domain)
    if isinstance(found, Unknown):
        return found
    parsed = ((host, parse(record.value), record) for host, record in found)
    usable = [(host, mx, record) for host, mx, record in parsed if not mx.faults]
    seen = looked_at(view, [(mx, record) for _, mx, record in usable], None, ())
    return tuple(
        (host, record)
        for (host, _, record), facts in zip(usable, seen, strict=True)
        if isinstance(facts.trouble, Unknown) or not facts.trouble
    )


def lets_pass(tree: SpfTree) -> Sure:
    """Whether a record that receivers can use names anybody who may send. An include is taken for what it is
    written for until somebody looks; a redirect may as well lead to `-all`."""
    if isinstance(tree.present, Unknown):
        return tree.present
    return tree.result not in ("none", "permerror") and any_of(_passing(tree))


def _passing(tree: SpfTree) -> Iterator[Sure]:
    for node in tree.terms:
        is_mechanism = isinstance(node.term, Mechanism)
        if isinstance(node.term, Mechanism) and node.term.qualifier != "+":
            continue
        if node.child is None:
            yield is_mechanism
        elif isinstance(node.child.present, Unknown):
            yield is_mechanism or node.child.present
        else:
            yield lets_pass(node.child)


def has_key(view: View, selector: str) -> Sure:
    """Whether a key that verifiers can read stands at a selector."""
    found = selector_keys(view, selector)
    if isinstance(found.present, Unknown):
        return found.present
    return any(each.bits > 0 and not each.has("invalid-version") for each in found.keys)


def sends_by(side: Side, domain: str) -> str | Unknown:
    """What says that mail is sent as a domain: SPF, DKIM, or both; empty for nothing."""
    spf, dkim = lets_pass(side.spf.study(domain)), any_of(_keys(side, domain))
    known = [word for word, found in (("SPF", spf), ("DKIM", dkim)) if found is True]
    unclear = [each for each in (spf, dkim) if isinstance(each, Unknown)]
    return " and ".join(known) if known or not unclear else joined(unclear)


def is_in_use(side: Side, domain: str) -> Sure:
    """Whether a domain takes mail, or lets somebody send."""
    return any_of(_uses(side, domain))


def _uses(side: Side, domain: str) -> Iterator[Sure]:
    yield _some(working_hosts(side.view, domain))
    yield lets_pass(side.spf.study(domain))
    yield from _keys(side, domain)


def _keys(side: Side, domain: str) -> Iterator[Sure]:
    book, below = side.view.book_for(domain), f"._domainkey.{domain}"
    owners = (each for each in (book.nodes if book else ()) if each.endswith(below) and is_selector(each))
    return (has_key(side.view, each) for each in owners)


def worked(side: Side, what: str, name: str) -> Sure:
    """Whether something worked at a name by records of its own: MX that name hosts, SPF that lets somebody
    pass, DMARC that asks for more than reports, or a DKIM key (`what`: MX, SPF, DMARC or key)."""
    match what:
        case "key":
            return has_key(side.view, name)
        case "SPF":
            return lets_pass(side.spf.study(name))
        case "DMARC":
            return _has_own_policy(side.view, name)
        case _:
            return _some(working_hosts(side.view, name))


def lost(base: Side, head: Side, what: str, name: str) -> Sure:
    """Whether something that `worked` is not there at all any more; something else of its kind is no loss."""
    before = worked(base, what, name)
    if before is False:
        return False
    left = _left(base, head, what, name)
    if left is True:
        return False
    unclear = [each for each in (before, left) if isinstance(each, Unknown)]
    return joined(unclear) if unclear else True


def _left(base: Side, head: Side, what: str, name: str) -> Sure:
    match what:
        case "key":
            return has_key(head.view, name)
        case "SPF":
            return head.spf.study(name).present
        case "DMARC":
            was, now = discover(base.view, name), discover(head.view, name)
            return bool(now.own_records) or now.unknown or _is_as_strict(now, was)
        case _:
            return _some(named(head.view, name))


def _is_as_strict(now: DmarcResult, was: DmarcResult) -> bool:
    return _STRENGTHS.get(now.policy, 0) >= _STRENGTHS.get(was.policy, 0)


def _has_own_policy(view: View, domain: str) -> Sure:
    own = dmarc_records(view, f"_dmarc.{domain}")
    if isinstance(own, Unknown) or not own:
        return own if isinstance(own, Unknown) else False
    found = discover(view, domain)
    return not found.inherited and found.policy in _STRENGTHS


def _some(found: tuple[Exchanger, ...] | Unknown) -> Sure:
    return found if isinstance(found, Unknown) else bool(found)


def nearest_place(side: Side, name: str, *types: str) -> Place | None:
    """Where a record of these types is taken away, else what stands at a name in its file, records of mail
    first, else the zone; None where no file speaks of it."""
    book = side.view.book_for(name)
    if book is None:
        return None
    node = book.nodes.get(name, {})
    records = (record for type in (*_OF_MAIL, *node) for record in node.get(type, ()))
    there = next((record.place for record in records if record.place), book.zone.place)
    return book.removal(name, *types) or there
