"""A document over the bases that it extends: mappings are merged key by key, all else is replaced."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from mfpolicy.model.documents import Entry, Fault, Mapping, Node, Scalar
from mfpolicy.sources.shape import Reader, shown
from mfpolicy.sources.yaml import read
from mfpolicy.sources.zones import SourceFiles

MAX_BASES = 8
# A waiver names a subject of one estate; in every other it would be an unused one.
_OWN = ("waivers",)


def with_bases(reader: Reader, node: Node, files: SourceFiles, seen: tuple[str, ...]) -> Node:
    """The document over what its `extends` names; `seen` are the files on the way here, itself the last.

    A base that cannot be read is a fault, and the document is taken as it stands.
    """
    entry = entry_of(node, "extends")
    path = reader.text(entry.value, "extends") if entry else None
    if entry is None or path is None:
        return node
    path = beside(entry.value, path)
    if path in seen:
        words = " extends ".join((*seen[seen.index(path) :], path))
        reader.faults.append(Fault("circular-reference", words, entry.value.place))
        return node
    if len(seen) > MAX_BASES:
        reader.faults.append(
            Fault("too-large", f"more than {MAX_BASES} bases, one over the other", entry.place)
        )
        return node
    return merged(_base(reader, entry, path, files, seen), node)


def _base(reader: Reader, entry: Entry, path: str, files: SourceFiles, seen: tuple[str, ...]) -> Node:
    text = files.text(path)
    if isinstance(text, Fault):
        words = f"extends {shown(path)}, which cannot be taken: {text.text}"
        reader.faults.append(Fault(text.code, words, entry.value.place))
        return Mapping((), entry.place)
    node, faults = read(text, path)
    reader.faults += faults
    if not isinstance(node, Mapping):
        reader.wrong(entry.value.place, f"{path} is no intent: expected a mapping")
        return Mapping((), entry.place)
    return _without_own(reader, with_bases(reader, node, files, (*seen, path)))


def _without_own(reader: Reader, node: Node) -> Node:
    entries = node.entries if isinstance(node, Mapping) else ()
    for entry in entries:
        if entry.key in _OWN:
            words = f"{entry.key} of a base hold nowhere; write them in the intent that extends it"
            reader.faults.append(Fault("unknown-intent-key", words, entry.place))
    return Mapping(tuple(each for each in entries if each.key not in _OWN), node.place)


def merged(lower: Node, upper: Node) -> Node:
    """The upper document, with what only the lower one says."""
    if not (isinstance(lower, Mapping) and isinstance(upper, Mapping)):
        return upper
    below = {entry.key: entry for entry in lower.entries}
    said = {entry.key: _over(below.get(entry.key), entry) for entry in upper.entries}
    kept = (said.pop(entry.key, entry) for entry in lower.entries)
    return Mapping((*kept, *said.values()), upper.place)


def _over(lower: Entry | None, upper: Entry) -> Entry:
    if lower is None:
        return upper
    # A key without a value takes nothing away.
    if isinstance(upper.value, Scalar) and upper.value.value is None:
        return Entry(upper.key, lower.value, upper.place)
    return Entry(upper.key, merged(lower.value, upper.value), upper.place)


def entry_of(node: Node, key: str) -> Entry | None:
    """The entry of a mapping with this key."""
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((each for each in entries if each.key == key), None)


def beside(node: Node, path: str) -> str:
    """A path that a file gives, seen from that file's folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(node.place.file), path))


def paths(nodes: Collection[Node]) -> tuple[str, ...]:
    """The paths in texts, each seen from the file that it stands in."""
    return tuple(beside(each, each.text) for each in nodes if isinstance(each, Scalar) and each.text)
