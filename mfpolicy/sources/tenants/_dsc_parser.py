"""The declarations of a PowerShell DSC configuration: which resources stand in it, with which values.

What is said only by running it (variables, expressions, loops, conditions) is never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from mfpolicy.sources.tenants._dsc_tokens import MAX_DEPTH, DscError, Token, Unread, tokens

_OPENING = {"(", "{", "[", "@(", "@{", "$(", "${"}
_CLOSING = {")", "}", "]"}
_BLOCKS = ("{", "@{", "${")
_PLAIN = {"configuration", "node"}  # blocks whose content is there in any case
_CONSTANTS: dict[str, Any] = {"$true": True, "$false": False, "$null": None}


class Declared(msgspec.Struct, frozen=True):
    """A resource: its type in lower case, what stands behind that, its values (Unread where nobody can
    tell), and its line. `sure`: no loop or condition stands around it."""

    type: str
    title: str
    values: dict[str, Any]
    line: int
    sure: bool = True


class _Tokens:
    """The tokens of a file with the next one at hand."""

    def __init__(self, text: str) -> None:
        self._rest = tokens(text)
        self.next = next(self._rest)

    def take(self) -> Token:
        """The next token; the end stays the end."""
        taken = self.next
        if taken.kind != "end":
            self.next = next(self._rest)
        return taken

    def is_mark(self, *marks: str) -> bool:
        """Whether one of these is next."""
        return self.next.kind == "mark" and self.next.value in marks

    def skip_lines(self) -> None:
        """Go over ends of lines."""
        while self.next.kind == "line":
            self.take()


def declarations(text: str, types: Collection[str]) -> Iterator[Declared]:
    """The resources of some types (lower case), in the order of the file; those before a DscError first."""
    source = _Tokens(text)
    around: list[str] = []
    while source.next.kind != "end":
        head, mark = _statement(source)
        if mark in _BLOCKS and _is_resource(head, types):
            yield _declared(head, _members(source, 0), _PLAIN.issuperset(around))
        elif mark in _BLOCKS:
            around.append(str(head[0].value).lower() if head else "")
        elif mark == "}" and around:
            around.pop()
    if around:
        raise DscError(source.next.line, "the file ends inside a block")


def _statement(source: _Tokens) -> tuple[list[Token], str]:
    """The first tokens of a statement with its last one, and the mark that ends it; no mark where a line or
    the file does."""
    head: list[Token] = []
    while source.next.kind != "end":
        if source.next.kind == "line":
            source.skip_lines()
            # What opens a block may stand in the line below its head.
            if not source.is_mark("{"):
                break
        elif source.is_mark(*_BLOCKS, "}", ";"):
            return head, source.take().value
        else:
            head = [*head[:3], source.take()]
    return head, ""


def _is_resource(head: list[Token], types: Collection[str]) -> bool:
    if len(head) != 2 or head[0].kind != "word":
        return False
    return head[0].value.lower() in types and head[1].kind in ("word", "value", "unread", "variable")


def _declared(head: list[Token], values: dict[str, Any], sure: bool) -> Declared:
    title = head[1].value
    written = title.written if isinstance(title, Unread) else str(title)
    return Declared(head[0].value.lower(), written, values, head[0].line, sure)


def _members(source: _Tokens, depth: int) -> dict[str, Any]:
    """`name = value` up to the closing bracket."""
    found: dict[str, Any] = {}
    while True:
        while source.next.kind == "line" or source.is_mark(";"):
            source.take()
        token = source.take()
        if token.kind == "end":
            raise DscError(token.line, "the file ends inside a resource")
        if token.kind == "mark" and token.value == "}":
            return found
        if token.kind in ("word", "value") and source.is_mark("="):
            source.take()
            found.setdefault(str(token.value), _value(source, depth))
        else:
            _skip(source)


def _value(source: _Tokens, depth: int) -> Any:
    """A value up to the end of its line; a list where commas follow."""
    source.skip_lines()
    items = [_item(source, depth)]
    while source.is_mark(","):
        source.take()
        source.skip_lines()
        items.append(_item(source, depth))
    return items[0] if len(items) == 1 else _listed(items)


def _item(source: _Tokens, depth: int) -> Any:
    """One value, unread as a whole where more than a value stands there."""
    first = source.next
    value = _simple(source, depth)
    if source.next.kind in ("line", "end") or source.is_mark(";", ",", *_CLOSING):
        return value
    _skip(source)
    return Unread(str(first.value))


def _simple(source: _Tokens, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise DscError(source.next.line, "a resource is nested too deeply")
    token = source.next
    if source.is_mark("@("):
        source.take()
        return _list(source, depth + 1)
    if source.is_mark("@{"):
        source.take()
        return _members(source, depth + 1)
    if token.kind in ("value", "unread"):
        return source.take().value
    if token.kind == "variable":
        return _CONSTANTS.get(source.take().value.lower(), Unread(token.value))
    return _instance(source, depth) if token.kind == "word" else Unread(str(token.value))


def _instance(source: _Tokens, depth: int) -> Any:
    """An embedded instance, `MSFT_Type{...}`."""
    name = source.take()
    if name.value.upper().startswith("MSFT_"):
        source.skip_lines()
    if not source.is_mark("{"):
        return Unread(name.value)
    source.take()
    return _members(source, depth + 1)


def _list(source: _Tokens, depth: int) -> Any:
    items: list[Any] = []
    while True:
        while source.next.kind == "line" or source.is_mark(",", ";"):
            source.take()
        if source.next.kind == "end":
            raise DscError(source.next.line, "the file ends inside a resource")
        if source.is_mark(*_CLOSING):
            source.take()
            return _listed(items)
        items.append(_item(source, depth))


def _listed(items: list[Any]) -> Any:
    """A list of which one item is not known is not known."""
    return next((each for each in items if isinstance(each, Unread)), items)


def _skip(source: _Tokens) -> None:
    """Go over the rest of an expression, brackets and all, up to what ends it."""
    opened = 0
    while source.next.kind != "end":
        if not opened and (source.next.kind == "line" or source.is_mark(";", ",", *_CLOSING)):
            return
        token = source.take()
        if token.kind == "mark":
            opened += (token.value in _OPENING) - (token.value in _CLOSING)
