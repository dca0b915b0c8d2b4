"""What the resources of every DNS provider come to: record sets as written, and hosted zones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from mfpolicy.sources.zones._terraform_object import Object


class Where(msgspec.Struct, frozen=True):
    """A record set's place: `zone` is the provider's id of the zone, `name` as it is written, `type` in
    capitals. `absolute` is the whole name where the provider tells it, as of records that are there."""

    zone: str
    name: str
    type: str
    absolute: str = ""


class Value(msgspec.Struct, frozen=True):
    """A record's data as in `model.dns.Record`, and where it stands. `refused` says what the provider, or the
    wire, makes of a text that is not what its author meant."""

    value: str
    strings: tuple[str, ...] = ()
    pointer: str = ""
    refused: str = ""


def text_value(strings: Sequence[str], pointer: str, refused: str = "") -> Value:
    """A TXT record by its character-strings."""
    return Value("".join(strings), tuple(strings) if len(strings) > 1 else (), pointer, refused)


class Data(msgspec.Struct, frozen=True):
    """The records of one set. A receiver sees one `variant` of those that a routing policy tells apart, and
    all of those without one. An alias for addresses alone is `flat`. Where the provider `overwrites`, that
    the set is created does not mean that there was none."""

    values: tuple[Value, ...]
    ttl: int | None = None
    variant: str = ""
    flat: bool = False
    overwrites: bool = False


class Hosted(msgspec.Struct, frozen=True):
    """A zone by one of its ids. `name` is as written; one that only some networks see is not `public`."""

    id: str
    name: str
    public: bool = True


def itself(resource: Object) -> Iterable[Object]:
    """A resource that is one record set."""
    return (resource,)


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How the resources of one provider are read.

    `where` and `data` raise Later, Misread or Elsewhere. `owner` makes a written name absolute in a zone.
    `zones` has the types of resources and data sources that tell of zones. `whole` are types of resources
    that own all records of their zone, `kept` those whose deletion leaves their records in place. Where sets
    are made `by_record`, others may have more of them. `zone_key` is the attribute of a record that has its
    zone's id, where that is a number of the provider's, which a new zone does not have yet. With
    `flattens_apex` a CNAME record at an apex is an alias for addresses; with `named_by_zone` a zone's id is
    its name.
    """

    types: frozenset[str]
    where: Callable[[Object], Where]
    data: Callable[[Object, Where], Data]
    owner: Callable[[str, str], str]
    zones: Mapping[str, Callable[[Mapping[str, Any]], Iterable[Hosted]]] = {}
    parts: Callable[[Object], Iterable[Object]] = itself
    whole: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    by_record: bool = False
    zone_key: str = ""
    flattens_apex: bool = False
    named_by_zone: bool = False
