"""A made-up world of Microsoft 365-like domains, the same at every run: names, records, questions."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

import msgspec

MOST_LOOKUPS = 12
_DEEPEST = 4
_CHAINS = 10
_SEED = 9989
# A SubjectPublicKeyInfo of 2,048 bits around its modulus (RFC 3279, 2.3.1), up to the exponent 65,537.
_KEY_HEAD = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_KEY_TAIL = bytes.fromhex("0203010001")


class Item(msgspec.Struct, frozen=True):
    """One record: an absolute owner without final dot, a type, and a value as a zone file writes it; the
    value of a TXT record is its plain text."""

    owner: str
    type: str
    value: str


class Tenant(msgspec.Struct, frozen=True):
    """One domain, the DNS lookups that its SPF record needs, and all records of its zone."""

    name: str
    lookups: int
    zone: tuple[Item, ...]
    hosted: tuple[Item, ...]


def tenants(count: int) -> tuple[Tenant, ...]:
    """The first `count` domains; the first of many are the same as those of few."""
    return tuple(_tenant(number) for number in range(count))


def questions(tenant: Tenant) -> tuple[tuple[str, str], ...]:
    """The twelve names and types of its own that a mail checker asks about one domain."""
    name, mx = tenant.name, _mx_host(tenant.name)
    return (
        *((name, type) for type in ("MX", "TXT", "A", "AAAA")),
        *((f"{label}.{name}", "TXT") for label in ("_dmarc", "_mta-sts", "_smtp._tls")),
        *((f"selector{each}._domainkey.{name}", "TXT") for each in (1, 2)),
        (f"autodiscover.{name}", "CNAME"),
        (mx, "A"),
        (mx, "AAAA"),
    )


def shared() -> Iterator[Item]:
    """What the domains share: Microsoft's SPF record, senders' nested ones, report boxes, name servers."""
    yield Item("spf.protection.test", "TXT", "v=spf1 ip4:192.0.2.0/26 ip6:2001:db8:365::/48 -all")
    yield Item("autodiscover.outlook.test", "A", "192.0.2.9")
    yield Item("ns1.hosts.test", "A", "192.0.2.1")
    yield Item("reports.test", "MX", "10 mx.hosts.test.")
    yield Item("mx.hosts.test", "A", "192.0.2.2")
    yield Item("*._report._dmarc.reports.test", "TXT", "v=DMARC1")
    for chain in range(_CHAINS):
        for cost in range(1, _DEEPEST + 1):
            yield from _nested(_sender(cost, chain), cost, chain)


def _nested(name: str, cost: int, chain: int) -> Iterator[Item]:
    """A sender's record and those below it, which nobody includes by themselves."""
    for left in range(cost, 0, -1):
        below = f"n{left - 1}.{name.removeprefix(f'n{left}.')}"
        nested = f" include:{below}" if left > 1 else ""
        yield Item(name, "TXT", f"v=spf1{nested} ip4:192.0.2.{64 + chain * 16 + left} -all")
        name = below


def _tenant(number: int) -> Tenant:
    name = f"d{number:05}.example"
    dice = random.Random(_SEED + number)
    lookups = 1 + number % MOST_LOOKUPS
    return Tenant(
        name=name,
        lookups=lookups,
        zone=tuple(_zone(name, number, _spf(dice, lookups))),
        hosted=tuple(_hosted(name, dice)),
    )


def _zone(name: str, number: int, spf: str) -> Iterator[Item]:
    yield Item(name, "MX", f"0 {_mx_host(name)}.")
    yield Item(name, "TXT", spf)
    yield Item(name, "TXT", f"MS=ms{number:08}")
    yield Item(name, "A", f"192.0.2.{number % 250 + 1}")
    yield Item(name, "AAAA", f"2001:db8::{number + 1:x}")
    # Without a record of its own, a receiver walks up the tree (RFC 9989, 4.10).
    if number % 7 != 6:
        yield Item(f"_dmarc.{name}", "TXT", _dmarc(name, number))
    if number % 4 == 0:
        yield Item(f"_mta-sts.{name}", "TXT", f"v=STSv1; id={20260101 + number}")
    if number % 3 == 0:
        yield Item(f"_smtp._tls.{name}", "TXT", f"v=TLSRPTv1; rua=mailto:tls@{name}")
    yield Item(f"autodiscover.{name}", "CNAME", "autodiscover.outlook.test.")
    for each in (1, 2):
        yield Item(f"selector{each}._domainkey.{name}", "CNAME", f"{_key_name(name, each)}.")


def _hosted(name: str, dice: random.Random) -> Iterator[Item]:
    """What the provider publishes for one tenant: its mail host and its keys."""
    yield Item(_mx_host(name), "A", f"192.0.2.{dice.randint(1, 250)}")
    yield Item(_mx_host(name), "AAAA", f"2001:db8:25::{dice.randint(1, 65000):x}")
    for each in (1, 2):
        yield Item(_key_name(name, each), "TXT", f"v=DKIM1; k=rsa; p={_key(dice)};")


def _spf(dice: random.Random, lookups: int) -> str:
    """A record that needs exactly so many lookups, through shared and nested includes, a and mx."""
    terms, left = ["include:spf.protection.test"], lookups - 1
    for term in ("mx", "a"):
        if left and dice.random() < 0.3:
            terms, left = [*terms, term], left - 1
    for chain in dice.sample(range(_CHAINS), _CHAINS):
        cost = min(left, dice.randint(1, _DEEPEST))
        terms, left = [*terms, *([f"include:{_sender(cost, chain)}"] if cost else [])], left - cost
    if left:
        raise AssertionError(f"{left} lookups do not fit into {_CHAINS} chains")
    return f"v=spf1 {' '.join(terms)} -all"


def _dmarc(name: str, number: int) -> str:
    policy = ("reject", "quarantine", "none")[number % 3]
    box = "d@reports.test" if number % 5 == 0 else f"dmarc@{name}"
    return f"v=DMARC1; p={policy}; rua=mailto:{box}"


def _key(dice: random.Random) -> str:
    modulus = (dice.getrandbits(2048) | 1 << 2047 | 1).to_bytes(256, "big")
    return base64.b64encode(_KEY_HEAD + modulus + _KEY_TAIL).decode("ascii")


def _sender(cost: int, chain: int) -> str:
    return f"_spf.c{cost}k{chain}.senders.test"


def _mx_host(name: str) -> str:
    return f"{name.replace('.', '-')}.mail.protection.test"


def _key_name(name: str, each: int) -> str:
    dashed = name.replace(".", "-")
    return f"selector{each}-{dashed}._domainkey.{dashed}.onmicrosoft.test"
