"""A domain: a name that takes part in mail, with all that is declared and published for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mfpolicy.evaluate.dmarc import discover
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.dmarc import DmarcFacts, dmarc_facts
from mfpolicy.facts.mta_sts import MtaStsFacts, mta_sts_facts
from mfpolicy.facts.mx import MxFacts, mx_facts
from mfpolicy.facts.spf import SpfFacts, spf_facts
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import DomainIntent, Intent, Sender
from mfpolicy.model.names import labels
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse as parse_mx
from mfpolicy.records.spf import is_spf
from mfpolicy.views.zones import ZoneBook


class SenderFacts(msgspec.Struct, frozen=True):
    """A declared sender. `authorised` is whether the SPF record includes it by name; a sender that
    authenticates by DKIM alone has nothing to include and counts as authorised."""

    name: str
    title: str
    known: bool
    includes: tuple[str, ...]
    authorised: bool | Unknown
    place: Place | None = None


class DomainFacts(msgspec.Struct, frozen=True):
    """A domain. `mail` is the declared use (send-and-receive, send, receive, none) or empty; `sends` whether
    it is declared to send."""

    name: str
    declared: bool
    mail: str
    sends: bool
    mx: MxFacts
    spf: SpfFacts
    dmarc: DmarcFacts
    mta_sts: MtaStsFacts
    senders: tuple[SenderFacts, ...]
    place: Place | None = None


def domain_names(books: Sequence[ZoneBook], intent: Intent) -> dict[str, Place | None]:
    """Every domain, with the place that speaks for it: declared ones, and those that a zone shows.

    Without an intent a domain is a zone apex, or a name with a non-null MX, an SPF record, or a `_dmarc` or
    `_domainkey` child. Reverse zones take no part in mail.
    """
    found: dict[str, Place | None] = {
        each.name: each.place for each in intent.domains if "*" not in each.name
    }
    for book in books:
        for name, place in _shown_by(book):
            found.setdefault(name, place)
    return found


def _shown_by(book: ZoneBook) -> Iterator[tuple[str, Place | None]]:
    if book.zone.name.endswith((".in-addr.arpa", ".ip6.arpa")):
        return
    yield book.zone.name, book.zone.place
    for owner, node in book.nodes.items():
        place = next(record.place for records in node.values() for record in records)
        if book.cut_above(owner) or "*" in labels(owner):
            continue
        if any(_takes_mail(each.value) for each in node.get("MX", ())):
            yield owner, place
        if any(is_spf(each.value) for each in node.get("TXT", ())) and not owner.startswith("_"):
            yield owner, place
        yield from ((parent, place) for parent in _parents_of_policy(owner))


def _takes_mail(value: str) -> bool:
    found = parse_mx(value)
    return bool(found.exchange) and not found.null


def _parents_of_policy(owner: str) -> Iterator[str]:
    parts = labels(owner)
    if parts and parts[0] == "_dmarc" and "_report" not in parts:
        yield ".".join(parts[1:])
    elif "_domainkey" in parts and parts[0] not in ("*", "_domainkey", "_adsp"):
        yield ".".join(parts[parts.index("_domainkey") + 1 :])


def sections(
    name: str, said: DomainIntent | None, senders: Mapping[str, Sender]
) -> dict[str, Callable[[View, SpfStudy], Any]]:
    """The parts of a domain's facts that rest on DNS, by field; each can be looked at by itself."""
    wanted = said or DomainIntent(name)
    return {
        "mx": lambda view, spf: mx_facts(view, name),
        "spf": lambda view, spf: spf_facts(spf, name),
        "dmarc": lambda view, spf: dmarc_facts(view, name, wanted.dmarc),
        "mta_sts": lambda view, spf: mta_sts_facts(view, name, wanted.mta_sts),
        "senders": lambda view, spf: tuple(
            _sender(spf.study(name), each, said, senders) for each in _names_of(said)
        ),
    }


def looks(name: str, said: DomainIntent | None) -> tuple[Callable[[View, SpfStudy], Any], ...]:
    """The same for the question loop, each no more than what its facts wait for. Those of SPF and of the
    senders rest on one tree, and those of DMARC on one discovery, whose `unknown` names all of it."""
    wanted = said or DomainIntent(name)
    return (
        lambda view, spf: mx_facts(view, name).active,
        lambda view, spf: spf.study(name).unknown,
        lambda view, spf: discover(view, name).unknown,
        lambda view, spf: mta_sts_facts(view, name, wanted.mta_sts),
    )


def domain_facts(
    view: View,
    study: SpfStudy,
    name: str,
    place: Place | None,
    said: DomainIntent | None,
    senders: Mapping[str, Sender],
) -> DomainFacts:
    """The facts of one domain on one view; `said` is what is declared for it (`Declared.of`)."""
    mail = (said.mail or "") if said else ""
    return DomainFacts(
        name=name,
        declared=said is not None,
        mail=mail,
        sends=mail in ("send", "send-and-receive") or bool(said and said.senders),
        place=(said.place if said else None) or place,
        **{field: look(view, study) for field, look in sections(name, said, senders).items()},
    )


def _names_of(said: DomainIntent | None) -> tuple[str, ...]:
    return (said.senders or ()) if said else ()


def _sender(
    tree: SpfTree, name: str, said: DomainIntent | None, senders: Mapping[str, Sender]
) -> SenderFacts:
    sender = senders.get(name)
    if sender is None:
        return SenderFacts(name, name, False, (), True, said.place if said else None)
    authorised = _authorised(tree, sender.includes) if sender.includes else True
    return SenderFacts(
        name, sender.title or name, True, sender.includes, authorised, said.place if said else None
    )


def _authorised(tree: SpfTree, includes: tuple[str, ...]) -> bool | Unknown:
    if isinstance(tree.present, Unknown):
        return tree.present
    reached = set(_targets(tree))
    if any(each in reached for each in includes):
        return True
    return tree.unknown if tree.unknown is not None else False


def _targets(tree: SpfTree) -> Iterator[str]:
    for node in tree.terms:
        yield node.target
        if node.child is not None:
            yield from _targets(node.child)
