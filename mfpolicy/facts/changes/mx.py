"""Where the mail of a domain went, and where it will go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from mfpolicy.evaluate.exchangers import Exchanger, exchangers
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.working import nearest_place, sends_by, working_hosts
from mfpolicy.facts.changes.zones import is_orphaned
from mfpolicy.facts.exchangers import covers, service_of
from mfpolicy.model.dns import Answer, Unknown, View, joined
from mfpolicy.model.names import is_within, parent
from mfpolicy.model.places import Place
from mfpolicy.records.mx import parse

_Hosts = tuple[str, ...]


class MxChangeFacts(msgspec.Struct, frozen=True):
    """The MX hosts of a domain before and after, and who runs them in words: a service, the domain itself, or
    the name above the host. Hosts that are known to have taken no mail are not among those before.

    `dropped` and `gained` are the hosts of one side only. `moved`: none of those who took its mail takes it
    any more, others do; `as_declared`: the intent wants some of the hosts after. `stopped`: mail was taken,
    and no MX is left that could be meant to take it, nor an address that was an MX host's; `absence` says
    what stands there instead, `sends_by` whether SPF, DKIM or both still speak for senders (empty: neither),
    `meant` that the intent says that the domain takes no mail.
    """

    before: tuple[str, ...] | Unknown = ()
    after: tuple[str, ...] | Unknown = ()
    before_providers: tuple[str, ...] | Unknown = ()
    after_providers: tuple[str, ...] | Unknown = ()
    dropped: tuple[str, ...] | Unknown = ()
    gained: tuple[str, ...] | Unknown = ()
    moved: bool | Unknown = False
    as_declared: bool | Unknown = False
    stopped: bool | Unknown = False
    absence: str | Unknown = ""
    sends_by: str | Unknown = ""
    meant: bool = False
    place: Place | None = None


def mx_change(base: Side, head: Side, domain: str) -> MxChangeFacts:
    """The change of one domain; neutral where its zone is deleted, of which the name's own facts speak."""
    if is_orphaned(base, head, domain):
        return MxChangeFacts()
    was, now = _hosts(working_hosts(base.view, domain)), _hosts(exchangers(head.view, domain))
    old, new = _providers(head, domain, was), _providers(head, domain, now)
    stopped = _is_stopped(base.view, head.view, domain, was)
    return MxChangeFacts(
        before=was,
        after=now,
        before_providers=old,
        after_providers=new,
        dropped=_without(was, now),
        gained=_without(now, was),
        moved=_is_moved(old, new),
        as_declared=now if isinstance(now, Unknown) else _is_wanted(head, domain, now),
        stopped=stopped,
        absence=_if(stopped, lambda: _absence(head.view, domain)),
        sends_by=_if(stopped, lambda: sends_by(head, domain)),
        meant=_is_meant(head, domain),
        place=_place(head, domain),
    )


def _hosts(found: Sequence[Exchanger] | Unknown) -> _Hosts | Unknown:
    return found if isinstance(found, Unknown) else tuple(dict.fromkeys(host for host, _ in found))


def _without(these: _Hosts | Unknown, those: _Hosts | Unknown) -> _Hosts | Unknown:
    if isinstance(these, Unknown) or not these:
        return these
    return those if isinstance(those, Unknown) else tuple(each for each in these if each not in those)


def _providers(side: Side, domain: str, hosts: _Hosts | Unknown) -> _Hosts | Unknown:
    if isinstance(hosts, Unknown):
        return hosts
    return tuple(dict.fromkeys(_provider(side, domain, host) for host in hosts))


def _provider(side: Side, domain: str, host: str) -> str:
    if is_within(host, domain):
        return domain
    above = parent(host)
    # A host right below a top-level domain stands for itself: its neighbours there are strangers.
    return service_of(side.declared.services, host) or (above if "." in above else host)


def _is_moved(old: _Hosts | Unknown, new: _Hosts | Unknown) -> bool | Unknown:
    if old == () or new == ():
        return False
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return joined(each for each in (old, new) if isinstance(each, Unknown))
    return not any(is_within(one, other) or is_within(other, one) for one in old for other in new)


def _is_wanted(head: Side, domain: str, hosts: _Hosts) -> bool:
    patterns = head.declared.mx(domain).patterns
    return any(covers(patterns, each) for each in hosts)


def _is_meant(head: Side, domain: str) -> bool:
    said, wanted = head.declared.of(domain), head.declared.mx(domain)
    nowhere = wanted.declared and not wanted.patterns and not wanted.unknown
    return nowhere or (said is not None and said.mail in ("send", "none"))


def _is_stopped(base: View, head: View, domain: str, was: _Hosts | Unknown) -> bool | Unknown:
    """Whether no MX is left. One that cannot be used is still there, and a finding of its own."""
    if was == ():
        return False
    now = head.ask(domain, "MX")
    if isinstance(now, Answer) and not all(parse(each.value).null for each in now.records):
        return False
    if isinstance(was, Unknown) or isinstance(now, Unknown):
        return joined(each for each in (was, now) if isinstance(each, Unknown))
    return bool(now.records) or _addresses(base, was).isdisjoint(_addresses(head, (domain,)))


def _addresses(view: View, hosts: _Hosts) -> set[str]:
    """Those that are known: without an MX mail goes to the domain's own (RFC 5321, 5.1)."""
    answers = (view.ask(host, type) for host in hosts for type in ("A", "AAAA"))
    return {each.value for found in answers if isinstance(found, Answer) for each in found.records}


def _if(stopped: bool | Unknown, words: Callable[[], str | Unknown]) -> str | Unknown:
    return stopped if isinstance(stopped, Unknown) else words() if stopped else ""


def _absence(head: View, domain: str) -> str:
    found = head.ask(domain, "MX")
    return "a null MX" if isinstance(found, Answer) and found.records else "no MX record"


def _place(head: Side, domain: str) -> Place | None:
    found = head.view.ask(domain, "MX")
    records = found.records if isinstance(found, Answer) else ()
    return next((each.place for each in records if each.place), None) or nearest_place(head, domain, "MX")
