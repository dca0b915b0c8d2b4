r"""Resource record sets as Route 53's API has them.

Members: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html. Escapes are octal
(https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html): `\052` is `*`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from mfpolicy.model.dns import Question, Record
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import entry
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._presentation import decimal, presentation
from mfpolicy.sources.zones._zone_file_data import TEXTS, Data, type_of

ADDRESSES = ("A", "AAAA")


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    Value: str


class _Alias(msgspec.Struct, frozen=True):
    DNSName: str


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    Name: str
    Type: str
    TTL: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    ResourceRecords: list[_Value] = []
    AliasTarget: _Alias | None = None
    SetIdentifier: str = ""
    MultiValueAnswer: bool = False
    Weight: Any = None
    Region: Any = None
    GeoLocation: Any = None
    GeoProximityLocation: Any = None
    CidrRoutingConfig: Any = None
    Failover: Any = None
    HealthCheckId: Any = None
    TrafficPolicyInstanceId: Any = None


class RecordSet(msgspec.Struct, frozen=True):
    """One resource record set. `known` is false where not all of its records can be told; `variant` names one
    of several sets of an owner and type, of which a receiver sees one, or all where `together`."""

    key: Question
    records: tuple[Record, ...] = ()
    known: bool = True
    variant: str = ""
    together: bool = False
    place: Pointer | None = None


def record_set(value: object, pointer: Pointer) -> tuple[RecordSet | None, list[Fault]]:
    """A record set and what is wrong in it; None where not even its owner can be told."""
    name, type = (value.get("Name"), value.get("Type")) if isinstance(value, dict) else (None, None)
    owner = owner_name(decimal(name)) if isinstance(name, str) else None
    if not owner:
        return None, [Fault("wrong-type", f"{pointer.pointer}: the record set has no name", pointer)]
    known = type_of(type) if isinstance(type, str) else None
    if known is None:
        # It may be anything, an alias too.
        words = f"{owner}: the record set has no type that is known here"
        made = RecordSet(Question(owner, "CNAME"), known=False, place=pointer)
        return made, [Fault("wrong-type", words, pointer)]
    key = Question(owner, known)
    found = entry(value, pointer, _Entry)
    if isinstance(found, Fault):
        return RecordSet(key, known=False, place=pointer), [found]
    records, wrong = _records(found, key, pointer)
    made = RecordSet(key, records, not wrong, found.SetIdentifier, found.MultiValueAnswer, pointer)
    return made, [Fault("wrong-type", f"{key.name}: {each}", pointer) for each in wrong]


def _records(found: _Entry, key: Question, pointer: Pointer) -> tuple[tuple[Record, ...], list[str]]:
    if found.AliasTarget is not None:
        return _alias(found.AliasTarget, key, pointer)
    if not found.ResourceRecords:
        return (), [f"the {key.type} record set has neither values nor an alias"]
    records, wrong = [], []
    for at, each in enumerate(found.ResourceRecords):
        data = _data(key.type, each.Value)
        if isinstance(data, str):
            wrong.append(f"the {key.type} record is not understood: {data}")
            continue
        place = Pointer(pointer.file, f"{pointer.pointer}/ResourceRecords/{at}/Value")
        records.append(Record(key.name, data.type, data.value, found.TTL, data.strings, place))
    return tuple(records), wrong


def _data(type: str, value: str) -> Data | str:
    """What Route 53 makes of a value: it refuses a text without quotes, and a string that is too long."""
    if type in TEXTS and not value.startswith('"'):
        return f"its text is not in quotes: {shown(value)}"
    data = presentation(type, decimal(value))
    return data.notes[0] if not isinstance(data, str) and data.notes else data


def _alias(alias: _Alias, key: Question, pointer: Pointer) -> tuple[tuple[Record, ...], list[str]]:
    """An alias of addresses; of another type it stands for a record set of the same zone."""
    data = presentation("ALIAS", decimal(alias.DNSName))
    if key.type not in ADDRESSES:
        return (), [f"the {key.type} records are an alias of {shown(alias.DNSName)}, which is not followed"]
    if isinstance(data, str):
        return (), [f"the alias is not understood: {data}"]
    place = Pointer(pointer.file, f"{pointer.pointer}/AliasTarget/DNSName")
    return (Record(key.name, "ALIAS", data.value, None, place=place),), []
