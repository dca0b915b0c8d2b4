"""A name whose mail a change touches: what worked before, and works no longer or otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mfpolicy.evaluate.dmarc_walk import walk
from mfpolicy.evaluate.tlsa import dane
from mfpolicy.facts.changes.dane import DaneChangeFacts, dane_change
from mfpolicy.facts.changes.dkim import KeyChangeFacts, key_change, new_key
from mfpolicy.facts.changes.dmarc import DmarcChangeFacts, dmarc_change
from mfpolicy.facts.changes.mta_sts import MtaStsChangeFacts, mta_sts_change
from mfpolicy.facts.changes.mx import MxChangeFacts, mx_change
from mfpolicy.facts.changes.names import NameChangeFacts, is_orphaned, name_change
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.changes.spf import SpfChangeFacts, spf_change
from mfpolicy.facts.changes.tenant import compared as of_tenant
from mfpolicy.facts.changes.tenant.connectors import ConnectorChangeFacts, connector_changes
from mfpolicy.model.findings import Subject
from mfpolicy.views.zones import ZoneBook

__all__ = ["ChangeFacts", "Side", "change_facts", "new_selector_facts"]

_OF_DOMAINS = (("{}", "MX"), ("{}", "TXT"), ("_dmarc.{}", "TXT"), ("_mta-sts.{}", "TXT"))
_OF_SELECTORS = (("{}", "TXT"),)


class ChangeFacts(msgspec.Struct, frozen=True):
    """A domain, or a DKIM selector (`kind`), that was there before: what a change does to it, topic by topic.
    A thing counts as lost only if it worked in base: undoing a fault loses nothing. `key` is of selectors,
    also of new ones, for which all else is neutral; all but `names` else is of domains, and neutral for a
    selector. Of a name in a zone whose file is deleted only `names` speaks.

    What is changed in the tenant has a `kind` of its own, and facts under the name of it: `connector`."""

    name: str
    kind: str
    names: NameChangeFacts
    mx: MxChangeFacts = MxChangeFacts()
    spf: SpfChangeFacts = SpfChangeFacts()
    dmarc: DmarcChangeFacts = DmarcChangeFacts()
    mta_sts: MtaStsChangeFacts = MtaStsChangeFacts()
    dane: DaneChangeFacts = DaneChangeFacts()
    key: KeyChangeFacts = KeyChangeFacts()
    connector: ConnectorChangeFacts = ConnectorChangeFacts()


# The kinds of what changes in a tenant, which are the names of their facts too.
_OF_TENANT: dict[str, of_tenant.Topic] = {
    "connector": connector_changes,
}


def change_facts(base: Side, head: Side, subject: Subject, alike: bool) -> ChangeFacts | None:
    """What the change does to a subject of base; None where it is no name of mail, or `alike`, and so is all
    that its facts leave out."""
    if subject.kind not in ("domain", "selector"):
        return None
    if alike and _is_same_beside(base, head, subject):
        return None
    name = subject.name
    names = name_change(base, head, name)
    if is_orphaned(base, head, name):
        return ChangeFacts(name, subject.kind, names)
    if subject.kind == "selector":
        return ChangeFacts(name, subject.kind, names, key=key_change(base, head, name))
    return ChangeFacts(
        name,
        subject.kind,
        names,
        mx=mx_change(base, head, name),
        spf=spf_change(base, head, name),
        dmarc=dmarc_change(base, head, name),
        mta_sts=mta_sts_change(base, head, name),
        dane=dane_change(base, head, name),
    )


def new_selector_facts(base: Side, head: Side, subject: Subject) -> ChangeFacts | None:
    """What the change publishes at a selector that base does not show; None for any other subject."""
    if subject.kind != "selector":
        return None
    return ChangeFacts(subject.name, subject.kind, NameChangeFacts(), key=new_key(base, head, subject.name))


def tenant_changes(found: of_tenant.Compared) -> Iterator[ChangeFacts]:
    """What the change does to the tenant, topic by topic."""
    for kind, topic in _OF_TENANT.items():
        for each in topic(found):
            own: dict[str, Any] = {kind: each.facts}
            yield ChangeFacts(each.name, kind, NameChangeFacts(), **own)


def wildcards(books: Iterable[ZoneBook]) -> Iterator[str]:
    """The wildcards that take mail for every name that is not there (RFC 4592, 2.1.1)."""
    for book in books:
        for owner, node in book.nodes.items():
            if owner.startswith("*.") and "MX" in node and not book.cut_above(owner):
                yield owner


def wildcard_facts(base: Side, head: Side, owner: str) -> ChangeFacts | None:
    """What the change does to the mail of a wildcard of base; None where it goes where it went."""
    mx = mx_change(base, head, owner)
    return None if mx.before == mx.after else ChangeFacts(owner, "domain", NameChangeFacts(), mx=mx)


def _is_same_beside(base: Side, head: Side, subject: Subject) -> bool:
    """Lines that moved alter nothing; in most files nothing moved, which is quicker to see."""
    was, now = _beside(base, subject), _beside(head, subject)
    return was == now or _placeless(was) == _placeless(now)


def _beside(side: Side, subject: Subject) -> tuple[Any, ...]:
    """What a change may alter without any rule about the subject reading otherwise: which addresses pass, how
    long records are kept, the text of a policy, whose organization it is, the data of TLSA records."""
    asked = _OF_SELECTORS if subject.kind == "selector" else _OF_DOMAINS
    answers = tuple(side.view.ask(name.format(subject.name), type) for name, type in asked)
    if subject.kind == "selector":
        return answers
    keys = dane(side.view, subject.name, wanted=False).hosts
    policies = (side.view.policy(subject.name), tuple(walk(side.view, subject.name)))
    return (*answers, side.spf.study(subject.name), *policies, keys)


def _placeless(value: Any) -> Any:
    """A value without any place in it."""
    if isinstance(value, msgspec.Struct):
        fields = (each for each in value.__struct_fields__ if each != "place")
        return tuple(_placeless(getattr(value, each)) for each in fields)
    return tuple(map(_placeless, value)) if isinstance(value, tuple) else value
