"""The engine's serialized syntax tree (cel.expr.ParsedExpr or CheckedExpr), read without protobuf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

MAX_DEPTH = 250
_KINDS = {3: "constant", 4: "name", 5: "select", 6: "call", 7: "list", 8: "map", 9: "comprehension"}
_COMPARISONS = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "_[_]"})
_LOGIC = frozenset({"_&&_", "_||_", "!_", "_?_:_", "@not_strictly_false"})
_TEXT = frozenset({"size", "contains", "startsWith", "endsWith", "matches"})
_FUNCTIONS = _COMPARISONS | _LOGIC | _TEXT
_ARITHMETIC = frozenset({"_+_", "_-_", "_*_", "_/_", "_%_", "-_"})


class TooDeep(Exception):
    """An expression nested beyond what is read."""


class Node(msgspec.Struct, frozen=True):
    """One node. `text` is a name, a field or a function; `marked` a presence test or a null; a comprehension
    has its variable as `text` and range, start, condition, step and result as `parts`."""

    id: int
    kind: str = ""
    text: str = ""
    marked: bool = False
    parts: tuple[Node, ...] = ()


def parsed(serialized: bytes) -> Node:
    """The tree of a serialized expression. Raises TooDeep."""
    any_fields = dict(_fields(serialized))
    body = dict(_fields(any_fields[2]))
    checked = any_fields[1].endswith(b"CheckedExpr")
    return _node(body[4 if checked else 2], 0)


def reads(node: Node) -> frozenset[str]:
    """The paths that an expression reads, the longest ones; a macro's variable stands for its list."""
    found = frozenset(_reads(node, {}))
    return frozenset(path for path in found if not any(other.startswith(path + ".") for other in found))


def refusals(node: Node) -> Iterator[str]:
    """What is not part of the language of rules, in words."""
    refused = _refused(node)
    if refused:
        yield refused
    for part in node.parts:
        yield from refusals(part)


def _refused(node: Node) -> str:
    if node.kind == "constant" and node.marked:
        return "null is refused: a fact is never null"
    if node.kind == "select" and node.marked:
        return "has() is refused: facts are always there, or unknown"
    if node.kind == "map":
        return "a map is refused: facts are values, objects and lists"
    # The macros map, filter and exists_one add to an accumulator of their own; nobody can write "@".
    own = node.parts and node.parts[0].kind == "name" and node.parts[0].text.startswith("@")
    if node.kind != "call" or node.text in _FUNCTIONS or (node.text == "_+_" and own):
        return ""
    if node.text in _ARITHMETIC:
        return "arithmetic is refused: compute it as a fact"
    return f"{node.text}() is refused: it is not part of the language of rules"


def _reads(node: Node, scope: Mapping[str, str]) -> Iterator[str]:
    path = _path(node, scope)
    if path:
        yield path
    elif node.kind == "comprehension":
        range, *rest = node.parts
        yield from _reads(range, scope)
        inner = {**scope, node.text: _path(range, scope) or _ranged(range, scope)}
        for part in rest:
            yield from _reads(part, inner)
    else:
        for part in node.parts:
            yield from _reads(part, scope)


def _ranged(node: Node, scope: Mapping[str, str]) -> str:
    """What the elements of `list.filter(...)` are elements of."""
    return _ranged(node.parts[0], scope) if node.kind == "comprehension" else _path(node, scope)


def _path(node: Node, scope: Mapping[str, str]) -> str:
    if node.kind == "name":
        return "" if node.text.startswith("@") else scope.get(node.text, node.text)
    if node.kind == "call" and node.text == "_[_]" and node.parts[1].kind == "constant":
        return _path(node.parts[0], scope)
    if node.kind != "select":
        return ""
    operand = _path(node.parts[0], scope)
    return f"{operand}.{node.text}" if operand else ""


def _node(data: bytes, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise TooDeep(f"nested deeper than {MAX_DEPTH}")
    id, kind, body = 0, "", b""
    for number, value in _fields(data):
        if number == 2:
            id = int.from_bytes(value, "little")
        elif number in _KINDS:
            kind, body = _KINDS[number], value
    return _READERS[kind](id, body, depth + 1) if kind else Node(id)


def _constant(id: int, body: bytes, depth: int) -> Node:
    return Node(id, "constant", marked=any(number == 1 for number, _ in _fields(body)))


def _name(id: int, body: bytes, depth: int) -> Node:
    return Node(id, "name", dict(_fields(body))[1].decode())


def _select(id: int, body: bytes, depth: int) -> Node:
    found = dict(_fields(body))
    return Node(id, "select", found[2].decode(), 3 in found, (_node(found[1], depth),))


def _call(id: int, body: bytes, depth: int) -> Node:
    found = list(_fields(body))
    parts = tuple(_node(value, depth) for number, value in found if number in (1, 3))
    return Node(id, "call", dict(found)[2].decode(), parts=parts)


def _list(id: int, body: bytes, depth: int) -> Node:
    return Node(
        id, "list", parts=tuple(_node(value, depth) for number, value in _fields(body) if number == 1)
    )


def _map(id: int, body: bytes, depth: int) -> Node:
    return Node(id, "map")


def _comprehension(id: int, body: bytes, depth: int) -> Node:
    found = dict(_fields(body))
    parts = tuple(_node(found[number], depth) for number in (2, 4, 5, 6, 7) if number in found)
    return Node(id, "comprehension", found[1].decode(), parts=parts)


_READERS = {
    "constant": _constant,
    "name": _name,
    "select": _select,
    "call": _call,
    "list": _list,
    "map": _map,
    "comprehension": _comprehension,
}


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and payload of each field (protobuf's wire format); a varint as its little-endian bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield key >> 3, value.to_bytes(10, "little")
            continue
        size, at = _varint(data, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
