"""The record sets of a name that differ, and those that no other topic speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from mfpolicy.evaluate.exchangers import exchangers
from mfpolicy.facts.change import ChangeFacts, Side
from mfpolicy.model.changes import RecordSet, Topic
from mfpolicy.model.dns import Question, Unknown
from mfpolicy.records.spf import is_spf
from mfpolicy.views.drift import changed
from mfpolicy.views.overlay import Overlay


def _starts(version: str) -> Callable[[str], bool]:
    return lambda text: text.lower().startswith(version)


_OF_DOMAINS = (
    ("{}", "MX", "MX"),
    ("{}", "TXT", "SPF"),
    ("_dmarc.{}", "TXT", "DMARC"),
    ("_mta-sts.{}", "TXT", "MTA-STS"),
    ("_smtp._tls.{}", "TXT", "TLS-RPT"),
)
_OF_HOSTS = (("{}", "A", "MX host"), ("{}", "AAAA", "MX host"), ("_25._tcp.{}", "TLSA", "DANE"))
_OF_CUTS = (("{}", "NS", "served by"), ("{}", "DS", "DNSSEC"))
_OF_SELECTORS = (("{}", "TXT", "DKIM"),)
_KINDS = {"SPF": is_spf, "MTA-STS": _starts("v=stsv1"), "TLS-RPT": _starts("v=tlsrptv1")}


def record_sets(base: Side, head: Side, live: Overlay, facts: ChangeFacts) -> tuple[RecordSet, ...]:
    """Those of mail that differ between base and head."""
    found = changed(base.view, head.view, live, _questions(base, head, facts))
    return tuple(each for each in found if _is_of_mail(each))


def other_topics(sets: Sequence[RecordSet], told: Sequence[Topic]) -> Iterator[Topic]:
    """The record sets that differ although no topic of their own, nor one of an alias, tells what changes."""
    names = {each.name for each in told}
    aliases = {each.before.removesuffix(" itself") for each in told if each.name == "alias"}
    for each in sets:
        if _topic(each) not in names and each.name not in aliases:
            yield Topic(_topic(each), _values(each, each.before), _values(each, each.after))


def _questions(base: Side, head: Side, facts: ChangeFacts) -> Iterator[Question]:
    name = facts.name
    own = _OF_SELECTORS if facts.kind == "selector" else _OF_DOMAINS
    yield from _asked(own, name)
    for cut in sorted({facts.names.cut_before, facts.names.cut_after} - {""}):
        yield from _asked(_OF_CUTS, cut)
    for host in _hosts(base, head, name) if facts.kind == "domain" else ():
        yield from _asked(_OF_HOSTS, host)


def _asked(owners: Iterable[tuple[str, str, str]], name: str) -> Iterator[Question]:
    return (Question(owner.format(name), type) for owner, type, _ in owners)


def _hosts(base: Side, head: Side, domain: str) -> Iterator[str]:
    """The MX hosts of which the repository itself answers."""
    for side in (base, head):
        found = exchangers(side.view, domain)
        for host, _ in () if isinstance(found, Unknown) else found:
            if side.view.apex(host):
                yield host


def _is_of_mail(found: RecordSet) -> bool:
    """Texts of other uses beside a record of mail, and those of a wildcard in its place, are nobody's."""
    topic = _topic(found)
    if topic not in _KINDS:
        return True
    before, after = ([each for each in side if _is_of(topic, each)] for side in (found.before, found.after))
    return before != after


def _is_of(topic: str, value: str) -> bool:
    type, _, text = value.partition(" ")
    return type != "TXT" or _KINDS[topic](text)


def _topic(found: RecordSet) -> str:
    by_type = {type: name for _, type, name in (*_OF_HOSTS, *_OF_CUTS, ("", "MX", "MX"))}
    if found.type in by_type:
        return by_type[found.type]
    if "._domainkey." in found.name:
        return "DKIM"
    prefixes = {owner.removesuffix("{}"): name for owner, _, name in _OF_DOMAINS if owner != "{}"}
    return next((name for prefix, name in prefixes.items() if found.name.startswith(prefix)), "SPF")


def _values(found: RecordSet, values: Sequence[str]) -> str:
    """The values without their type, where that is the set's own."""
    shown = [_value(found, each) for each in values]
    where = f"{found.name} " if _topic(found) in ("MX host", "DANE") else ""
    return where + (", ".join(shown) or "nothing")


def _value(found: RecordSet, value: str) -> str:
    type, _, text = value.partition(" ")
    return f"alias of {text}" if type == "CNAME" else text if type == found.type else value
