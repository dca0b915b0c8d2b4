"""The members of a group: in a list, or in a text file with one in each line."""

from __future__ import annotations

from collections.abc import Iterator

from mfpolicy.model.documents import Entry, Fault, Mapping, Scalar, Sequence
from mfpolicy.model.patterns import is_pattern
from mfpolicy.model.places import Place, Span
from mfpolicy.sources.extends import beside
from mfpolicy.sources.intent_basics import keys
from mfpolicy.sources.intent_domain_file import MembersFile
from mfpolicy.sources.shape import Reader, domain_name, kind, shown
from mfpolicy.sources.zones import SourceFiles


def read_members(reader: Reader, files: SourceFiles, entry: Entry) -> Iterator[tuple[str, Place]]:
    """The members of a group, each with its place; what is none is a fault."""
    if isinstance(entry.value, Sequence):
        for item in entry.value.items:
            if isinstance(item, Scalar):
                yield from _member(reader, item.text, item.place)
            else:
                reader.wrong(item.place, f"a member is {kind(item)}; expected a domain or a pattern")
    elif isinstance(entry.value, Mapping):
        file = reader.fields(entry.value, "domains", keys(MembersFile)).get("file")
        path = reader.text(file.value, "file") if file else None
        if file and path:
            yield from _of_file(reader, files, file, beside(file.value, path))
    else:
        reader.wrong(entry.value.place, f"domains is {kind(entry.value)}; expected a list or a file")


def _of_file(reader: Reader, files: SourceFiles, entry: Entry, path: str) -> Iterator[tuple[str, Place]]:
    text = files.text(path)
    if isinstance(text, Fault):
        words = f"the members of {shown(path)} cannot be read: {text.text}"
        reader.faults.append(Fault(text.code, words, entry.value.place))
        return
    at = 0
    for line in text.splitlines(keepends=True):
        word = line.partition("#")[0].strip()
        if word:
            start = at + line.index(word)
            yield from _member(reader, word, Span(path, start, start + len(word)))
        at += len(line)


def _member(reader: Reader, text: str, place: Place) -> Iterator[tuple[str, Place]]:
    name = domain_or_pattern(text)
    if name is None:
        reader.wrong(place, f"{shown(text)} is neither a domain name nor a pattern")
    else:
        yield name, place


def domain_or_pattern(text: str) -> str | None:
    """A normal name or pattern; the stars of a pattern may stand in any label."""
    plain = domain_name(text.replace("*", "x")) if is_pattern(text) else None
    return text.lower().rstrip(".") if plain and text.count("*") <= 4 else domain_name(text)
