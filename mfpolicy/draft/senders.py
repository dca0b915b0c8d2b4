"""Who sends, by what SPF includes and where the CNAME records of DKIM selectors lead."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.evaluate.spf_tree import SpfTree, TermNode
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import is_within, labels, normal
from mfpolicy.model.patterns import Patterns
from mfpolicy.records.spf import Mechanism, Network

UNSIGNED = "-by-spf"
_TARGET = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", re.ASCII)
_NO_NAME = re.compile(r"_.*|spf[0-9]*|mail|www", re.ASCII)


class SpfSenders(msgspec.Struct, frozen=True):
    """Who may send as one domain: `services` of the catalogue, those of them whose catalogued selectors are
    not all there (`unsigned`), names that are included and nobody knows (`includes`), and the address
    `ranges` of the record itself. `named` are all names that are included, `signed` the selectors that the
    services explain."""

    services: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    signed: frozenset[str] = frozenset()


class Known:
    """The catalogue, looked up by what stands in DNS."""

    def __init__(self, services: Mapping[str, Sender]) -> None:
        self.services = services
        # Services that share a name are told apart by nothing here; the first is the one they build upon.
        first = tuple(services.values())[::-1]
        self._by_include = {name: each for each in first for name in each.includes}
        self._by_target = {pattern: each for each in first for pattern in each.targets}
        self._by_mx = {pattern: each for each in first for pattern in each.mx}
        self._targets, self._mx = Patterns(self._by_target), Patterns(self._by_mx)

    def including(self, name: str) -> Sender | None:
        """The service that SPF includes by a name."""
        return self._by_include.get(name)

    def at_target(self, name: str) -> Sender | None:
        """The service that the CNAME record of a selector leads to."""
        return next((self._by_target[each] for each in self._targets.matching(name)), None)

    def services_at(self, hosts: Sequence[str]) -> tuple[str, ...]:
        """MX hosts, in the words of the catalogue where it has some."""
        return tuple(dict.fromkeys(map(self._service_or_host, hosts)))

    def _service_or_host(self, host: str) -> str:
        return next((self._by_mx[each].name for each in self._mx.matching(host)), host)


def spf_senders(view: View, tree: SpfTree, selectors: Collection[str], known: Known) -> SpfSenders | None:
    """Who sends as a domain with these selectors; None where that cannot be known, or not be written."""
    if not is_readable(tree):
        return None
    nodes = tuple(_passing(tree, tree))
    included = dict.fromkeys(each.target for each in nodes if not each.networks)
    if not all(map(_TARGET.fullmatch, included)) or any(each.opaque for each in nodes if not each.networks):
        return None
    leads = {each: _leads_to(view, each, tree.name, known) for each in selectors}
    services = {each.name: each for name in included if (each := known.including(name))}
    # A service with a return path of its own needs nothing in SPF; its signature is what speaks for it.
    services |= {each.name: each for each in leads.values() if each and each.envelope in ("own", "subdomain")}
    whole = {name for name, each in services.items() if set(each.selectors) <= set(selectors)}
    return SpfSenders(
        services=tuple(each for each in services if each in whole),
        unsigned=tuple(
            each for each in services if each not in whole and set(services[each].includes) & set(included)
        ),
        includes=tuple(each for each in included if known.including(each) is None),
        ranges=tuple(dict.fromkeys(_range(network) for each in nodes for network in each.networks)),
        named=tuple(included),
        signed=frozenset(_explained(leads, whole, services)),
    )


def _passing(tree: SpfTree, top: SpfTree) -> Iterator[TermNode]:
    """The includes and address terms that let somebody pass, of the record and of those below the domain."""
    for node in tree.terms:
        if isinstance(node.term, Mechanism) and node.term.qualifier != "+":
            continue
        if node.term.name in ("ip4", "ip6"):
            yield node
        elif node.term.name in ("include", "redirect") and node.child and is_within(node.target, top.name):
            yield from _passing(node.child, top)
        elif node.term.name in ("include", "redirect"):
            yield node


def _leads_to(view: View, selector: str, name: str, known: Known) -> Sender | None:
    answer = view.ask(f"{selector}._domainkey.{name}", "CNAME")
    found = () if isinstance(answer, Unknown) else answer.records
    return known.at_target(normal(found[0].value.strip())) if found else None


def _explained(
    leads: Mapping[str, Sender | None], whole: Collection[str], services: Mapping[str, Sender]
) -> Iterator[str]:
    """The selectors that the catalogue gives its services, and those that lead to one of them."""
    for name in whole:
        yield from services[name].selectors
    yield from (each for each, service in leads.items() if service and service.name in whole)


def by_spf(found: SpfSenders, services: Mapping[str, Sender]) -> SpfSenders:
    """The same senders, of whom nothing is said but what SPF includes."""
    every = (*found.services, *found.unsigned)
    included = tuple(each for each in every if set(services[each].includes) & set(found.named))
    return msgspec.structs.replace(found, services=(), unsigned=included, signed=frozenset())


def is_readable(tree: SpfTree) -> bool:
    """Whether a domain has one record of which every term can be read."""
    return tree.spf is not None and len(tree.records) == 1 and not tree.spf.faults


def sender_names(includes: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Included name -> a sender's name made from it, no two alike and none of those that are taken."""
    return _named({each: _speaking(each) for each in sorted(set(includes))}, taken)


def _speaking(include: str) -> str:
    """What tells an included name from others: _spf.mail.example.net is example-net."""
    parts = [part for part in labels(include) if not _NO_NAME.fullmatch(part)] or labels(include)
    return "-".join(parts).replace("_", "-").strip("-") or "sender"


def _named(wanted: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """The wanted names, those that are wanted twice with a number."""
    used, found = set(taken), {}
    counts: Counter[str] = Counter()
    for key, base in wanted.items():
        counts[base] += 1
        name = base if counts[base] == 1 else f"{base}-{counts[base]}"
        while name in used:
            counts[base] += 1
            name = f"{base}-{counts[base]}"
        used.add(name)
        found[key] = name
    return found


def address_sets(ranges: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Set name -> ranges; each range stands in the set of the shortest domain that has it."""
    first: dict[str, str] = {}
    for domain in sorted(ranges, key=lambda each: (len(labels(each)), each)):
        for each in ranges[domain]:
            first.setdefault(each, domain)
    sets: dict[str, list[str]] = {}
    for each in sorted(first, key=lambda text: (first[text], *_order(text))):
        sets.setdefault(first[each], []).append(each)
    names = _named({domain: domain.replace(".", "-") for domain in sets}, ())
    return {names[domain]: tuple(each) for domain, each in sets.items()}


def _range(network: Network) -> str:
    """A range as people write it."""
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address if single else network)


def _order(text: str) -> tuple[int, int, int]:
    network = ipaddress.ip_network(text)
    return network.version, int(network.network_address), network.prefixlen
