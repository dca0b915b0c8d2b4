"""What an intent says of each domain that there is, and who sends as it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from types import MappingProxyType

import msgspec

from mfpolicy.facts.membership import Membership
from mfpolicy.facts.paths import MxWanted, mx_wanted, through_path
from mfpolicy.facts.senders import network_of
from mfpolicy.model.findings import Declaration
from mfpolicy.model.intent import DmarcIntent, DomainIntent, Intent, Sender
from mfpolicy.model.names import ancestors, normal
from mfpolicy.model.patterns import is_pattern
from mfpolicy.records.certificate import Chain

_NONE: Mapping[str, Chain] = MappingProxyType({})


class Declared:
    """An intent over the domains that zones show, on one day.

    `services` is the catalogue with the intent's own senders over it. A domain has its own entry, else that
    of the longest pattern; the names that its senders send as are domains too. `ranges` are those of the
    address sets, `certificates` those in files by path.
    """

    def __init__(
        self,
        intent: Intent,
        services: Mapping[str, Sender],
        today: datetime.date,
        shown: Collection[str] = (),
        certificates: Mapping[str, Chain] = _NONE,
    ) -> None:
        self.intent = intent
        self.services = services
        self.today = today
        self.certificates = certificates
        self.ranges = tuple(network_of(each) for named in intent.addresses for each in named.ranges)
        listed = {each.name: each for each in intent.domains if not is_pattern(each.name)}
        self.membership = Membership(intent, dict.fromkeys((*listed, *shown)))
        self._entries = {**listed, **self._matched(listed, shown)}
        self._below: dict[str, list[Sender]] = {}
        self._senders: dict[str, tuple[Sender, ...] | None] = {}
        for entry in tuple(self._entries.values()):
            self._derive(entry)

    @property
    def names(self) -> tuple[str, ...]:
        """Every declared domain: the intent's own, those that a pattern matches, those that senders use."""
        return tuple(self._entries)

    def of(self, name: str) -> DomainIntent | None:
        """All that is declared for a domain; None if nothing is."""
        return self._entries.get(name)

    def is_ours(self, name: str) -> bool:
        """Whether a name is a declared domain's, or lies below one."""
        return any(each in self._entries for each in ancestors(name))

    def service(self, name: str) -> Sender:
        """A sender by its name; one that nothing is known of comes without anything."""
        return self.services.get(name) or Sender(name)

    def senders(self, name: str) -> tuple[Sender, ...] | None:
        """Who sends as a domain; None where nobody says who does."""
        # Many facts of a domain ask for them.
        if name not in self._senders:
            self._senders[name] = self._found_senders(name)
        return self._senders[name]

    def mx(self, name: str) -> MxWanted:
        """Where a domain's mail should go: as it says itself, else the first hop of the inbound path."""
        said = self.of(name)
        if said is None or said.mail == "none" or (said.mail == "send" and said.mx is None):
            return MxWanted()
        inbound = self.intent.paths.inbound[:1] if name not in self._below else ()
        wanted = inbound or None if said.mx is None else said.mx
        return MxWanted() if wanted is None else mx_wanted(wanted, self.service)

    def declaration(self, name: str) -> Declaration | None:
        """What is said of a domain in a few words, and where; None where nothing is."""
        said = self.of(name)
        if said is None or said.place is None:
            return None
        senders = self.senders(name)
        if not senders:
            return Declaration("declares it" if senders is None else "declares no sender", said.place)
        return Declaration(f"declares {len(senders)} sender{'s' * (len(senders) > 1)}", said.place)

    def _matched(self, listed: Mapping[str, DomainIntent], shown: Collection[str]) -> dict[str, DomainIntent]:
        by_pattern = {each.name: each for each in self.intent.domains if is_pattern(each.name)}
        found = {name: self.membership.patterns_of(name) for name in shown if name not in listed}
        return {
            name: msgspec.structs.replace(by_pattern[patterns[0]], name=name)
            for name, patterns in found.items()
            if patterns
        }

    def _found_senders(self, name: str) -> tuple[Sender, ...] | None:
        said, below = self.of(name), tuple(self._below.get(name, ()))
        # Whoever says that a domain only receives, or has no mail, says that nobody sends as it.
        if said is not None and said.senders is None and not below and said.mail in ("none", "receive"):
            return ()
        if said is None or (said.senders is None and not below):
            return None
        own = (self.service(each) for each in said.senders or ())
        here = (*(each for each in own if _as(each, name) == name), *below)
        found = here if below else through_path(self.intent, said, here, self.service)
        return tuple({each.name: each for each in found}.values())

    def _derive(self, said: DomainIntent) -> None:
        """The names below which the senders of a domain send."""
        for each in said.senders or ():
            sender = self.service(each)
            name = _as(sender, said.name)
            if name == said.name:
                continue
            self._below.setdefault(name, []).append(sender)
            if name not in self._entries:
                place = sender.place or said.place
                self._entries[name] = DomainIntent(
                    name, mail="send", dmarc=_of_subdomain(said.dmarc), place=place
                )


def _as(sender: Sender, domain: str) -> str:
    """The domain that a sender sends as, for a domain that lists it."""
    return normal(sender.from_.replace("{domain}", domain))


def _of_subdomain(dmarc: DmarcIntent) -> DmarcIntent:
    """What is declared for a subdomain that publishes nothing of its own."""
    if dmarc.subdomains is None:
        return msgspec.structs.replace(dmarc, rua=None, ruf=None)
    return DmarcIntent(dmarc.subdomains, place=dmarc.place)
