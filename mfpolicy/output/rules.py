"""The rule catalogue for people and programs: `mfpolicy rules list` and `rules show`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from mfpolicy.model.rules import Example, Rule
from mfpolicy.output.escape import clipped, page, visible, width
from mfpolicy.output.json import dumped


def list_text(rules: Iterable[Rule]) -> str:
    """One rule a line: id, severity, profile, slug and title in columns, by id."""
    rows = [
        tuple(map(visible, (rule.id, rule.severity, rule.profile, rule.slug, rule.title)))
        for rule in _by_id(rules)
    ]
    return page([*_columns(rows), "", "mfpolicy rules show ID tells more of one"])


def show_text(rule: Rule) -> str:
    """One rule whole: what it finds and why, how it decides, whom it serves and its examples."""
    return page(
        [
            f"{visible(rule.id)} {visible(rule.slug)}: {visible(rule.title)}",
            "",
            *_columns([*_terms(rule)]),
            "",
            f"why: {clipped(rule.rationale)}",
            f"fix: {clipped(rule.remedy)}",
            *_examples(rule),
        ]
    )


def list_json(rules: Iterable[Rule]) -> str:
    """`{"rules": [...]}`: every rule by id, without its examples."""
    return dumped({"rules": [_plain(rule, examples=False) for rule in _by_id(rules)]})


def show_json(rule: Rule) -> str:
    """One rule as its file says it, examples included."""
    return dumped(_plain(rule, examples=True))


def _by_id(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.id)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _terms(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "severity", visible(rule.severity) + ("" if rule.waivable else ", cannot be waived")
    yield "profile", visible(rule.profile)
    said = [("about", rule.about), ("each", rule.each), ("when", rule.when), ("assert", rule.assert_)]
    said += [("params", ", ".join(f"{name} = {value}" for name, value in sorted(rule.params.items())))]
    controls = "; ".join(f"{name} {', '.join(ids)}" for name, ids in sorted(rule.controls.items()))
    said += [("message", rule.message), ("controls", controls)]
    said += [("references", "; ".join(rule.references)), ("since", rule.since)]
    yield from ((name, clipped(text)) for name, text in said if text)


def _examples(rule: Rule) -> Iterator[str]:
    sorts = {"left alone": rule.examples.good, "found": rule.examples.bad, "unknown": rule.examples.unknown}
    if any(sorts.values()):
        yield ""
    for sort, examples in sorts.items():
        yield from (f"{sort}: {_example(each)}" for each in examples)


def _example(example: Example) -> str:
    name = clipped(example.name)
    return f"{name} ({clipped(example.message)})" if example.message else name


def _plain(rule: Rule, *, examples: bool) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(rule, str_keys=True)
    left_out = {"place"} if examples else {"place", "examples"}
    return {key: value for key, value in fields.items() if key not in left_out}
