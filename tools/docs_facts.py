"""The page of the vocabulary: every fact that a rule may read, as the types describe it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import msgspec
from docs_markdown import code, page, table, text

from mfpolicy.rules.vocabulary import Vocabulary


def facts(vocabulary: Vocabulary) -> bytes:
    """`reference/facts.md`."""
    blocks = [
        "Find what a rule of yours can read. A rule is `about` one subject, and names that subject's facts"
        " by their path: `domain.spf.lookups`.",
        "Facts are total: a section that is absent has `present` false, empty lists and neutral values. A"
        " fact that could not be looked up is unknown, and so is the verdict of a rule whose answer"
        " depends on it. A list's elements are reached with `each`, or with the macros `all`, `exists` and"
        " `filter`.",
        "`schemas/vocabulary.json` holds the same, for programs.",
    ]
    for kind, type in vocabulary.subjects.items():
        blocks += [f"## {kind}", *_struct(kind, type, vocabulary, ())]
    return page("Facts", "the types in mfpolicy/facts/", blocks)


def _struct(path: str, type: type, vocabulary: Vocabulary, above: tuple[type, ...]) -> Iterator[str]:
    """One type: its words, its facts, then the types inside it."""
    yield from _said(type)
    shape = vocabulary.shape(type)
    yield table(
        ["fact", "type"],
        ([code(f"{path}.{word}"), _type(field.type, field.many)] for word, field in shape.items()),
    )
    for word, field in shape.items():
        if not field.is_leaf and field.type not in (*above, type):
            yield f"### {path}.{word}"
            yield from _struct(f"{path}.{word}", field.type, vocabulary, (*above, type))


def _said(type: type) -> Iterator[str]:
    """The paragraphs of the type's docstring."""
    for paragraph in inspect.cleandoc(type.__doc__ or "").split("\n\n"):
        if paragraph.strip():
            yield text(paragraph)


def _type(type: type, many: bool) -> str:
    name = "object" if issubclass(type, msgspec.Struct) else type.__name__
    return f"list of {name}" if many else name
