"""TXT records as DNS services take them: quoted character-strings, or a bare text."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"\\(?:(25[0-5]|2[0-4][0-9]|[01][0-9]{2})|(.))", re.DOTALL)
_OCTAL = re.compile(r"\\(?:([0-3][0-7]{2})|(.))", re.DOTALL)
_QUOTED = re.compile(r'[ \t]*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|((?:[^"\\ \t]|\\.)+))', re.DOTALL)
LONGEST = 255  # octets of a character-string (RFC 1035, 3.3)


def quoted(text: str, octal: bool = False) -> tuple[str, ...] | None:
    r"""The character-strings of a text that is nothing but quoted strings, with or without blanks between
    them; None where it is anything else. `octal`: `\ooo` is octal, as in Route 53."""
    parts, at = [], 0
    while found := _QUOTED.match(text, at):
        parts.append(_plain(found[1], octal))
        at = found.end()
    return tuple(parts) if parts and not text[at:].strip(" \t") else None


def words(text: str) -> tuple[str, ...] | None:
    """The character-strings of a text in which blanks outside quotes part them (RFC 1035, 5.1); None where
    a quoted string does not end."""
    parts, at = [], 0
    while found := _WORD.match(text, at):
        parts.append(_plain(found[1] if found[1] is not None else found[2], octal=False))
        at = found.end()
    return tuple(parts) if not text[at:].strip(" \t") else None


def divided(text: str, size: int) -> tuple[str, ...]:
    """The character-strings of a text that its provider divides."""
    whole = octets(text)
    return tuple(whole[at : at + size] for at in range(0, len(whole), size))


def octets(text: str) -> str:
    """A text as DNS carries it, one character an octet."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _plain(text: str, octal: bool) -> str:
    def said(match: re.Match[str]) -> str:
        return chr(int(match[1], 8 if octal else 10)) if match[1] else octets(match[2])

    if "\\" not in text:
        return octets(text)
    pattern, parts, at = _OCTAL if octal else _DECIMAL, [], 0
    for match in pattern.finditer(text):
        parts += [octets(text[at : match.start()]), said(match)]
        at = match.end()
    return "".join((*parts, octets(text[at:])))
