"""One domain of an intent: its keys, already merged, as the model's values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import msgspec

from mfpolicy.model.documents import Entry, Node, Scalar
from mfpolicy.model.intent import (
    BimiIntent,
    DmarcIntent,
    DomainIntent,
    Mail,
    MtaStsIntent,
    SpfIntent,
    TlsRptIntent,
)
from mfpolicy.model.places import Place
from mfpolicy.sources.extends import beside
from mfpolicy.sources.intent_basics import keys, words
from mfpolicy.sources.intent_domain_file import (
    BimiPart,
    DefaultsPart,
    DmarcPart,
    MtaStsPart,
    SpfPart,
    TlsRptPart,
)
from mfpolicy.sources.senders import day, flag, selectors
from mfpolicy.sources.shape import Reader, domain_name, is_empty, kind, shown

Fields = dict[str, Entry]
_Part = TypeVar("_Part", bound=msgspec.Struct)
_DURATION = re.compile(r"([0-9]{1,9})([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WORDS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def domain(reader: Reader, name: str, found: Fields, group: str, place: Place | None) -> DomainIntent:
    """The domain that these keys make; what does not fit is left out, with a fault."""
    mail = (
        reader.choice(found["mail"].value, "mail", words(DefaultsPart, "mail")) if "mail" in found else None
    )
    return DomainIntent(
        name=name,
        mail=cast("Mail | None", mail),
        senders=reader.texts(found["senders"].value, "senders") if "senders" in found else None,
        mx=_mx(reader, found.get("mx")),
        spf=_part(reader, found.get("spf"), SpfPart, SpfIntent, {}),
        dkim=selectors(reader, found.get("dkim")),
        dmarc=_dmarc(reader, found.get("dmarc")),
        mta_sts=_part(reader, found.get("mta_sts"), MtaStsPart, MtaStsIntent, _MTA_STS),
        tls_rpt=_part(reader, found.get("tls_rpt"), TlsRptPart, TlsRptIntent, _TLS_RPT),
        dane=flag(reader, found.get("dane"), "dane"),
        bimi=_part(reader, found.get("bimi"), BimiPart, BimiIntent, _BIMI),
        group=group,
        place=place,
    )


def _dmarc(reader: Reader, entry: Entry | None) -> DmarcIntent:
    said = _part(reader, entry, DmarcPart, DmarcIntent, _DMARC)
    if entry and said.until and said.policy is None:
        reader.wrong(entry.place, "dmarc has a day on which a ramp ends, and no policy that holds until then")
    elif entry and said.then and said.until is None:
        reader.wrong(entry.place, "dmarc says what follows a ramp, and no day (until) on which the ramp ends")
    return said


def duration(text: str) -> int | None:
    """Seconds, of `7d` or `quarter`; None where it is no duration."""
    if text in _WORDS:
        return _WORDS[text] * 86400
    found = _DURATION.fullmatch(text)
    return int(found[1]) * _SECONDS[found[2]] if found else None


def _part(
    reader: Reader,
    entry: Entry | None,
    shape: type[msgspec.Struct],
    made: type[_Part],
    readers: Mapping[str, Callable[[Reader, Entry], Any]],
) -> _Part:
    """A section of a domain, key by key; a key without a reader of its own is one of a few words."""
    if entry is None:
        return made()
    found = reader.fields(entry.value, entry.key, keys(shape))
    values = {
        key: readers[key](reader, each)
        if key in readers
        else reader.choice(each.value, key, words(shape, key))
        for key, each in found.items()
    }
    said = {key: value for key, value in values.items() if value is not None}
    return made(**said, place=_place(entry, found))


def _place(entry: Entry, found: Fields) -> Place:
    """Where the section says most: its policy or mode, else the section."""
    return next((found[key].place for key in ("policy", "mode") if key in found), entry.place)


def _mx(reader: Reader, entry: Entry | None) -> tuple[str, ...] | None:
    """Services and hosts: one in a word, several in a list; `none` is the null MX (RFC 7505)."""
    if entry is None:
        return None
    if isinstance(entry.value, Scalar):
        text = reader.text(entry.value, "mx")
        return () if text == "none" else _hosts(reader, entry.value, (text,)) if text else None
    said = reader.texts(entry.value, "mx")
    return _hosts(reader, entry.value, said) if said else None


def _hosts(reader: Reader, node: Node, said: tuple[str, ...]) -> tuple[str, ...]:
    found = [(each, domain_name(each.removeprefix("*."))) for each in said]
    for text, name in found:
        if name is None:
            reader.wrong(node.place, f"mx is {shown(text)}; expected a service, or host names")
    return tuple(text.lower().rstrip(".") for text, name in found if name)


def _uris(reader: Reader, entry: Entry) -> tuple[str, ...] | None:
    said = reader.texts(entry.value, entry.key)
    for each in said or ():
        if not each.startswith(("mailto:", "https:")) or "," in each:
            reader.wrong(
                entry.value.place,
                f"{entry.key} is {shown(each)}; expected a URI such as mailto:reports@example.org",
            )
    return said


def duration_of(reader: Reader, entry: Entry) -> int | None:
    """Seconds, or None with a fault where something else is written."""
    text = entry.value.text if isinstance(entry.value, Scalar) else ""
    found = duration(text)
    if found is None:
        reader.wrong(entry.value.place, f"{entry.key} is {kind(entry.value)}; expected a time such as 7d")
    return found


def path_of(reader: Reader, entry: Entry) -> str | None:
    """A path that a file gives, seen from the root of the call."""
    text = None if is_empty(entry.value) else reader.text(entry.value, entry.key)
    return beside(entry.value, text) if text else None


def _https(reader: Reader, entry: Entry) -> str | None:
    text = reader.text(entry.value, entry.key)
    if text is not None and not text.startswith("https://"):
        reader.wrong(entry.value.place, f"{entry.key} is {shown(text)}; expected an https address")
        return None
    return text


def _selector(reader: Reader, entry: Entry) -> str | None:
    return reader.name(entry.value, entry.key)


def day_of(reader: Reader, entry: Entry) -> Any:
    """A day, or None with a fault."""
    return day(reader, entry, entry.key)


_DMARC = {"rua": _uris, "ruf": _uris, "until": day_of}
_MTA_STS = {"max_age": duration_of, "policy": path_of}
_TLS_RPT = {"rua": _uris}
_BIMI = {"selector": _selector, "logo": _https, "certificate": _https}
