"""Which policy of a kind is whose: the first in their order that is for somebody is theirs, and no other.

Strict preset, Standard preset, custom policies by priority, then the default or built-in one
(learn.microsoft.com/defender-office-365/how-policies-and-protections-are-combined). No export says who is a
member of which group: whoever may be, is reckoned with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat

import msgspec

from mfpolicy.facts.tenant.scopes import Scope, Who, divided, names_domain
from mfpolicy.model.dns import Reason, Unknown, joined, unknown
from mfpolicy.model.tenant import EXPORT

_STEPS = 50_000
_TOLD = 3
_SHOWN = 100  # of those whom a policy reaches


class Candidate(msgspec.Struct, frozen=True):
    """A policy in the order, by its `key` (its name in lower case), and for whom it is."""

    key: str
    name: str
    scope: Scope | Unknown = Scope()
    preset: str = ""
    default: bool = False


class Won(msgspec.Struct, frozen=True):
    """Some people and their policy (None: there is none). `doubt`: they may have another one."""

    candidate: Candidate | None
    who: Who
    doubt: Unknown | None = None


class Effective:
    """The policies of one kind in their order, over the accepted domains. Where nobody knows these, the
    domains that rules name count as such, and some other one may be accepted too."""

    def __init__(self, order: Sequence[Candidate], accepted: tuple[str, ...] | Unknown) -> None:
        self.order = tuple(order)
        self._steps = islice(repeat(True), _STEPS)
        self._accepted = accepted
        self._groups = frozenset().union(*_sets(self.order, "groups", "but_groups"))
        self._surely: dict[str, dict[str, None]] = {}
        self._maybe: dict[str, list[Unknown]] = {}
        self._lost: Unknown | None = None
        for won in self._all():
            self._note(won)

    def applies(self, key: str) -> bool | Unknown:
        """Whether a policy is anybody's."""
        if key in self._surely:
            return True
        doubts = [*self._maybe.get(key, ()), *([self._lost] if self._lost else ())]
        return joined(doubts) if doubts else False

    def reaches(self, key: str) -> tuple[str, ...]:
        """Whose policy it surely is: domains, members of groups, addresses; a hundred at most."""
        return tuple(self._surely.get(key, ()))[:_SHOWN]

    def why_dead(self, key: str) -> str:
        """Why a policy that is switched on is nobody's."""
        at = next((at for at, each in enumerate(self.order) if each.key == key), None)
        if at is None:
            return "no rule says for whom it is"
        if Effective(self.order[at : at + 1], self._accepted).applies(key) is False:
            return "its rule is for no accepted domain"
        above = [each.name for each in self.order[:at]]
        others = f" and {len(above) - _TOLD} more" if len(above) > _TOLD else ""
        return f"all that it is for have {', '.join(above[:_TOLD])}{others} before it"

    def of_domain(self, domain: str) -> Won:
        """The policy of everybody in a domain whom no rule names, by address or by group."""
        return next(self._walk(Who(domain, outside=self._groups)))

    def of_named(self, name: str) -> tuple[Won, ...]:
        """The policies of an address, of the members of a group, or of a domain: of an address all that it
        may have, for it may be a member of any group; of others those who are in no other group."""
        if name in self._groups:
            own = frozenset((name,))
            people = [Who(each, within=(own,), outside=self._groups - own) for each, _ in self._domains()]
            return tuple(won for who in people for won in self._walk(who))
        if "@" in name:
            return tuple(self._walk(Who(name.rpartition("@")[2], name)))
        return (self.of_domain(name),)

    def _all(self) -> Iterator[Won]:
        """Everybody whom the rules tell apart; those whom none does stand for each other."""
        domains = self._domains()
        for alike in _alike([Who(domain) for domain, _ in domains], self.order):
            doubts = dict(domains)
            for won in self._walk(alike[0]):
                yield from (_as(won, who, doubts[who.domain]) for who in alike)
        for alike in _alike(self._named([domain for domain, _ in domains]), self.order):
            for won in self._walk(alike[0]):
                yield from (_as(won, who) for who in alike)

    def _domains(self) -> list[tuple[str, Unknown | None]]:
        if not isinstance(self._accepted, Unknown):
            return [(each, None) for each in self._accepted]
        named = frozenset().union(*_sets(self.order, "domains", "but_domains"))
        return [*((each, None) for each in sorted(named)), ("", self._accepted if named else None)]

    def _named(self, domains: Sequence[str]) -> list[Who]:
        """Some exports give names of people instead of addresses: they may be in any domain."""
        named = sorted(frozenset().union(*_sets(self.order, "addresses", "but_addresses")))
        return [
            Who(domain, each)
            for each in named
            for domain in ([each.rpartition("@")[2]] if "@" in each else domains)
        ]

    def _walk(self, who: Who) -> Iterator[Won]:
        """Who of some people has which policy, in the order of the policies."""
        waiting: list[tuple[int, Who, Unknown | None]] = [(0, who, None)]
        while waiting:
            at, who, doubt = waiting.pop()
            if next(self._steps, None) is None:
                self._lost = unknown("the rules of protection", EXPORT, Reason.TOO_LARGE)
                yield Won(None, who, self._lost)
                return
            if at == len(self.order):
                yield Won(None, who, doubt)
                continue
            candidate = self.order[at]
            if isinstance(candidate.scope, Unknown):
                doubt = joined([*([doubt] if doubt else ()), candidate.scope])
                waiting.append((at + 1, who, doubt))
                yield Won(candidate, who, doubt)
                continue
            taken, left = divided(candidate.scope, who)
            waiting += [(at + 1, each, doubt) for each in reversed(left)]
            if taken is not None:
                yield Won(candidate, taken, doubt)

    def _note(self, won: Won) -> None:
        if won.candidate is None:
            return
        if won.doubt is not None:
            self._maybe.setdefault(won.candidate.key, []).append(won.doubt)
            return
        self._surely.setdefault(won.candidate.key, {})[told(won.who)] = None


def told(who: Who) -> str:
    """Some people in words."""
    member = " and ".join(" or ".join(sorted(each)) for each in dict.fromkeys(who.within))
    if who.address:
        return f"{who.address} as a member of {member}" if member else who.address
    return f"members of {member}" if member else who.domain or "everybody"


def _as(won: Won, who: Who, doubt: Unknown | None = None) -> Won:
    """The same for others who are alike."""
    same = msgspec.structs.replace(won.who, domain=who.domain, address=who.address)
    return Won(won.candidate, same, won.doubt or doubt)


def _alike(people: Iterable[Who], order: Sequence[Candidate]) -> list[list[Who]]:
    """People whom no rule tells apart by address or domain."""
    found: dict[tuple[bool, ...], list[Who]] = {}
    scopes = [each.scope for each in order if isinstance(each.scope, Scope)]
    for who in people:
        found.setdefault(tuple(_marks(scopes, who)), []).append(who)
    return list(found.values())


def _marks(scopes: Iterable[Scope], who: Who) -> Iterator[bool]:
    for scope in scopes:
        yield who.address in (scope.addresses or ())
        yield who.address in scope.but_addresses
        yield names_domain(scope.domains or frozenset(), who.domain)
        yield names_domain(scope.but_domains, who.domain)


def _sets(order: Sequence[Candidate], *names: str) -> Iterator[frozenset[str]]:
    for each in order:
        if isinstance(each.scope, Scope):
            yield from (getattr(each.scope, name) or frozenset() for name in names)
