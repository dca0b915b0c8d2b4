"""A document as plain values, converted to a type of the model by msgspec; the misfit keeps its place."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from mfpolicy.model.documents import Fault, Mapping, Node, Scalar, Sequence
from mfpolicy.model.places import Place
from mfpolicy.sources.shape import suggestion
from mfpolicy.sources.yaml import read

T = TypeVar("T", bound=msgspec.Struct)

_PATH = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")


def read_as(type: type[T], text: str, file: str) -> tuple[T | None, tuple[Fault, ...]]:
    """The one value of a type in a YAML file, or None; faults unknown-key, missing-key and wrong-type."""
    node, faults = read(text, file)
    if node is None:
        return None, faults
    try:
        return msgspec.convert(plain(node), type), faults
    except msgspec.ValidationError as error:
        return None, (*faults, _misfit(str(error), node, type))


def plain(node: Node) -> Any:
    """The values of a document, without their places."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.value) for entry in node.entries}


def _misfit(message: str, node: Node, type: type[msgspec.Struct]) -> Fault:
    path = _PATH.search(message)
    at = _node(node, path[1]) if path else node
    words = _PATH.sub("", message)
    unknown = _UNKNOWN.search(words)
    if unknown:
        known = [field.encode_name for field in msgspec.structs.fields(type)]
        hint = suggestion(unknown[1], known) if not path else ""
        return Fault("unknown-key", f"there is no key {unknown[1]}{hint}", _key_place(at, unknown[1]))
    code = "missing-key" if "missing required field" in words else "wrong-type"
    return Fault(code, words[:1].lower() + words[1:], at.place)


def _key_place(node: Node, key: str) -> Place:
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((entry.place for entry in entries if entry.key == key), node.place)


def _node(node: Node, path: str) -> Node:
    for key, index in _STEP.findall(path):
        below: Node | None = None
        if isinstance(node, Mapping):
            below = next((entry.value for entry in node.entries if entry.key == key), None)
        elif isinstance(node, Sequence) and index and int(index) < len(node.items):
            below = node.items[int(index)]
        if below is None:
            return node
        node = below
    return node
