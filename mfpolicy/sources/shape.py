"""Fitting a document to the shape that is expected: every misfit is a fault, and reading goes on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable

from mfpolicy.model.documents import Entry, Fault, Mapping, Node, Scalar, Sequence
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.model.spelling import meant

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)


class Reader:
    """Collects the faults of one file: wrong-type, unknown-key and missing-key, each with its place.

    `unknown_key` is the code of a key that a mapping may not have. Every method takes `what`, the words for
    the value in a message, and gives None (or nothing) where the value does not fit.
    """

    def __init__(self, faults: Iterable[Fault] = (), unknown_key: str = "unknown-key") -> None:
        self.faults: list[Fault] = list(faults)
        self._unknown_key = unknown_key

    def wrong(self, place: Place | None, text: str) -> None:
        """Record that a value is not what is expected."""
        self.faults.append(Fault("wrong-type", text, place))

    def missing(self, place: Place | None, what: str, key: str) -> None:
        """Record that a key is not there."""
        self.faults.append(Fault("missing-key", f"{what} has no {key}", place))

    def mapping(self, node: Node, what: str) -> tuple[Entry, ...]:
        """The entries of a mapping whose keys are free; an empty value is an empty mapping."""
        if isinstance(node, Mapping):
            return node.entries
        if not is_empty(node):
            self.wrong(node.place, f"{what} is {kind(node)}; expected a mapping")
        return ()

    def fields(
        self, node: Node, what: str, keys: Collection[str], also: Collection[str] = ()
    ) -> dict[str, Entry]:
        """The entries of a mapping that may have only these keys, and those `also` known but not recommended;
        the others are faults."""
        found = {entry.key: entry for entry in self.mapping(node, what)}
        for key in [key for key in found if key not in keys and key not in also]:
            hint = suggestion(key, (*keys, *also)) or f"; its keys are {', '.join(sorted(keys))}"
            words = f"{what} has no key {shown(key)}{hint}"
            self.faults.append(Fault(self._unknown_key, words, found.pop(key).place))
        return found

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of a list; an empty value is an empty list."""
        if isinstance(node, Sequence):
            return node.items
        if not is_empty(node):
            self.wrong(node.place, f"{what} is {kind(node)}; expected a list")
        return ()

    def text(self, node: Node, what: str) -> str | None:
        """A text that is not empty; a number counts as its text."""
        if (
            isinstance(node, Scalar)
            and not isinstance(node.value, bool)
            and node.text
            and node.value is not None
        ):
            return node.text
        self.wrong(node.place, f"{what} is {kind(node)}; expected a text")
        return None

    def texts(self, node: Node, what: str) -> tuple[str, ...] | None:
        """A list of texts; items that do not fit are left out. None where it is no list."""
        if not isinstance(node, Sequence):
            self.wrong(node.place, f"{what} is {kind(node)}; expected a list of texts")
            return None
        found = [self.text(item, f"an item of {what}") for item in node.items]
        return tuple(item for item in found if item is not None)

    def choice(self, node: Node, what: str, options: Iterable[str]) -> str | None:
        """One of a few words."""
        words = tuple(options)
        text = node.text if isinstance(node, Scalar) else ""
        if text in words:
            return text
        hint = suggestion(text, words)
        self.wrong(node.place, f"{what} is {kind(node)}; expected {' or '.join(words)}{hint}")
        return None

    def name(self, node: Node, what: str) -> str | None:
        """A domain name, normal and IDNA-encoded."""
        text = self.text(node, what)
        found = domain_name(text) if text is not None else None
        if text is not None and found is None:
            self.wrong(node.place, f"{what} is {shown(text)}, which is not a domain name")
        return found


def is_empty(node: Node) -> bool:
    """Whether nothing was written where a value could stand."""
    return isinstance(node, Scalar) and node.value is None


def kind(node: Node) -> str:
    """A value in words."""
    if isinstance(node, Scalar):
        return "empty" if node.value is None or node.text == "" else shown(node.text)
    return "a list" if isinstance(node, Sequence) else "a mapping"


def shown(text: str) -> str:
    """A text from outside, in quotes, cut where it is long."""
    cut = text if len(text) <= 80 else text[:77] + "..."
    return '"' + cut.replace('"', "'") + '"'


def suggestion(word: str, options: Collection[str]) -> str:
    """The likeliest of the options as a question, or nothing. Long words are not compared."""
    return meant(word.lower(), options)


def date(text: str) -> datetime.date | None:
    """A day written YYYY-MM-DD, and no other way."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def domain_name(text: str) -> str | None:
    """The normal name, IDNA-encoded (RFC 5891), or None where it is not a host-like name."""
    name = ascii_name(text)
    if name is None or not name or len(name) > 253:
        return None
    return name if all(map(_LABEL.fullmatch, name.split("."))) else None


def ascii_name(text: str) -> str | None:
    """A normal name with its non-ASCII labels IDNA-encoded; None where a label has no such form."""
    if text.isascii():
        return normal(text)
    if len(text) > 253:
        return None
    import idna  # only few estates have such names, and its tables are slow to load

    parts = [label if label.isascii() else _a_label(label, idna.encode) for label in text.split(".")]
    known = [part for part in parts if part is not None]
    return normal(".".join(known)) if len(known) == len(parts) else None


def _a_label(label: str, encode: Callable[..., bytes]) -> str | None:
    try:
        return encode(label, uts46=True).decode("ascii")
    except UnicodeError:  # idna's errors are of this kind
        return None
