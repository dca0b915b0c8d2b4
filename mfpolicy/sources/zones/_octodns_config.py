"""What octoDNS' own configuration says about a folder of zone files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import msgspec

from mfpolicy.model.documents import Fault, Mapping, Node, Scalar
from mfpolicy.sources.yaml import read
from mfpolicy.sources.zones import SourceFiles

_MAX_TRIED = 20
_USUAL = ("config.yaml", "config.yml", "octodns.yaml", "octodns.yml")
_FALSE = ("false", "no", "off")  # as octoDNS' YAML 1.1 reader has it


class Provider(msgspec.Struct, frozen=True):
    """One YamlProvider: a folder of zone files, and how they are to be read."""

    directory: str
    escaped_semicolons: bool = True
    default_ttl: int = 3600
    split_extension: str = ""
    shared_filename: str = ""
    config: str = ""


def is_config(node: Node) -> bool:
    """Whether a document is octoDNS' configuration: a record named `zones` or `providers` has a type."""
    if not isinstance(node, Mapping):
        return False
    return any(
        entry.key in ("providers", "zones")
        and isinstance(entry.value, Mapping)
        and all(each.key != "type" for each in entry.value.entries)
        for entry in node.entries
    )


def providers_of(path: str, files: SourceFiles) -> tuple[Provider, ...]:
    """The YamlProviders that a configuration file names; none where it is no such file."""
    text = files.text(path)
    if isinstance(text, Fault) or "providers" not in text:
        return ()
    node, _ = read(text, path)
    if node is None or not is_config(node):
        return ()
    listed = _child(node, "providers")
    entries = listed.entries if isinstance(listed, Mapping) else ()
    found = [_provider(entry.value, path) for entry in entries]
    return tuple(provider for provider in found if provider is not None)


def provider_for(folder: str, files: SourceFiles) -> Provider:
    """The settings for a folder, from the configuration in it or beside it whose `directory` it is."""
    wanted = posixpath.normpath(folder)
    for path in _likely(folder, files):
        for provider in providers_of(path, files):
            if wanted in directories(provider):
                return msgspec.structs.replace(provider, directory=wanted)
    return Provider(wanted)


def directories(provider: Provider) -> tuple[str, str]:
    """Where the folder may be: octoDNS takes it from where it is started, the file's folder or the root."""
    beside = posixpath.join(posixpath.dirname(provider.config), provider.directory)
    return posixpath.normpath(beside), posixpath.normpath(provider.directory)


def _likely(folder: str, files: SourceFiles) -> Iterable[str]:
    """The usual names first; then a few others, so that not every file nearby is read."""
    parent = posixpath.dirname(posixpath.normpath(folder)) or "."
    nearby = [path for each in (folder, parent) for path in files.listing(each)]
    yield from (path for path in nearby if posixpath.basename(path) in _USUAL)
    others = [path for path in files.listing(parent) if path.endswith((".yaml", ".yml"))]
    yield from [path for path in others if posixpath.basename(path) not in _USUAL][:_MAX_TRIED]


def _provider(node: Node, config: str) -> Provider | None:
    directory = _text(node, "directory")
    if not _text(node, "class").endswith("YamlProvider") or not directory:
        return None
    ttl = _child(node, "default_ttl")
    split = _text(node, "split_extension")
    return Provider(
        directory=directory,
        escaped_semicolons=_text(node, "escaped_semicolons").lower() not in _FALSE,
        default_ttl=ttl.value if isinstance(ttl, Scalar) and type(ttl.value) is int else 3600,
        split_extension=split,
        shared_filename=_text(node, "shared_filename"),
        config=config,
    )


def _child(node: Node, key: str) -> Node | None:
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((entry.value for entry in entries if entry.key == key), None)


def _text(node: Node, key: str) -> str:
    child = _child(node, key)
    return child.text if isinstance(child, Scalar) and child.value is not None else ""
