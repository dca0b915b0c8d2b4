"""What SPF says at a domain: the worst case over the whole tree, and each fault at its own place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from mfpolicy.evaluate.spf_count import authorised
from mfpolicy.evaluate.spf_explanation import explanation
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.facts.spf_terms import SpfOddityFacts, SpfTermFacts, oddity_facts, term_facts
from mfpolicy.model.dns import Record, Unknown
from mfpolicy.model.intent import SpfIntent
from mfpolicy.model.places import Place, narrowed
from mfpolicy.records.spf import Mechanism

WANTED: dict[str | None, str] = {"fail": "-all", "softfail": "~all", "neutral": "?all", None: ""}
# How much a record shuts out whom it does not name; no end at all is neutral (RFC 7208, 4.7).
RANKS = {"": 0, "+all": 0, "nothing": 1, "?all": 1, "~all": 2, "-all": 3}
# Octets of a reply: its head, the question beside the name, and the EDNS record; what stands in each record
# before its data; the longest string (RFC 1035, 3.3 and 4.1; RFC 6891, 6.1.2).
_FRAME, _BEFORE_DATA, _STRING = 12 + 6 + 11, 12, 255


class SpfErrorFacts(msgspec.Struct, frozen=True):
    """A reason for permerror, somewhere in the tree. `path` names the includes on the way, and the term."""

    code: str
    text: str
    path: tuple[str, ...]
    place: Place | None = None


class SenderIdFacts(msgspec.Struct, frozen=True):
    """A Sender ID record (RFC 4406); `version` is its first word."""

    version: str
    place: Place | None = None


class SpfExplanationFacts(msgspec.Struct, frozen=True):
    """The exp modifier (`term`, empty if there is none); `fault` says why receivers drop what it names."""

    term: str | Unknown = ""
    fault: str | Unknown = ""
    place: Place | None = None


class SpfFacts(msgspec.Struct, frozen=True):
    """SPF at a domain, worst case (RFC 7208, 4.6.4).

    `lookups` and `void_lookups` are unknown only where the known part does not already exceed the limit;
    `seen_void_lookups` is that part. `all` is the qualifier of the record's own all; `terms` and `oddities`
    are also those of its parts, the `_` names below the domain that it leads to. `end` is what becomes of
    whom no term names, redirects followed: -all, ~all, ?all, +all, nothing, or empty where a redirect leads
    nowhere; `wanted_end` is what is declared, empty for nothing. `rank` orders both, the strictest highest.
    `errors` are syntax faults and targets without SPF; `oddities` do no harm by themselves. `authorised`
    counts IPv4 addresses that pass, `authorised_networks` IPv6 networks of 64 bits. In octets: `size` of the
    record, `longest_string` where the source tells its strings apart (else 0), `answer_size` of a whole reply
    to a question for TXT at the name.
    """

    present: bool | Unknown
    records: int | Unknown
    text: str = ""
    lookups: int | Unknown = 0
    void_lookups: int | Unknown = 0
    seen_void_lookups: int = 0
    all: str | Unknown = ""
    end: str | Unknown = ""
    rank: int | Unknown = 0
    wanted_end: str = ""
    wanted_rank: int = 0
    terms: tuple[SpfTermFacts | Unknown, ...] | Unknown = ()
    errors: tuple[SpfErrorFacts, ...] | Unknown = ()
    oddities: tuple[SpfOddityFacts | Unknown, ...] | Unknown = ()
    explanation: SpfExplanationFacts = SpfExplanationFacts()
    sender_ids: tuple[SenderIdFacts, ...] | Unknown = ()
    authorised: int | Unknown = 0
    authorised_networks: int | Unknown = 0
    size: int | Unknown = 0
    longest_string: int | Unknown = 0
    answer_size: int | Unknown = 0
    place: Place | None = None


def spf_facts(study: SpfStudy, domain: str, wanted: SpfIntent) -> SpfFacts:
    """The facts of one domain; an absent record is a whole object with `present` false."""
    tree = study.study(domain)
    end = WANTED[wanted.all]
    facts = _facts(study, tree) if not isinstance(tree.present, Unknown) else _unknown(tree.present)
    return msgspec.structs.replace(facts, wanted_end=end, wanted_rank=RANKS[end])


def spf_open(study: SpfStudy, domain: str) -> tuple[Unknown | str | None, ...]:
    """All that the facts of one domain wait for."""
    tree = study.study(domain)
    found = explanation(study.view, tree)
    return tree.unknown, found.fault if found else None


def _facts(study: SpfStudy, tree: SpfTree) -> SpfFacts:
    if not tree.records:
        return SpfFacts(present=False, records=0, sender_ids=_sender_ids(tree.texts))
    record = tree.record or tree.records[0]
    end, passing = end_of(tree), authorised(tree)
    return SpfFacts(
        present=True,
        records=len(tree.records),
        text=record.value,
        lookups=_decided(tree.lookups, tree.known_lookups, limit=10),
        void_lookups=_decided(tree.void_lookups, tree.known_void_lookups, limit=2),
        seen_void_lookups=tree.known_void_lookups,
        all=_all(tree),
        end=end,
        rank=end if isinstance(end, Unknown) else RANKS[end],
        terms=tuple(term_facts(tree)),
        # Where something was not seen, what was seen to be sound says nothing of the rest.
        errors=tuple(_errors(tree, record)) or tree.unknown or (),
        oddities=tuple(oddity_facts(tree)),
        explanation=_explanation(study, tree, record),
        sender_ids=_sender_ids(tree.texts),
        authorised=passing if isinstance(passing, Unknown) else passing.v4,
        authorised_networks=passing if isinstance(passing, Unknown) else passing.v6,
        size=len(record.value),
        longest_string=max(map(len, record.strings), default=0),
        answer_size=_answer_size(tree),
        place=record.place,
    )


def _unknown(why: Unknown) -> SpfFacts:
    """Nobody can say what a record that was not seen holds."""
    return SpfFacts(
        present=why,
        records=why,
        lookups=why,
        void_lookups=why,
        all=why,
        end=why,
        rank=why,
        terms=why,
        errors=why,
        oddities=why,
        explanation=SpfExplanationFacts(why, why),
        sender_ids=why,
        authorised=why,
        authorised_networks=why,
        size=why,
        longest_string=why,
        answer_size=why,
    )


def _decided(count: int | Unknown, known: int, limit: int) -> int | Unknown:
    """What could not be followed cannot take lookups away: above the limit the known part decides."""
    return known if isinstance(count, Unknown) and known > limit else count


def _all(tree: SpfTree) -> str:
    terms = [node.term for node in tree.terms if isinstance(node.term, Mechanism)]
    return next((term.qualifier for term in terms if term.name == "all"), "")


def end_of(tree: SpfTree) -> str | Unknown:
    """What becomes of whom no term names, as in `SpfFacts.end`."""
    if own := _all(tree):
        return f"{own}all"
    last = tree.terms[-1] if tree.terms else None
    if last is None or last.term.name != "redirect":
        return "nothing" if tree.spf else ""
    if last.child is None or not isinstance(last.child.present, Unknown):
        return end_of(last.child) if last.child else ""
    return last.child.present


def _errors(tree: SpfTree, record: Record) -> Iterator[SpfErrorFacts]:
    for error in tree.errors:
        # Several records at the domain itself have a rule of their own, which counts.
        if error.path or error.code != "multiple-records":
            term = error.path[0] if error.path else ""
            yield SpfErrorFacts(error.code, error.text, error.path, narrowed(record.place, term))


def _explanation(study: SpfStudy, tree: SpfTree, record: Record) -> SpfExplanationFacts:
    found = explanation(study.view, tree)
    if found is None:
        return SpfExplanationFacts()
    term = found.modifier.text
    return SpfExplanationFacts(term, found.fault, narrowed(record.place, term))


def _sender_ids(texts: Sequence[Record]) -> tuple[SenderIdFacts, ...]:
    found = (each for each in texts if each.value[:7].lower() == "spf2.0/")
    return tuple(SenderIdFacts(each.value.split(" ")[0], each.place) for each in found)


def _answer_size(tree: SpfTree) -> int:
    """One reply with every TXT record at the name, EDNS in use; aliases on the way are not counted."""
    return _FRAME + len(tree.name) + sum(map(_record_size, tree.texts))


def _record_size(record: Record) -> int:
    strings = len(record.strings) or -(-len(record.value) // _STRING) or 1
    return _BEFORE_DATA + len(record.value) + strings
