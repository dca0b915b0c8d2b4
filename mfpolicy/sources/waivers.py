"""One waiver of the intent: what it lacks is said in words, so that the waiver itself can be a finding."""

from __future__ import annotations

import datetime

from mfpolicy.model.documents import Entry, Mapping, Node, Scalar
from mfpolicy.model.intent import Waiver
from mfpolicy.sources.shape import Reader, ascii_name, date, kind, shown, suggestion

_REQUIRED = ("rule", "subject", "reason", "owner", "approved_by", "expires")
_KEYS = (*_REQUIRED, "ticket", "compensating")


def waiver(reader: Reader, node: Node) -> Waiver:
    """The waiver in a node. Its faults are its `problems`; only what is no mapping at all is a Fault."""
    if not isinstance(node, Mapping):
        reader.wrong(node.place, f"a waiver is {kind(node)}; expected a mapping")
        return Waiver("", "", problems=("it is not a mapping",), place=node.place)
    found = {entry.key: entry for entry in node.entries}
    texts = {key: _text(found.get(key)) for key in _KEYS}
    expires = date(texts["expires"])
    return Waiver(
        rule=texts["rule"],
        subject=_subject(texts["subject"]),
        reason=texts["reason"],
        owner=texts["owner"],
        approved_by=texts["approved_by"],
        expires=expires,
        ticket=texts["ticket"],
        compensating=texts["compensating"],
        problems=(*_absent(found, texts), *_date_problem(texts["expires"], expires), *_unknown_keys(found)),
        place=node.place,
    )


def _text(entry: Entry | None) -> str:
    node = entry.value if entry else None
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        return ""
    return node.text.strip()


def _subject(text: str) -> str:
    """Names compare without case; a connector's or a person's words are left as they are."""
    named = "." in text and " " not in text
    return (ascii_name(text) or text) if named else text


def _absent(found: dict[str, Entry], texts: dict[str, str]) -> list[str]:
    return [
        f"{key} is {kind(found[key].value)}; expected a text" if key in found else f"{key} is missing"
        for key in _KEYS
        if not texts[key] and (key in found or key in _REQUIRED)
    ]


def _date_problem(text: str, expires: datetime.date | None) -> list[str]:
    return (
        [f"expires is {shown(text)}; expected a day such as 2027-01-31"] if text and expires is None else []
    )


def _unknown_keys(found: dict[str, Entry]) -> list[str]:
    return [
        f"{shown(key)} is not a key of a waiver{suggestion(key, _KEYS)}" for key in found if key not in _KEYS
    ]
