"""DNSControl: the intermediate representation that `dnscontrol print-ir` writes, with or without `--raw`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mfpolicy.model.dns import Question, Zone
from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import decoded
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles, ZoneSet
from mfpolicy.sources.zones._dnscontrol_domain import Domain
from mfpolicy.sources.zones._dnscontrol_places import Places
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._variants import differing

_COMMAND = "`dnscontrol print-ir --out ir.json` makes one"
_PUBLIC = frozenset(("outside", "external", "public", "internet"))


class _Ir(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every IR has at its root; other files with `domains` have no registrars."""

    registrars: list[Any] | None
    dns_providers: list[Any] | None
    domains: list[Any] | None
    skiprecordaudit: bool = False


class _Read(msgspec.Struct, frozen=True):
    """A zone with the tag of its domain, the part behind `!`."""

    zone: Zone
    tag: str


def read(path: str, files: SourceFiles) -> ZoneSet:
    """The zones of one IR. Authority is full, and partial under NO_PURGE; IGNORE leaves names to others.

    Of domains with one name and several tags (split horizon) the one that the Internet sees is read: tagged
    as public, else without a tag; where that does not tell, what they do not agree on is unread. The name
    servers of a domain, its DNSSEC and what providers do in place of DNS are left alone. Faults:
    unreadable-file, wrong-type, unknown-key, too-large. A record of unknown shape makes its owner unreadable;
    a domain of unknown shape is not readable.
    """
    text = files.text(path)
    ir = text if isinstance(text, Fault) else decoded(text, path, _Ir)
    if isinstance(ir, Fault):
        words = (
            ir.text
            if ir.code != "wrong-type"
            else f"this is no IR of DNSControl that is known here; {_COMMAND} ({ir.text})"
        )
        code = "unreadable-file" if ir.code == "wrong-type" else ir.code
        return ZoneSet(faults=(Fault(code, words, ir.place),), files=(path,))
    if not ir.domains:
        words = f"this IR of DNSControl has no domain; {_COMMAND}"
        return ZoneSet(faults=(Fault("unreadable-file", words, Pointer(path, "")),), files=(path,))
    return _zones(ir.domains, path, files)


def _zones(domains: Sequence[Any], path: str, files: SourceFiles) -> ZoneSet:
    places = Places(path, files)
    read: dict[str, list[_Read]] = {}
    faults: list[Fault] = []
    for at, value in enumerate(domains):
        place = Pointer(path, f"/domains/{at}")
        name, tag = _name(value)
        if name is None:
            faults.append(Fault("wrong-type", f"{place.pointer}: the domain has no name that DNS has", place))
            continue
        domain = Domain(name, value, place, places)
        read.setdefault(name, []).append(_Read(domain.read(), tag))
        faults += domain.faults
    zones = []
    for found in read.values():
        zone, fault = _seen(found)
        zones.append(zone)
        faults += [fault] if fault else []
    return ZoneSet(tuple(zones), tuple(faults), (path,))


def _name(value: object) -> tuple[str | None, str]:
    """A domain's name and tag; older versions write both as `example.org!inside`."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        return None, ""
    name, _, tag = name.partition("!")
    meta = value.get("meta")
    told = value.get("tag") or (meta.get("dnscontrol_tag") if isinstance(meta, dict) else "") or tag
    return owner_name(name), told.lower() if isinstance(told, str) else ""


def _seen(found: Sequence[_Read]) -> tuple[Zone, Fault | None]:
    """The zone that the Internet sees, of several with one name."""
    public = [each for each in found if each.tag in _PUBLIC] or [each for each in found if not each.tag]
    if len(found) == 1 or len(public) == 1:
        return (public or list(found))[0].zone, None
    zones = [each.zone for each in found]
    unread = frozenset(differing([each.records for each in zones]))
    tags = ", ".join(shown(each.tag) for each in found[:5])
    words = (
        f"{zones[0].name} stands here {len(zones)} times (tags {tags}), and which of them the Internet sees "
        "cannot be told; what they do not agree on is not judged. A tag `public` tells"
    )
    return _agreed(zones, unread), Fault("duplicate-key", words, zones[1].place)


def _agreed(zones: Sequence[Zone], unread: frozenset[Question]) -> Zone:
    """One zone of several that agree but on some record sets."""
    first = zones[0]
    kept = tuple(each for each in first.records if Question(each.name, each.type) not in unread)
    aliases = {each.name for each in unread if each.type == "CNAME"}
    return msgspec.structs.replace(
        first,
        records=kept,
        authority="full" if all(each.authority == "full" for each in zones) else "partial",
        readable=all(each.readable for each in zones),
        unreadable=frozenset[str](aliases).union(*(each.unreadable for each in zones)),
        unread=unread.union(*(each.unread for each in zones)),
        unmanaged=frozenset[str]().union(*(each.unmanaged for each in zones)),
        shared=tuple(dict.fromkeys(rule for each in zones for rule in each.shared)),
    )
