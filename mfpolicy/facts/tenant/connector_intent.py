"""Connectors beside what the intent declares of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mfpolicy.facts.tenant.connector_values import domain_of, is_named, networks_of, outside
from mfpolicy.facts.tenant.values import flag, place_at, text, texts, word
from mfpolicy.model.dns import Unknown, joined
from mfpolicy.model.intent_tenant import ConnectorIntent
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject

RANKS = {"none": 0, "opportunistic": 1, "encrypted": 2, "validated": 3, "domain": 4}
_OUTBOUND = {"": 1, "encryptiononly": 2, "certificatevalidation": 3, "domainvalidation": 4}
_WORDS = {rank: word for word, rank in RANKS.items()}
_TYPES = {"on-premises": "OnPremises", "partner": "Partner"}


class ConnectorDeviationFacts(msgspec.Struct, frozen=True):
    """What a connector has otherwise than declared: Microsoft's name of it, and in words how it differs.
    `lacks`: mail that is meant to go through it does not; else it takes or trusts more than it should."""

    name: str
    words: str
    lacks: bool
    place: Place | None = None


class DeclaredConnectorFacts(msgspec.Struct, frozen=True):
    """What is declared of a connector. `any`: the intent declares connectors at all; `present`: this one.
    `reasoned`: it says why; `in_clear`: TLS is not asked for; `on_premises`: one's own servers are there."""

    any: bool = False
    present: bool = False
    name: str = ""
    reasoned: bool = False
    in_clear: bool = False
    on_premises: bool = False


def declared_for(
    said: tuple[ConnectorIntent, ...], direction: str, name: str
) -> tuple[ConnectorIntent | None, DeclaredConnectorFacts]:
    """The first entry that stands for a connector, and its facts."""
    ours = (each for each in said if each.direction in (None, direction) and is_named(name, each.match))
    found = next(ours, None)
    if found is None:
        return None, DeclaredConnectorFacts(any=bool(said))
    return found, DeclaredConnectorFacts(
        any=True,
        present=True,
        name=found.name,
        reasoned=bool(found.because),
        in_clear=found.tls in ("none", "opportunistic"),
        on_premises=found.type == "on-premises",
    )


_Deviation = ConnectorDeviationFacts | Unknown


def deviations(
    said: ConnectorIntent | None, direction: str, of: TenantObject
) -> tuple[ConnectorDeviationFacts, ...] | Unknown:
    """All of them; unknown where none is certain, and some property is not known."""
    found = [] if said is None else [each for look in _LOOKS[direction] for each in look(said, of)]
    known = tuple(each for each in found if isinstance(each, ConnectorDeviationFacts))
    unknowns = [each for each in found if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns and not known else known


def tls_rank(direction: str, of: TenantObject) -> int | Unknown:
    """What a connector asks of TLS: 1 nothing, 2 encryption, 3 a valid certificate, 4 that of a domain.
    RequireTls is for partners only; servers of one's own that are known by a certificate come by TLS anyway
    (Set-InboundConnector)."""
    if direction == "outbound":
        level = word(of, "TlsSettings")
        return level if isinstance(level, Unknown) else _OUTBOUND.get(level.lower(), 1)
    name, required, kind = (
        text(of, "TlsSenderCertificateName"),
        flag(of, "RequireTls"),
        word(of, "ConnectorType"),
    )
    for each in (name, kind, required):
        if isinstance(each, Unknown):
            return each
    own = isinstance(kind, str) and kind.lower() == "onpremises"
    return 4 if name and (own or required) else 2 if required else 1


def _enabled(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
    enabled = flag(of, "Enabled")
    if isinstance(enabled, Unknown):
        yield enabled
    elif not enabled:
        yield _one(of, "Enabled", "false", "true", lacks=True)


def _type(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
    found, wanted = word(of, "ConnectorType"), _TYPES.get(said.type or "", "")
    if isinstance(found, Unknown):
        yield from [found] * bool(wanted)
    elif wanted and found.lower() != wanted.lower():
        yield _one(of, "ConnectorType", found, wanted)


def _certificate(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
    found = text(of, "TlsSenderCertificateName")
    if not said.certificate or (found and not isinstance(found, Unknown)):
        return
    wanted = f"the certificate {said.certificate}"
    yield found or _one(of, "TlsSenderCertificateName", "empty", wanted)


def _addresses(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
    found = texts(of, "SenderIPAddresses")
    if not said.addresses:
        return
    if isinstance(found, Unknown):
        yield found
        return
    there, odd = networks_of(found)
    wanted, _ = networks_of(said.addresses)
    missing, more = outside(said.addresses, there), (*outside(map(str, there), wanted), *odd)
    yield from _sides(of, "SenderIPAddresses", missing, more)


def _domains(name: str) -> Callable[[ConnectorIntent, TenantObject], Iterator[_Deviation]]:
    def look(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
        found = texts(of, name)
        if said.domains is None:
            return
        if isinstance(found, Unknown):
            yield found
            return
        yield from _differing(of, name, map(domain_of, found), map(domain_of, said.domains))

    return look


def _hosts(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
    found = texts(of, "SmartHosts")
    if said.hosts is None:
        return
    if isinstance(found, Unknown):
        yield found
        return
    plain = (each.strip().strip("[]") for each in found)
    yield from _differing(of, "SmartHosts", map(normal, plain), map(normal, said.hosts))


def _tls(direction: str) -> Callable[[ConnectorIntent, TenantObject], Iterator[_Deviation]]:
    def look(said: ConnectorIntent, of: TenantObject) -> Iterator[_Deviation]:
        rank = tls_rank(direction, of)
        if said.tls is None or RANKS[said.tls] < 2:
            return
        if isinstance(rank, Unknown):
            yield rank
        elif rank < RANKS[said.tls]:
            yield _one(of, "TLS", _WORDS[rank], said.tls)

    return look


def _differing(
    of: TenantObject, name: str, found: Iterator[str], wanted: Iterator[str]
) -> Iterator[_Deviation]:
    there, asked = dict.fromkeys(found), dict.fromkeys(wanted)
    yield from _sides(of, name, tuple(asked.keys() - there), tuple(there.keys() - asked))


def _sides(
    of: TenantObject, name: str, missing: tuple[str, ...], more: tuple[str, ...]
) -> Iterator[_Deviation]:
    if missing:
        words = f"{name} lacks {', '.join(sorted(missing))}, which the intent declares"
        yield ConnectorDeviationFacts(name, words, True, place_at(of, name))
    if more:
        words = f"{name} holds {', '.join(sorted(more))}, which the intent does not declare"
        yield ConnectorDeviationFacts(name, words, False, place_at(of, name))


def _one(
    of: TenantObject, name: str, value: str, wanted: str, lacks: bool = False
) -> ConnectorDeviationFacts:
    words = f"{name} is {value}; the intent declares {wanted}"
    return ConnectorDeviationFacts(name, words, lacks, place_at(of, name))


_LOOKS = {
    "inbound": (_enabled, _type, _certificate, _addresses, _domains("SenderDomains"), _tls("inbound")),
    "outbound": (_enabled, _type, _hosts, _domains("RecipientDomains"), _tls("outbound")),
}
