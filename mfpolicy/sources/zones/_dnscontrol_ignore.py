r"""What a domain of DNSControl leaves to others: IGNORE, and the IGNORE_NAME and IGNORE_TARGET of version 3.

A glob is gobwas/glob's, without separators, so that `*` matches dots as well (StackExchange/dnscontrol,
pkg/diff2/handsoff.go, which its documentation of IGNORE contradicts); ours are fnmatch's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mfpolicy.model.dns import Shared
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import join
from mfpolicy.model.places import Pointer
from mfpolicy.sources.interchange import entry
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._dnscontrol_shape import Ignored, Named

_MAX_RULES = 1_000
# Each is tried for every name that is asked for and not there.
_MAX_PATTERNS = 200
_MAX_ALTERNATIVES = 64
_MAX_LENGTH = 255
_MAX_STARS = 8
_PIECE = re.compile(r"\\(.)|(\[[^\]]+\])|(\*+)|(.)", re.DOTALL)
_BRACES = re.compile(r"(?<!\\)\{([^{}]*)\}")
_ALL = ("", "*")


def ignored(domain: Mapping[str, Any], zone: str, place: Pointer) -> tuple[list[Shared], list[Fault]]:
    """The patterns of a domain, and the faults of those that cannot be read, whose names nobody can tell."""
    listed = [
        (key, at, value)
        for key in ("unmanaged", "ignored_names", "ignored_labels", "ignored_targets")
        for at, value in enumerate(_items(domain.get(key)))
    ]
    found: list[Shared] = []
    faults: list[Fault] = []
    for key, at, value in listed[:_MAX_RULES]:
        pointer = Pointer(place.file, f"{place.pointer}/{key}/{at}")
        rule = _rule(key, value, pointer)
        patterns = rule if isinstance(rule, Fault) else _shared(rule, zone, pointer)
        if isinstance(patterns, Fault):
            faults.append(patterns)
        else:
            found += patterns
    if len(listed) > _MAX_RULES or sum(not literal(each) for each in found) > _MAX_PATTERNS:
        words = f"{zone}: more than {_MAX_RULES:,} IGNORE, or {_MAX_PATTERNS} with patterns"
        return [], [Fault("too-large", words, place)]
    return found, faults


def literal(shared: Shared) -> bool:
    """Whether a pattern is one name with all its records."""
    return not (shared.types or shared.targets or any(each in shared.owners for each in "*?["))


def _items(value: object) -> list[Any]:
    # What is no list is one rule that cannot be read.
    return value if isinstance(value, list) else [] if value is None else [value]


def _rule(key: str, value: object, pointer: Pointer) -> Ignored | Fault:
    if key == "unmanaged":
        return entry(value, pointer, Ignored)
    named = Named(value) if isinstance(value, str) else entry(value, pointer, Named)
    if isinstance(named, Fault):
        return named
    if key == "ignored_targets":
        return Ignored("*", named.type or named.types, named.pattern)
    return Ignored(named.pattern, named.types or named.type)


def _shared(rule: Ignored, zone: str, pointer: Pointer) -> list[Shared] | Fault:
    labels, targets = _globs(rule.label_pattern), _globs(rule.target_pattern)
    if labels is None or targets is None:
        wrong = rule.target_pattern if labels else rule.label_pattern
        return Fault("wrong-type", f"{zone}: {shown(wrong)} is a pattern that is not understood", pointer)
    named = rule.rType_pattern not in _ALL
    types = frozenset(each.strip() for each in rule.rType_pattern.split(",")) if named else frozenset[str]()
    return [
        Shared(owners, types, target)
        for label in labels
        for owners in _owners(label, zone)
        for target in targets
    ]


def _owners(label: str, zone: str) -> list[str]:
    """The absolute names of a label pattern; the apex is the label `@`."""
    base = "".join(f"[{each}]" if each in "*?[" else each for each in zone)
    if label == "*" or not label:
        return [base, f"*.{base}"]
    return [base] if label == "@" else [join(label.lower(), base)]


def _globs(pattern: str) -> list[str] | None:
    """The fnmatch patterns of a glob; one empty where it matches everything, None where it is malformed."""
    if pattern in _ALL:
        return [""]
    found = [pattern] if len(pattern) <= _MAX_LENGTH else []
    while any(_BRACES.search(each) for each in found):
        found = [more for each in found for more in _expanded(each)]
        if len(found) > _MAX_ALTERNATIVES:
            return None
    spelt = [_spelt(each) for each in found]
    known = [each for each in spelt if each and each.count("*") <= _MAX_STARS]
    return known if known and len(known) == len(spelt) else None


def _expanded(pattern: str) -> list[str]:
    """The alternatives of the first innermost braces."""
    braces = _BRACES.search(pattern)
    if braces is None:
        return [pattern]
    return [pattern[: braces.start()] + each + pattern[braces.end() :] for each in braces[1].split(",")]


def _spelt(pattern: str) -> str | None:
    parts = []
    for escaped, group, stars, plain in _PIECE.findall(pattern):
        if plain in ("{", "}", "[", "]", "\\") and plain:
            return None
        escape = f"[{escaped}]" if escaped in ("*", "?", "[") else escaped
        parts.append(escape or group or ("*" if stars else plain))
    return "".join(parts)
