"""A domain's mail in a few words: the first look at a name of which nothing is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.facts.dkim import KeyFacts, SelectorFacts
from mfpolicy.facts.dmarc import DmarcFacts
from mfpolicy.facts.domains import DomainFacts
from mfpolicy.facts.mta_sts import MtaStsFacts
from mfpolicy.facts.mx import MxFacts
from mfpolicy.facts.spf import SpfFacts
from mfpolicy.model.dns import Reason, Unknown, joined
from mfpolicy.model.findings import Portrait, Subject
from mfpolicy.model.intent import Sender
from mfpolicy.model.names import normal
from mfpolicy.model.patterns import matches
from mfpolicy.records.spf import Mechanism, Spf, parse

_LISTED = 6
_LOOKUPS = 10


def portraits(
    names: Iterable[str], seen: Mapping[Subject, msgspec.Struct], senders: Mapping[str, Sender]
) -> Iterator[Portrait]:
    """Those of some domains, from the facts of all subjects that were looked at for them."""
    for name in names:
        domain = seen.get(Subject("domain", name))
        keys = [each for each in seen.values() if isinstance(each, SelectorFacts) and each.domain == name]
        if isinstance(domain, DomainFacts):
            yield portrait(domain, keys, senders)


def portrait(
    domain: DomainFacts, selectors: Sequence[SelectorFacts], senders: Mapping[str, Sender]
) -> Portrait:
    """What DNS says of one domain, topic by topic, what is missing and what is unknown in words.

    `selectors`: those that were asked for, which DNS cannot list. `senders`: the catalogue by name, from
    which services are named where the record itself includes them.
    """
    spf = parse(domain.spf.text)
    named = ", ".join(_senders(spf, senders))
    return Portrait(
        domain.name,
        (
            ("MX", _mx(domain.mx, senders)),
            ("SPF", _spf(domain.spf, spf)),
            *((("Senders", f"{named} (included by SPF)"),) if named else ()),
            ("DKIM", _dkim(selectors, senders)),
            ("DMARC", _dmarc(domain.dmarc, domain.name)),
            ("MTA-STS", _mta_sts(domain.mta_sts)),
        ),
    )


def _mx(mx: MxFacts, senders: Mapping[str, Sender]) -> str:
    if isinstance(mx.hosts, Unknown):
        return _open(mx.hosts)
    if not mx.hosts:
        return "null MX: takes no mail" if mx.null is True else "none that names a host"
    by_service: dict[str, list[str]] = {}
    for host in dict.fromkeys(mx.hosts):
        by_service.setdefault(_service(host, senders), []).append(host)
    return ", ".join(
        _listed(hosts) + (f" ({service})" if service else "") for service, hosts in by_service.items()
    )


def _service(host: str, senders: Mapping[str, Sender]) -> str:
    """The service that a host is one of, as far as the catalogue knows."""
    matching = (each for each in senders.values() if any(matches(host, pattern) for pattern in each.mx))
    return next((each.title for each in matching), "")


def _spf(facts: SpfFacts, spf: Spf) -> str:
    if isinstance(facts.present, Unknown):
        return _open(facts.present)
    if not facts.present:
        return "none: receivers cannot tell who may send for the name"
    if isinstance(facts.records, int) and facts.records > 1:
        return f"{facts.records} records: receivers return permerror, so no sender passes"
    return ", ".join([_lookups(facts.lookups), _end(spf), *_permerror(facts)]) + f": {facts.text}"


def _lookups(count: int | Unknown) -> str:
    if isinstance(count, Unknown):
        return f"lookups unknown ({_why(count)})"
    if count > _LOOKUPS:
        return f"{count} lookups where receivers stop at {_LOOKUPS}"
    return f"{count} of {_LOOKUPS} lookups"


def _end(spf: Spf) -> str:
    """What becomes of senders that no term names (RFC 7208, 5.1 and 6.1)."""
    if spf.all is not None:
        return f"ends in {spf.all.qualifier}all"
    return f"goes on at {spf.redirect.value}" if spf.redirect is not None else "has no all at its end"


def _permerror(facts: SpfFacts) -> Iterator[str]:
    if isinstance(facts.errors, tuple) and facts.errors:
        yield f"permerror ({facts.errors[0].text}{_more(len(facts.errors) - 1)})"


def _senders(spf: Spf, senders: Mapping[str, Sender]) -> Iterator[str]:
    included = {
        normal(term.value) for term in spf.terms if isinstance(term, Mechanism) and term.name == "include"
    }
    for sender in senders.values():
        if included.intersection(sender.includes):
            yield sender.title or sender.name


def _dkim(selectors: Sequence[SelectorFacts], senders: Mapping[str, Sender]) -> str:
    found = [each for each in selectors if each.present is True]
    open_ones = [each.present for each in selectors if isinstance(each.present, Unknown)]
    parts = [_listed([f"{_label(each)} ({_keys(each)})" for each in found])] if found else []
    if not found and len(open_ones) < len(selectors):
        parts.append(_no_key(selectors, senders))
    if open_ones:
        parts.append(f"{_counted(len(open_ones), 'selector')} {_open(joined(open_ones))}")
    return "; ".join(parts) or "no selector was asked for; DNS cannot list them"


def _no_key(selectors: Sequence[SelectorFacts], senders: Mapping[str, Sender]) -> str:
    missing = {_label(each) for each in selectors if each.present is False}
    known = sum(bool(missing.intersection(each.selectors)) for each in senders.values())
    whose = f" of {_counted(known, 'known sender')}" if known else " that were asked for"
    return f"no key at the selectors{whose}; others may exist"


def _label(selector: SelectorFacts) -> str:
    return selector.name.partition("._domainkey.")[0]


def _keys(selector: SelectorFacts) -> str:
    if not isinstance(selector.keys, tuple) or not selector.keys:
        return "no key"
    if len(selector.keys) > 1:
        return f"{len(selector.keys)} keys, of which receivers take any"
    key = selector.keys[0]
    faulty = isinstance(selector.faults, tuple) and bool(selector.faults)
    return _key(key, faulty) + (", test mode" if key.testing else "")


def _key(key: KeyFacts, faulty: bool) -> str:
    if key.revoked:
        return "revoked: an empty key"
    if key.type == "rsa" and key.bits:
        return f"{key.bits} bits" + (", with faults" if faulty else "")
    if key.type == "ed25519" and not faulty:
        return "Ed25519"
    return "not a key that can be used" if faulty else f"a key of type {key.type}"


def _dmarc(dmarc: DmarcFacts, domain: str) -> str:
    if isinstance(dmarc.policy, Unknown):
        return _open(dmarc.policy)
    if dmarc.policy == "absent":
        return _no_dmarc(dmarc, domain)
    nothing = ", which asks receivers to do nothing about forged mail" if dmarc.policy == "none" else ""
    lowered = f", lowered from {dmarc.declared} by t=y" if dmarc.declared != dmarc.policy else ""
    return f"{dmarc.policy}{nothing}{lowered}; {_reports(dmarc)}; published at {dmarc.record_name}"


def _reports(dmarc: DmarcFacts) -> str:
    to = dmarc.reports if isinstance(dmarc.reports, tuple) else ()
    return f"reports to {_listed(to)}" if to else "no reports, so nobody sees what fails"


def _no_dmarc(dmarc: DmarcFacts, domain: str) -> str:
    if isinstance(dmarc.own, int) and dmarc.own > 1:
        return f"{dmarc.own} records at _dmarc.{domain}, so receivers discard them all"
    if dmarc.record_name:
        return f"a record without a valid policy, which asks for nothing; published at {dmarc.record_name}"
    return "no record: receivers are not told what to do with forged mail"


def _mta_sts(facts: MtaStsFacts) -> str:
    if isinstance(facts.records, Unknown):
        return _open(facts.records)
    if not facts.records:
        return "none: senders need not insist on TLS"
    if facts.announced is False:
        return "a record that is not valid, so senders look for no policy"
    return _mta_sts_policy(facts)


def _mta_sts_policy(facts: MtaStsFacts) -> str:
    if isinstance(facts.policy_trouble, Unknown):
        if facts.policy_trouble.not_asked:
            return "announced; its policy file was not fetched"
        return f"announced; {_open(facts.policy_trouble)}"
    if facts.policy_trouble:
        return f"announced, but no policy that senders can use: {facts.policy_trouble}"
    if not isinstance(facts.mode, str) or not facts.mode:
        return "announced; its mode is unknown"
    missed = facts.uncovered if isinstance(facts.uncovered, tuple) else ()
    hosts = f"; does not cover {_listed([each.host for each in missed])}" if missed else ""
    return f"mode {facts.mode}{hosts}"


def _open(unknown: Unknown) -> str:
    return f"unknown: {_why(unknown)}"


def _why(unknown: Unknown) -> str:
    """`example.org MX timed out (and 2 more)`; a world that failed comes before what was not asked."""
    because = sorted(unknown.because, key=lambda item: (item.reason is Reason.NOT_ASKED, item))
    if not because:
        return "for no reason given"
    first = because[0]
    was = "was " if first.reason is Reason.NOT_ASKED else ""
    question = f"{first.question.name} {first.question.type}"
    return f"{question} {was}{first.reason}{_more(len(because) - 1)}"


def _more(count: int) -> str:
    return f" (and {count:,} more)" if count else ""


def _listed(items: Sequence[str]) -> str:
    shown = ", ".join(items[:_LISTED])
    return f"{shown}{_more(len(items) - _LISTED)}" if len(items) > _LISTED else shown


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
