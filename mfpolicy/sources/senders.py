"""Senders, in the shipped catalogue and in an intent, and the address sets that they refer to."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Mapping
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from mfpolicy.model.documents import Entry, Fault, Node, Sequence
from mfpolicy.model.intent import AddressSet, Envelope, Sender, Via
from mfpolicy.sources.intent_basics import keys, words
from mfpolicy.sources.intent_file import SenderPart
from mfpolicy.sources.shape import Reader, date, domain_name, kind, shown, suggestion
from mfpolicy.sources.yaml import read

Mechanism = Literal["spf", "dkim"]


class SourcePart(msgspec.Struct, forbid_unknown_fields=True):
    """Where facts of an entry were found, and when; `of` names their keys."""

    of: list[str]
    url: str
    read: str


class CatalogueEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A service in `policies/senders.yaml`; what is not known is left out."""

    title: str
    include: Annotated[list[str], Meta(description="Names that SPF includes; any one authorises it.")] = []
    dkim: Annotated[list[str], Meta(description="Selectors, where all customers have the same.")] = []
    dkim_usual: Annotated[
        list[str], Meta(description="Selectors, unless a customer chooses others: merely a guess.")
    ] = []
    dkim_record: Annotated[
        Literal["cname", "txt", "both"] | None, Meta(description="How customers publish its keys.")
    ] = None
    dkim_targets: Annotated[list[str], Meta(description="Where the CNAMEs of its keys lead.")] = []
    envelope: Annotated[Envelope | None, Meta(description="Whose domain stands in MAIL FROM.")] = None
    aligns: Annotated[list[Mechanism] | None, Meta(description="By what it can align (RFC 9989).")] = None
    mx: Annotated[list[str], Meta(description="Its MX hosts, as patterns.")] = []
    shared: Annotated[bool | None, Meta(description="Whether customers share the addresses.")] = None
    sources: Annotated[list[SourcePart], Meta(description="Where this was found.")] = []


def read_senders(text: str, file: str) -> tuple[tuple[Sender, ...], tuple[Fault, ...]]:
    """The services of a catalogue; an entry that does not fit is left out, with a fault."""
    node, faults = read(text, file)
    reader = Reader(faults)
    entries = reader.mapping(node, "senders") if node is not None else ()
    found = [_service(reader, entry) for entry in entries]
    return tuple(each for each in found if each), tuple(reader.faults)


def _service(reader: Reader, entry: Entry) -> Sender | None:
    from mfpolicy.sources.plain import plain

    try:
        said = msgspec.convert(plain(entry.value), CatalogueEntry)
    except msgspec.ValidationError as error:
        reader.wrong(entry.place, f"the sender {shown(entry.key)}: {error}")
        return None
    return Sender(
        name=entry.key,
        title=said.title,
        includes=tuple(said.include),
        selectors=tuple(said.dkim),
        usual=tuple(said.dkim_usual),
        record=said.dkim_record or "",
        targets=tuple(said.dkim_targets),
        envelope=said.envelope,
        aligns=None if said.aligns is None else tuple(said.aligns),
        mx=tuple(said.mx),
        shared=said.shared,
        place=entry.place,
    )


def address_sets(reader: Reader, entry: Entry | None) -> tuple[AddressSet, ...]:
    """The named address sets of an intent."""
    entries = reader.mapping(entry.value, "addresses") if entry else ()
    return tuple(AddressSet(each.key, _ranges(reader, each), each.place) for each in entries)


def _ranges(reader: Reader, entry: Entry) -> tuple[str, ...]:
    what = f"a range of {shown(entry.key)}"
    found = (
        _range(reader, item, what) for item in reader.items(entry.value, f"addresses {shown(entry.key)}")
    )
    return tuple(each for each in found if each)


def _range(reader: Reader, node: Node, what: str) -> str | None:
    text = reader.text(node, what)
    if text is None:
        return None
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        reader.wrong(node.place, f"{what} is {shown(text)}, which is no address range: {error}")
        return None


def intent_senders(
    reader: Reader, entry: Entry | None, sets: Mapping[str, tuple[str, ...]]
) -> tuple[Sender, ...]:
    """The senders of an intent, their addresses resolved through the sets."""
    entries = reader.mapping(entry.value, "senders") if entry else ()
    return tuple(_sender(reader, each, sets) for each in entries)


def _sender(reader: Reader, entry: Entry, sets: Mapping[str, tuple[str, ...]]) -> Sender:
    found = reader.fields(entry.value, f"the sender {shown(entry.key)}", keys(SenderPart))
    included = reader.items(found["include"].value, "include") if "include" in found else ()
    names = [reader.name(item, "include") for item in included]
    signing = selectors(reader, found.get("dkim"))
    addresses = ranges_of(reader, found.get("ip"), sets)
    return Sender(
        name=entry.key,
        title=_text(reader, found, "title"),
        includes=tuple(name for name in names if name is not None),
        # Whoever writes an include wants it in the record.
        envelope="customer" if included else None,
        selectors=signing or (),
        # Whoever writes an empty list says that it does not sign.
        aligns=("spf",) if signing == () else None,
        from_=_from(reader, found.get("from")),
        addresses=addresses,
        # Dedicated addresses, or a flattened record.
        by_address=not included and ("include" in found or bool(addresses)),
        via=cast("Via | None", _word(reader, found, "via")),
        until=day(reader, found.get("until"), "until"),
        owner=_text(reader, found, "owner"),
        critical=flag(reader, found.get("critical"), "critical") or False,
        place=entry.place,
    )


def _text(reader: Reader, found: Mapping[str, Entry], key: str) -> str:
    return (reader.text(found[key].value, key) or "") if key in found else ""


def _word(reader: Reader, found: Mapping[str, Entry], key: str) -> str | None:
    return reader.choice(found[key].value, key, words(SenderPart, key)) if key in found else None


def selectors(reader: Reader, entry: Entry | None) -> tuple[str, ...] | None:
    """Selectors, in lower case; None where nothing fits or nothing is said (RFC 6376, 3.1)."""
    if entry is None:
        return None
    said = reader.texts(entry.value, "dkim")
    found = [(each, domain_name(each)) for each in said or ()]
    for text, name in found:
        if name is None:
            reader.wrong(entry.value.place, f"an item of dkim is {shown(text)}, which is no selector")
    return None if said is None else tuple(name for _, name in found if name)


def _from(reader: Reader, entry: Entry | None) -> str:
    text = reader.text(entry.value, "from") if entry else "{domain}"
    if entry is None or text is None:
        return "{domain}"
    if domain_name(text.replace("{domain}", "example.org")) is None:
        reader.wrong(entry.value.place, f"from is {shown(text)}; expected a domain such as crm.{{domain}}")
        return "{domain}"
    return text.lower()


def ranges_of(reader: Reader, entry: Entry | None, sets: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The ranges of an entry that names some, or sets of them."""
    if entry is None:
        return ()
    items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    return tuple(each for item in items for each in _of_set(reader, item, sets))


def _of_set(reader: Reader, node: Node, sets: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The ranges of a set by its name, else the one range that is written."""
    text = reader.text(node, "ip")
    if text is None or text in sets:
        return sets[text] if text else ()
    if text[0].isdigit() or ":" in text:
        found = _range(reader, node, "ip")
        return (found,) if found else ()
    hint = suggestion(text, sets)
    reader.wrong(node.place, f"ip is {shown(text)}, which is neither a range nor in addresses{hint}")
    return ()


def day(reader: Reader, entry: Entry | None, what: str) -> datetime.date | None:
    """A day, or None with a fault where something else is written."""
    text = reader.text(entry.value, what) if entry else None
    found = date(text) if text else None
    if entry is not None and text and found is None:
        reader.wrong(entry.value.place, f"{what} is {shown(text)}; expected a day such as 2027-02-28")
    return found


def flag(reader: Reader, entry: Entry | None, what: str) -> bool | None:
    """true or false."""
    value = getattr(entry.value, "value", None) if entry else None
    if isinstance(value, bool) or entry is None:
        return value
    reader.wrong(entry.value.place, f"{what} is {kind(entry.value)}; expected true or false")
    return None


def over(catalogue: Mapping[str, Sender], own: tuple[Sender, ...]) -> dict[str, Sender]:
    """The catalogue with an intent's senders over it: what those leave unsaid is the catalogue's."""
    return {**catalogue, **{each.name: _over(catalogue.get(each.name), each) for each in own}}


def _over(service: Sender | None, own: Sender) -> Sender:
    if service is None:
        return own
    return msgspec.structs.replace(
        service,
        title=own.title or service.title,
        includes=own.includes or service.includes,
        selectors=own.selectors if own.selectors or own.aligns else service.selectors,
        aligns=own.aligns or service.aligns,
        envelope=own.envelope or service.envelope,
        **{key: getattr(own, key) for key in _OF_INTENT},
    )


_OF_INTENT = ("from_", "addresses", "by_address", "via", "until", "owner", "critical", "place")
