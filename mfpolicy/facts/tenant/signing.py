"""DKIM as a tenant signs with it, against what DNS answers at its selectors."""

from __future__ import annotations

import datetime

import msgspec

from mfpolicy.evaluate.dkim import SelectorResult, selector_keys
from mfpolicy.facts.selector_owners import chain_of
from mfpolicy.facts.tenant.values import all_unknown, flag, number, text, time, word
from mfpolicy.model.dns import Record, Unknown, View, all_of, any_of, negated
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import TenantObject
from mfpolicy.records.dkim import parse

LABELS = ("selector1", "selector2")


class TenantSelectorFacts(msgspec.Struct, frozen=True):
    """One of the two selectors. `wanted` is where its CNAME has to lead, as the tenant says, and `shown` in
    words what stands there; `stands`: anything does. `same`: it leads there, by whatever way, or shows the
    very key that the tenant tells, as where a provider of DNS answers for its CNAME. `in_use`: the tenant
    signs with it today; `missed`: it does, and something stands at the other one only."""

    name: str
    wanted: str | Unknown
    shown: str | Unknown
    stands: bool | Unknown
    same: bool | Unknown
    bits: int | Unknown
    in_use: bool | Unknown
    missed: bool | Unknown
    place: Place | None = None


class SigningFacts(msgspec.Struct, frozen=True):
    """How a tenant signs as a domain (Get-DkimSigningConfig). `present`: it has keys for it. `keyed`: DNS has
    a key that is in force at one of the selectors. `age_days` is that of the keys in whole days."""

    present: bool | Unknown = False
    enabled: bool | Unknown = False
    status: str | Unknown = ""
    keyed: bool | Unknown = False
    age_days: int | Unknown = 0
    selectors: tuple[TenantSelectorFacts, ...] | Unknown = ()
    place: Place | None = None


def signing_facts(
    view: View, domain: str, config: TenantObject | Unknown | None, today: datetime.date
) -> SigningFacts:
    """The facts of one domain; `config` is None where the tenant has no keys for it."""
    if config is None:
        return SigningFacts()
    if isinstance(config, Unknown):
        return all_unknown(SigningFacts, config, {})
    found = [selector_keys(view, f"{label}._domainkey.{domain}") for label in LABELS]
    return SigningFacts(
        present=True,
        enabled=flag(config, "Enabled"),
        status=word(config, "Status"),
        keyed=any_of(map(_has_key, found)),
        age_days=_age(config, today),
        selectors=_selectors(view, config, found, today),
        place=config.place,
    )


def _has_key(found: SelectorResult) -> bool | Unknown:
    if isinstance(found.present, Unknown):
        return found.present
    return any(key.key and not key.has("not-a-key-record") for key in found.keys)


def _age(config: TenantObject, today: datetime.date) -> int | Unknown:
    made = time(config, "KeyCreationTime")
    if isinstance(made, Unknown):
        return made
    return config.lacks("KeyCreationTime") if made is None else max(0, (today - made.date()).days)


def _selectors(
    view: View, config: TenantObject, found: list[SelectorResult], today: datetime.date
) -> tuple[TenantSelectorFacts, ...]:
    active = _active(config, today)
    chains = [chain_of(view, each) for each in found]
    stand = [bool(chain) or each.present for chain, each in zip(chains, found, strict=True)]
    return tuple(
        _selector(config, label, found[at], chains[at], _in_use(active, label), (stand[at], stand[1 - at]))
        for at, label in enumerate(LABELS)
    )


def _selector(
    config: TenantObject,
    label: str,
    found: SelectorResult,
    chain: tuple[Record, ...],
    in_use: bool | Unknown,
    stand: tuple[bool | Unknown, bool | Unknown],
) -> TenantSelectorFacts:
    """`stand` tells whether anything is here, and at the other one."""
    own = label.capitalize()
    wanted = text(config, f"{own}CNAME")
    wanted = wanted if isinstance(wanted, Unknown) else normal(wanted)
    here, other = stand
    return TenantSelectorFacts(
        name=found.name,
        wanted=wanted,
        shown=here if isinstance(here, Unknown) else _shown(chain, here),
        stands=here,
        same=any_of((_same(wanted, found, chain), _is_own(text(config, f"{own}PublicKey"), found))),
        bits=number(config, f"{own}KeySize"),
        in_use=in_use,
        missed=all_of((negated(here), other, in_use)),
        place=chain[0].place if chain else config.place,
    )


def _same(wanted: str | Unknown, found: SelectorResult, chain: tuple[Record, ...]) -> bool | Unknown:
    if isinstance(wanted, Unknown):
        return wanted
    if not wanted or wanted in (normal(each.value) for each in chain):
        return True
    return found.present if isinstance(found.present, Unknown) else False


def _is_own(told: str | Unknown, found: SelectorResult) -> bool:
    """Whether the key in DNS is the tenant's, as Get-DkimSigningConfig shows it; few exports hold it."""
    key = parse(told).key if isinstance(told, str) else ""
    return bool(key) and any(each.key == key for each in found.keys)


def _shown(chain: tuple[Record, ...], stands: bool) -> str:
    if chain:
        return f"leads to {normal(chain[0].value)}"
    return "holds a record of its own" if stands else "has nothing"


def _active(config: TenantObject, today: datetime.date) -> str | Unknown:
    """The selector that signs today: one before RotateOnDate, the other one from then on
    (MicrosoftDocs/defender-docs, email-authentication-dkim-configure.md)."""
    turn = time(config, "RotateOnDate")
    if turn is None or isinstance(turn, Unknown):
        return turn or config.lacks("RotateOnDate")
    return text(config, f"Selector{'Before' if today < turn.date() else 'After'}RotateOnDate")


def _in_use(active: str | Unknown, label: str) -> bool | Unknown:
    return active if isinstance(active, Unknown) else active.lower() == label
