"""A tenant as it was exported: what each cmdlet gave, and what nobody knows of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.places import Place

# What a question to an export is of: no type of DNS, so that it is never asked there.
EXPORT = "of the tenant"
Organization = Literal["cloud", "on-premises"]


class TenantObject(msgspec.Struct, frozen=True):
    """One object that a cmdlet gave, or a part of one. `values` are its properties as the export spells them,
    JSON values; PowerShell compares their names without case. `whose` names it in questions. `organization`
    is the one that it is of: the tenant, or Exchange Server, where cmdlets of the same names give others."""

    whose: str
    values: Mapping[str, Any]
    place: Place | None = None
    organization: Organization = "cloud"

    def has(self, name: str) -> bool:
        """Whether the export holds a property, empty or not."""
        return name in self.values or any(key.lower() == name.lower() for key in self.values)

    def value(self, name: str) -> Any:
        """A property as it was exported; Unknown where the export does not hold it."""
        if name in self.values:
            return self.values[name]
        folded = name.lower()
        for key, value in self.values.items():
            if key.lower() == folded:
                return value
        return self.lacks(name)

    def lacks(self, name: str, reason: Reason = Reason.NOT_EXPORTED) -> Unknown:
        """What is not known because of one property."""
        return unknown(f"{self.whose} {name}", EXPORT, reason)


class Listing(msgspec.Struct, frozen=True):
    """All objects that one cmdlet gave, or why nobody knows them. `file` is where it stands; `whole` is false
    where there may be more objects than these, as in a file that describes only some. `removed` are objects
    that a proposal says are to go; of those only the names count."""

    objects: tuple[TenantObject, ...] = ()
    lacking: Reason | None = None
    file: str = ""
    whole: bool = True
    removed: tuple[TenantObject, ...] = ()


class Export(msgspec.Struct, frozen=True):
    """One file of an export: what wrote it, when (UTC; None: it does not say), and which tenant it is of, by
    id and by name (empty: it does not say). `part`: it says of itself that it lists only some objects of each
    kind, as a proposal may."""

    file: str
    tool: str = ""
    taken: datetime.datetime | None = None
    id: str = ""
    name: str = ""
    part: bool = False


class Tenant(msgspec.Struct, frozen=True):
    """A tenant, by the names of the cmdlets. One that is not among the `listings` was not exported. Exchange
    Server is one too: of the other `organization`."""

    listings: Mapping[str, Listing] = {}
    exports: tuple[Export, ...] = ()
    place: Place | None = None
    organization: Organization = "cloud"

    def objects(self, cmdlet: str) -> tuple[TenantObject, ...] | Unknown:
        """All objects of a kind; Unknown where the export does not say them all."""
        found = self.listings.get(cmdlet)
        if found is None:
            return unknown(cmdlet, EXPORT, Reason.NOT_EXPORTED)
        if found.lacking is not None:
            return unknown(cmdlet, EXPORT, found.lacking)
        return found.objects if found.whole else unknown(cmdlet, EXPORT, Reason.CUT_SHORT)

    def one(self, cmdlet: str) -> TenantObject | Unknown:
        """The one object of a kind of which every tenant has exactly one, such as its organisation."""
        found = self.objects(cmdlet)
        if isinstance(found, Unknown):
            return found
        return found[0] if len(found) == 1 else unknown(cmdlet, EXPORT, Reason.CUT_SHORT)

    @property
    def taken(self) -> datetime.datetime | None:
        """When the oldest file was exported; None where one does not say."""
        days = [each.taken for each in self.exports]
        known = [each for each in days if each is not None]
        return min(known) if known and len(known) == len(days) else None
