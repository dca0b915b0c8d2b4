"""The elements of PowerShell's XML, read from the leaves up.

Bounded, without document types and entities: what such a file refers to is only ever a part of itself.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

import msgspec

from mfpolicy.sources.tenants._clixml_values import LISTS, Node, plain, value_of

MAX_DEPTH = 100
MAX_VALUES = 5_000_000  # references followed: a file may name one large part again and again

# Elements whose children the one around them looks at.
_KEEPING = frozenset(("Props", "MS", "DCT", "En", "TN", *LISTS))


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


class _Reader:
    """What expat tells, made into values from the leaves up."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._open: list[Node] = []
        self._objects: dict[str, Node] = {}
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
        self._open.append(Node(tag, attributes, self._expat.CurrentLineNumber))

    def _text(self, text: str) -> None:
        self._open[-1].text.append(text)

    def _end(self, tag: str) -> None:
        node = self._open.pop()
        if max(node.size, self._size) > MAX_VALUES:
            raise self._error("too large, or it names its own parts too often")
        self._close(node)
        if node.depth > MAX_DEPTH:
            raise self._error("nested too deeply")
        if len(self._open) == 1:
            self._size += node.size
            self.items.append(Item(node.whole, node.types, node.line))
        elif self._open:
            parent = self._open[-1]
            parent.children.append(node)
            parent.size += node.size
            parent.depth = max(parent.depth, node.depth + 1)

    def _close(self, node: Node) -> None:
        if node.tag == "Obj":
            self._complete(node)
        elif node.tag == "Ref":
            self._refer(node)
        elif node.tag == "TN":
            self._types[_id(node)] = tuple(str(each.value) for each in node.children)
        else:
            node.value = node.whole = plain(node)
        if node.tag not in _KEEPING:
            node.children = []
        node.text = []

    def _complete(self, node: Node) -> None:
        for each in node.children:
            if each.tag in ("TN", "TNRef"):
                node.types = self._types.get(_id(each), ())
        node.value, node.whole = value_of(node)
        self._objects[_id(node)] = node

    def _refer(self, node: Node) -> None:
        """An object that came before; one that is still open holds itself, which no value can."""
        meant = self._objects.get(_id(node))
        if meant is not None:
            node.value, node.whole, node.types = meant.value, meant.whole, meant.types
            node.size, node.depth = meant.size, meant.depth


def _id(node: Node) -> str:
    return node.attributes.get("RefId", "")


def items(text: str) -> tuple[list[Item], CliXmlError | None]:
    """The objects of a file, and what ended it before its end."""
    reader = _Reader()
    try:
        reader.read(text)
    except CliXmlError as error:
        return reader.items, error
    return reader.items, None
