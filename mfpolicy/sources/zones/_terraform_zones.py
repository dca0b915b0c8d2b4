"""Which domain a provider's zone id stands for: as the plan's zones say, else as its records show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mfpolicy.model.names import is_within, normal, parent
from mfpolicy.sources.zones._names import owner_name, zone_above
from mfpolicy.sources.zones._terraform_dialect import Dialect, Hosted, Where
from mfpolicy.sources.zones._terraform_object import Object
from mfpolicy.sources.zones._terraform_plan import Held, Resource

_NOT_AT_APEX = "CNAME"  # RFC 1034, 3.6.2: beside it stands nothing, and every apex has a SOA record


class HostedZones:
    """The zones of one provider that a plan tells of, by id."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._names: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._shown: dict[str, list[Where]] = {}
        self._made: dict[str, tuple[Resource, str]] = {}

    @property
    def source(self) -> str:
        """The data source that tells of a zone."""
        return min(self._dialect.zones)

    def add(self, resource: Resource | Held, values: Mapping[str, Any]) -> tuple[Hosted, ...]:
        """Take in a zone as a resource, a data source or a state has it."""
        found = tuple(self._dialect.zones[resource.type](values))
        for each in found:
            if not each.public:
                self._hidden.add(each.id)
            elif owner_name(each.name):
                self._names.setdefault(each.id, each.name)
        return found

    def make(self, resource: Resource, values: Mapping[str, Any]) -> tuple[Hosted, ...]:
        """Take in a zone that has no id yet: it goes by its address."""
        id = resource.address
        found = self.add(resource, {**values, "id": id, "zone_id": id})
        self._made.update({each.id: (resource, each.name) for each in found if each.id == id})
        return found

    def is_new(self, id: str) -> bool:
        """Whether the plan makes a zone, so that nothing is in it yet."""
        return id in self._made and self._made[id][0].mode == "managed"

    def placed(self, record: Resource, found: Object) -> Object:
        """The attributes of a record, with its zone where that has no id yet, and something tells it."""
        key, values, unknown = self._dialect.zone_key, found.values, found.unknown
        if not (key and found.is_later(key) and isinstance(values, dict) and isinstance(unknown, dict)):
            return found
        name = values.get("name")
        zone = self._made_for(record, normal(name) if isinstance(name, str) else "")
        known = {**unknown, key: not zone}
        return msgspec.structs.replace(found, values={**values, key: zone}, unknown=known)

    def _made_for(self, record: Resource, name: str) -> str:
        """The closest one above a name, else the only one: of all, of the record's module, of its instance;
        empty where that does not tell."""
        made = self._made.items()
        above = [(len(zone), id) for id, (_, zone) in made if is_within(name, zone)]
        closest = [id for length, id in above if length == max(above)[0]]
        beside = [id for id, (each, _) in made if each.module_address == record.module_address]
        alike = [id for id in beside if self._made[id][0].index == record.index]
        choices = (closest,) if closest else ([*self._made], beside, alike)
        return next((each[0] for each in choices if len(each) == 1), "")

    def show(self, where: Where) -> None:
        """Take in what a record says of its zone."""
        self._shown.setdefault(where.zone, []).append(where)

    def is_public(self, id: str) -> bool:
        """Whether the Internet sees a zone, as far as the plan tells."""
        return self._hidden.isdisjoint(_spellings(id))

    def name(self, id: str) -> str:
        """The domain of a zone; empty where nothing tells it."""
        if id not in self._names:
            told = (self._names[each] for each in _spellings(id) if each in self._names)
            self._names[id] = id if self._dialect.named_by_zone else next(told, "") or self._as_shown(id)
        return self._names[id]

    def _as_shown(self, id: str) -> str:
        """From a relative name beside the whole one, else the closest name above all."""
        records = self._shown.get(id, [])
        cut = next(filter(None, (_cut(each.name, each.absolute) for each in records)), "")
        whole = [each for each in records if each.absolute]
        return cut or _above_all(whole or records)


def _spellings(id: str) -> tuple[str, str]:
    """An id as it is, and one of Cloud DNS without the project, which not every resource tells."""
    return id, f"/{id.rpartition('/')[2]}"


def _cut(name: str, absolute: str) -> str:
    """`www` and `www.example.org` make `example.org`."""
    if absolute.startswith(f"{name}."):
        return absolute[len(name) + 1 :]
    return absolute if name in ("", "@") else ""


def _above_all(records: list[Where]) -> str:
    """The closest name above all that could be an apex; nothing where one of them may be relative."""
    found = zone_above(map(_at_or_below_apex, records)) or ""
    return found if owner_name(found) else ""


def _at_or_below_apex(record: Where) -> str:
    name = record.absolute or record.name
    return parent(name) if record.type == _NOT_AT_APEX else name
