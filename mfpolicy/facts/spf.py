"""What SPF says at a domain: the worst case over the whole tree, and each fault at its own place."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree, TermNode
from mfpolicy.model.dns import Record, Unknown
from mfpolicy.model.intent import SpfIntent
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.spf import Mechanism

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# RFC 6890; the shared space of RFC 6598 is no more reachable from outside than RFC 1918's.
_PRIVATE_4 = tuple(
    map(
        ipaddress.IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    )
)
_PRIVATE_6 = tuple(map(ipaddress.IPv6Network, ("::1/128", "fc00::/7", "fe80::/10")))


class SpfErrorFacts(msgspec.Struct, frozen=True):
    """A reason for permerror, somewhere in the tree. `path` names the includes on the way, and the term."""

    code: str
    text: str
    path: tuple[str, ...]
    place: Place | None = None


class SpfTermFacts(msgspec.Struct, frozen=True):
    """One term of the domain's own record. `private` lists ranges that no sender outside can have;
    `size` is how many IPv4 addresses its own ip4 range spans, 0 for other terms."""

    text: str
    mechanism: str
    qualifier: str
    lookups: int | Unknown
    private: tuple[str, ...]
    size: int
    place: Place | None = None


class SpfFacts(msgspec.Struct, frozen=True):
    """SPF at a domain, worst case (RFC 7208, 4.6.4). `lookups` and `void_lookups` are unknown only where
    the known part does not already exceed the limit. `errors` are syntax faults and targets without SPF."""

    present: bool | Unknown
    records: int | Unknown
    text: str = ""
    lookups: int | Unknown = 0
    void_lookups: int | Unknown = 0
    all: str | Unknown = ""
    terms: tuple[SpfTermFacts, ...] | Unknown = ()
    errors: tuple[SpfErrorFacts, ...] | Unknown = ()
    place: Place | None = None


def spf_facts(study: SpfStudy, domain: str, wanted: SpfIntent) -> SpfFacts:
    """The facts of one domain; an absent record is a whole object with `present` false."""
    tree = study.study(domain)
    if isinstance(tree.present, Unknown):
        return _unknown(tree.present)
    if not tree.records:
        return SpfFacts(present=False, records=0)
    record = tree.record or tree.records[0]
    return SpfFacts(
        present=True,
        records=len(tree.records),
        text=record.value,
        lookups=_decided(tree.lookups, tree.known_lookups, limit=10),
        void_lookups=_decided(tree.void_lookups, tree.known_void_lookups, limit=2),
        all=_all(tree),
        terms=tuple(_term(node, record) for node in tree.terms),
        # Where something was not seen, what was seen to be sound says nothing of the rest.
        errors=tuple(_errors(tree, record)) or tree.unknown or (),
        place=record.place,
    )


def _unknown(why: Unknown) -> SpfFacts:
    """Nobody can say what a record that was not seen holds."""
    return SpfFacts(why, why, "", why, why, why, why, why)


def _decided(count: int | Unknown, known: int, limit: int) -> int | Unknown:
    """What could not be followed cannot take lookups away: above the limit the known part decides."""
    return known if isinstance(count, Unknown) and known > limit else count


def _all(tree: SpfTree) -> str:
    terms = [node.term for node in tree.terms if isinstance(node.term, Mechanism)]
    return next((term.qualifier for term in terms if term.name == "all"), "")


def _term(node: TermNode, record: Record) -> SpfTermFacts:
    own = node.networks if node.term.name in ("ip4", "ip6") else ()
    return SpfTermFacts(
        text=node.term.text,
        mechanism=node.term.name,
        qualifier=node.term.qualifier if isinstance(node.term, Mechanism) else "",
        lookups=node.unknown or node.lookups,
        private=tuple(str(network) for network in own if is_private(network)),
        size=sum(network.num_addresses for network in own if network.version == 4),
        place=narrowed(record.place, node.term.text),
    )


def is_private(network: Network) -> bool:
    """Private use, loopback, link-local and such (RFC 6890); documentation ranges stand for real ones."""
    if isinstance(network, ipaddress.IPv4Network):
        return any(network.subnet_of(each) for each in _PRIVATE_4)
    return any(network.subnet_of(each) for each in _PRIVATE_6)


def _errors(tree: SpfTree, record: Record) -> Iterator[SpfErrorFacts]:
    for error in tree.errors:
        # Several records at the domain itself have a rule of their own, which counts.
        if error.path or error.code != "multiple-records":
            term = error.path[0] if error.path else ""
            yield SpfErrorFacts(error.code, error.text, error.path, narrowed(record.place, term))
