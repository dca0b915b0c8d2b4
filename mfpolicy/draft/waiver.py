"""A waiver, written into an intent: the text stays as it is, but for the lines that are new."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from mfpolicy.draft.scalars import scalar
from mfpolicy.model.documents import Entry, Mapping, Node, Scalar, Sequence
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Span
from mfpolicy.model.rules import Rule
from mfpolicy.model.spelling import meant

_KEYS = ("rule", "subject", "reason", "owner", "approved_by", "ticket", "compensating", "expires")
_COMMENT = re.compile(r"[ \t]*(?:#[^\r\n]*)?")
_COMMA = re.compile(r"(?:\s|#[^\n]*)*,")


class Unwritable(Exception):
    """The waivers of an intent stand there in a way that nothing can be added to."""


class Insertion(msgspec.Struct, frozen=True):
    """Characters `start` to `end` of a text make way for `text`."""

    start: int
    end: int
    text: str


def with_waiver(text: str, root: Node, waiver: Waiver) -> tuple[str, str]:
    """The text with one waiver more, and the lines that are new; `root` is its document, with its spans.

    It goes to the end of `waivers`, in the style that the last one there has, or into a new section at the
    end of the file. Raises Unwritable.
    """
    if not isinstance(root, Mapping):
        raise Unwritable("it is not a mapping")
    eol = "\r\n" if "\r\n" in text else "\n"
    entry = next((each for each in root.entries if each.key == "waivers"), None)
    edits = [
        msgspec.structs.replace(each, text=each.text.replace("\n", eol))
        for each in _edits(text, root, entry, waiver)
    ]
    for each in sorted(edits, key=lambda edit: -edit.start):
        text = text[: each.start] + each.text + text[each.end :]
    return text, max((each.text for each in edits), key=len).strip("\r\n")


def adds_only(before: Any, after: Any, waiver: Waiver) -> bool:
    """Whether a document, as plain values, is what it was with this waiver behind the others."""
    had = before.get("waivers") or []
    added = {key: str(getattr(waiver, key)) for key in _KEYS if getattr(waiver, key)}
    return bool(after == {**before, "waivers": [*had, added]})


def refusal(waiver: Waiver, others: Collection[Waiver], rules: Collection[Rule], today: datetime.date) -> str:
    """Why a waiver is not to be written, in words; empty where it may be."""
    rule = next((each for each in rules if waiver.rule in (each.id, each.slug)), None)
    if rule is None:
        names = [name for each in rules for name in (each.slug, each.id)]
        hint = meant(waiver.rule, names) or meant(waiver.rule.upper(), names) or "; mfpolicy rules lists them"
        return f"there is no rule {waiver.rule[:80]!r}{hint}"
    if not rule.waivable:
        return f"{rule.id} {rule.slug} cannot be waived"
    if waiver.expires is not None and waiver.expires < today:
        return f"{waiver.expires} is over; a waiver holds through the day it expires"
    for each in others:
        if each.rule in (rule.id, rule.slug) and each.subject == waiver.subject:
            until = f" until {each.expires}" if each.expires else ""
            return f"there is a waiver of {rule.slug} on {waiver.subject} already{until}; change it there"
    return ""


def _edits(text: str, root: Mapping, entry: Entry | None, waiver: Waiver) -> Iterator[Insertion]:
    if entry is None:
        yield from _new_section(text, root, waiver)
        return
    value, start = entry.value, _start(entry.value)
    if start < _end(entry):
        raise Unwritable("its waivers are an alias of something else")
    if isinstance(value, Sequence) and text[start : start + 1] == "[":
        flow = _is_flow(text, root) or bool(value.items)
        yield from _into_flow(text, value, waiver) if flow else _first(text, entry, value, waiver)
    elif isinstance(value, Sequence) and value.items:
        yield _after_last(text, value, waiver)
    elif isinstance(value, Scalar) and value.value is None and not _is_flow(text, root):
        yield from _first(text, entry, value, waiver)
    else:
        raise Unwritable("its waivers are no list")


def _new_section(text: str, root: Mapping, waiver: Waiver) -> Iterator[Insertion]:
    if _is_flow(text, root):
        at = _end(root) - 1
        comma = ", " if root.entries and not _has_comma(text, _end(root.entries[-1].value), at) else ""
        yield Insertion(at, at, f"{comma}waivers: [{_flow(waiver)}]")
        return
    margin = " " * _column(text, _start(root))
    lines = [f"{margin}waivers:", *_block(waiver, len(margin) + 2, 2)]
    ends = text.endswith("\n")
    yield Insertion(len(text), len(text), ("\n" if ends else "\n\n") + "\n".join(lines) + "\n" * ends)


def _first(text: str, entry: Entry, value: Node, waiver: Waiver) -> Iterator[Insertion]:
    """The first of a list that is empty: `[]`, `null`, or nothing at all. A comment stays in its line."""
    key_end = _end(entry)
    start, end = (_start(value), _end(value)) if _end(value) > _start(value) else (key_end + 1, key_end + 1)
    if start < end:
        yield Insertion(start, end, "")
    at = _line_end(text, end)
    lines = _block(waiver, _column(text, _start(entry)) + 2, 2)
    yield Insertion(at, at, "\n" + "\n".join(lines))


def _after_last(text: str, value: Sequence, waiver: Waiver) -> Insertion:
    """Below the last of a block list."""
    last = value.items[-1]
    dash = text.rindex("-", 0, _start(last))
    indent, gap = _column(text, dash), _start(last) - dash
    flow = text[_start(last)] == "{"
    if "\n" in text[dash : _start(last)]:
        gap = 2
    lines = [f"{' ' * indent}-{' ' * (gap - 1)}{_flow(waiver)}"] if flow else [*_block(waiver, indent, gap)]
    end = _end(value)
    # A folded text ends with its line.
    if end and text[end - 1] == "\n":
        return Insertion(end, end, "\n".join(lines) + "\n")
    at = _line_end(text, end)
    return Insertion(at, at, "\n" + "\n".join(lines))


def _into_flow(text: str, value: Sequence, waiver: Waiver) -> Iterator[Insertion]:
    """Behind the last of a flow list, in a line of its own if that has one."""
    close = _end(value) - 1
    if not value.items:
        yield Insertion(close, close, _flow(waiver))
        return
    last = value.items[-1]
    behind = _end(last)
    comma = _has_comma(text, behind, close)
    if "\n" not in text[behind:close] and "\n" not in text[_start(value) : _start(last)]:
        yield Insertion(behind, behind, f", {_flow(waiver)}")
        return
    at = _line_end(text, behind + text[behind:close].find(",") + 1 if comma else behind)
    indent = _column(text, _start(last))
    if not comma:
        yield Insertion(behind, behind, ",")
    at = min(at, close)
    yield Insertion(at, at, f"\n{' ' * indent}{_flow(waiver)}" + "," * comma)


def _pairs(waiver: Waiver) -> Iterator[tuple[str, str]]:
    for key in _KEYS:
        value = getattr(waiver, key)
        if value:
            yield key, scalar(str(value))


def _flow(waiver: Waiver) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in _pairs(waiver)) + "}"


def _block(waiver: Waiver, indent: int, gap: int) -> list[str]:
    lines = [f"{key}: {value}" for key, value in _pairs(waiver)]
    first, others = " " * indent + "-" + " " * (gap - 1), " " * (indent + gap)
    return [first + lines[0], *(others + each for each in lines[1:])]


def _is_flow(text: str, root: Mapping) -> bool:
    return text[_start(root) : _start(root) + 1] == "{"


def _has_comma(text: str, start: int, end: int) -> bool:
    """Whether a comma stands behind the last item of a flow collection, comments left aside."""
    return _COMMA.match(text, start, end) is not None


def _line_end(text: str, at: int) -> int:
    """Where the line ends that a value ends in, its comment included."""
    found = _COMMENT.match(text, at)
    return found.end() if found else at


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1 - int(text.startswith("\ufeff") and "\n" not in text[:at])


def _span(node: Node | Entry) -> Span:
    if not isinstance(node.place, Span):
        raise Unwritable("it is no text file")
    return node.place


def _start(node: Node | Entry) -> int:
    return _span(node).start


def _end(node: Node | Entry) -> int:
    return _span(node).end
