"""One domain of DNSControl's IR: its records, and what it leaves to others or takes away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mfpolicy.model.dns import Question, Record, Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import is_within, join
from mfpolicy.model.places import Place, Pointer
from mfpolicy.sources.interchange import entry
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._dnscontrol_data import NO_RECORDS, entry_data
from mfpolicy.sources.zones._dnscontrol_ignore import ignored, literal
from mfpolicy.sources.zones._dnscontrol_places import Places
from mfpolicy.sources.zones._dnscontrol_shape import DOMAIN, Entry, Raw
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._zone_file_data import type_of

# Where neither a record nor its domain says one (DNSControl/dnscontrol, models/dns.go, DefaultTTL).
_DEFAULT_TTL = 300
_ALIASES = ("R53_ALIAS", "AZURE_ALIAS", "AKAMAICDN", "AKAMAITLC")
_MAX_FAULTS = 1_000


class Domain:
    """Reads one domain into a zone. `readable` turns false where even the names that are missing cannot be
    told; the faults say why."""

    def __init__(self, zone: str, value: Mapping[str, Any], place: Pointer, places: Places) -> None:
        self.zone = zone
        self.value = value
        self.at = place
        self.places = places
        self.records: list[Record] = []
        self.faults: list[Fault] = []
        self.unreadable: set[str] = set()
        self.unread: set[Question] = set()
        self.readable = True

    def read(self) -> Zone:
        """The zone, with all that could be read of it."""
        self.keys()
        for at, value in enumerate(self.items("records")):
            self.entry(value, self.inside(f"records/{at}"))
        for at, value in enumerate(self.items("rawrecords")):
            self.raw(value, self.inside(f"rawrecords/{at}"))
        absent = self.absent()
        patterns, faults = ignored(self.value, self.zone, self.at)
        for fault in faults:
            self.lose(fault)
        owners = {each.name for each in self.records}
        unmanaged = {each.owners for each in patterns if literal(each)} - owners
        return Zone(
            self.zone,
            records=tuple(self.records),
            authority="partial" if self.value.get("keepunknown") is True else "full",
            readable=self.readable,
            unreadable=frozenset(self.unreadable),
            unread=frozenset(self.unread),
            unmanaged=frozenset(unmanaged),
            shared=tuple(dict.fromkeys(each for each in patterns if each.owners not in unmanaged)),
            absent=frozenset(absent),
            file=self.at.file,
            place=self.at,
        )

    def keys(self) -> None:
        """A key that is not known here may hold records, or say that others hold some; one that says nothing
        does neither."""
        purge = self.value.get("keepunknown")
        if purge is not None and not isinstance(purge, bool):
            self.lose(Fault("wrong-type", f"{self.zone}: keepunknown is not true or false", self.at))
        for key in [key for key, value in self.value.items() if value and key not in DOMAIN]:
            words = f"{self.zone}: the key {shown(key)} is not known here, so what it means is not judged"
            self.lose(Fault("unknown-key", words, self.inside(_token(key))))
        if self.value.get("ignore_external_dns"):
            words = (
                f"{self.zone}: IGNORE_EXTERNAL_DNS leaves names to external-dns that this file does not "
                "tell; the names that it lacks are judged as absent"
            )
            self.fault(Fault("unknown-key", words, self.inside("ignore_external_dns")))

    def items(self, key: str) -> list[Any]:
        value = self.value.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.lose(Fault("wrong-type", f"{self.zone}: {key} is no list", self.inside(key)))
        return []

    def entry(self, value: object, pointer: Pointer) -> None:
        """Take in one record; the owner of one that is not understood is unreadable."""
        owner = self.owner(value, pointer)
        if owner is None:
            return
        found = entry(value, pointer, Entry)
        if isinstance(found, Fault):
            self.fault(found)
            self.unreadable.add(owner)
        elif found.type not in NO_RECORDS:
            self.record(found, owner, self.places.of(found.filepos, pointer))

    def record(self, found: Entry, owner: str, place: Place) -> None:
        type = found.type if found.type in _ALIASES else type_of(found.type)
        if type is None:
            words = f"{owner}: {shown(found.type)} is no type of record that is known here"
            if found.type == "IMPORT_TRANSFORM":
                words = f"{owner}: IMPORT_TRANSFORM makes records only without --raw; print the IR without it"
                self.readable = False
            self.unreadable.add(owner)
            self.fault(Fault("wrong-type", words, place))
            return
        data = entry_data(found, type, self.zone)
        if isinstance(data, str):
            self.fault(
                Fault("wrong-type", f"{owner}: the {found.type} record is not understood: {data}", place)
            )
            # What is an alias, or would be one, stands for every other type.
            self.unreadable |= {owner} if type == "CNAME" or type in _ALIASES else set()
            self.unread.add(Question(owner, type))
            return
        ttl = found.ttl or _DEFAULT_TTL
        self.records.append(Record(owner, data.type, data.value, ttl, data.strings, place))

    def owner(self, value: object, pointer: Pointer) -> str | None:
        """The owner of a record; None where it cannot be told, which leaves any name in doubt."""
        name = value.get("name") if isinstance(value, dict) else None
        owner = self.named(name) if isinstance(name, str) else None
        if owner is None:
            what = shown(name) if isinstance(name, str) else "no name"
            self.lose(
                Fault("wrong-type", f"{self.zone}: a record has {what}, which makes no domain name", pointer)
            )
        return owner

    def named(self, name: str) -> str | None:
        """An owner from a label, which may stand with the zone and a final dot before it is processed."""
        whole = name if name.endswith(".") else join(name, self.zone)
        owner = owner_name(whole)
        return owner if owner and is_within(owner, self.zone) else None

    def raw(self, value: object, pointer: Pointer) -> None:
        """A record that DNSControl has not worked out yet says at most its owner."""
        found = entry(value, pointer, Raw)
        label = found.args[0] if not isinstance(found, Fault) and found.args else None
        owner = self.named(label) if isinstance(label, str) else None
        words = f"{owner or self.zone}: a record of rawrecords is not read; print the IR without --raw"
        fault = Fault("wrong-type", words, pointer)
        if owner is None or (not isinstance(found, Fault) and found.subdomain):
            self.lose(fault)
            return
        self.unreadable.add(owner)
        self.fault(fault)

    def absent(self) -> set[Question]:
        """What ENSURE_ABSENT takes away, by owner and type as handsoff.go matches it; what is there under the
        same owner and type stays."""
        found = set()
        for at, value in enumerate(self.items("recordsabsent")):
            pointer = self.inside(f"recordsabsent/{at}")
            owner = self.owner(value, pointer)
            type = value.get("type") if isinstance(value, dict) else None
            known = type_of(type) if isinstance(type, str) else None
            if owner is not None and known is not None:
                found.add(Question(owner, known))
            elif owner is not None and type not in NO_RECORDS:
                self.unreadable.add(owner)
                self.fault(Fault("wrong-type", f"{owner}: what shall be absent is not understood", pointer))
        return found

    def inside(self, path: str) -> Pointer:
        return Pointer(self.at.file, f"{self.at.pointer}/{path}")

    def lose(self, fault: Fault) -> None:
        """A fault after which no name of the zone is sure."""
        self.readable = False
        self.fault(fault)

    def fault(self, fault: Fault) -> None:
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(fault)
        elif len(self.faults) == _MAX_FAULTS:
            words = f"{self.zone}: more than {_MAX_FAULTS:,} faults; the rest is not told"
            self.faults.append(Fault("too-large", words, self.at))


def _token(key: str) -> str:
    """A key as part of a JSON pointer (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")
