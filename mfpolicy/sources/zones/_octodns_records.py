"""The records of one octoDNS zone file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mfpolicy.model.dns import Record
from mfpolicy.model.documents import Entry, Mapping, Node, Scalar, Sequence
from mfpolicy.model.names import join
from mfpolicy.sources.shape import Reader, is_empty, kind, shown
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._octodns_config import Provider
from mfpolicy.sources.zones._octodns_values import text_value, value

_KEYS = ("type", "ttl", "value", "values", "octodns", "dynamic", "geo", "healthcheck", "lenient")
_TYPE = re.compile(r"(?:[A-Za-z0-9_]{1,60}/)?[A-Z0-9][A-Z0-9_-]{0,59}", re.ASCII)
_MAX_TTL = 2**31 - 1


class Owners:
    """What the entries of a zone say, owner by owner: records, and names that are unreadable or unmanaged."""

    def __init__(self, zone: str, provider: Provider, reader: Reader) -> None:
        self.zone = zone
        self.provider = provider
        self.reader = reader
        self.records: list[Record] = []
        self.unreadable: set[str] = set()
        self.unmanaged: set[str] = set()

    def add(self, entries: Iterable[Entry]) -> None:
        """Read entries of the form relative name -> record, or list of records."""
        for entry in entries:
            name = owner_name(join(entry.key, self.zone))
            if name is None:
                self.reader.wrong(entry.place, f"{shown(entry.key)} does not make a domain name")
                continue
            node = entry.value
            for each in node.items if isinstance(node, Sequence) else (node,):
                if not self.record(name, each):
                    self.unreadable.add(name)

    def record(self, name: str, node: Node) -> bool:
        """Take in one record; false where it is not understood, with the fault."""
        if not isinstance(node, Mapping):
            self.reader.wrong(node.place, f"a record is {kind(node)}; expected a mapping")
            return False
        found = self.reader.fields(node, "a record", _KEYS)
        if _is_unmanaged(found.get("octodns")):
            self.unmanaged.add(name)
            return True
        type = self.type(found.get("type"), node)
        values = self.values(found, node)
        if type is None or values is None:
            return False
        ttl = self.ttl(found.get("ttl"))
        return all([self.value(name, type, ttl, each) for each in values])

    def type(self, entry: Entry | None, node: Mapping) -> str | None:
        """A record's type in capitals; a provider's own alias is an ALIAS."""
        if entry is None:
            self.reader.missing(node.place, "a record", "type")
            return None
        text = self.reader.text(entry.value, "type")
        if text is None:
            return None
        if not _TYPE.fullmatch(text):
            hint = f"; did you mean {text.upper()}?" if _TYPE.fullmatch(text.upper()) else ""
            self.reader.wrong(
                entry.value.place, f"type is {shown(text)}; expected a record type in capitals{hint}"
            )
            return None
        return "ALIAS" if text.endswith("/ALIAS") else text

    def values(self, found: dict[str, Entry], node: Mapping) -> tuple[Node, ...] | None:
        """The nodes under `values`, else under `value`; both may be one value or a list."""
        entry = found.get("values") or found.get("value")
        if entry is None:
            self.reader.missing(node.place, "a record", "value")
            return None
        if isinstance(entry.value, Sequence) and entry.value.items:
            return entry.value.items
        if isinstance(entry.value, Sequence) or is_empty(entry.value):
            self.reader.wrong(entry.place, f"{entry.key} is empty; expected a value")
            return None
        return (entry.value,)

    def ttl(self, entry: Entry | None) -> int:
        """The record's own time to live, else the provider's."""
        if entry is None:
            return self.provider.default_ttl
        number = entry.value.value if isinstance(entry.value, Scalar) else None
        if type(number) is int and 0 <= number <= _MAX_TTL:
            return number
        self.reader.wrong(entry.value.place, f"ttl is {kind(entry.value)}; expected a number of seconds")
        return self.provider.default_ttl

    def value(self, name: str, type: str, ttl: int, node: Node) -> bool:
        if type in ("TXT", "SPF"):
            text = text_value(node, self.provider.escaped_semicolons, self.reader)
        else:
            plain = value(node, type, self.zone, self.reader)
            text = None if plain is None else (plain, ())
        if text is None:
            return False
        self.records.append(Record(name, type, text[0], ttl, text[1], node.place))
        return True


def _is_unmanaged(entry: Entry | None) -> bool:
    """Whether octoDNS leaves a record to somebody else, always or for some of its providers."""
    options = entry.value.entries if entry and isinstance(entry.value, Mapping) else ()
    return any(
        each.key in ("excluded", "included")
        or (
            each.key == "ignored"
            and isinstance(each.value, Scalar)
            and each.value.text.lower() in ("true", "yes", "on")
        )
        for each in options
    )
