"""The text of a drafted intent, as a person would write it."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.draft.published import Note, Value
from mfpolicy.draft.scalars import WIDTH, comment, flow, scalar, wrapped
from mfpolicy.draft.shared import Layered, Part, Said
from mfpolicy.model.intent import ZoneSource

# Where editors find what the keys mean.
SCHEMA = "https://raw.githubusercontent.com/mfpolicy/mfpolicy/main/schemas/intent.schema.json"
_NAMED = 6
_RAMP = "  # a ramp? say until when"
_WORDS = {
    "mx-unknown": "MX was not asked or did not answer, so nothing is said of where mail goes",
    "spf-unknown": "SPF was not asked or did not answer, so nothing is said of who sends",
    "spf-broken": "SPF is not valid; check tells why",
    "spf-soft": "SPF ends in ~all or ?all: say spf: {all: softfail} or {all: neutral} where that is meant",
    "dmarc-unknown": "DMARC was not asked or did not answer, so no policy is declared",
    "dmarc-testing": "DMARC is in test mode (t=y): say which policy is meant",
    "dmarc-faulty": "the DMARC record has no valid policy, so none is declared",
    "keys-without-spf": "publishes DKIM keys, but SPF lets nobody send: say what it is for",
    "senders-unknown": "SPF or DKIM has names that no intent can spell, so senders are left out",
    "selectors-unlisted": "DNS cannot list DKIM selectors; only those of known senders were asked for",
    "unspellable": "is a name that no intent can hold, so it is left out",
}


class Sending(msgspec.Struct, frozen=True):
    """The senders of the estate itself: `unknown` sender -> what SPF includes for it, those of them that are
    `ours` include names of the estate's own zones; `unsigned` sender -> title and includes of a service whose
    selectors are not there; `sets` address set -> ranges."""

    unknown: Mapping[str, str] = {}
    ours: Collection[str] = ()
    unsigned: Mapping[str, tuple[str, tuple[str, ...]]] = {}
    sets: Mapping[str, tuple[str, ...]] = {}


def text(layers: Layered, sending: Sending, zones: Sequence[ZoneSource], notes: Iterable[Note]) -> str:
    """The whole file."""
    sections = (
        _head(zones),
        _notes(notes),
        _addresses(sending),
        _senders(sending),
        _section("defaults", _lines(layers.defaults, 2)),
        _section("groups", _parts(layers.groups)),
        _section("domains", _parts(layers.domains)),
    )
    blocks = ("\n".join(lines) for each in sections if (lines := tuple(each)))
    return "\n\n".join(blocks) + "\n"


def _head(zones: Sequence[ZoneSource]) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={SCHEMA}"
    yield "version: 1"
    if zones:
        yield "dns:"
        yield "  zones:"
        for each in zones:
            yield f"    - {{format: {scalar(each.format)}, path: {scalar(each.path)}}}"


def _notes(notes: Iterable[Note]) -> Iterator[str]:
    about: dict[str, list[str]] = {}
    for note in notes:
        about.setdefault(note.kind, []).append(note.about)
    if about:
        yield "# What the records do not tell:"
    for kind, names in about.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        shown = ", ".join(names[:_NAMED])
        line = comment(f"{_WORDS.get(kind, kind)}: {shown}{more}")
        yield textwrap.fill(
            line, WIDTH, initial_indent="# - ", subsequent_indent="#   ", break_on_hyphens=False
        )


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    found = tuple(lines)
    if found:
        yield f"{name}:"
        yield from found


def _addresses(sending: Sending) -> Iterator[str]:
    if sending.sets:
        yield "# Ranges that SPF authorises, each under the shortest domain that does. What stands here"
        yield "# counts as yours: whose are they?"
    lines = (
        f"  {scalar(name)}: {wrapped(ranges, 2, len(name) + 2)}" for name, ranges in sending.sets.items()
    )
    yield from _section("addresses", lines)


def _senders(sending: Sending) -> Iterator[str]:
    yield from _section("senders", (*_unsigned(sending), *_included(sending)))


def _unsigned(sending: Sending) -> Iterator[str]:
    if sending.unsigned:
        yield "  # Services that SPF includes where not all of their DKIM keys are published, or known. Say"
        yield "  # the name of the catalogue instead, and check finds what is missing."
    for name, (title, includes) in sending.unsigned.items():
        yield from _parts([Part(name, {"title": title, "include": includes})])


def _included(sending: Sending) -> Iterator[str]:
    ours = {name: each for name, each in sending.unknown.items() if each in sending.ours}
    for words, names in (
        ("Records of your own that SPF includes: say who sends by them.", ours),
        (
            "Nobody knows who this is: say what it sends, and who owns it.",
            sending.unknown.keys() - ours.keys(),
        ),
    ):
        if names:
            yield f"  # {words}"
        yield from (
            f"  {scalar(each)}: {{include: {flow((sending.unknown[each],))}}}" for each in sorted(names)
        )


def _parts(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        line = f"  {scalar(part.name)}: {{{', '.join(_pairs(part.said))}}}"
        if not part.members and len(line) <= WIDTH:
            yield line + _ramp(part.said)
            continue
        yield f"  {scalar(part.name)}:"
        yield from _lines(part.said, 4)
        if part.members:
            yield f"    domains: {wrapped(part.members, 4, 9)}"


def _lines(said: Said, indent: int) -> Iterator[str]:
    margin = " " * indent
    for key, value in _nested(said).items():
        if not isinstance(value, dict):
            yield f"{margin}{key}: {_value(key, value, indent)}"
            continue
        ramp = _ramp(said) if key == "dmarc" else ""
        line = f"{margin}{key}: {{{', '.join(_pairs(value))}}}"
        if len(line) <= WIDTH:
            yield line + ramp
            continue
        yield f"{margin}{key}:{ramp}"
        yield from _lines(value, indent + 2)


def _pairs(said: Said) -> Iterator[str]:
    for key, value in _nested(said).items():
        if isinstance(value, dict):
            yield f"{key}: {{{', '.join(_pairs(value))}}}"
        else:
            yield f"{key}: {_value(key, value)}"


def _nested(said: Said) -> dict[str, Value | dict[str, Value]]:
    """`dmarc.policy` as policy below dmarc, in the order in which the sections come first."""
    found: dict[str, Value | dict[str, Value]] = {}
    for key, value in said.items():
        section, dot, below = key.partition(".")
        if not dot:
            found[key] = value
            continue
        inner = found.setdefault(section, {})
        if isinstance(inner, dict):
            inner[below] = value
    return found


def _value(key: str, value: Value, indent: int | None = None) -> str:
    if isinstance(value, str):
        return scalar(value)
    if key == "mx" and len(value) == 1:
        return scalar(value[0])
    return flow(value) if indent is None else wrapped(value, indent, len(key) + 2)


def _ramp(said: Said) -> str:
    return _RAMP if said.get("dmarc.policy") == "none" else ""
