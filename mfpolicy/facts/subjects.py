"""What there is to judge, and how each comes by its facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.bimi import selectors_in
from mfpolicy.facts.certificates import certificate_studies
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dkim import Claim, SelectorFacts, is_selector, selector_facts, selector_open
from mfpolicy.facts.domains import Asked, DomainFacts, domain_facts, looks, shown_domains
from mfpolicy.facts.files import file_facts
from mfpolicy.facts.groups import group_facts
from mfpolicy.facts.names import is_host, is_mail_name, name_facts, role_of
from mfpolicy.facts.reviews import review_studies
from mfpolicy.facts.selector_claims import claims
from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.of_domain import TenantDomains
from mfpolicy.facts.tenant.signing import LABELS
from mfpolicy.facts.tenant.subjects import tenant_studies
from mfpolicy.model.dns import Question, Unknown, View
from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import labels
from mfpolicy.model.places import Place
from mfpolicy.views.zones import ZoneBook

_OF_MAIL = frozenset(("MX", "TXT", "TLSA"))


def studies(
    books: Sequence[ZoneBook],
    declared: Declared,
    faults: Iterable[Fault] = (),
    names: Sequence[str] = (),
    known: Collection[ZoneBook] = (),
    tenant: Held | None = None,
) -> Iterator[Study]:
    """Every subject of an estate in a stable order: files, groups, names, domains, selectors,
    certificates, what is in the tenant. Of the names in `known` books somebody else has the studies.

    `names` are domains that the call itself names; their selectors are guessed from all known senders,
    and that of a logo is the default one. Where no domain is declared, those that the tenant accepts are
    judged.
    """
    for file in file_facts(faults):
        yield Study(Subject("file", file.name), given(file))
    for group in declared.intent.groups:
        yield Study(Subject("group", group.name), given(group_facts(declared.membership, group)))
    for book in books:
        if book not in known:
            yield from _of_names(book)
    logos, called = selectors_in(books), frozenset(names)
    domains = TenantDomains(tenant) if tenant else None
    exported = dict(domains.subjects()) if domains and not declared.names else {}
    named = {**dict.fromkeys((*names, *declared.names)), **exported, **shown_domains(books)}
    for name, place in named.items():
        bimi = dict.fromkeys((*logos.get(name, ()), *(("default",) if name in called else ())))
        yield _domain(Asked(name, declared.of(name), declared, tuple(bimi), domains), place)
    yield from _of_selectors(books, declared, names, exported)
    yield from certificate_studies(declared, tenant)
    yield from review_studies(declared, tenant)
    if tenant is not None:
        yield from tenant_studies(tenant)


def _of_names(book: ZoneBook) -> Iterator[Study]:
    for owner, node in book.nodes.items():
        found = None if is_host(owner, node) else name_facts(book, owner)
        if found and is_mail_name(found):
            yield Study(Subject("name", owner), given(found), book=book)


def _domain(asked: Asked, place: Place | None) -> Study:
    def facts(view: View, spf: SpfStudy) -> DomainFacts:
        return domain_facts(view, spf, asked, place)

    study = Study(Subject("domain", asked.name), facts, looks(asked))
    if asked.tenant is None:
        return study
    held = asked.tenant.held
    return msgspec.structs.replace(study, as_of=held.as_of, doubt=held.doubt, exported="domain.tenant")


def _of_selectors(
    books: Sequence[ZoneBook], declared: Declared, names: Sequence[str], exported: Iterable[str]
) -> Iterator[Study]:
    """The selectors that somebody declares, those that a zone shows, and those that may be there: of all
    known senders at the names of a call, of Exchange Online at the domains that a tenant accepts."""
    claims = sorted(_claims(declared), key=lambda each: not each[1].ended)  # a sender in use speaks last
    known = {**dict.fromkeys(_in_zones(books), Claim()), **dict(claims)}
    for selector, claim in known.items():
        yield _selector(declared, selector, claim)
    guessed = (
        *_guessed(names, declared.services),
        *(_owner(each, name) for name in exported for each in LABELS),
    )
    for selector in dict.fromkeys(guessed):
        if selector not in known:
            yield _selector(declared, selector, Claim(), probe=True)


def _selector(declared: Declared, name: str, claim: Claim, probe: bool = False) -> Study:
    senders = declared.senders(name.partition("._domainkey.")[2])

    def look(view: View, spf: SpfStudy) -> SelectorFacts:
        return selector_facts(view, name, claim, senders)

    def wait(view: View, spf: SpfStudy) -> tuple[bool | Unknown, bool | Unknown]:
        return selector_open(view, name, senders)

    return Study(Subject("selector", name), look, (wait,), probe)


def _claims(declared: Declared) -> Iterator[tuple[str, Claim]]:
    """The selectors of declared senders, and those that a domain declares for itself."""
    for domain in declared.names:
        for label, claim in claims(declared, domain):
            yield _owner(label, domain), claim


def _in_zones(books: Iterable[ZoneBook]) -> Iterator[str]:
    for book in books:
        for owner in book.nodes:
            if is_selector(owner) and not book.cut_above(owner):
                yield owner


def _guessed(names: Iterable[str], senders: Mapping[str, Sender]) -> Iterator[str]:
    labels = dict.fromkeys(
        label for sender in senders.values() for label in (*sender.selectors, *sender.usual)
    )
    return (_owner(label, name) for name in names for label in labels)


def _owner(label: str, domain: str) -> str:
    return f"{label}._domainkey.{domain}"


def published(books: Iterable[ZoneBook]) -> Iterator[Question]:
    """The record sets of the zones that mail depends on, as DNS would be asked for them."""
    for book in books:
        for owner, node in book.nodes.items():
            if "*" in labels(owner) or book.cut_above(owner) or role_of(owner, node) == "other":
                continue
            types = {"TXT" if type == "CNAME" else type for type in node} & _OF_MAIL
            yield from (Question(owner, type) for type in types)
