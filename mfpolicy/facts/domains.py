"""A domain: a name that takes part in mail, with all that is declared and published for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.authorisation import Authorisation
from mfpolicy.facts.bimi import BimiFacts, bimi_facts
from mfpolicy.facts.dane import DaneFacts, dane_facts
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.dmarc import DmarcFacts, dmarc_facts
from mfpolicy.facts.mta_sts import MtaStsFacts, mta_sts_facts
from mfpolicy.facts.mx import MxFacts, mx_facts
from mfpolicy.facts.next_hosts import NextHostFacts, next_hosts
from mfpolicy.facts.ramps import RANKS
from mfpolicy.facts.senders import SenderFacts, sender_facts
from mfpolicy.facts.spf import SpfFacts, spf_facts, spf_open
from mfpolicy.facts.tenant.of_domain import DomainTenantFacts, TenantDomains
from mfpolicy.facts.tls_rpt import TlsRptFacts, tls_rpt_facts
from mfpolicy.facts.undeclared import UndeclaredFacts, Unexplained, undeclared_facts
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import DomainIntent, Sender
from mfpolicy.model.names import is_doubled, labels
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse as parse_mx
from mfpolicy.records.spf import is_spf
from mfpolicy.views.zones import ZoneBook

Look = Callable[[View, SpfStudy], Any]


class DomainFacts(msgspec.Struct, frozen=True):
    """A domain. `mail` is the declared use (send-and-receive, send, receive, none) or empty; `sends` and
    `receives` whether it is declared to, or the tenant may send as it; `senders_declared` whether somebody
    says who sends as it; `group` the group that it belongs to, empty for none. `listed` is false where an
    intent declares domains, and not this one. `forgeable` tells how little stands between the domain and
    whoever forges it: 2 for a DMARC policy of none or no policy at all, 1 for quarantine, 0 for reject or
    where it takes no part in mail. `next_hosts` are hosts that somebody names for its mail, and MX does not
    yet, where it enforces MTA-STS. `today` is the day that is judged for."""

    name: str
    declared: bool
    mail: str
    sends: bool
    receives: bool
    senders_declared: bool
    group: str
    listed: bool
    forgeable: int | Unknown
    mx: MxFacts
    spf: SpfFacts
    dmarc: DmarcFacts
    mta_sts: MtaStsFacts
    next_hosts: tuple[NextHostFacts, ...] | Unknown
    tls_rpt: TlsRptFacts
    dane: DaneFacts
    bimi: BimiFacts
    senders: tuple[SenderFacts, ...]
    undeclared: tuple[UndeclaredFacts, ...] | Unknown
    tenant: DomainTenantFacts
    today: str
    place: Place | None = None


def shown_domains(books: Sequence[ZoneBook]) -> dict[str, Place | None]:
    """Every domain that a zone shows, with the place that speaks for it: a zone apex, or a name with a
    non-null MX, an SPF record, or a `_dmarc` or `_domainkey` child. Reverse zones take no part in mail."""
    found: dict[str, Place | None] = {}
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
        # Of a name that was meant to be another one nothing else is worth saying.
        if not is_doubled(owner, book.zone.name):
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


class Asked(msgspec.Struct, frozen=True):
    """A domain with all that is declared for it, as its facts need it; `bimi` are the selectors of logos to
    look at beside the declared one, and `tenant` is None where none is declared."""

    name: str
    said: DomainIntent | None
    declared: Declared
    bimi: tuple[str, ...] = ()
    tenant: TenantDomains | None = None

    @property
    def wanted(self) -> DomainIntent:
        """What is declared, or a declaration that says nothing."""
        return self.said or DomainIntent(self.name)

    @property
    def senders(self) -> tuple[Sender, ...] | None:
        """Who is declared to send as it."""
        return self.declared.senders(self.name)

    @property
    def unexplained(self) -> Unexplained:
        """What no declaration explains in its SPF record."""
        declared = self.declared
        return Unexplained(self.senders or (), declared.services, declared.ranges, declared.is_ours)

    def authorisation(self, spf: SpfStudy) -> Authorisation:
        """Its SPF record as it lets its senders pass."""
        return Authorisation(spf, self.name, self.unexplained.is_loose)


def sections(asked: Asked) -> dict[str, Look]:
    """The parts of a domain's facts that rest on DNS, by field; each can be looked at by itself."""
    name, wanted, declared = asked.name, asked.wanted, asked.declared
    return {
        "mx": lambda view, spf: mx_facts(
            view, name, declared.mx(name), wanted.mail or "", asked.senders or (), declared.services
        ),
        "spf": lambda view, spf: spf_facts(spf, name, wanted.spf),
        "dmarc": lambda view, spf: dmarc_facts(view, name, wanted.dmarc, declared.today, asked.senders),
        "mta_sts": lambda view, spf: mta_sts_facts(view, name, wanted.mta_sts),
        "next_hosts": lambda view, spf: next_hosts(view, name, declared, asked.tenant),
        "tls_rpt": lambda view, spf: tls_rpt_facts(view, name, wanted.tls_rpt),
        "dane": lambda view, spf: dane_facts(view, name, wanted.dane),
        "bimi": lambda view, spf: bimi_facts(view, name, wanted.bimi, asked.bimi),
        "senders": lambda view, spf: sender_facts(
            asked.authorisation(spf), asked.senders, declared.services, declared.today
        ),
        "undeclared": lambda view, spf: undeclared_facts(
            asked.authorisation(spf), asked.senders, asked.unexplained, declared.today
        ),
        "tenant": lambda view, spf: (
            asked.tenant.facts(view, name, asked.senders) if asked.tenant else DomainTenantFacts()
        ),
    }


def looks(asked: Asked) -> tuple[Look, ...]:
    """The same for the question loop, each no more than what its facts wait for. Those of SPF and of the
    senders rest on one tree."""
    name, whole = asked.name, sections(asked)
    return (
        whole["mx"],
        lambda view, spf: spf_open(spf, name),
        lambda view, spf: asked.authorisation(spf).waits(asked.senders or (), asked.declared.today),
        *(whole[each] for each in ("dmarc", "mta_sts", "tls_rpt", "dane", "bimi", "tenant")),
    )


def domain_facts(view: View, study: SpfStudy, asked: Asked, place: Place | None) -> DomainFacts:
    """The facts of one domain on one view."""
    said, declared = asked.said, asked.declared
    mail = asked.wanted.mail or ""
    found = {field: look(view, study) for field, look in sections(asked).items()}
    sends = mail in ("send", "send-and-receive") or bool(asked.senders) or _sends_by(found["tenant"])
    return DomainFacts(
        name=asked.name,
        declared=said is not None,
        mail=mail,
        sends=sends,
        receives=mail in ("receive", "send-and-receive"),
        senders_declared=asked.senders is not None,
        group=asked.wanted.group,
        listed=said is not None or not declared.names,
        today=declared.today.isoformat(),
        place=(said.place if said else None) or place,
        forgeable=_forgeable(
            found["mx"].active, sends, found["spf"].present, rank=_rank(view, asked.name, found["dmarc"])
        ),
        **found,
    )


def _sends_by(tenant: DomainTenantFacts) -> bool:
    """Whoever has an account can send as an accepted domain, whether that has an MX or not."""
    return tenant.accepted is True and tenant.sends and tenant.kind != "coexistence"


def _rank(view: View, name: str, dmarc: DmarcFacts) -> int | Unknown:
    """The rank of the policy; what the registry above a zone may say for it was not always asked, and is none
    of the zone's doing."""
    unasked = isinstance(dmarc.rank, Unknown) and dmarc.rank.not_asked
    return 0 if unasked and dmarc.own == 0 and view.apex(name) == name else dmarc.rank


def _forgeable(*takes_part: bool | Unknown, rank: int | Unknown) -> int | Unknown:
    if True in takes_part:
        return rank if isinstance(rank, Unknown) else RANKS["reject"] - rank
    return next((each for each in takes_part if isinstance(each, Unknown)), 0)
