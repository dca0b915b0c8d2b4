"""Lists of tag=value, as DKIM keys (RFC 6376, 3.2), DMARC, MTA-STS, TLS-RPT and BIMI records are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from mfpolicy.records.faults import Fault

# The longest TXT record that DNS can carry (RFC 1035, 3.2.1: RDLENGTH has sixteen bits).
LONGEST = 65535
BLANK = " \t\r\n"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class Tag(msgspec.Struct, frozen=True):
    """One tag with its value, blanks around both dropped; characters `start` to `end` hold the value."""

    name: str
    value: str
    start: int
    end: int


class TagList(msgspec.Struct, frozen=True):
    """The tags in the order of the record. Of a name that is there twice only the first counts."""

    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()

    def get(self, name: str) -> Tag | None:
        """The tag of a name (case matters: RFC 6376, 3.2)."""
        for tag in self.tags:
            if tag.name == name:
                return tag
        return None

    def value(self, name: str) -> str:
        """The value of a tag; empty where there is none."""
        tag = self.get(name)
        return tag.value if tag else ""


@lru_cache(maxsize=8192)
def read(text: str) -> TagList:
    """The tags of a record. Faults: record-too-long, malformed-tag, duplicate-tag (RFC 6376, 3.2)."""
    if len(text) > LONGEST:
        return TagList(faults=(Fault("record-too-long", f"longer than {LONGEST} characters", 0, len(text)),))
    tags: dict[str, Tag] = {}
    faults: list[Fault] = []
    for start, end, last in _parts(text):
        part = text[start:end]
        tag = _tag(part, start)
        if tag is None:
            # A final semicolon is allowed; an empty part anywhere else is not.
            if part or not last:
                faults.append(Fault("malformed-tag", f"{_shown(part)} is not tag=value", start, end))
        elif tag.name in tags:
            faults.append(Fault("duplicate-tag", f"{tag.name}= is there more than once", start, end))
        else:
            tags[tag.name] = tag
    return TagList(tuple(tags.values()), tuple(faults))


def format(tags: Iterable[Tag]) -> str:
    """The tags as a record's text."""
    return "; ".join(f"{tag.name}={tag.value}" for tag in tags)


def invalid(tag: Tag, code: str, wanted: str) -> Fault:
    """The fault of a tag whose value is not one of those wanted."""
    return Fault(code, f"{tag.name}={tag.value[:80]} is not {wanted}", tag.start, tag.end)


def version_fault(tags: TagList, text: str, version: str) -> tuple[Fault, ...]:
    """The fault invalid-version, unless `v=` comes first and is exactly the version."""
    first = tags.tags[0] if tags.tags else None
    if first and (first.name, first.value) == ("v", version):
        return ()
    end = len(text.partition(";")[0])
    return (Fault("invalid-version", f"does not begin with v={version}", 0, end),)


def _parts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where each part between semicolons stands, blanks around it dropped; whether it is the last."""
    at = 0
    pieces = text.split(";")
    for number, piece in enumerate(pieces, start=1):
        start = at + len(piece) - len(piece.lstrip(BLANK))
        yield start, start + len(piece.strip(BLANK)), number == len(pieces)
        at += len(piece) + 1


def _tag(part: str, at: int) -> Tag | None:
    name, equals, rest = part.partition("=")
    if not equals or not _NAME.match(name.rstrip(BLANK)):
        return None
    value = rest.lstrip(BLANK)
    end = at + len(part)
    return Tag(name.rstrip(BLANK), value, end - len(value), end)


def _shown(part: str) -> str:
    return f"'{part[:40]}'" if part else "an empty part"
