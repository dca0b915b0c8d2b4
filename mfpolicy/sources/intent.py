"""The intent, `mailflow.yaml`: how mail should flow, as people write it."""

from __future__ import annotations

from typing import cast, get_args

from mfpolicy.model.documents import Entry, Fault, Mapping, Node
from mfpolicy.model.intent import (
    DmarcIntent,
    DmarcPolicy,
    DomainIntent,
    Intent,
    Mail,
    MtaStsIntent,
    Sender,
    ZoneSource,
)
from mfpolicy.sources.shape import Reader, domain_name, shown
from mfpolicy.sources.waivers import waiver
from mfpolicy.sources.yaml import read
from mfpolicy.sources.zones import FORMATS

_KEYS = ("version", "organization", "profile", "rules", "dns", "defaults", "domains", "senders", "waivers")
_SHARED = ("mail", "senders", "dmarc")
_DOMAIN = (*_SHARED, "mta_sts")
_SENDER = ("title", "include", "dkim")


def read_intent(text: str, file: str) -> tuple[Intent, tuple[Fault, ...]]:
    """The declaration in a text and what is wrong with it; what does not fit is left out. Never raises."""
    node, faults = read(text, file)
    reader = Reader(faults)
    if node is None:
        return Intent(), tuple(reader.faults)
    return _intent(reader, node), tuple(reader.faults)


def _intent(reader: Reader, node: Node) -> Intent:
    found = reader.fields(node, "the intent", _KEYS)
    _version(reader, node, found.get("version"))
    defaults = found.get("defaults")
    return Intent(
        organization=_text(reader, found.get("organization")),
        profile=_text(reader, found.get("profile")) or "baseline",
        rules=_texts(reader, found.get("rules"), "rules") or (),
        zones=_zones(reader, found.get("dns")),
        defaults=_domain(reader, "", defaults, "defaults") if defaults else DomainIntent(""),
        domains=_domains(reader, found.get("domains")),
        senders=read_catalogue(reader, found["senders"].value) if "senders" in found else (),
        waivers=tuple(waiver(reader, each) for each in _items(reader, found.get("waivers"), "waivers")),
        place=node.place,
    )


def read_catalogue(reader: Reader, node: Node) -> tuple[Sender, ...]:
    """Senders by name: {name: {title, include, dkim}}. What does not fit is left out, with a fault."""
    return tuple(_sender(reader, entry) for entry in reader.mapping(node, "senders"))


def _version(reader: Reader, node: Node, entry: Entry | None) -> None:
    if entry is None:
        if isinstance(node, Mapping):
            reader.missing(node.place, "the intent", "version; write version: 1")
        return
    reader.choice(entry.value, "version", ("1",))


def _text(reader: Reader, entry: Entry | None) -> str:
    return (reader.text(entry.value, entry.key) or "") if entry else ""


def _texts(reader: Reader, entry: Entry | None, what: str) -> tuple[str, ...] | None:
    return reader.texts(entry.value, what) if entry else None


def _items(reader: Reader, entry: Entry | None, what: str) -> tuple[Node, ...]:
    return reader.items(entry.value, what) if entry else ()


def _zones(reader: Reader, entry: Entry | None) -> tuple[ZoneSource, ...]:
    if entry is None:
        return ()
    listed = reader.fields(entry.value, "dns", ("zones",)).get("zones")
    found = [_zone_source(reader, item) for item in _items(reader, listed, "dns.zones")]
    return tuple(source for source in found if source is not None)


def _zone_source(reader: Reader, node: Node) -> ZoneSource | None:
    found = reader.fields(node, "a zone source", ("format", "path"))
    if not isinstance(node, Mapping):
        return None
    for key in ("format", "path"):
        if key not in found:
            reader.missing(node.place, "a zone source", key)
    if len(found) < 2:
        return None
    format = reader.choice(found["format"].value, "format", FORMATS)
    path = reader.text(found["path"].value, "path")
    return ZoneSource(format, path, found["path"].value.place) if format and path else None


def _domains(reader: Reader, entry: Entry | None) -> tuple[DomainIntent, ...]:
    domains: dict[str, DomainIntent] = {}
    for each in reader.mapping(entry.value, "domains") if entry else ():
        pattern = each.key.startswith("*.")
        name = domain_name(each.key[2:] if pattern else each.key)
        if name is None:
            reader.wrong(each.place, f"{shown(each.key)} is not a domain name, or *. before one")
            continue
        name = "*." + name if pattern else name
        if name in domains:
            reader.wrong(each.place, f"{name} is declared twice, in two spellings; only the last one counts")
        domains[name] = _domain(reader, name, each, each.key)
    return tuple(domains.values())


def _domain(reader: Reader, name: str, entry: Entry, what: str) -> DomainIntent:
    # A policy names the exchangers of one domain, so neither the defaults nor a pattern can have one.
    found = reader.fields(entry.value, what, _DOMAIN if name and "*" not in name else _SHARED)
    mail = reader.choice(found["mail"].value, "mail", get_args(Mail)) if "mail" in found else None
    return DomainIntent(
        name=name,
        mail=cast("Mail | None", mail),
        senders=_texts(reader, found.get("senders"), "senders"),
        dmarc=_dmarc(reader, found["dmarc"]) if "dmarc" in found else DmarcIntent(),
        mta_sts=_mta_sts(reader, found["mta_sts"]) if "mta_sts" in found else MtaStsIntent(),
        place=entry.place,
    )


def _dmarc(reader: Reader, entry: Entry) -> DmarcIntent:
    found = reader.fields(entry.value, "dmarc", ("policy",)).get("policy")
    policy = reader.choice(found.value, "policy", get_args(DmarcPolicy)) if found else None
    return DmarcIntent(cast("DmarcPolicy | None", policy), found.place if found else entry.place)


def _mta_sts(reader: Reader, entry: Entry) -> MtaStsIntent:
    found = reader.fields(entry.value, "mta_sts", ("policy",)).get("policy")
    policy = reader.text(found.value, "policy") if found else None
    return MtaStsIntent(policy or "", found.value.place if found else entry.place)


def _sender(reader: Reader, entry: Entry) -> Sender:
    found = reader.fields(entry.value, f"the sender {shown(entry.key)}", _SENDER)
    included = reader.items(found["include"].value, "include") if "include" in found else ()
    names = [reader.name(item, "include") for item in included]
    return Sender(
        name=entry.key,
        title=_text(reader, found.get("title")),
        includes=tuple(name for name in names if name is not None),
        selectors=tuple(each.lower() for each in _texts(reader, found.get("dkim"), "dkim") or ()),
        place=entry.place,
    )
