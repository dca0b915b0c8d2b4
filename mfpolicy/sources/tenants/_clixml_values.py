"""PowerShell's XML (CliXml) as JSON values: [MS-PSRP] 2.2.5, "Serialization of objects".

Bounded, without document types and entities: what such a file refers to is only ever a part of itself.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

import msgspec

MAX_DEPTH = 100
MAX_VALUES = 5_000_000  # references followed: a file may name one large part again and again

_INTEGERS = frozenset(["By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"])
_REALS = frozenset(("Sg", "Db", "D"))
_LISTS = frozenset(("LST", "IE", "STK", "QUE"))
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_REAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,2})?")
_ESCAPE = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(\.[0-9]{1,9})?S)?)?"
)
# Text that is there, and that nobody is to see: a secure string.
_SECRET = "SS"


class CliXmlError(Exception):
    """A file that cannot be read to its end; the line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class Item(msgspec.Struct, frozen=True):
    """One object at the top of a file: its value, the names of its .NET types, and its line."""

    value: Any
    types: tuple[str, ...]
    line: int


class _Node:
    """An element that is being read. `whole` is an object with its properties, and `value` what another
    object holds of it: an address or an id is only what it is shown as. `size` counts the values in it,
    references followed."""

    __slots__ = ("attributes", "children", "line", "size", "tag", "text", "types", "value", "whole")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[_Node] = []
        self.text: list[str] = []
        self.types: tuple[str, ...] = ()
        self.value: Any = None
        self.whole: Any = None
        self.size = 1


class _Reader:
    """What expat tells, made into values from the leaves up."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._open: list[_Node] = []
        self._objects: dict[str, _Node] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self._size = 0
        # The text is decoded already, whatever encoding its first line names.
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text
        self._expat.StartDoctypeDeclHandler = self._doctype

    def read(self, text: str) -> None:
        """All of a text. Raises CliXmlError; what came before that is in `items`."""
        try:
            self._expat.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise CliXmlError(error.lineno, f"not XML: {expat.ErrorString(error.code)}") from error

    def _doctype(self, *_: Any) -> None:
        raise self._error("a document type has no place in an export")

    def _error(self, why: str) -> CliXmlError:
        return CliXmlError(self._expat.CurrentLineNumber, why)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._error("nested too deeply")
        self._open.append(_Node(tag, attributes, self._expat.CurrentLineNumber))

    def _text(self, text: str) -> None:
        self._open[-1].text.append(text)

    def _end(self, tag: str) -> None:
        node = self._open.pop()
        if max(node.size, self._size) > MAX_VALUES:
            raise self._error("too large, or it names its own parts too often")
        self._close(node)
        if len(self._open) == 1:
            self._size += node.size
            self.items.append(Item(node.whole, node.types, node.line))
        elif self._open:
            parent = self._open[-1]
            parent.children.append(node)
            parent.size += node.size

    def _close(self, node: _Node) -> None:
        if node.tag == "Obj":
            self._complete(node)
        elif node.tag == "Ref":
            self._refer(node)
        elif node.tag == "TN":
            self._types[_id(node)] = tuple(str(each.value) for each in node.children)
        else:
            node.value = node.whole = _plain(node)
        if node.tag not in _KEEPING:
            node.children = []
        node.text = []

    def _complete(self, node: _Node) -> None:
        for each in node.children:
            if each.tag in ("TN", "TNRef"):
                node.types = self._types.get(_id(each), ())
        node.value, node.whole = _object(node)
        self._objects[_id(node)] = node

    def _refer(self, node: _Node) -> None:
        """An object that came before; one that is still open holds itself, which no value can."""
        meant = self._objects.get(_id(node))
        if meant is not None:
            node.value, node.whole, node.types = meant.value, meant.whole, meant.types
            node.size = meant.size


def _id(node: _Node) -> str:
    return node.attributes.get("RefId", "")


# Elements whose children the one around them looks at.
_KEEPING = frozenset(("Props", "MS", "DCT", "En", "TN", *_LISTS))


def items(text: str) -> tuple[list[Item], CliXmlError | None]:
    """The objects of a file, and what ended it before its end."""
    reader = _Reader()
    try:
        reader.read(text)
    except CliXmlError as error:
        return reader.items, error
    return reader.items, None


def _object(node: _Node) -> tuple[Any, Any]:
    """What another object holds of one, and the object itself ([MS-PSRP] 2.2.5.2): a list, a dictionary, a
    primitive that carries more, or properties."""
    parts = {each.tag: each for each in node.children}
    shown = parts["ToString"].value if "ToString" in parts else None
    for tag, part in parts.items():
        if tag in _LISTS:
            return [each.value for each in part.children], [each.whole for each in part.children]
        if tag == "DCT":
            return (dict(filter(None, map(_entry, part.children))),) * 2
        if tag in _PRIMITIVES:
            # The word of an enumeration stands beside its number (2.2.5.2.5).
            is_word = shown and any(each.endswith("System.Enum") for each in node.types)
            return (shown if is_word else part.value,) * 2
    values = {**_members(parts.get("Props")), **_members(parts.get("MS"))}
    is_shown = shown is not None and (not values or _is_text(shown, node.types))
    return shown if is_shown else values, values or shown


def _is_text(shown: str, types: tuple[str, ...]) -> bool:
    """Whether an object is what it is shown as. Most are shown as their type, or as `@{...}`."""
    kinds = tuple(each.removeprefix("Deserialized.") for each in types)
    return bool(shown and kinds) and not shown.startswith((*kinds, "@{"))


def _members(part: _Node | None) -> dict[str, Any]:
    """Properties by name; a secret is none of them."""
    children = part.children if part else []
    return {_unescaped(each.attributes.get("N", "")): each.value for each in children if each.tag != _SECRET}


def _entry(node: _Node) -> tuple[str, Any] | None:
    """The key and the value of a dictionary's entry (2.2.5.2.6.4)."""
    named = {each.attributes.get("N"): each for each in node.children}
    if "Key" not in named or "Value" not in named or named["Value"].tag == _SECRET:
        return None
    return str(named["Key"].value), named["Value"].value


def _plain(node: _Node) -> Any:
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
