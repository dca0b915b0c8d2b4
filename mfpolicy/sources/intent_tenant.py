"""What an intent says of the tenant, as the model's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import msgspec

from mfpolicy.model.documents import Entry, Sequence
from mfpolicy.model.documents import Mapping as MappingNode
from mfpolicy.model.intent_tenant import (
    AcceptedDomainIntent,
    CertificateIntent,
    ConnectorIntent,
    ForwardingIntent,
    IdentityIntent,
    PremisesSource,
    ProtectionIntent,
    ReviewIntent,
    TenantIntent,
    TenantSource,
    Topic,
    TransportRulesIntent,
)
from mfpolicy.sources.domain import day_of, duration_of, path_of
from mfpolicy.sources.intent_basics import Part, keys, words
from mfpolicy.sources.intent_connector_file import (
    AcceptedDomainPart,
    CertificatePart,
    ConnectorPart,
    IdentifiedByPart,
)
from mfpolicy.sources.intent_tenant_file import (
    ForwardingPart,
    IdentityPart,
    OnPremisesPart,
    ProtectionPart,
    ReviewPart,
    ReviewsPart,
    TenantPart,
    TransportRulesPart,
)
from mfpolicy.sources.plain import plain
from mfpolicy.sources.senders import ranges_of
from mfpolicy.sources.shape import Reader, kind, shown, suggestion

_Made = TypeVar("_Made", bound=msgspec.Struct)
_Read = Callable[[Reader, Entry], Any]
_Sets = Mapping[str, tuple[str, ...]]


def read_tenant_intent(reader: Reader, found: Mapping[str, Entry], sets: _Sets) -> TenantIntent:
    """All that the sections of an intent say; `sets` are its address sets by name."""
    certificates = tuple(_certificate(reader, each) for each in _entries(reader, found.get("certificates")))
    names = [each.name for each in certificates]
    connectors = _entries(reader, found.get("connectors"))
    return TenantIntent(
        source=_section(reader, found.get("tenant"), TenantPart, TenantSource, _SOURCE, needed=("live",)),
        premises=_section(
            reader, found.get("on_premises"), OnPremisesPart, PremisesSource, _PREMISES, needed=("export",)
        ),
        certificates=certificates,
        accepted_domains=tuple(
            _accepted(reader, each) for each in _entries(reader, found.get("accepted_domains"))
        ),
        connectors=tuple(_connector(reader, each, sets, names) for each in connectors),
        protection=_protection(reader, found.get("protection")),
        transport_rules=_section(
            reader, found.get("transport_rules"), TransportRulesPart, TransportRulesIntent, {}
        ),
        forwarding=_section(reader, found.get("forwarding"), ForwardingPart, ForwardingIntent, _FORWARDING),
        identity=_section(reader, found.get("identity"), IdentityPart, IdentityIntent, _IDENTITY),
        reviews=tuple(_reviews(reader, found.get("reviews"))),
    )


def _entries(reader: Reader, entry: Entry | None) -> tuple[Entry, ...]:
    return reader.mapping(entry.value, entry.key) if entry else ()


def _values(
    reader: Reader, entry: Entry, what: str, shape: type[Part], readers: Mapping[str, _Read]
) -> dict[str, Any]:
    """The values of a mapping by key; one without a reader of its own is a list of texts."""
    found = reader.fields(entry.value, what, keys(shape))
    values = {key: readers.get(key, _texts)(reader, each) for key, each in found.items()}
    return {key: value for key, value in values.items() if value is not None}


def _section(
    reader: Reader,
    entry: Entry | None,
    shape: type[Part],
    made: type[_Made],
    readers: Mapping[str, _Read],
    needed: tuple[str, ...] = (),
) -> _Made:
    if entry is None:
        return made()
    values = _values(reader, entry, entry.key, shape, readers)
    if isinstance(entry.value, MappingNode):
        for key in needed:
            if key not in {each.key for each in entry.value.entries}:
                reader.missing(entry.place, entry.key, key)
    return made(**values, place=entry.place)


def _certificate(reader: Reader, entry: Entry) -> CertificateIntent:
    values = _values(reader, entry, f"the certificate {shown(entry.key)}", CertificatePart, _CERTIFICATE)
    return CertificateIntent(entry.key, **values, place=entry.place)


def _accepted(reader: Reader, entry: Entry) -> AcceptedDomainIntent:
    values = _values(reader, entry, f"the accepted domain {shown(entry.key)}", AcceptedDomainPart, _ACCEPTED)
    return AcceptedDomainIntent(entry.key.lower().rstrip("."), **values, place=entry.place)


def _connector(reader: Reader, entry: Entry, sets: _Sets, certificates: list[str]) -> ConnectorIntent:
    what = f"the connector {shown(entry.key)}"
    values = _values(reader, entry, what, ConnectorPart, _CONNECTOR)
    by = values.pop("identified_by", None)
    said = reader.fields(by.value, f"{what}, identified_by", keys(IdentifiedByPart)) if by else {}
    values.setdefault("match", entry.key)
    if "to" in values:
        values["hosts"] = values.pop("to")
    return ConnectorIntent(
        entry.key,
        **values,
        certificate=_named(reader, said.get("certificate"), certificates),
        addresses=ranges_of(reader, said.get("addresses"), sets),
        place=entry.place,
    )


def _named(reader: Reader, entry: Entry | None, names: list[str]) -> str:
    text = reader.text(entry.value, entry.key) if entry else ""
    if entry and text and text not in names:
        words = f"there is no certificate {shown(text)} in the certificates section{suggestion(text, names)}"
        reader.wrong(entry.value.place, words)
    return text or ""


def _protection(reader: Reader, entry: Entry | None) -> ProtectionIntent:
    if entry is None:
        return ProtectionIntent()
    values = _values(reader, entry, entry.key, ProtectionPart, _PROTECTION)
    own = {key: values.pop(key) for key in [*values] if key not in ("preset", "strict_for")}
    return ProtectionIntent(**values, settings=own, place=entry.place)


def _reviews(reader: Reader, entry: Entry | None) -> list[ReviewIntent]:
    found = reader.fields(entry.value, entry.key, keys(ReviewsPart)) if entry else {}
    return [
        ReviewIntent(cast(Topic, key), **_review(reader, each), place=each.place)
        for key, each in found.items()
    ]


def _review(reader: Reader, entry: Entry) -> dict[str, Any]:
    return _values(reader, entry, f"the review {entry.key}", ReviewPart, _REVIEW)


def _texts(reader: Reader, entry: Entry) -> tuple[str, ...] | None:
    return reader.texts(entry.value, entry.key)


def _text(reader: Reader, entry: Entry) -> str | None:
    return reader.text(entry.value, entry.key)


def _entry(reader: Reader, entry: Entry) -> Entry:
    return entry


def _choice(shape: type[Part]) -> _Read:
    def read(reader: Reader, entry: Entry) -> str | None:
        return reader.choice(entry.value, entry.key, words(shape, entry.key))

    return read


def _lower(reader: Reader, entry: Entry) -> tuple[str, ...] | None:
    """Addresses and domains, which compare without case."""
    said = _texts(reader, entry)
    return None if said is None else tuple(each.lower() for each in said)


def _required(reader: Reader, entry: Entry) -> str | None:
    return reader.choice(entry.value, entry.key, ("required",))


def _every(reader: Reader, entry: Entry) -> Any:
    text = getattr(entry.value, "text", "")
    return text if text == "quarter" else duration_of(reader, entry)


def _settings(reader: Reader, entry: Entry) -> dict[str, Any]:
    """Properties of Microsoft's, whatever they are; only facts know which there are."""
    found: dict[str, Any] = {}
    for each in reader.mapping(entry.value, entry.key):
        if isinstance(each.value, MappingNode) or (
            isinstance(each.value, Sequence) and reader.texts(each.value, each.key) is None
        ):
            reader.wrong(each.value.place, f"{each.key} is {kind(each.value)}; expected a value or a list")
            continue
        found[each.key] = plain(each.value)
    return found


_PREMISES: dict[str, _Read] = {"export": path_of, "max_age": duration_of, "taken": day_of}
_SOURCE: dict[str, _Read] = {
    "live": path_of,
    "proposed": path_of,
    "max_age": duration_of,
    "id": _text,
    "taken": day_of,
}
_CERTIFICATE: dict[str, _Read] = {"current": path_of, "next": path_of, "hosts": _lower, "owner": _text}
_ACCEPTED: dict[str, _Read] = {"type": _choice(AcceptedDomainPart), "because": _text}
_CONNECTOR: dict[str, _Read] = {
    **dict.fromkeys(("direction", "type", "tls"), _choice(ConnectorPart)),
    **dict.fromkeys(("match", "because", "owner"), _text),
    **dict.fromkeys(("domains", "to"), _lower),
    "identified_by": _entry,
}
_PROTECTION: dict[str, _Read] = {
    **dict.fromkeys(keys(ProtectionPart), _settings),
    "preset": _choice(ProtectionPart),
    "strict_for": _lower,
}
_FORWARDING: dict[str, _Read] = {"domains": _lower, "mailboxes": _lower}
_IDENTITY: dict[str, _Read] = {
    "mfa": _required,
    "by": _choice(IdentityPart),
    "exempt": _texts,
    "basic_auth": _lower,
}
_REVIEW: dict[str, _Read] = {
    "every": _every,
    "last": day_of,
    "by": _text,
    "record": _text,
    "settings": _text,
}
