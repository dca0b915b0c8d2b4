"""octoDNS: a folder of zone files in YAML, or the configuration that names it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from mfpolicy.model.dns import Zone
from mfpolicy.model.documents import Fault, Mapping, Node
from mfpolicy.model.places import Span
from mfpolicy.sources.shape import Reader, is_empty, kind, shown
from mfpolicy.sources.yaml import read as read_yaml
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._octodns_config import (
    Provider,
    directories,
    is_config,
    provider_for,
    providers_of,
)
from mfpolicy.sources.zones._octodns_include import Includer
from mfpolicy.sources.zones._octodns_records import Owners

_INCLUDE = "!include"
_KNOWN = 20_000  # files


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of a folder, of the folders a configuration names, or of one zone file.

    Faults: unreadable-file, too-large, wrong-type, missing-key, unknown-key, and those of YAML. A file
    that cannot be read is a zone that is not readable; a record that cannot, an unreadable owner.
    """
    reading = _Reading(files)
    for provider, paths in _sources(path, files):
        reading.config(provider)
        for each in paths:
            reading.path(each, provider)
        reading.shared(provider)
    if not reading.zones and not reading.faults:
        text = "there is no octoDNS zone file here, such as example.org.yaml"
        reading.faults.append(Fault("unreadable-file", text, Span(path, 0, 0)))
    return reading.result()


def reads_elsewhere(path: str, files: SourceFiles) -> bool:
    """Whether a configuration may say where the zones are: zone files in a folder are all that is read."""
    return not any(map(_zone_file, files.listing(path)))


def _sources(path: str, files: SourceFiles) -> Iterator[tuple[Provider, list[str]]]:
    """Providers with their zone files and split zone folders."""
    listed = files.listing(path)
    if listed:
        provider = provider_for(path, files)
        if provider.config or any(map(_zone_file, listed)):
            yield provider, listed
            return
    named = [provider for each in listed or [path] for provider in providers_of(each, files)]
    for provider in named:
        folder = next(
            (each for each in directories(provider) if files.listing(each)), directories(provider)[0]
        )
        yield msgspec.structs.replace(provider, directory=folder), files.listing(folder)
    if not named and not listed:
        yield provider_for(posixpath.dirname(path) or ".", files), [path]


def _zone_file(path: str) -> bool:
    name = posixpath.basename(path.rstrip("/"))
    return (path.endswith("/") and "." in name.lstrip(".")) or (
        name.endswith(".yaml") and name != "config.yaml"
    )


class _Reading:
    """Zones as they are met; those of one name, from several files or folders, become one."""

    def __init__(self, files: SourceFiles) -> None:
        self.files = files
        self.includer = Includer(files)
        self.faults = self.includer.faults
        self.zones: dict[str, Zone] = {}
        self.read: list[str] = []

    def config(self, provider: Provider) -> None:
        if provider.config and provider.config not in self.read:
            self.read.append(provider.config)

    def path(self, path: str, provider: Provider) -> None:
        name = posixpath.basename(path.rstrip("/"))
        if name.startswith("."):
            return
        if path.endswith("/"):
            self.folder(path, name, provider)
        elif name.endswith(".yaml") and name != provider.shared_filename:
            self.file(path, name.removesuffix(".yaml"), provider)

    def folder(self, path: str, name: str, provider: Provider) -> None:
        """A split zone: a file per owner; or the folder (RFC 2317) of `0/25.2.0.192.in-addr.arpa.yaml`."""
        paths = [each for each in self.files.listing(path.rstrip("/")) if each.endswith(".yaml")]
        zone = name.removesuffix(provider.split_extension)
        if name.isdigit():
            for each in paths:
                self.file(each, f"{name}/{posixpath.basename(each).removesuffix('.yaml')}", provider)
        elif "." in zone:
            for each in paths:
                self.file(each, zone, provider, whole=path.rstrip("/"))

    def file(self, path: str, name: str, provider: Provider, whole: str = "") -> None:
        text = self.files.text(path)
        self.read.append(path)
        zone = owner_name(name)
        own = Zone(zone or "", file=whole or path, place=Span(path, 0, 0))
        if zone is not None and isinstance(text, str) and _INCLUDE not in text:
            found, faults = _plain_zone(text, path, own, provider, bool(whole))
            self.faults += faults
            if found is not None:
                self.keep(found)
            return
        failed = self.includer.failed
        node = self.includer.document(path)
        if not isinstance(node, Fault) and is_config(node) and not whole:
            return
        if zone is None:
            self.wrong(path, f"{shown(name)} is not the name of a zone")
            return
        self.zone(own, node, provider, self.includer.failed == failed)

    def zone(self, zone: Zone, node: Node | Fault, provider: Provider, readable: bool) -> None:
        """A file with a failed include may lack any name, so nothing about the zone is known."""
        found, faults = _zone(zone, node, provider)
        self.faults += faults
        self.keep(found if readable else msgspec.structs.replace(found, readable=False))

    def keep(self, zone: Zone) -> None:
        known = self.zones.get(zone.name)
        self.zones[zone.name] = zone if known is None else _merged(known, zone)

    def shared(self, provider: Provider) -> None:
        """`shared_filename` holds records of every zone of its provider."""
        if not provider.shared_filename:
            return
        path = posixpath.join(provider.directory, provider.shared_filename)
        node = self.includer.document(path)
        self.read.append(path)
        for zone in [each for each in self.zones.values() if each.file.startswith(provider.directory + "/")]:
            bare = Zone(zone.name, file=zone.file, place=zone.place)
            self.zone(bare, node, provider, True)

    def wrong(self, path: str, text: str) -> None:
        self.faults.append(Fault("wrong-type", text, Span(path, 0, 0)))

    def result(self) -> ZoneSet:
        """A file that others include, and whose name is no domain of its own, was not meant as a zone."""
        zones = [
            zone
            for zone in self.zones.values()
            if "." in zone.name or zone.file not in self.includer.included
        ]
        files = sorted({*self.read, *self.includer.included})
        return ZoneSet(tuple(zones), tuple(dict.fromkeys(self.faults)), tuple(files))


@lru_cache(maxsize=_KNOWN)
def _plain_zone(
    text: str, path: str, zone: Zone, provider: Provider, part: bool
) -> tuple[Zone | None, tuple[Fault, ...]]:
    """The zone of one file without includes, known again where base and head hold the same file. None where
    it is octoDNS' configuration, which no `part` of a zone is."""
    node, faults = read_yaml(text, path)
    if node is not None and is_config(node) and not part:
        return None, tuple(faults)
    if node is None:
        found, wrong = _zone(zone, faults[-1], provider)
        return found, (*faults[:-1], *wrong)
    found, wrong = _zone(zone, node, provider)
    return found, (*faults, *wrong)


def _zone(zone: Zone, node: Node | Fault, provider: Provider) -> tuple[Zone, tuple[Fault, ...]]:
    """A zone with what its document says."""
    if isinstance(node, Fault):
        return msgspec.structs.replace(zone, readable=False), (node,)
    if not isinstance(node, Mapping) and not is_empty(node):
        text = f"a zone file is {kind(node)}; expected a mapping of names to records"
        return msgspec.structs.replace(zone, readable=False), (Fault("wrong-type", text, node.place),)
    reader = Reader()
    owners = Owners(zone.name, provider, reader)
    owners.add(node.entries if isinstance(node, Mapping) else ())
    found = msgspec.structs.replace(
        zone,
        records=tuple(owners.records),
        unreadable=frozenset(owners.unreadable),
        unmanaged=frozenset(owners.unmanaged),
    )
    return found, tuple(reader.faults)


def _merged(first: Zone, second: Zone) -> Zone:
    return msgspec.structs.replace(
        first,
        records=first.records + second.records,
        readable=first.readable and second.readable,
        unreadable=first.unreadable | second.unreadable,
        unmanaged=first.unmanaged | second.unmanaged,
    )
