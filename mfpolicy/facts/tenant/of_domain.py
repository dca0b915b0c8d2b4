"""What the tenant says of one domain, against DNS and what is declared for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from mfpolicy.facts.exchangers import covers
from mfpolicy.facts.tenant.accepted import by_name, is_taken, kind_of, type_of
from mfpolicy.facts.tenant.direct import DirectSenderFacts, direct_senders
from mfpolicy.facts.tenant.given_hosts import RECORDS, STATUS, given_hosts, status_of
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.optional import gathered
from mfpolicy.facts.tenant.signing import SigningFacts, signing_facts
from mfpolicy.facts.tenant.submission import SubmissionFacts, submission_facts
from mfpolicy.facts.tenant.values import flag, text
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import DomainIntent, Sender
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.mx import parse

EXCHANGE = "exchange-online"
_T = TypeVar("_T")


class DomainTenantFacts(msgspec.Struct, frozen=True):
    """A domain in the tenant. `present`: a tenant is declared. `accepted`: it is an accepted domain there;
    `taken`: its mail is accepted, by that or by a domain above it. `kind` is initial, coexistence or custom,
    as in `tenant.accepted`. `type` is authoritative, internal-relay or external-relay (empty where it is not
    accepted), `wanted_type` the declared one, and `because` why that is so.

    `sends`: nothing says that the tenant does not send as it. `sending_disabled`: it refuses to. `relies`
    says in words why the tenant has to accept it (empty: nothing declares that). `elsewhere` are the MX hosts
    that are not Exchange Online's. `dnssec` is the state of DNSSEC for its mail host, a word of Microsoft's.
    """

    present: bool = False
    accepted: bool | Unknown = False
    taken: bool | Unknown = False
    kind: str = ""
    type: str | Unknown = ""
    wanted_type: str = ""
    because: str = ""
    sends: bool = False
    sending_disabled: bool | Unknown = False
    relies: str = ""
    elsewhere: tuple[str, ...] | Unknown = ()
    dnssec: str | Unknown = ""
    dkim: SigningFacts = SigningFacts()
    submission: SubmissionFacts = SubmissionFacts()
    direct: tuple[DirectSenderFacts, ...] = ()
    place: Place | None = None


class TenantDomains:
    """What one tenant says of domains, by their names."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.accepted = by_name(held)
        self._keys = _named(held.objects("Get-DkimSigningConfig"), "Domain")
        self._dnssec = _named(held.objects(STATUS), "DomainName")
        self._records = held.objects(RECORDS)
        self._types = {each.name: each for each in held.intent.accepted_domains}
        self._submission = submission_facts(held)

    def facts(self, view: View, name: str, senders: Sequence[Sender] | None) -> DomainTenantFacts:
        """The facts of one domain on a view, with those that are declared to send as it."""
        held, said, own = self.held, self.held.declared.of(name), self._of(name)
        current = [each for each in senders or () if not each.is_over(held.today)]
        disabled = _if_there(own, lambda each: flag(each, "SendingFromDomainDisabled"), False)
        wanted = self._types.get(name)
        return DomainTenantFacts(
            present=True,
            accepted=own if isinstance(own, Unknown) else own is not None,
            taken=self.accepted if isinstance(self.accepted, Unknown) else is_taken(name, self.accepted),
            kind=kind_of(name),
            type=_if_there(own, type_of, ""),
            wanted_type=(wanted.type or "") if wanted else "",
            because=wanted.because if wanted else "",
            sends=disabled is not True and _may_send(said, senders, current),
            sending_disabled=disabled,
            relies=self._relies(name, said, current),
            elsewhere=self._elsewhere(view, name),
            dnssec=_if_there(_at(self._dnssec, name), status_of, ""),
            dkim=signing_facts(view, name, _at(self._keys, name), held.today),
            submission=self._submission,
            direct=tuple(direct_senders(held, current)),
            place=own.place if isinstance(own, TenantObject) else None,
        )

    def hosts(self, view: View, name: str) -> tuple[str, ...] | Unknown:
        """The hosts that the tenant names for a domain's mail; none where others take that in before it."""
        elsewhere = self._elsewhere(view, name)
        if self._of(name) is None or elsewhere:
            return elsewhere if isinstance(elsewhere, Unknown) else ()
        return given_hosts(name, _at(self._dnssec, name), self._records)

    def subjects(self) -> Iterator[tuple[str, Place | None]]:
        """The domains that are judged where no intent says which: all that somebody may write records for."""
        found = {} if isinstance(self.accepted, Unknown) else self.accepted
        yield from ((name, each.place) for name, each in found.items() if kind_of(name) != "coexistence")

    def _of(self, name: str) -> TenantObject | Unknown | None:
        return _at(self.accepted, name)

    def _relies(self, name: str, said: DomainIntent | None, current: Sequence[Sender]) -> str:
        if said is None:
            return ""
        by_path = self.held.declared.intent.paths.inbound if said.mail not in ("none", "send") else ()
        if EXCHANGE in (by_path if said.mx is None else said.mx):
            return "receives its mail at Exchange Online"
        if any(each.name == EXCHANGE for each in current):
            return "sends from Exchange Online"
        return "is listed under accepted_domains" if name in self._types else ""

    def _elsewhere(self, view: View, name: str) -> tuple[str, ...] | Unknown:
        answer = view.ask(name, "MX")
        if isinstance(answer, Unknown):
            return answer
        found = [each for each in (parse(record.value) for record in answer.records) if not each.null]
        own = self.held.declared.service(EXCHANGE).mx
        return tuple(dict.fromkeys(each.exchange for each in found if not covers(own, each.exchange)))


def _may_send(said: DomainIntent | None, senders: Sequence[Sender] | None, current: Sequence[Sender]) -> bool:
    """Who declares senders of a domain without Exchange Online says that nobody sends as it from there."""
    if said is not None and said.mail in ("none", "receive"):
        return False
    return senders is None or any(each.name == EXCHANGE for each in current)


def _named(found: tuple[TenantObject, ...] | Unknown, key: str) -> Mapping[str, TenantObject] | Unknown:
    """Objects by the domain that they are of; where one does not say that, nobody knows what is missing."""
    if isinstance(found, Unknown):
        return found
    names = gathered(text(each, key if each.has(key) else "Identity") for each in found)
    if isinstance(names, Unknown):
        return names
    return {normal(name): each for name, each in zip(names, found, strict=True)}


def _at(found: Mapping[str, TenantObject] | Unknown, name: str) -> TenantObject | Unknown | None:
    return found if isinstance(found, Unknown) else found.get(name)


def _if_there(
    found: TenantObject | Unknown | None, read: Callable[[TenantObject], _T | Unknown], instead: _T
) -> _T | Unknown:
    if found is None:
        return instead
    return found if isinstance(found, Unknown) else read(found)
