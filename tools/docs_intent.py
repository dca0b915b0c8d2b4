"""The page of the intent: every key of mailflow.yaml, from the types that the reader asks."""

from __future__ import annotations

import inspect as docstrings
from collections.abc import Iterator
from typing import Any

from docs_markdown import code, inline_yaml, page, table, text
from msgspec import inspect

from mfpolicy.sources.intent_file import IntentFile

_WORDS = {
    inspect.BoolType: "true or false",
    inspect.IntType: "number",
    inspect.NoneType: "nothing",
    inspect.StrType: "text",
}
_Types = dict[type, inspect.StructType]


def intent() -> bytes:
    """`reference/intent.md`."""
    types: _Types = {}
    _gather(inspect.type_info(IntentFile), types)
    blocks = [
        "Look up a key of `mailflow.yaml`: what it takes, what it means, and how it looks.",
        "An unknown key is a finding at its line, with the key that was probably meant. Paths are seen"
        " from the file that names them, and stay inside the repository.",
        *(block for each in types.values() for block in _section(each)),
    ]
    return page("Intent", "mfpolicy/sources/intent_file.py", blocks)


def _gather(found: inspect.Type, types: _Types) -> None:
    """Every mapping with keys of its own, in the order in which it is met."""
    if isinstance(found, inspect.StructType) and found.cls not in types:
        types[found.cls] = found
        for field in found.fields:
            _gather(field.type, types)
    for inner in _inside(found):
        _gather(inner, types)


def _inside(found: inspect.Type) -> Iterator[inspect.Type]:
    for name in ("type", "item_type", "value_type"):
        inner = getattr(found, name, None)
        if isinstance(inner, inspect.Type):
            yield inner
    yield from found.types if isinstance(found, inspect.UnionType) else ()


def _section(found: inspect.StructType) -> Iterator[str]:
    yield f"## {text(title(found.cls))}"
    yield text(docstrings.cleandoc(found.cls.__doc__ or ""))
    yield table(["key", "takes", "means", "for example"], [_row(field) for field in found.fields])


def title(cls: type) -> str:
    """The heading of a mapping's type: `MtaStsPart` is mta_sts."""
    if cls is IntentFile:
        return "mailflow.yaml"
    name = cls.__name__.removesuffix("Part")
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).strip("_")


def _row(field: inspect.Field) -> list[str]:
    description, examples = _meta(field.type)
    key = code(field.encode_name) + (" (required)" if field.required else "")
    return [
        key,
        takes(field.type),
        text(description),
        "<br>".join(code(inline_yaml(each)) for each in examples),
    ]


def _meta(found: inspect.Type) -> tuple[str, list[Any]]:
    """What is said of a type: the words nearest to the key first, else those of the type inside."""
    description, examples = "", []
    while isinstance(found, inspect.Metadata):
        said = found.extra_json_schema or {}
        description = description or said.get("description", "")
        examples = examples or said.get("examples", [])
        found = found.type
    if isinstance(found, inspect.StructType) and not description:
        description = docstrings.cleandoc(found.cls.__doc__ or "").partition("\n\n")[0]
    return description, examples


def takes(found: inspect.Type) -> str:
    """A type in words, with a link to the section of a mapping."""
    if isinstance(found, inspect.Metadata):
        return takes(found.type)
    if isinstance(found, inspect.StructType):
        name = title(found.cls)
        return f"[{text(name)}](#{name})"
    if isinstance(found, inspect.LiteralType):
        return " \\| ".join(code(str(each)) for each in found.values)
    if isinstance(found, inspect.ListType):
        return f"list of {_plural(takes(found.item_type))}"
    if isinstance(found, inspect.DictType):
        return f"name: {takes(found.value_type)}"
    if isinstance(found, inspect.UnionType):
        return ", or ".join(takes(each) for each in found.types)
    return _WORDS[type(found)]


def _plural(words: str) -> str:
    return "texts" if words == "text" else words
