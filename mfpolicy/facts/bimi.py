"""The logo that a domain publishes (BIMI)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mfpolicy.evaluate.bimi import BimiResult, bimi, shortfall
from mfpolicy.facts.record_faults import record_faults
from mfpolicy.model.dns import Unknown, View, joined
from mfpolicy.model.intent import BimiIntent
from mfpolicy.model.places import Place
from mfpolicy.views.zones import ZoneBook

# Nobody reads an address to its end that is longer.
LONGEST = 2048
# Mailboxes read past these; with any other fault they show no logo.
_HARMLESS = ("unknown-tag", "duplicate-tag")


class BimiSelectorFacts(msgspec.Struct, frozen=True):
    """What stands at one selector. `records` counts its BIMI records, and `present` is whether there is one;
    `ignored` is whether a misspelt one stands there; the rest is that of a record that stands alone. `logo`
    and `certificate` are its addresses, empty where absent or invalid; `declined` tells that it says there is
    no logo. `wanted` is whether the intent declares this selector, with `wanted_logo` and
    `wanted_certificate`, each empty if not said."""

    name: str
    owner: str
    present: bool | Unknown
    records: int | Unknown
    ignored: bool | Unknown
    declined: bool | Unknown
    logo: str | Unknown
    certificate: str | Unknown
    wanted: bool
    wanted_logo: str
    wanted_certificate: str
    place: Place | None = None


class BimiFaultFacts(msgspec.Struct, frozen=True):
    """Something wrong in a record, as a code and in words; `harmless` where mailboxes read past it."""

    owner: str
    code: str
    text: str
    harmless: bool
    place: Place | None = None


class BimiFacts(msgspec.Struct, frozen=True):
    """BIMI for a domain: at the selector that is declared, at those of the zones, and at `default` where the
    call names the domain. `wanted` is whether it is declared. `logo` is whether one is published, `shortfall`
    why the DMARC policies are too weak for it in words (empty: they are not, or there is no logo)."""

    wanted: bool
    selectors: tuple[BimiSelectorFacts, ...]
    faults: tuple[BimiFaultFacts, ...] | Unknown
    logo: bool | Unknown
    shortfall: str | Unknown
    place: Place | None = None


def selectors_in(books: Iterable[ZoneBook]) -> dict[str, tuple[str, ...]]:
    """Domain -> the selectors that the zones hold for it; wildcards, and what is delegated away, are none."""
    found: dict[str, tuple[str, ...]] = {}
    for book in books:
        for owner in book.nodes:
            if "._bimi." not in owner:
                continue
            selector, _, domain = owner.partition("._bimi.")
            if "*" not in selector and not book.cut_above(owner):
                found[domain] = (*found.get(domain, ()), selector)
    return found


def bimi_facts(view: View, domain: str, intent: BimiIntent, selectors: tuple[str, ...] = ()) -> BimiFacts:
    """The facts of one domain at some selectors, and at the declared one."""
    wanted = is_wanted(intent)
    names = dict.fromkeys((*((intent.selector,) if wanted else ()), *selectors))
    found = {each: bimi(view, each, domain) for each in names}
    shown = _logo(found.values())
    return BimiFacts(
        wanted=wanted,
        selectors=tuple(_selector(name, each, intent) for name, each in found.items()),
        faults=tuple(_faults(found.values())) or _unknown(found.values()) or (),
        logo=shown,
        shortfall=shown if isinstance(shown, Unknown) else (shortfall(view, domain) if shown else ""),
        place=next((place for each in found.values() if (place := _place(each))), intent.place),
    )


def is_wanted(intent: BimiIntent) -> bool:
    """Whether a logo is declared; a selector alone says that there is one too."""
    return bool(intent.logo or intent.certificate or intent.selector != "default")


def _logo(found: Iterable[BimiResult]) -> bool | Unknown:
    """Whether any selector shows a logo; one that did not answer may."""
    results = tuple(found)
    if any(each.bimi is not None and each.bimi.location for each in results):
        return True
    return _unknown(results) or False


def _unknown(found: Iterable[BimiResult]) -> Unknown | None:
    unknowns = [each.records for each in found if isinstance(each.records, Unknown)]
    return joined(unknowns) if unknowns else None


def _selector(name: str, found: BimiResult, intent: BimiIntent) -> BimiSelectorFacts:
    wanted = is_wanted(intent) and name == intent.selector
    missing = found.records if isinstance(found.records, Unknown) else None
    count = 0 if isinstance(found.records, Unknown) else len(found.records)
    return BimiSelectorFacts(
        name=name,
        owner=found.owner,
        present=missing or count > 0,
        records=missing or count,
        ignored=missing or bool(found.ignored),
        declined=missing or (found.bimi is not None and found.bimi.declined),
        logo=missing or (found.bimi.location[:LONGEST] if found.bimi else ""),
        certificate=missing or (found.bimi.authority[:LONGEST] if found.bimi else ""),
        wanted=wanted,
        wanted_logo=intent.logo[:LONGEST] if wanted else "",
        wanted_certificate=intent.certificate[:LONGEST] if wanted else "",
        place=_place(found) or (intent.place if wanted else None),
    )


def _place(found: BimiResult) -> Place | None:
    records = () if isinstance(found.records, Unknown) else (*found.records, *found.ignored)
    return records[0].place if records else None


def _faults(found: Iterable[BimiResult]) -> Iterator[BimiFaultFacts]:
    for each in found:
        if each.bimi is not None:
            for fault in record_faults(each.bimi.faults, each.bimi.text, _place(each)):
                harmless = fault.code in _HARMLESS
                yield BimiFaultFacts(each.owner, fault.code, fault.text, harmless, fault.place)
