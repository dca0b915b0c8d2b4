"""The intent, `mailflow.yaml`: how mail should flow, as people write it."""

from __future__ import annotations

from collections.abc import Collection

from mfpolicy.model.documents import Entry, Fault, Node
from mfpolicy.model.documents import Mapping as MappingNode
from mfpolicy.model.intent import AddressSet, Intent, Paths, Sender, ZoneSource
from mfpolicy.sources.extends import beside, paths, with_bases
from mfpolicy.sources.intent_basics import keys
from mfpolicy.sources.intent_file import DnsPart, IntentFile, PathsPart, ZonePart
from mfpolicy.sources.intent_tenant import read_tenant_intent
from mfpolicy.sources.layers import Layers
from mfpolicy.sources.senders import address_sets, intent_senders
from mfpolicy.sources.shape import Reader, shown, suggestion
from mfpolicy.sources.waivers import waiver
from mfpolicy.sources.yaml import read
from mfpolicy.sources.zones import FORMATS, SourceFiles


def read_intent(
    text: str, file: str, files: SourceFiles, services: Collection[str] = ()
) -> tuple[Intent, tuple[Fault, ...]]:
    """The declaration in a text and what is wrong with it; what does not fit is left out. Never raises.

    `files` reads what it refers to: the bases that it extends, and lists of domains. `services` are the
    names of the catalogue, which its paths may name.
    """
    node, faults = read(text, file)
    reader = Reader(faults, "unknown-intent-key")
    if node is None:
        return Intent(), tuple(reader.faults)
    whole = with_bases(reader, node, files, (file,))
    intent = _intent(reader, whole, files, services)
    return intent, tuple(dict.fromkeys(reader.faults))


def _intent(reader: Reader, node: Node, files: SourceFiles, services: Collection[str]) -> Intent:
    found = _sections(reader, node)
    sets = address_sets(reader, found.get("addresses"))
    ranges = {each.name: each.ranges for each in sets}
    senders = intent_senders(reader, found.get("senders"), ranges)
    domains, groups = Layers(reader, files).read(
        found.get("defaults"), found.get("domains"), found.get("groups")
    )
    return Intent(
        organization=_text(reader, found.get("organization")),
        profile=_profile(reader, found.get("profile")),
        rules=paths(_items(reader, found.get("rules"), "rules")),
        zones=_zones(reader, found.get("dns")),
        addresses=sets,
        paths=_paths(reader, found.get("paths"), _hops(sets, senders, services)),
        senders=senders,
        domains=domains,
        groups=groups,
        tenant=read_tenant_intent(reader, found, ranges),
        waivers=tuple(waiver(reader, each) for each in _items(reader, found.get("waivers"), "waivers")),
        place=node.place,
    )


def _sections(reader: Reader, node: Node) -> dict[str, Entry]:
    found = reader.fields(node, "the intent", keys(IntentFile))
    _version(reader, node, found.get("version"))
    return found


def _version(reader: Reader, node: Node, entry: Entry | None) -> None:
    if entry is not None:
        reader.choice(entry.value, "version", ("1",))
    elif isinstance(node, MappingNode):
        reader.missing(node.place, "the intent", "version; write version: 1")


def _text(reader: Reader, entry: Entry | None) -> str:
    return (reader.text(entry.value, entry.key) or "") if entry else ""


def _profile(reader: Reader, entry: Entry | None) -> str:
    text = _text(reader, entry) or "baseline"
    return beside(entry.value, text) if entry and text.endswith((".yaml", ".yml")) else text


def _items(reader: Reader, entry: Entry | None, what: str) -> tuple[Node, ...]:
    return reader.items(entry.value, what) if entry else ()


def _zones(reader: Reader, entry: Entry | None) -> tuple[ZoneSource, ...]:
    if entry is None:
        return ()
    listed = reader.fields(entry.value, "dns", keys(DnsPart)).get("zones")
    found = [_zone_source(reader, item) for item in _items(reader, listed, "dns.zones")]
    return tuple(source for source in found if source is not None)


def _zone_source(reader: Reader, node: Node) -> ZoneSource | None:
    found = reader.fields(node, "a zone source", keys(ZonePart))
    if not isinstance(node, MappingNode):
        return None
    for key in keys(ZonePart):
        if key not in found:
            reader.missing(node.place, "a zone source", key)
    if len(found) < 2:
        return None
    format = reader.choice(found["format"].value, "format", FORMATS)
    path = reader.text(found["path"].value, "path")
    where = found["path"].value
    return ZoneSource(format, beside(where, path), where.place) if format and path else None


def _hops(sets: Collection[AddressSet], senders: Collection[Sender], services: Collection[str]) -> set[str]:
    return {*(each.name for each in sets), *(each.name for each in senders), *services}


def _paths(reader: Reader, entry: Entry | None, hops: Collection[str]) -> Paths:
    if entry is None:
        return Paths()
    found = reader.fields(entry.value, "paths", keys(PathsPart))
    return Paths(
        inbound=_hop_names(reader, found.get("inbound"), hops),
        outbound=_hop_names(reader, found.get("outbound"), hops),
        place=entry.place,
    )


def _hop_names(reader: Reader, entry: Entry | None, hops: Collection[str]) -> tuple[str, ...]:
    said = reader.texts(entry.value, f"paths.{entry.key}") if entry else ()
    for each in said or ():
        if entry and each not in hops:
            words = f"a hop of paths.{entry.key} is {shown(each)}, which is no service, sender or address set"
            reader.wrong(entry.value.place, words + suggestion(each, hops))
    return tuple(each for each in said or () if each in hops)
