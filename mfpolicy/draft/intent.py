"""An intent drafted from what the domains publish, so that it declares that and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from mfpolicy.draft.published import Note, Published, Value, published
from mfpolicy.draft.senders import UNSIGNED, Known, SpfSenders, address_sets, by_spf, sender_names
from mfpolicy.draft.shared import Entry, layered
from mfpolicy.draft.text import Sending, text
from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.model.dns import View
from mfpolicy.model.intent import Sender, ZoneSource
from mfpolicy.model.names import ancestors

_ORDER = ("mail", "mx", "senders", "spf", "dkim", "dmarc", "mta_sts", "tls_rpt")
# What is left out of a domain, step by step; in the end everything.
_SIGNATURES = ("dkim", "dmarc.subdomains", "dmarc.nonexistent")
_LESS = (_SIGNATURES, ("spf.all",), ("mail", "mx"), ())
_LEFT_OUT = "less is said than could be, because check would find, or could not judge, "


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to draft from: domains with the labels at which selectors may stand, the catalogue, the
    zones of the call and the names of what they hold."""

    domains: Mapping[str, Collection[str]]
    services: Mapping[str, Sender]
    zones: Sequence[ZoneSource] = ()
    held: Collection[str] = ()


# What judging finds by a draft's text and not by the records alone: domain -> slugs of rules.
New = Mapping[str, Collection[str]]
Judge = Callable[[str], New]


def draft(view: View, seen: Seen, judge: Judge) -> str:
    """The text of an intent by which `judge` finds nothing new.

    What makes a rule speak that is silent about the records alone is left out, with a comment that names the
    rule: first of all who signs, then who sends, then what the domain is for, then all but its name. What a
    rule says of the mere name stays.
    """
    known, study = Known(seen.services), SpfStudy(view)
    found = {
        name: published(view, study, name, labels, known, _is_held(name, seen))
        for name, labels in seen.domains.items()
    }
    domains = {name: each for name, each in found.items() if each is not None}
    odd = [Note("unspellable", name) for name, each in found.items() if each is None]
    odd += [Note("selectors-unlisted", name) for name in domains if not _is_held(name, seen)]
    written, settled, left = _settled(domains, seen, odd, judge, {})
    if not left:
        return written
    return _settled({**settled, **{name: domains[name] for name in left}}, seen, odd, judge, left)[0]


def _settled(
    domains: Mapping[str, Published],
    seen: Seen,
    notes: Sequence[Note],
    judge: Judge,
    unavoidable: Mapping[str, Collection[str]],
) -> tuple[str, Mapping[str, Published], dict[str, set[str]]]:
    """The text that declares as much as it can, the domains as it does, and what is found all the same."""
    for left_out in (*_LESS, None):
        written = _written(tuple(domains.values()), seen, notes)
        found = judge(written)
        new = _of_domains(found, domains, unavoidable)
        if not new or left_out is None:
            break
        domains = {
            **domains,
            **{name: _weakened(domains[name], left_out, new[name], seen.services) for name in new},
        }
    return written, domains, new


def _of_domains(
    found: Mapping[str, Collection[str]],
    domains: Collection[str],
    unavoidable: Mapping[str, Collection[str]],
) -> dict[str, set[str]]:
    left = {name: {*slugs} - {*unavoidable.get(name, ())} for name, slugs in found.items() if name in domains}
    return {name: slugs for name, slugs in left.items() if slugs}


def _is_held(name: str, seen: Seen) -> bool:
    return any(each in seen.held for each in ancestors(name))


def _weakened(
    domain: Published, keys: Collection[str], slugs: Collection[str], services: Mapping[str, Sender]
) -> Published:
    """The domain without some keys; without any, where none are named."""
    said = {key: value for key, value in domain.said.items() if keys and key not in keys}
    implied = domain.implied if keys else {}
    spf = by_spf(domain.spf, services) if domain.spf and keys is _SIGNATURES else None
    less = msgspec.structs.replace(domain, said=said, spf=spf, implied=implied)
    if less == domain:
        return domain
    note = Note(_LEFT_OUT + ", ".join(sorted(slugs)), domain.name)
    kept = tuple(each for each in domain.notes if not each.kind.startswith(_LEFT_OUT))
    return msgspec.structs.replace(less, notes=(*kept, note))


def _written(domains: Sequence[Published], seen: Seen, notes: Sequence[Note]) -> str:
    spf = [each.spf for each in domains if each.spf is not None]
    unsigned = {name for each in spf for name in each.unsigned}
    taken = {*seen.services, *(name + UNSIGNED for name in unsigned)}
    names = sender_names((each for found in spf for each in found.includes), taken)
    sending = Sending(
        unknown={name: include for include, name in names.items()},
        ours={each for each in names if any(above in seen.held for above in ancestors(each))},
        unsigned={
            name + UNSIGNED: (seen.services[name].title, _named(seen.services[name].includes, spf))
            for name in sorted(unsigned)
        },
        sets=address_sets({each.name: each.spf.ranges for each in domains if each.spf}),
    )
    entries = [Entry(each.name, _with_senders(each, names), each.implied) for each in domains]
    all_notes = (*notes, *(note for each in domains for note in each.notes))
    return text(layered(entries), sending, seen.zones, all_notes)


def _named(includes: Collection[str], spf: Collection[SpfSenders]) -> tuple[str, ...]:
    """Those of a service's names that stand in some record."""
    named = {name for each in spf for name in each.named}
    return tuple(each for each in includes if each in named)


def _with_senders(domain: Published, names: Mapping[str, str]) -> dict[str, Value]:
    """What is said of a domain, its senders by name."""
    said = dict(domain.said)
    if domain.spf is not None:
        said["senders"] = (
            *domain.spf.services,
            *(each + UNSIGNED for each in domain.spf.unsigned),
            *(names[each] for each in domain.spf.includes),
        )
    return dict(sorted(said.items(), key=lambda item: _ORDER.index(item[0].partition(".")[0])))
