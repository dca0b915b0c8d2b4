"""How the DMARC record of a domain came to be seen no more."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.dmarc import DmarcResult, without_own
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.names import name_facts
from mfpolicy.facts.ramps import RANKS
from mfpolicy.model.dns import Answer, HostCertificate, PolicyFile, Unknown, View
from mfpolicy.model.names import ancestors, join
from mfpolicy.model.places import Place
from mfpolicy.records.dmarc import is_dmarc, looks_like_dmarc
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.zones import ZoneBook

Words = tuple[str, str]


class DmarcLossFacts(msgspec.Struct, frozen=True):
    """How a valid record of the domain's own is seen no more: `how` is removed, text (another stands there),
    misspelt (its version), several (records stand there), alias (a CNAME leads where there is none), clash (a
    CNAME that is at fault itself), delegation (another zone answers) or wildcard (which no longer answers);
    empty where the record is seen, or there was none. `text` says it in words.

    `policy` is what the domain is left with, `remains` the same in words; `covered`: at least quarantine.
    A top-level domain that nobody asked about counts as a public suffix, which speaks for no organization.
    """

    how: str | Unknown = ""
    text: str = ""
    policy: str | Unknown = ""
    remains: str = ""
    covered: bool | Unknown = False


_KEPT = DmarcLossFacts()


def dmarc_loss(base: Side, head: Side, was: DmarcResult, now: DmarcResult) -> DmarcLossFacts:
    """The loss of one domain; `was` and `now` are what receivers conclude."""
    owner = f"_dmarc.{was.name}"
    if was.policy_domain != was.name or was.source_tag != "p" or len(now.own_records) == 1:
        return _KEPT
    found = head.view.ask(owner, "TXT")
    if isinstance(found, Unknown):
        return DmarcLossFacts(found)
    if len(now.own_records) > 1:
        how, text = "several", "several DMARC records stand there"
    else:
        how, text = _hidden(base, head.view, owner) or _gone(found)
    left = _left(head.view, now)
    covered = left if isinstance(left, Unknown) else RANKS[left] > 0
    return DmarcLossFacts(how, text, left, _in_words(now, left), covered)


def _left(view: View, now: DmarcResult) -> str | Unknown:
    return now.policy if now.unknown is None else without_own(_Registered(view), now.name)


def _in_words(now: DmarcResult, left: str | Unknown) -> str:
    if isinstance(left, Unknown):
        return "what applies now is not known"
    if now.unknown:
        return "nothing of its own" if left == "absent" else f"{left} of its organization"
    return "nothing" if left == "absent" else f"{left} of {now.policy_domain}"


def nearest(view: Overlay, owner: str) -> Place | None:
    """Where an owner stands in the zones, or is taken away, else what is nearest above it, else its zone."""
    book = _book(view, owner)
    if book is None:
        return None
    removal = book.removal(owner, "TXT", "CNAME")
    there = (book.nodes[each] for each in ancestors(owner) if each in book.nodes)
    places = (record.place for node in there for records in node.values() for record in records)
    return removal or next((place for place in places if place), book.zone.place)


def _gone(found: Answer) -> Words:
    texts = [each.value for each in found.records]
    # What was meant to be the record has a finding of its own (dmarc-record-ignored).
    if any(looks_like_dmarc(each) and not each.startswith("v=DMARC1") for each in texts):
        return "misspelt", "what stands there does not begin with v=DMARC1"
    return ("text", "another text stands there") if texts else ("removed", "nothing stands there")


def _hidden(base: Side, view: Overlay, owner: str) -> Words | None:
    return _delegated(base, view, owner) or _aliased(view, owner) or _bypassed(base, view, owner)


def _delegated(base: Side, view: Overlay, owner: str) -> Words | None:
    """A zone that answered before, and is still there, leaves the name to another one."""
    zone = base.view.apex(owner)
    cut = view.occluded_by(owner, zone)
    if cut:
        return "delegation", f"{cut} is delegated, and no DMARC record stands there"
    closer = view.apex(owner)
    if zone and closer != zone and any(book.zone.name == zone for book in view.books):
        return "delegation", f"the zone {closer} answers there now, and holds no DMARC record"
    return None


def _aliased(view: Overlay, owner: str) -> Words | None:
    found = view.at(owner, "CNAME")
    if isinstance(found, Unknown) or not found.records:
        return None
    target = found.records[0].value.strip().rstrip(".")
    book = view.book_for(owner)
    cname = name_facts(book, owner).cname if book and owner in book.nodes else None
    if cname and cname.present and (cname.others or not cname.is_host):
        return "clash", f"the CNAME record there, to {target}, is at fault"
    return "alias", f"_dmarc leads to {target}, where no DMARC record stands"


def _bypassed(base: Side, view: Overlay, owner: str) -> Words | None:
    """A wildcard made the record up, and the name is now there (RFC 4592, 2.2.1)."""
    before, book = base.view.ask(owner, "TXT"), view.book_for(owner)
    if isinstance(before, Unknown) or not before.wildcard or book is None or owner not in book.names:
        return None
    stars = (join("*", each) for each in ancestors(owner))
    texts = (record.value for star in stars for record in book.nodes.get(star, {}).get("TXT", ()))
    if not any(map(is_dmarc, texts)):
        return None
    return "wildcard", f"{owner} exists now, so that the wildcard no longer answers for it"


def _book(view: Overlay, owner: str) -> ZoneBook | None:
    """The closest zone of the repository, also where it delegates the name."""
    books = {book.zone.name: book for book in view.books}
    return next((books[each] for each in ancestors(owner) if each in books), None)


class _Registered:
    """A view in which a top-level domain that nobody asked about publishes no DMARC record."""

    def __init__(self, view: View) -> None:
        self._view = view

    def ask(self, name: str, type: str) -> Answer | Unknown:
        found = self._view.ask(name, type)
        top = name.startswith("_dmarc.") and name.count(".") == 1
        return Answer(name, exists=False) if top and isinstance(found, Unknown) and found.not_asked else found

    def exists(self, name: str) -> bool | Unknown:
        return self._view.exists(name)

    def apex(self, name: str) -> str:
        return self._view.apex(name)

    def policy(self, domain: str) -> PolicyFile | Unknown:
        return self._view.policy(domain)

    def certificate(self, host: str) -> HostCertificate | Unknown:
        return self._view.certificate(host)
