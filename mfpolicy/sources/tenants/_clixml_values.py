"""PowerShell's XML (CliXml) as JSON values: [MS-PSRP] 2.2.5, "Serialization of objects"."""

from __future__ import annotations

import re
from typing import Any

_INTEGERS = frozenset(["By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"])
_REALS = frozenset(("Sg", "Db", "D"))
LISTS = frozenset(("LST", "IE", "STK", "QUE"))
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_REAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,2})?")
_ESCAPE = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(\.[0-9]{1,9})?S)?)?"
)
# Text that is there, and that nobody is to see: a secure string.
_SECRET = "SS"


class Node:
    """An element that is being read. `whole` is an object with its properties, and `value` what another
    object holds of it: an address or an id is only what it is shown as. `size` counts the values in it
    and `depth` the levels below it, references followed."""

    __slots__ = ("attributes", "children", "depth", "line", "size", "tag", "text", "types", "value", "whole")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[Node] = []
        self.text: list[str] = []
        self.types: tuple[str, ...] = ()
        self.value: Any = None
        self.whole: Any = None
        self.size = 1
        self.depth = 1


def value_of(node: Node) -> tuple[Any, Any]:
    """What another object holds of one, and the object itself ([MS-PSRP] 2.2.5.2): a list, a dictionary, a
    primitive that carries more, or properties."""
    parts = {each.tag: each for each in node.children}
    shown = parts["ToString"].value if "ToString" in parts else None
    for tag, part in parts.items():
        if tag in LISTS:
            return [each.value for each in part.children], [each.whole for each in part.children]
        if tag == "DCT":
            return (dict(filter(None, map(_entry, part.children))),) * 2
        if tag in _PRIMITIVES:
            # The word of an enumeration stands beside its number (2.2.5.2.5).
            is_word = shown and any(each.endswith("System.Enum") for each in node.types)
            return (shown if is_word else part.value,) * 2
    values = {**_members(parts.get("Props")), **_members(parts.get("MS"))}
    is_shown = shown is not None and (not values or _is_text(shown, node.types))
    return shown if is_shown else values, values if shown is None else values or shown


def _is_text(shown: str, types: tuple[str, ...]) -> bool:
    """Whether an object is what it is shown as. Most are shown as their type, or as `@{...}`."""
    kinds = tuple(each.removeprefix("Deserialized.") for each in types)
    return bool(shown and kinds) and not shown.startswith((*kinds, "@{"))


def _members(part: Node | None) -> dict[str, Any]:
    """Properties by name; a secret is none of them."""
    children = part.children if part else []
    return {_unescaped(each.attributes.get("N", "")): each.value for each in children if each.tag != _SECRET}


def _entry(node: Node) -> tuple[str, Any] | None:
    """The key and the value of a dictionary's entry (2.2.5.2.6.4)."""
    named = {each.attributes.get("N"): each for each in node.children}
    if "Key" not in named or "Value" not in named or named["Value"].tag == _SECRET:
        return None
    return str(named["Key"].value), named["Value"].value


def plain(node: Node) -> Any:
    """A primitive (2.2.5.1). What JSON could not carry stays a text."""
    text = "".join(node.text)
    if node.tag in ("Nil", _SECRET):
        return None
    if node.tag == "B":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if node.tag in _INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else text
    if node.tag in _REALS:
        return float(text) if _REAL.fullmatch(text) else text
    if node.tag == "C":
        return chr(int(text)) if text.isdecimal() and len(text) < 5 else text
    return _duration(text) if node.tag == "TS" else _unescaped(text)


_PRIMITIVES = (
    _INTEGERS
    | _REALS
    | frozenset(["S", "C", "B", "DT", "TS", "BA", "G", "URI", "Nil", "Version", "XD", "SBK", "SS"])
)


def _unescaped(text: str) -> str:
    """`_x000A_` is a character by its UTF-16 code unit (2.2.5.3.2)."""
    return _ESCAPE.sub(_characters, text) if "_x" in text else text


def _characters(found: re.Match[str]) -> str:
    units = found[0].replace("_x", "").replace("_", "")
    return bytes.fromhex(units).decode("utf-16-be", "replace")


def _duration(text: str) -> str:
    """As the cmdlets show a time span, `1.00:00:00`, from `P1D` (2.2.5.1.5)."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[1:5])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    clock = f"{total // 3600 % 24:02}:{total // 60 % 60:02}:{total % 60:02}"
    whole = f"{total // 86400}." if total >= 86400 else ""
    return f"{found[1] or ''}{whole}{clock}{found[6] or ''}"
