"""What an intent says of each domain that there is, and who sends as it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mfpolicy.model.intent import DmarcIntent, DomainIntent, Intent, Sender
from mfpolicy.model.names import normal
from mfpolicy.model.patterns import Patterns, is_pattern


class MxWanted(msgspec.Struct, frozen=True):
    """Where a domain's mail should go. `declared` is false where nobody says; `patterns` are the hosts that
    are wanted, none for a null MX; `words` names the services, `unknown` those whose hosts nobody knows."""

    declared: bool = False
    patterns: tuple[str, ...] = ()
    words: str = ""
    unknown: tuple[str, ...] = ()


class Declared:
    """An intent over the domains that zones show, on one day.

    `services` is the catalogue with the intent's own senders over it. A domain has its own entry, else that
    of the longest pattern; the names that its senders send as are domains too.
    """

    def __init__(
        self,
        intent: Intent,
        services: Mapping[str, Sender],
        today: datetime.date,
        shown: Iterable[str] = (),
    ) -> None:
        self.today = today
        self.intent = intent
        self.services = services
        self._entries = {each.name: each for each in intent.domains if not is_pattern(each.name)}
        self._match(shown)
        self._derived: dict[str, list[tuple[str, Sender]]] = defaultdict(list)
        for entry in tuple(self._entries.values()):
            self._derive(entry)

    @property
    def names(self) -> tuple[str, ...]:
        """Every declared domain: the intent's own, those that a pattern matches, those that senders use."""
        return tuple(self._entries)

    def of(self, name: str) -> DomainIntent | None:
        """All that is declared for a domain; None if nothing is."""
        return self._entries.get(name)

    def senders(self, name: str) -> tuple[Sender, ...] | None:
        """Who sends as a domain; None where nobody says who does. A name that nothing is known of comes as
        a sender without anything."""
        said = self.of(name)
        if said is None or (said.senders is None and name not in self._derived):
            return None
        own = (self.service(each) for each in said.senders or ())
        here = (each for each in own if _as(each, name) == name)
        below = (sender for _, sender in self._derived.get(name, ()))
        found = (*self._through_path(said, (*here, *below)),)
        return tuple({each.name: each for each in found}.values())

    def service(self, name: str) -> Sender:
        """A sender by its name."""
        return self.services.get(name) or Sender(name)

    def mx(self, name: str) -> MxWanted:
        """Where a domain's mail should go: as it says itself, else the first hop of the inbound path."""
        said = self.of(name)
        if said is None or said.mail in ("none", "send"):
            return MxWanted()
        inbound = self.intent.paths.inbound[:1] if name not in self._derived else ()
        wanted = inbound or None if said.mx is None else said.mx
        return MxWanted() if wanted is None else self._mx_wanted(wanted)

    def matched(self, pattern: str) -> tuple[str, ...]:
        """The domains that a pattern matches, in the order of the zones."""
        return tuple(self._matched.get(pattern, ()))

    def groups_of(self, name: str) -> tuple[str, ...]:
        """The groups that have a domain as a member, the one that counts first."""
        return tuple(dict.fromkeys(self._groups.get(name, ())))

    def _match(self, shown: Iterable[str]) -> None:
        by_pattern = {each.name: each for each in self.intent.domains if is_pattern(each.name)}
        group_of = defaultdict(list)
        for group in self.intent.groups:
            for member, _ in group.members if not is_pattern(group.name) else ():
                group_of[member].append(group.name)
        patterns = Patterns((*by_pattern, *(each for each in group_of if is_pattern(each))))
        self._matched: dict[str, list[str]] = defaultdict(list)
        self._groups: dict[str, list[str]] = {
            name: list(groups) for name, groups in group_of.items() if not is_pattern(name)
        }
        for name in dict.fromkeys((*self._entries, *shown)):
            found = patterns.matching(name)
            for pattern in found:
                self._matched[pattern].append(name)
                self._groups.setdefault(name, []).extend(group_of.get(pattern, ()))
            if found and name not in self._entries:
                self._entries[name] = msgspec.structs.replace(by_pattern[found[0]], name=name)

    def _derive(self, said: DomainIntent) -> None:
        """The names below which the senders of a domain send."""
        for each in said.senders or ():
            sender = self.service(each)
            name = _as(sender, said.name)
            if name == said.name:
                continue
            self._derived[name].append((said.name, sender))
            if name not in self._entries:
                place = sender.place or said.place
                self._entries[name] = DomainIntent(name, mail="send", dmarc=_below(said.dmarc), place=place)

    def _through_path(self, said: DomainIntent, senders: tuple[Sender, ...]) -> Iterator[Sender]:
        """The senders, where the mail of those on the outbound path leaves at its last hop: receivers see
        that one, and no other."""
        *earlier, last = self.intent.paths.outbound or ("",)
        on_path = [each.name for each in senders if each.name in (*earlier, last)]
        taken = bool(last) and said.name not in self._derived
        taken = taken and (said.mail == "send-and-receive" or bool(on_path))
        for each in senders:
            if not (taken and each.name in on_path):
                yield each
            elif each.name != last:
                yield msgspec.structs.replace(each, via="connector")
        if taken:
            yield self._hop(last)

    def _hop(self, name: str) -> Sender:
        """What has to stand in SPF for the hop that hands mail to the world."""
        place = self.intent.paths.place
        ranges = next((each.ranges for each in self.intent.addresses if each.name == name), None)
        if ranges is not None:
            return Sender(name, name, addresses=ranges, place=place)
        return msgspec.structs.replace(self.service(name), envelope="customer", place=place)

    def _mx_wanted(self, wanted: tuple[str, ...]) -> MxWanted:
        services = [self.service(each) for each in wanted if "." not in each]
        hosts = tuple(each for each in wanted if "." in each)
        return MxWanted(
            declared=True,
            patterns=(*hosts, *(pattern for each in services for pattern in each.mx)),
            words=" or ".join((*(each.title or each.name for each in services), *hosts)) or "null MX",
            unknown=tuple(each.name for each in services if not each.mx),
        )


def _as(sender: Sender, domain: str) -> str:
    """The domain that a sender sends as, for a domain that lists it."""
    return normal(sender.from_.replace("{domain}", domain))


def _below(dmarc: DmarcIntent) -> DmarcIntent:
    """What is declared for a subdomain that publishes nothing of its own."""
    if dmarc.subdomains is None:
        return msgspec.structs.replace(dmarc, rua=None, ruf=None)
    return DmarcIntent(dmarc.subdomains, place=dmarc.place)
