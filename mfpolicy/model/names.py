"""Domain names as text: lower case, absolute, without the final dot; the root is the empty string."""

from __future__ import annotations

import re
from collections.abc import Iterator

# 255 octets on the wire are 253 characters with dots (RFC 1035, 2.3.4).
LONGEST = 253
_LONGEST_LABEL = 63

# A name that DNS can carry if it is not too long: labels of 1 to 63 characters, none of them escaped.
_PLAIN = re.compile(r"[^.\\]{1,63}(?:\.[^.\\]{1,63})*\Z")
# Everything that may be spelt in more than one way (RFC 1035, 5.1; RFC 4343, 2.1).
_ODD = re.compile(r"\\(?:([01][0-9]{2}|2[0-4][0-9]|25[0-5])|(.)|\Z)|[\x00-\x20\x7f]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[0-9]{3}|.)", re.DOTALL)
# A dot that no backslash escapes ends a label; the end of the text ends the last one.
_LABEL = re.compile(r"((?:\\.|[^.\\])*)(?:\.|\\?\Z)", re.DOTALL)


def normal(name: str) -> str:
    """The one spelling of a name: ASCII lower case, no final dot (RFC 4343 compares ASCII case only).

    Octets are written as themselves where they print, else as a backslash and three digits; a dot or a
    backslash inside a label keeps its backslash.
    """
    rest = name[:-1] if name.endswith(".") and not _escaped_end(name[:-1]) else name
    spelt = _ODD.sub(_spelt, rest) if _ODD.search(rest) else rest
    return spelt.lower() if spelt.isascii() else spelt.translate(_ASCII_LOWER)


def labels(name: str) -> tuple[str, ...]:
    """The labels of a normal name, leftmost first; the root has none."""
    if not name:
        return ()
    return tuple(_LABEL.findall(name)[:-1]) if "\\" in name else tuple(name.split("."))


def parent(name: str) -> str:
    """The name with its leftmost label dropped; the parent of the root is the root."""
    return ".".join(labels(name)[1:]) if "\\" in name else name.partition(".")[2]


def ancestors(name: str) -> Iterator[str]:
    """The name itself, then each parent up to, and without, the root; none for a name too long for DNS."""
    if len(name) > LONGEST and not fits(name):
        return
    while name:
        yield name
        name = parent(name)


def fits(name: str) -> bool:
    """Whether DNS can carry a normal name: labels of 1 to 63 octets, 255 octets in all (RFC 1035, 2.3.4)."""
    if len(name) <= LONGEST and _PLAIN.match(name):
        return True
    # Four characters spell one octet at most; the bound comes before any work.
    if len(name) > 4 * LONGEST:
        return False
    plain = [_ESCAPE.sub("x", label) for label in labels(name)] if "\\" in name else labels(name)
    sizes = [len(label) for label in plain]
    return all(0 < size <= _LONGEST_LABEL for size in sizes) and sum(sizes) + len(sizes) - 1 <= LONGEST


def is_within(name: str, ancestor: str) -> bool:
    """Whether a name is an ancestor's own or lies below it."""
    if not ancestor or name == ancestor:
        return True
    # In `a\.b.example` the first dot is part of a label.
    return name.endswith("." + ancestor) and not _escaped_end(name[: -len(ancestor) - 1])


def is_doubled(name: str, zone: str) -> bool:
    """Whether a name repeats its zone's, as an absolute one does that is read as relative."""
    return is_within(name, f"{zone}.{zone}")


def join(owner: str, zone: str) -> str:
    """The absolute name of an owner relative to a zone; "" and "@" stand for the zone itself."""
    if owner in ("", "@"):
        return zone
    return f"{owner}.{zone}" if zone else owner


def _escaped_end(text: str) -> bool:
    """Whether the character after this text would be escaped: an odd number of backslashes ends it."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _spelt(match: re.Match[str]) -> str:
    digits, character = match.groups()
    code = int(digits) if digits else ord(character or match[0])
    if chr(code) in ".\\":
        return "\\" + chr(code)
    if 0x20 < code < 0x7F:
        return chr(code)
    return f"\\{code:03d}" if code < 0x100 else chr(code)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
